"""Pages of departments: how far has each come, what shows it, what is missing?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.mentoring.access import departments as access
from jiedui.mentoring.access.reach import READ
from jiedui.mentoring.actions import departments as actions
from jiedui.mentoring.domain.departments import allowed
from jiedui.mentoring.forms.departments import CriterionForm, FallForm, LevelForm, StageForm
from jiedui.mentoring.models import Checklist, KeySpecialty, StageAnswer, StageStep
from jiedui.mentoring.queries import departments as queries
from jiedui.mentoring.views.base import Request, not_visible, outside, url
from jiedui.mentoring.views.standing_words import (
    ChecklistLine,
    ClinicLine,
    checklist_lines,
    clinic_lines,
    department_way,
    level_state,
    list_tabs,
    terms_of,
)
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, term

if TYPE_CHECKING:
    from jiedui.directory.models import Department


@dataclass(frozen=True)
class ListPage:
    """A list of what hospitals build."""

    title: str
    table: Table
    tabs: Sequence[Tab]
    lead: str = ""
    example: bool = False


def _open_or_closed(rows: Any, value: str) -> Any:
    closed = Q(valid_to__isnull=False, valid_to__lt=today())
    return rows.filter(closed) if value == "closed" else rows.exclude(closed)


def _at_stage(rows: Any, value: str) -> Any:
    return rows.filter(standing__stage=value)


def _at_level(rows: Any, value: str) -> Any:
    return rows.filter(standing__level=value)


def _stage(row: Department) -> str:
    standing = getattr(row, "standing", None)
    return term(standing.stage, "maturity_stages") if standing else ""


def _level(row: Department) -> str:
    standing = getattr(row, "standing", None)
    return term(standing.level, "key_specialty_levels") if standing else ""


@require_GET
def department_list(request: Request) -> HttpResponseBase:
    """Which departments are there, how far has each come, which are new or closed?"""
    viewer = request.viewer
    viewer.must(READ)
    counts: dict[UUID, queries.ChecklistCount] = {}
    day = today()

    def prepare(rows: list[Department]) -> list[Department]:
        counts.update(queries.open_items([row.id for row in rows], day))
        return rows

    def count(row: Department) -> queries.ChecklistCount | None:
        return counts.get(row.id)

    table = Table(
        request,
        queries.with_standing(access.visible_departments(viewer)),
        [
            Column("name", pgettext("clinical", "Department"), sort="name",
                   url=lambda row: url("department", row.id)),
            Column("hospital", _("Hospital"), value=lambda row: named(row.organisation),
                   sort="organisation__name", url=lambda row: url("hospital", row.organisation_id)),
            Column("specialty", _("Specialty"), kind="term", table="specialties",
                   sort="specialty"),
            Column("stage", _("Maturity"), value=_stage, sort="stage_rank"),
            Column("level", _("Key specialty"), value=_level, sort="level_rank"),
            Column("standards", _("Standards"), kind="number",
                   value=lambda row: c.standards if (c := count(row)) else None),
            Column("open", _("Items to put right"), kind="number",
                   value=lambda row: c.open if (c := count(row)) else None),
            Column("overdue", _("Overdue"), kind="badge",
                   value=lambda row: str(c.overdue) if (c := count(row)) and c.overdue else "",
                   tone=lambda _row: "wrong"),
            Column("opened", _("Opened on"), kind="day", value="valid_from", sort="valid_from"),
            Column("closed", _("Closed on"), kind="day", value="valid_to", sort="valid_to"),
        ],
        filters=[
            Filter("q", _("Department or hospital"),
                   paths=("name", "organisation__name", "organisation__name_en")),
            Filter("specialty", _("Specialty"), kind="choice", choices=terms_of("specialties")),
            Filter("stage", _("Maturity"), kind="choice", choices=terms_of("maturity_stages"),
                   apply=_at_stage),
            Filter("level", _("Key specialty"), kind="choice",
                   choices=terms_of("key_specialty_levels"), apply=_at_level),
            Filter("state", _("State"), kind="choice", apply=_open_or_closed, default="open",
                   choices=[("open", pgettext("department", "Open")),
                            ("closed", pgettext("department", "Closed"))]),
            Filter("of", _("Whose"), kind="choice", default="helped",
                   apply=lambda rows, _value: rows.filter(
                       organisation_id__in=queries.helped(viewer)),
                   choices=[("helped", _("Hospitals that are helped"))]),
            Filter("opened", _("Opened on"), kind="dates", paths=("valid_from",)),
        ],
        default_sort="hospital",
        title=_("Department building"),
        prepare=prepare,
        empty=Empty(
            _("No department yet"),
            _("Departments are entered in the directory; here stands how far each has come."),
            reverse("directory:organisations"),
            _("Organisations"),
        ),
    )  # fmt: skip
    page = ListPage(_("Department building"), table, list_tabs("departments"))
    return render(request, "mentoring/departments_list.html", page)


@dataclass(frozen=True)
class CriterionLine:
    """A criterion with its newest answer."""

    name: str
    answer: StageAnswer | None
    url: str


@dataclass(frozen=True)
class StageLine:
    """A stage with its criteria."""

    name: str
    rank: int
    held: bool
    allowed: bool
    met: int
    criteria: Sequence[CriterionLine]


@dataclass(frozen=True)
class LevelLine:
    """A rung of the key-specialty ladder."""

    name: str
    row: KeySpecialty | None
    state: str
    tone: str
    giver: str
    url: str


@dataclass(frozen=True)
class DepartmentPage:
    """One department."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    department: Department
    may: bool
    stage: str
    stage_on: date | None
    slipped: bool
    stages: Sequence[StageLine]
    steps: Sequence[StepLine]
    levels: Sequence[LevelLine]
    checklists: Sequence[ChecklistLine]
    clinics: Sequence[ClinicLine]
    staying_url: str
    directory_url: str


@dataclass(frozen=True)
class StepLine:
    """A step up or down."""

    stage: str
    row: StageStep


def _stages(
    department: Department, rank: int, answers: dict[str, StageAnswer], *, may: bool
) -> list[StageLine]:
    ladder = queries.stages()
    reachable = allowed(ladder, queries.answers_now([department.id]).get(department.id, {}))
    found = []
    for stage in ladder:
        criteria = [
            CriterionLine(
                term(code, "stage_criteria"), answers.get(code),
                url("department-criterion", department.id, code) if may else "",
            )
            for code in stage.criteria
        ]  # fmt: skip
        found.append(
            StageLine(
                term(stage.code, "maturity_stages"), stage.rank, stage.rank <= rank,
                stage.rank <= reachable,
                sum(1 for line in criteria if line.answer and line.answer.met), criteria,
            )
        )  # fmt: skip
    return found


def _levels(department: Department, *, may: bool) -> list[LevelLine]:
    rows, day = queries.levels_of(department.id), today()

    def line(code: str, row: KeySpecialty | None) -> LevelLine:
        state, tone = level_state(row, day)
        address = url("department-level", department.id, code) if may else ""
        giver = named(row.giver) if row else ""
        return LevelLine(term(code, "key_specialty_levels"), row, state, tone, giver, address)

    return [line(code, rows.get(code)) for code in vocabulary().table("key_specialty_levels")]


@require_GET
def department_page(request: Request, id: UUID) -> HttpResponseBase:
    """How far has this department come, what shows it, and what is still missing?"""
    viewer = request.viewer
    viewer.must(READ)
    department = access.get_department(viewer, id)
    may = access.may_keep(viewer, department.organisation_id)
    standing = getattr(department, "standing", None)
    rank = standing.stage_rank if standing else 0
    lines = _stages(
        department, rank, queries.criteria_answered([department.id]).get(department.id, {}), may=may
    )
    body = department.organisation
    seen = directory.reach(viewer).covers(body.id)
    page = DepartmentPage(
        title=department.name,
        crumbs=department_way(department),
        example=body.example,
        department=department,
        may=may,
        stage=term(standing.stage, "maturity_stages") if standing else "",
        stage_on=standing.stage_on if standing else None,
        slipped=any(line.held and not line.allowed for line in lines),
        stages=lines,
        steps=[
            StepLine(term(row.stage, "maturity_stages") or _("Below the first stage"), row)
            for row in queries.steps_of(department.id)
        ],
        levels=_levels(department, may=may),
        checklists=checklist_lines(Checklist.objects.filter(department=department), today()),
        clinics=clinic_lines(department.id),
        staying_url=outside("mentoring:staying-department", department.id),
        directory_url=outside("directory:organisation", body.id) if seen else "",
    )
    return render(request, "mentoring/departments_page.html", page)


def kept_department(request: Request, id: UUID) -> Department:
    """The department, if the viewer keeps it."""
    request.viewer.must(READ)
    department = access.get_department(request.viewer, id)
    if not access.may_keep(request.viewer, department.organisation_id):
        raise not_visible()
    return department


@require_http_methods(["GET", "POST"])
def criterion(request: Request, id: UUID, code: str) -> HttpResponseBase:
    """Answer a criterion."""
    department = kept_department(request, id)
    if code not in vocabulary().table("stage_criteria"):
        raise not_visible()
    back = url("department", department.id)
    before = queries.criteria_answered([department.id]).get(department.id, {}).get(code)
    first: dict[str, Any] = {"on": today()}
    if before is not None:
        first |= {"met": "yes" if before.met else "no", "evidence": before.evidence}

    def act(data: dict[str, Any]) -> str:
        actions.answer_criterion(
            by=request.viewer.user, department=department, criterion=code, **data
        )
        return back

    return submitted(
        request, CriterionForm(request.POST or None, initial=first), act,
        title=term(code, "stage_criteria"), submit=_("Save"), done=_("The answer was saved."),
        intro=_("Earlier answers are kept; the newest day holds."), cancel_url=back,
        crumbs=department_way(department, term(code, "stage_criteria")),
        example=department.organisation.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def stage(request: Request, id: UUID) -> HttpResponseBase:
    """Say that a stage was reached."""
    department = kept_department(request, id)
    back = url("department", department.id)

    def act(data: dict[str, Any]) -> str:
        actions.reach_stage(by=request.viewer.user, department=department, **data)
        return back

    return submitted(
        request, StageForm(request.POST or None, initial={"on": today()}), act,
        title=_("A stage was reached"), submit=_("Save"), done=_("The stage was saved."),
        intro=_("Every criterion of the stage and of those below must be answered as met, with"
                " what shows it."),
        cancel_url=back, crumbs=department_way(department, _("A stage was reached")),
        example=department.organisation.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def fall(request: Request, id: UUID) -> HttpResponseBase:
    """Say that the department fell back."""
    department = kept_department(request, id)
    back = url("department", department.id)

    def act(data: dict[str, Any]) -> str:
        actions.lose_stage(by=request.viewer.user, department=department, **data)
        return back

    return submitted(
        request, FallForm(request.POST or None, initial={"on": today()}), act,
        title=_("Fell back to a lower stage"), submit=_("Save"), done=_("The step was saved."),
        intro=_("A department may fall back, as when people left. The history keeps both."),
        cancel_url=back, crumbs=department_way(department, _("Fell back to a lower stage")),
        example=department.organisation.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def level(request: Request, id: UUID, code: str) -> HttpResponseBase:
    """Say by when a level of key specialties is aimed at, or since when it is held."""
    department = kept_department(request, id)
    if code not in vocabulary().table("key_specialty_levels"):
        raise not_visible()
    back, row = url("department", department.id), queries.levels_of(department.id).get(code)
    form = LevelForm(
        request.viewer, department.organisation, request.POST or None, initial=_said(row)
    )
    if row is not None:
        form.keep(row.programme_id, row.giver_id)

    def act(data: dict[str, Any]) -> str:
        actions.set_level(by=request.viewer.user, department=department, level=code, **data)
        return back

    return submitted(
        request, form, act, title=term(code, "key_specialty_levels"), submit=_("Save"),
        done=_("The level was saved."), cancel_url=back,
        crumbs=department_way(department, term(code, "key_specialty_levels")),
        example=department.organisation.example,
    )  # fmt: skip


def _said(row: KeySpecialty | None) -> dict[str, Any]:
    if row is None:
        return {}
    names = ("target_on", "reached_on", "evidence", "lost_on", "reason")
    return {name: getattr(row, name) for name in names}
