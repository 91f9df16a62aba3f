"""Reads of how far departments and hospitals have come, for pages and for other rooms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import Term, vocabulary
from jiedui.directory.queries import ancestors_of, parts_of_each
from jiedui.mentoring.domain.departments import UNANSWERED, Answer, Item, Stage
from jiedui.mentoring.models import (
    Checklist,
    ItemAnswer,
    KeySpecialty,
    ManagementProcedure,
    ProcedureAudit,
    ResearchProject,
    SpecialClinic,
    StageAnswer,
    StageStep,
)
from jiedui.programmes.access import visible_pairings
from jiedui.programmes.queries import pairings_of

if TYPE_CHECKING:
    from jiedui.directory.models import Department
    from jiedui.programmes.models import Pairing


def stages() -> list[Stage]:
    """The pack's maturity stages with their criteria, the lowest first."""
    criteria: dict[str, list[str]] = {}
    for code, term in vocabulary().table("stage_criteria").items():
        criteria.setdefault(term.extra["stage"], []).append(code)
    found = [
        Stage(code, int(term.extra["rank"]), tuple(criteria.get(code, ())))
        for code, term in vocabulary().table("maturity_stages").items()
    ]
    return sorted(found, key=lambda stage: stage.rank)


def _newest(rows: Iterable[StageAnswer]) -> dict[UUID, dict[str, StageAnswer]]:
    found: dict[UUID, dict[str, StageAnswer]] = {}
    for row in rows:
        found.setdefault(row.department_id, {})[row.criterion] = row
    return found


def criteria_answered(department_ids: Collection[UUID]) -> dict[UUID, dict[str, StageAnswer]]:
    """Each department's newest answer to each criterion."""
    rows = StageAnswer.objects.filter(department_id__in=department_ids)
    return _newest(rows.order_by("on", "at", "id"))


def answers_now(department_ids: Collection[UUID]) -> dict[UUID, dict[str, Answer]]:
    """The same as the rules read them."""
    return {
        id: {code: Answer(row.met, row.on) for code, row in answers.items()}
        for id, answers in criteria_answered(department_ids).items()
    }


def steps_of(department_id: UUID) -> list[StageStep]:
    """How a department rose and fell, the newest step first."""
    return list(StageStep.objects.filter(department_id=department_id).order_by("-number"))


def levels_of(department_id: UUID) -> dict[str, KeySpecialty]:
    """The rungs of a department's ladder that something is said of."""
    rows = KeySpecialty.objects.filter(department_id=department_id)
    return {row.level: row for row in rows.select_related("programme", "giver")}


@dataclass(frozen=True)
class ItemLine:
    """An item of a standard with its newest answer, if there is one."""

    code: str
    term: Term
    answer: ItemAnswer | None
    item: Item


def _items_of(standard: str) -> list[tuple[str, Term]]:
    table = vocabulary().tables.get("standard_items", {})
    return [(code, term) for code, term in table.items() if term.extra["standard"] == standard]


def checklists(rows: QuerySet[Checklist]) -> dict[UUID, list[ItemLine]]:
    """Each checklist's items in the pack's order, in two reads for all of them."""
    lists = list(rows)
    newest: dict[tuple[UUID, str], ItemAnswer] = {}
    answers = ItemAnswer.objects.filter(checklist_id__in=[row.id for row in lists])
    for answer in answers.select_related("owner").order_by("on", "at", "id"):
        newest[answer.checklist_id, answer.item] = answer
    found = {}
    for row in lists:
        lines = []
        for code, term in _items_of(row.standard):
            said = newest.get((row.id, code))
            item = Item(code, said.answer, said.due_on) if said else Item(code, UNANSWERED)
            lines.append(ItemLine(code, term, said, item))
        found[row.id] = lines
    return found


def item_history(checklist: Checklist, item: str) -> list[ItemAnswer]:
    """Every answer to an item, the newest first."""
    rows = ItemAnswer.objects.filter(checklist=checklist, item=item)
    return list(rows.select_related("owner").order_by("-on", "-at", "-id"))


def clinics_of(department_id: UUID) -> list[SpecialClinic]:
    """A department's special clinics with their weeks, the open ones first."""
    rows = SpecialClinic.objects.filter(department_id=department_id)
    return sorted(
        rows.prefetch_related("hours").annotate(
            sessions=Sum("months__sessions"), visits=Sum("months__visits")
        ),
        key=lambda row: (row.valid_to is not None, row.name),
    )


def audited(rows: list[Any]) -> list[Any]:
    """The procedures of a page with how often each was audited: of these alone."""
    audits = ProcedureAudit.objects.filter(procedure__in=rows).order_by()
    told = dict(audits.values_list("procedure_id").annotate(n=Count("id")))
    for row in rows:
        row.audited = told.get(row.id, 0)
    return rows


def audit_overdue(rows: QuerySet[ManagementProcedure], day: date) -> QuerySet[ManagementProcedure]:
    """Procedures in force whose audit should have been made before the day."""
    return rows.filter(retired_on__isnull=True, next_audit_on__lt=day)


@dataclass(frozen=True)
class ResearchCount:
    """Projects applied for, funded and closed: three counts that are never added."""

    applied: int
    funded: int
    closed: int
    amount: Decimal


def research_counts(rows: QuerySet[ResearchProject]) -> ResearchCount:
    """The three counts of these projects, and what was granted."""
    found = rows.order_by().aggregate(
        applied=Count("id"),
        funded=Count("id", filter=Q(funded_on__isnull=False)),
        closed=Count("id", filter=Q(closed_on__isnull=False)),
        amount=Sum("amount"),
    )
    return ResearchCount(
        found["applied"], found["funded"], found["closed"], found["amount"] or Decimal(0)
    )


def helping(viewer: Viewer, organisation_id: UUID) -> list[Pairing]:
    """The pairings in which the organisation is helped, that the viewer sees, the newest first."""
    above = ancestors_of(organisation_id)
    return [
        row for row in pairings_of(viewer, organisation_id)
        if row.receiver_id == organisation_id or (row.passes_down and row.receiver_id in above)
    ]  # fmt: skip


def helped(viewer: Viewer) -> frozenset[UUID]:
    """The organisations that are helped by pairings which the viewer sees, or lie in such a one."""
    rows = list(visible_pairings(viewer).values_list("receiver_id", "passes_down").distinct())
    parts = parts_of_each({receiver for receiver, passes in rows if passes})
    return frozenset(receiver for receiver, _passes in rows).union(*parts.values())


def with_standing(rows: QuerySet[Department]) -> QuerySet[Department]:
    """Departments with where they stand and the hospital that they are of."""
    return rows.select_related("organisation", "standing").annotate(
        stage_rank=F("standing__stage_rank"), level_rank=F("standing__level_rank")
    )


@dataclass(frozen=True)
class ChecklistCount:
    """What of a department's standards is still to be put right."""

    standards: int
    open: int
    overdue: int


def open_items(department_ids: Sequence[UUID], day: date) -> Mapping[UUID, ChecklistCount]:
    """For each of these departments: its standards, what they lack and what of it is late."""
    rows = Checklist.objects.filter(department_id__in=department_ids)
    lines = checklists(rows)
    found: dict[UUID, ChecklistCount] = {}
    for row in rows:
        if row.department_id is None:
            continue
        before = found.get(row.department_id, ChecklistCount(0, 0, 0))
        items = [line.item for line in lines[row.id]]
        found[row.department_id] = ChecklistCount(
            before.standards + 1,
            before.open + sum(item.answer in ("partly", "not_met") for item in items),
            before.overdue + sum(item.overdue(day) for item in items),
        )
    return found
