"""Reads of cases: the logbook, what waits for one's confirmation, what was used last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Coalesce

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.directory import access as directory
from jiedui.directory.queries import posts_today, staff_at
from jiedui.mentoring.access.cases import confirms, visible_cases
from jiedui.mentoring.access.reach import WRITE, own_person, teaching
from jiedui.mentoring.domain.states import RECORDED, STOPPED, WITHDRAWN
from jiedui.mentoring.models import Case, CaseHistory, LearningGoal, Mentor, Technique
from jiedui.programmes.queries.on_site import postings_of, postings_there

if TYPE_CHECKING:
    from jiedui.directory.models import Person

# So many stand on the page of confirmations; the next follow once these are answered.
MOST = 60


def cases_of(viewer: Viewer) -> QuerySet[Case]:
    """The cases that the viewer sees, with the people and the recipient that a list names."""
    # Of the page alone: joined, they would be read for all that is sorted.
    return visible_cases(viewer).prefetch_related("receiver", "learner", "mentor")


def awaiting(viewer: Viewer) -> QuerySet[Case]:
    """Recorded cases that the viewer may confirm, the oldest first (access.cases.confirms)."""
    rows = Case.objects.filter(state=RECORDED)
    me = own_person(viewer)
    held = directory.reach(viewer, "programmes.host")
    mine = Q(pk__in=())
    if me is not None:
        taught = Mentor.objects.filter(teaching(), person=me.id)
        own = rows.order_by().values("id")
        mine = Q(
            id__in=own.filter(mentor=me.id).union(
                own.filter(apprenticeship__in=taught.values("apprenticeship_id"))
            )
        )
    if not viewer.may(WRITE):
        return rows.none()
    if held.everything or held.organisation_ids:
        # A case that the house itself recorded has no recorder to leave out.
        recorder = Coalesce(OuterRef("recorded_by"), Value(UUID(int=0)), output_field=UUIDField())
        able = Mentor.objects.filter(
            teaching(), apprenticeship=OuterRef("apprenticeship"),
            person__user_id__isnull=False,
        ).exclude(person__user_id=recorder)  # fmt: skip
        alone: Any = Q(mentor__isnull=True) | Q(apprenticeship__isnull=False) & ~Exists(able)
        alone |= Q(apprenticeship__isnull=True) & (
            Q(mentor__user_id__isnull=True) | Q(mentor__user_id=F("recorded_by"))
        )
        within = Q() if held.everything else Q(receiver_id__in=held.organisation_ids)
        mine = (within & alone) | mine
    rows = rows.filter(mine).exclude(recorded_by=viewer.user.id)
    if me is not None:
        rows = rows.exclude(learner=me.id).exclude(apprenticeship__isnull=True, leader=me.id)
    return rows.select_related(
        "receiver", "learner", "leader", "mentor", "apprenticeship", "technique"
    ).order_by("happened_on", "id")


def may_confirm(viewer: Viewer, case: Case) -> bool:
    """Whether the case is among those that the viewer may confirm."""
    return bool(confirms(viewer, case))


@dataclass(frozen=True)
class Habit:
    """How somebody recorded last: the next form begins with it."""

    procedures: list[str]
    role: str
    supervision: str
    mentor_id: UUID | None


def habit_of(learner_id: UUID | None, apprenticeship_id: UUID) -> Habit:
    """The procedures of the plan, the last used first, and what was said last."""
    rows = Case.objects.filter(apprenticeship_id=apprenticeship_id)
    if learner_id is not None:
        rows = rows.filter(learner_id=learner_id)
    last: list[Any] = list(
        rows.order_by("-happened_on", "-id").values(
            "procedure", "role", "supervision", "mentor_id"
        )[:40]
    )
    planned = LearningGoal.objects.filter(apprenticeship_id=apprenticeship_id, kind="procedure")
    codes = [row["procedure"] for row in last] + list(
        planned.order_by("position", "id").values_list("code", flat=True)
    )
    newest: dict[str, Any] = last[0] if last else {}
    return Habit(
        list(dict.fromkeys(codes)),
        newest.get("role", ""),
        newest.get("supervision", ""),
        newest.get("mentor_id"),
    )


def history_of(case: Case) -> list[CaseHistory]:
    """What the case said before, the newest first."""
    return list(CaseHistory.objects.filter(case=case).order_by("-number"))


def techniques_for_cases(viewer: Viewer, id: UUID | None = None) -> list[Technique]:
    """Techniques of which the viewer may record a case without an apprentice; or the one asked.

    Who acts for a side, who brought it, who works at its department or is posted there. One
    that was stopped is offered only where it is asked for, for cases of before that day.
    """
    hosts, sends = (directory.reach(viewer, f"programmes.{each}") for each in ("host", "send"))
    rows = Technique.objects.exclude(state=WITHDRAWN)
    rows = rows.exclude(state=STOPPED) if id is None else rows.filter(pk=id)
    if not (hosts.everything or sends.everything):
        within = Q(receiver_id__in=hosts.organisation_ids)
        within |= Q(giver_id__in=sends.organisation_ids)
        if (me := own_person(viewer)) is not None:
            within |= Q(introduced_by=me.id)
            here = posts_today([me.id], viewer.day).get(me.id)
            if here is not None:
                within |= Q(receiver_id=here.organisation_id, department_id=here.department_id)
            posted = postings_of(me.id).values_list("receiver_id", flat=True)
            within |= Q(receiver_id__in=list(posted))
        rows = rows.filter(within)
    found = rows.select_related("programme", "giver", "receiver", "department")
    return list(found.order_by("name", "id")[:60])


def people_around(technique: Technique) -> list[Person]:
    """Who may lead or look on at a technique's case: the department's staff, and who is posted."""
    homes = staff_at(technique.receiver_id, technique.department_id, today())
    posted = [row.person for row in postings_there(technique.receiver_id)[:80]]
    people = {row.id: row for row in (technique.introduced_by, *posted, *homes)}
    return list(people.values())
