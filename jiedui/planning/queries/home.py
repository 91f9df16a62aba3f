"""Who stays at home in a scenario, and who could be asked for where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.directory.queries import names, titles_on
from jiedui.planning.access import may_edit_plan
from jiedui.planning.domain.reasons import Reason
from jiedui.planning.models import Candidate, Scenario
from jiedui.planning.queries.framing import candidates_of, posts_of
from jiedui.planning.queries.naming import specialty_name
from jiedui.programmes.domain.postings import LEADER

if TYPE_CHECKING:
    from jiedui.programmes.models import Post


@dataclass(frozen=True)
class AtHome:
    """A candidate whom the scenario sends nowhere; the reason where none could ever be sent."""

    candidate_id: UUID
    person: str
    giver: str
    specialty: str
    title: str
    can_lead: bool
    first: date
    last: date
    left: Reason | None


def at_home(viewer: Viewer, scenario: Scenario, language: str = "zh-hans") -> tuple[AtHome, ...]:
    """The candidates whom the scenario sends nowhere; for who plans over the plan's area."""
    if not may_edit_plan(viewer, scenario.plan):
        return ()
    sent = set(scenario.tours.values_list("candidate_id", flat=True))
    rows = [row for row in candidates_of(scenario.plan) if row.id not in sent]
    left = scenario.result.get("left", {}).get("candidates", {})
    called = names({row.giver_id for row in rows}, language)
    titles = titles_on({row.person_id for row in rows}, scenario.plan.starts_on) if rows else {}
    return tuple(
        AtHome(
            row.id, row.person.name, called[row.giver_id], row.specialty,
            titles.get(row.person_id, ""), row.can_lead, row.available_from, row.available_to,
            Reason(**left[str(row.id)]) if str(row.id) in left else None,
        )
        for row in sorted(rows, key=lambda row: (called[row.giver_id], row.person.name))
    )  # fmt: skip


def fitting_posts(
    viewer: Viewer, scenario: Scenario, candidate: Candidate, language: str = "zh-hans"
) -> list[tuple[str, str]]:
    """The plan's posts of the candidate's specialty, or a leader's, to choose from."""
    if not may_edit_plan(viewer, scenario.plan):
        return []
    return _posts(
        (
            post
            for post in posts_of(scenario.plan)
            if (post.specialty, post.category) == (candidate.specialty, candidate.category)
            or (candidate.can_lead and post.team_role == LEADER)
        ),
        language,
    )


def _posts(posts: Iterable[Post], language: str) -> list[tuple[str, str]]:
    rows = list(posts)
    called = names({post.receiver_id for post in rows}, language)
    told = [
        (str(post.id), f"{called[post.receiver_id]} · {specialty_name(post.specialty, language)}")
        for post in rows
    ]
    return sorted(told, key=lambda pair: pair[1])


def fitting_people(
    viewer: Viewer, scenario: Scenario, post: Post, language: str = "zh-hans"
) -> list[tuple[str, str]]:
    """The plan's candidates of the post's specialty, or who may lead, to choose from."""
    if not may_edit_plan(viewer, scenario.plan):
        return []
    leads = post.team_role == LEADER
    rows = [
        row
        for row in candidates_of(scenario.plan)
        if (row.can_lead if leads
            else (row.specialty, row.category) == (post.specialty, post.category))
    ]  # fmt: skip
    called = names({row.giver_id for row in rows}, language)
    told = [(str(row.id), f"{row.person.name} · {called[row.giver_id]}") for row in rows]
    return sorted(told, key=lambda pair: pair[1])
