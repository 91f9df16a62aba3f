"""How pages tell where a department or hospital stands: lines, ways back, tabs, tones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from jiedui.core.packs import vocabulary
from jiedui.mentoring.access.departments import kept
from jiedui.mentoring.domain.departments import (
    GAPS,
    MET,
    NOT_APPLICABLE,
    NOT_MET,
    PARTLY,
    UNANSWERED,
    complete,
    tally,
)
from jiedui.mentoring.forms.departments import WEEK
from jiedui.mentoring.models import Checklist, KeySpecialty, SpecialClinic
from jiedui.mentoring.queries import departments as queries
from jiedui.mentoring.queries.departments import ItemLine
from jiedui.mentoring.views.base import url
from jiedui.web.pages import Crumb, Tab
from jiedui.web.templatetags.jiedui import named, period, term

if TYPE_CHECKING:
    from jiedui.accounts.permissions import Viewer
    from jiedui.directory.models import Department, Organisation

TONES = {MET: "ok", PARTLY: "wait", NOT_MET: "wrong", NOT_APPLICABLE: "plain", UNANSWERED: "plain"}


def terms_of(table: str) -> Callable[[], list[tuple[str, str]]]:
    """A pack's table as the choices of a filter."""

    def choices() -> list[tuple[str, str]]:
        language = get_language() or "zh-hans"
        rows = vocabulary().tables.get(table, {}).values()
        return [(row.code, row.label(language)) for row in rows]

    return choices


def answer_label(code: str) -> str:
    """What an answer to an item is called."""
    return _("Not answered yet") if code == UNANSWERED else term(code, "standard_answers")


@dataclass(frozen=True)
class ChecklistLine:
    """A standard with how many of its items stand in which way: counts, no share."""

    name: str
    url: str
    target_on: date | None
    counts: Sequence[tuple[str, str, int]]
    total: int
    overdue: int
    complete: bool


def checklist_line(row: Checklist, lines: Sequence[ItemLine], day: date) -> ChecklistLine:
    """A checklist as pages show it."""
    items = [line.item for line in lines]
    return ChecklistLine(
        term(row.standard, "standards"),
        url("checklist", row.id),
        row.target_on,
        [(answer_label(code), TONES[code], n) for code, n in tally(items).items() if n],
        len(items),
        sum(item.overdue(day) for item in items),
        complete(items),
    )


def checklist_lines(rows: QuerySet[Checklist], day: date) -> list[ChecklistLine]:
    """Checklists as pages show them, in two reads."""
    rows = rows.order_by("begun_on", "id")
    lines = queries.checklists(rows)
    return [checklist_line(row, lines[row.id], day) for row in rows]


def gaps_of(lines: Sequence[ItemLine]) -> list[ItemLine]:
    """The items that still lack something, or are not answered."""
    return [line for line in lines if line.item.answer in (*GAPS, UNANSWERED)]


@dataclass(frozen=True)
class ClinicLine:
    """A special clinic: its week, how long it has been open, its visits so far."""

    name: str
    url: str
    kind: str
    week: str
    open: str
    closed: bool
    sessions: int | None
    visits: int | None


def week_of(clinic: SpecialClinic) -> str:
    """A clinic's week in words."""
    hours = sorted(clinic.hours.all(), key=lambda hour: (hour.weekday, hour.part))
    return _(", ").join(f"{WEEK[h.weekday - 1]}{term(h.part, 'day_parts')}" for h in hours)


def clinic_lines(department_id: UUID) -> list[ClinicLine]:
    """A department's special clinics."""
    return [
        ClinicLine(
            row.name, url("clinic", row.id), term(row.kind, "clinic_kinds"), week_of(row),
            period(row.valid_from, row.valid_to), row.valid_to is not None,
            getattr(row, "sessions", None), getattr(row, "visits", None),
        )
        for row in queries.clinics_of(department_id)
    ]  # fmt: skip


def level_state(row: KeySpecialty | None, day: date) -> tuple[str, str]:
    """Where a rung of the ladder stands, and the tone of it."""
    if row is None:
        return _("Not aimed at"), "plain"
    if row.lost_on:
        return _("Lost"), "wrong"
    if row.reached_on:
        return _("Reached"), "ok"
    late = row.target_on is not None and row.target_on < day
    return (_("Overdue"), "wrong") if late else (_("Aimed at"), "wait")


def hospital_way(body: Organisation, *more: Crumb) -> tuple[Crumb, ...]:
    """The way back to a hospital, and to what follows it."""
    return (
        Crumb(_("Department building"), url("departments")),
        Crumb(named(body), url("hospital", body.id) if more else ""),
        *more,
    )


def department_way(department: Department, *labels: str) -> tuple[Crumb, ...]:
    """The way back to a department, and to what follows it."""
    own = Crumb(department.name, url("department", department.id) if labels else "")
    return hospital_way(department.organisation, own, *(Crumb(each) for each in labels))


def where_recorded(viewer: Viewer) -> str:
    """To who keeps a hospital: from where something new is recorded."""
    own = kept(viewer)
    if own is not None and not own:
        return ""
    return _("A new one is recorded on the hospital's page: follow its name in the list.")


def list_tabs(current: str) -> list[Tab]:
    """The lists of what hospitals build."""
    names = (
        ("departments", _("Department building")),
        ("roads", pgettext("hospital", "Accreditation")),
        ("procedures", _("Management procedures")),
        ("research", _("Research")),
    )
    return [Tab(label, url(name), name == current) for name, label in names]
