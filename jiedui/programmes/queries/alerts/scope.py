"""Who is asked what presses: the viewer's own bodies and postings, each looked up once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet, Window
from django.utils.timezone import localtime

from jiedui.accounts.permissions import Viewer
from jiedui.directory import access as directory
from jiedui.programmes.access import own_person
from jiedui.programmes.domain.states import COMING, PRESENT
from jiedui.programmes.models import Posting

AHEAD = timedelta(days=60)
LIVE = (*COMING, *PRESENT)
# Rows of a kind that are told one by one; the rest is told as a number.
SHOWN = 4
(
    FALLS_EMPTY, STANDS_EMPTY, BELOW_CORE, LICENCE_ENDS, AGREEMENT_ENDS, HANDOVER_LATE,
    HANDOVER_MISSING, TASK_LATE, TO_SCREEN, TO_APPROVE, ARRIVAL_DUE, DEPARTURE_DUE, TO_ANSWER,
    TO_AGREE, TO_FILL, TO_EVALUATE, REVIEW_LATE, ACTION_LATE, WELFARE_OPEN, SPOKE_CUT_OFF,
    OTHER_TITLE,
) = (
    "post_falls_empty", "post_stands_empty", "team_below_core", "licence_ends", "agreement_ends",
    "handover_late", "handover_missing", "task_late", "to_screen", "to_approve", "arrival_due",
    "departure_due", "to_answer", "to_agree", "to_fill", "to_evaluate", "review_late",
    "action_late", "welfare_open", "spoke_cut_off", "other_title",
)  # fmt: skip
HOST, SEND, EDIT = "programmes.host", "programmes.send", "programmes.edit"
POSTED = (
    ("receiver_id", HOST), ("receiver_id", EDIT), ("giver_id", SEND), ("giver_id", EDIT),
)  # fmt: skip


@dataclass(frozen=True)
class Alert:
    """One thing, or (without ``id``) how many more of its kind in a programme there are."""

    kind: str
    day: date | None
    programme_id: UUID
    id: UUID | None = None
    body_id: UUID | None = None
    subject: str = ""
    specialty: str = ""
    count: int | None = None
    wanted: int | None = None


class Scope:
    """The viewer's own bodies by permission, and own postings, each asked for once."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._kept: dict[str, directory.Reach] = {}

    def held(self, permission: str) -> directory.Reach:
        """The bodies over which the viewer holds the permission."""
        if permission not in self._kept:
            self._kept[permission] = directory.reach(self.viewer, permission)
        return self._kept[permission]

    def own(self, *sides: tuple[str, str]) -> Q | None:
        """Rows with a body on one of the sides (path, permission); None where there can be none."""
        bodies: dict[str, directory.Bodies] = {}
        for path, permission in sides:
            held = self.held(permission)
            if held.everything:
                return Q()
            if held.organisation_ids:
                bodies[path] = held.organisation_ids | bodies.get(path, frozenset())
        found: Q | None = None
        for path, ids in bodies.items():
            mine = Q(**{f"{path}__in": ids})
            found = mine if found is None else found | mine
        return found

    @cached_property
    def postings(self) -> frozenset[UUID]:
        """The viewer's own postings."""
        person = own_person(self.viewer)
        if person is None:
            return frozenset()
        rows = Posting.objects.filter(person_id=person)
        return frozenset(rows.values_list("id", flat=True))

    def posted(self) -> QuerySet[Posting] | None:
        """Postings from or to the viewer's bodies, and the own; None where there can be none.

        The own by their ids: an index serves each side, which a join with people would forbid.
        """
        bodies = self.own(*POSTED)
        if bodies is not None and not bodies:
            return Posting.objects.all()
        if self.postings:
            mine = Q(id__in=self.postings)
            bodies = mine if bodies is None else bodies | mine
        return None if bodies is None else Posting.objects.filter(bodies)


def first(rows: QuerySet[Any], *order: str) -> tuple[list[Any], int]:
    """The first rows and how many there are, in one question."""
    found = list(rows.annotate(of_all=Window(Count("pk"))).order_by(*order)[:SHOWN])
    return found, found[0].of_all if found else 0


def rest(kind: str, found: Sequence[Alert], count: int) -> list[Alert]:
    """The alerts, and one for all that were not told by themselves."""
    if count <= len(found):
        return list(found)
    return [*found, Alert(kind, None, found[0].programme_id, count=count - len(found))]


def grouped(kind: str, rows: QuerySet[Any], day: str) -> list[Alert]:
    """What waits, as one alert a programme."""
    told = (
        rows.order_by()
        .values("programme_id")
        .annotate(people=Count("id"), since=Min(day))
        .order_by("since")[:SHOWN]
    )
    return [
        Alert(kind, _as_day(row["since"]), row["programme_id"], count=row["people"]) for row in told
    ]


def _as_day(value: datetime | date | None) -> date | None:
    return localtime(value).date() if isinstance(value, datetime) else value
