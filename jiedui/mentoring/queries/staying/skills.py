"""The skill matrix of a hospital or department, and what hangs by one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.directory.queries import home_posts
from jiedui.mentoring.domain.matrix import ALONE, Mark, Matrix, matrix
from jiedui.mentoring.domain.months import after, month_of
from jiedui.mentoring.domain.staying_rules import use_months
from jiedui.mentoring.models import CaseTally, Skill


class Holder(NamedTuple):
    """Somebody of the matrix; ``skill`` opens the curve of a mark."""

    id: UUID
    name: str


@dataclass(frozen=True)
class Skills:
    """The matrix, the skill behind each mark, and who of it can be trained next."""

    matrix: Matrix[Holder]
    ids: dict[tuple[UUID, str], UUID]

    def next_for(self, code: str, most: int = 3) -> list[Holder]:
        """Who learns it and is nearest: by formal level, then by own cases; at most so many."""
        line = next(line for line in self.matrix.lines if line.code == code)
        learning = [(p, m) for p, m in line.marks.items() if p not in line.able]
        learning.sort(key=lambda each: (-(each[1].level or 0), -each[1].cases, each[0].name))
        return [person for person, _mark in learning[:most]]


def staff_on(day: date, organisation_id: UUID, department_id: UUID | None) -> QuerySet[Any]:
    """Who has a post there on the day."""
    rows = home_posts().filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        organisation_id=organisation_id,
    )
    return rows if department_id is None else rows.filter(department_id=department_id)


def in_use(tallies: QuerySet[CaseTally], day: date) -> list[str]:
    """Procedures with a confirmed case in the last months (the pack says how many)."""
    since = after(month_of(day), -use_months())
    rows = tallies.filter(month__gte=since).filter(
        Q(expert__gt=0) | Q(joint__gt=0) | Q(supervised__gt=0) | Q(independent__gt=0)
    )
    return list(rows.order_by("procedure").values_list("procedure", flat=True).distinct())


def skills_of(
    organisation_id: UUID, department_id: UUID | None, tallies: QuerySet[CaseTally], day: date
) -> Skills:
    """The matrix of a hospital, or of one of its departments.

    Of a department: its own staff, and who of the hospital's staff learned there.
    """
    rows = Skill.objects.filter(receiver_id=organisation_id)
    if department_id is not None:
        own = staff_on(day, organisation_id, department_id).values("person_id")
        rows = rows.filter(Q(department_id=department_id) | Q(person_id__in=own))
    found = list(
        rows.values_list(
            "id", "person_id", "code", "level", "certified_to", "certified_on", "last_case_on",
            "cases",
        )
    )  # fmt: skip
    there = staff_on(day, organisation_id, None).filter(person_id__in={row[1] for row in found})
    staff = dict(there.values_list("person_id", "person__name"))
    marks, ids = [], {}
    for id, person, code, level, to, on, last, cases in found:
        if person in staff:
            marks.append((Holder(person, staff[person]), code, Mark(level, to, on, last, cases)))
            ids[person, code] = id
    people = {holder for holder, _code, _mark in marks}
    return Skills(matrix(marks, people, in_use(tallies, day), day), ids)


def able(day: date) -> Q:
    """Skills of who can do it alone on the day: certified, or entrusted by a formal decision."""
    return Q(certified_to__gte=day) | Q(level__gte=ALONE)


def staff_count(day: date, organisation_id: UUID, department_id: UUID | None) -> int:
    """How many have a post there."""
    return staff_on(day, organisation_id, department_id).count()
