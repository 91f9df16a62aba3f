"""Checklists of standards: what is met, what is missing, who puts it right by when?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.mentoring.access import departments as access
from jiedui.mentoring.access.reach import READ
from jiedui.mentoring.actions import standards as actions
from jiedui.mentoring.domain.departments import GAPS, UNANSWERED
from jiedui.mentoring.forms.departments import ChecklistForm, ItemForm
from jiedui.mentoring.models import Checklist
from jiedui.mentoring.queries import departments as queries
from jiedui.mentoring.queries.departments import ItemLine
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.mentoring.views.departments import kept_department
from jiedui.mentoring.views.hospitals import kept_hospital
from jiedui.mentoring.views.standing_words import (
    TONES,
    ChecklistLine,
    answer_label,
    checklist_line,
    department_way,
    hospital_way,
)
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Filter, Table
from jiedui.web.templatetags.jiedui import term

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation


def _new(
    request: Request, body: Organisation, department: Department | None, back: str
) -> HttpResponseBase:
    label = _("Work towards a standard")
    way = department_way(department, label) if department else hospital_way(body, Crumb(label))

    def act(data: dict[str, Any]) -> str:
        made = actions.begin_checklist(
            by=request.viewer.user, organisation=body, department=department, **data
        )
        return url("checklist", made.id)

    scope = "department" if department else "hospital"
    return submitted(
        request, ChecklistForm(scope, request.POST or None, initial={"begun_on": today()}), act,
        title=label, submit=pgettext("verb", "Begin"), done=_("The checklist was begun."),
        cancel_url=back, crumbs=way, example=body.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def of_department(request: Request, id: UUID) -> HttpResponseBase:
    """Let a department work towards a standard."""
    department = kept_department(request, id)
    return _new(request, department.organisation, department, url("department", department.id))


@require_http_methods(["GET", "POST"])
def of_hospital(request: Request, id: UUID) -> HttpResponseBase:
    """Let a hospital work towards a standard."""
    body = kept_hospital(request, id)
    return _new(request, body, None, url("hospital", body.id))


def way_to(checklist: Checklist, *labels: str) -> tuple[Crumb, ...]:
    """The way back to a checklist, and to what follows it."""
    name = term(checklist.standard, "standards")
    own = Crumb(name, url("checklist", checklist.id) if labels else "")
    more = tuple(Crumb(each) for each in labels)
    if checklist.department is None:
        return hospital_way(checklist.organisation, own, *more)
    place = checklist.department
    return hospital_way(
        checklist.organisation, Crumb(place.name, url("department", place.id)), own, *more
    )


@dataclass(frozen=True)
class Row:
    """An item as the list shows it."""

    code: str
    section: str
    name: str
    answer: str
    evidence: str
    on: date | None
    owner: str
    due_on: date | None
    overdue: bool


def _row(line: ItemLine, english: bool, day: date) -> Row:
    said = line.answer
    return Row(
        line.code,
        line.term.extra["section_en" if english else "section"],
        line.term.label("en" if english else "zh-hans"),
        line.item.answer,
        said.evidence if said else "",
        said.on if said else None,
        said.owner.name if said and said.owner else "",
        line.item.due_on,
        line.item.overdue(day),
    )


def _lacking(rows: Any, value: str) -> Any:
    if value == "gaps":
        return [row for row in rows if row.answer in (*GAPS, UNANSWERED)]
    if value == "overdue":
        return [row for row in rows if row.overdue]
    return [row for row in rows if row.answer == value]


@dataclass(frozen=True)
class ChecklistPage:
    """One standard at one place."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    checklist: Checklist
    line: ChecklistLine
    source: str
    table: Table


@require_GET
def checklist_page(request: Request, id: UUID) -> HttpResponseBase:
    """Which items of the standard are met, which are not, and who puts them right?"""
    viewer = request.viewer
    viewer.must(READ)
    checklist, day = access.get_checklist(viewer, id), today()
    lines = queries.checklists(Checklist.objects.filter(pk=checklist.pk))[checklist.id]
    english = (get_language() or "").startswith("en")
    may = access.may_keep(viewer, checklist.organisation_id)

    def item_url(row: Row) -> str:
        return url("checklist-item", checklist.id, row.code) if may else ""

    table = Table(
        request,
        [_row(line, english, day) for line in lines],
        [
            Column("section", _("Section"), sort="code"),
            Column("name", pgettext("standard", "Item"), url=item_url if may else None),
            Column("answer", _("Answer"), kind="badge", sort="answer",
                   value=lambda row: answer_label(row.answer),
                   tone=lambda row: TONES.get(row.answer, "plain")),
            Column("evidence", _("What shows it")),
            Column("on", _("Judged on"), kind="day", sort="on"),
            Column("owner", _("Who puts it right"), sort="owner"),
            Column("due_on", _("To be put right by"), kind="day", sort="due_on"),
            Column("late", _("State"), kind="badge", tone=lambda _row: "wrong",
                   value=lambda row: _("Overdue") if row.overdue else ""),
        ],
        filters=[
            Filter("q", pgettext("standard", "Item"), paths=("name", "section", "evidence")),
            Filter("answer", _("Answer"), kind="choice", apply=_lacking, choices=[
                ("gaps", _("Still missing")), ("overdue", _("Overdue")),
                *((code, answer_label(code)) for code in TONES),
            ]),
        ],
        default_sort="section",
        key=lambda row: row.code,
        size=100,
        title=pgettext("standard", "Items"),
    )  # fmt: skip
    page = ChecklistPage(
        title=term(checklist.standard, "standards"),
        crumbs=way_to(checklist),
        example=checklist.organisation.example,
        checklist=checklist,
        line=checklist_line(checklist, lines, day),
        source=vocabulary().term("standards", checklist.standard).source,
        table=table,
    )
    return render(request, "mentoring/departments_checklist.html", page)


@require_http_methods(["GET", "POST"])
def item(request: Request, id: UUID, code: str) -> HttpResponseBase:
    """Say how an item stands; every earlier answer is kept beneath."""
    viewer = request.viewer
    viewer.must(READ)
    checklist = access.get_checklist(viewer, id)
    lines = {
        line.code: line
        for line in queries.checklists(Checklist.objects.filter(pk=checklist.pk))[checklist.id]
    }
    if code not in lines or not access.may_keep(viewer, checklist.organisation_id):
        raise not_visible()
    said, back = lines[code].answer, url("checklist", checklist.id)
    first: dict[str, Any] = {"on": today()}
    if said is not None:
        first |= {
            "answer": said.answer, "evidence": said.evidence, "owner": said.owner,
            "due_on": said.due_on,
        }  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        actions.answer_item(by=viewer.user, checklist=checklist, item=code, **data)
        return back

    name = term(code, "standard_items")
    earlier = queries.item_history(checklist, code)
    told = "；".join(f"{row.on} {answer_label(row.answer)}" for row in earlier[:5])
    return submitted(
        request, ItemForm(viewer, checklist.organisation, request.POST or None, initial=first),
        act, title=name, submit=_("Save"), done=_("The answer was saved."),
        intro=_("Earlier answers: %(answers)s") % {"answers": told} if told
        else _("Not answered yet"),
        cancel_url=back, crumbs=way_to(checklist, name), example=checklist.organisation.example,
    )  # fmt: skip
