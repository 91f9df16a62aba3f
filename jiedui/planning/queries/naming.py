"""Names in place of ids, where the planner's sentences speak of tours, people and posts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from jiedui.core.packs import vocabulary
from jiedui.directory.queries import names
from jiedui.planning.domain.framing import post_of
from jiedui.planning.domain.months import day_of
from jiedui.planning.domain.reasons import Reason
from jiedui.planning.models import Candidate, DispatchPlan
from jiedui.programmes.queries.planning import posts_with

# A tour as the planner's sentences name it: who → where first+months.
TOUR = re.compile(r"(\S+) → (\S+) (\d+)\+(\d+)")
# Values of sentences that name somebody or a tour of somebody.
TOURS, PEOPLE, POSTS = ("tour", "first"), ("expert",), ("post",)


def specialty_name(code: str, language: str) -> str:
    """A specialty's name without the ending that all of them have."""
    term = vocabulary().tables.get("specialties", {}).get(code)
    return term.label(language).removesuffix("专业") if term else code


@dataclass(frozen=True)
class Names:
    """People by candidate, and posts, as text."""

    people: Mapping[str, str]
    posts: Mapping[str, str]
    plan: DispatchPlan

    def tour(self, text: str) -> str:
        """A tour with names and months in the place of ids and numbers."""
        found = TOUR.fullmatch(text)
        if found is None:
            return text
        who, where, start, months = found.groups()
        first = day_of(self.plan.starts_on, int(start))
        last = day_of(self.plan.starts_on, int(start) + int(months) - 1)
        return (
            f"{self.people.get(who, '–')} → {self.posts.get(post_of(where), '–')}"
            f" {first:%Y.%m}–{last:%Y.%m}"
        )

    def reason(self, reason: Reason) -> Reason:
        """The reason with names in it."""
        told: dict[str, Any] = {}
        for key, value in reason.details.items():
            if key in TOURS:
                told[key] = self.tour(str(value))
            elif key in PEOPLE:
                told[key] = self.people.get(str(value), value)
            elif key in POSTS:
                told[key] = self.posts.get(post_of(str(value)), value)
            else:
                told[key] = value
        return Reason(reason.code, reason.message, told)


def names_nobody(reason: Reason) -> bool:
    """Whether the sentence may be read by somebody who sees only a part of the plan."""
    return not any(key in reason.details for key in (*TOURS, *PEOPLE))


def mentioned(reasons: Iterable[Reason]) -> tuple[set[UUID], set[UUID]]:
    """Candidates and posts that the sentences speak of."""
    candidates: set[str] = set()
    posts: set[str] = set()
    for reason in reasons:
        for key, value in reason.details.items():
            if key in TOURS and (found := TOUR.fullmatch(str(value))):
                candidates.add(found[1])
                posts.add(post_of(found[2]))
            elif key in PEOPLE:
                candidates.add(str(value))
            elif key in POSTS:
                posts.add(post_of(str(value)))
    return _ids(candidates), _ids(posts)


def _ids(texts: Iterable[str]) -> set[UUID]:
    found = set()
    for text in texts:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found


def names_for(plan: DispatchPlan, reasons: Iterable[Reason], language: str) -> Names:
    """The names of everybody and every post that the sentences speak of."""
    candidates, posts = mentioned(reasons)
    people = {
        str(id): name
        for id, name in Candidate.objects.filter(id__in=candidates).values_list(
            "id", "person__name"
        )
    }
    rows = posts_with(posts) if posts else {}
    bodies = names({row.receiver_id for row in rows.values()}, language)
    return Names(
        people,
        {
            str(id): f"{bodies[row.receiver_id]} {specialty_name(row.specialty, language)}"
            for id, row in rows.items()
        },
        plan,
    )
