"""The way to a grade (三级甲等创建): how far is it, what is missing, what came of it?"""

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
from jiedui.mentoring.actions import roads as actions
from jiedui.mentoring.domain.departments import road_state
from jiedui.mentoring.forms.departments import (
    MilestoneDoneForm,
    MilestoneForm,
    RoadForm,
    RoadStepForm,
)
from jiedui.mentoring.models import AccreditationRoad, Checklist, Milestone
from jiedui.mentoring.queries import departments as queries
from jiedui.mentoring.queries.departments import ItemLine
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.mentoring.views.departments import ListPage
from jiedui.mentoring.views.standing_words import (
    TONES,
    ChecklistLine,
    answer_label,
    checklist_line,
    gaps_of,
    hospital_way,
    list_tabs,
    terms_of,
    where_recorded,
)
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, term

if TYPE_CHECKING:
    pass


def state_of(road: AccreditationRoad) -> tuple[str, str]:
    """How far a road is in a word, and its tone."""
    state = road_state(road.applied_on, road.reviewed_on, road.result)
    if state == "decided":
        found = vocabulary().term("accreditation_results", road.result)
        return term(road.result, "accreditation_results"), found.extra["tone"]
    late = road.target_on < today()
    words = {
        "preparing": pgettext("accreditation", "Preparing"),
        "applied": pgettext("accreditation", "Applied"),
        "reviewed": pgettext("accreditation", "Reviewed"),
    }
    return words[state], "wrong" if late else "wait"


@dataclass(frozen=True)
class RoadLine:
    """A road as other pages show it."""

    name: str
    url: str
    state: str
    tone: str
    target_on: date


def road_line(road: AccreditationRoad) -> RoadLine:
    """A road in a line."""
    target = term(road.target, "accreditation_targets")
    return RoadLine(target, url("road", road.id), *state_of(road), road.target_on)


@require_GET
def road_list(request: Request) -> HttpResponseBase:
    """Which hospitals are on their way to a grade, and how far?"""
    viewer = request.viewer
    viewer.must(READ)
    table = Table(
        request,
        access.visible_roads(viewer).select_related("organisation", "giver"),
        [
            Column("hospital", _("Hospital"), value=lambda row: named(row.organisation),
                   sort="organisation__name", url=lambda row: url("road", row.id)),
            Column("target", _("Grade aimed at"), kind="term", table="accreditation_targets",
                   sort="target"),
            Column("state", _("State"), kind="badge", value=lambda row: state_of(row)[0],
                   tone=lambda row: state_of(row)[1]),
            Column("target_on", _("To be reached by"), kind="day", sort="target_on"),
            Column("applied_on", _("Applied on"), kind="day", sort="applied_on"),
            Column("reviewed_on", pgettext("accreditation", "Reviewed on"), kind="day",
                   sort="reviewed_on"),
            Column("result_on", _("Day of the result"), kind="day", sort="result_on"),
            Column("giver", _("Helped by"), value=lambda row: named(row.giver),
                   sort="giver__name"),
        ],
        filters=[
            Filter("q", _("Hospital"), paths=("organisation__name", "organisation__name_en")),
            Filter("target", _("Grade aimed at"), kind="choice",
                   choices=terms_of("accreditation_targets")),
            Filter("result", _("Result"), kind="choice",
                   choices=terms_of("accreditation_results")),
        ],
        default_sort="-target_on",
        title=_("Ways to a grade"),
        empty=Empty(
            _("No hospital is on its way to a grade"),
            _("It begins on a hospital's page: grade, day, milestones, and the checklist."),
            url("departments"), _("Department building"),
        ),
    )  # fmt: skip
    page = ListPage(_("Ways to a grade"), table, list_tabs("roads"), where_recorded(viewer))
    return render(request, "mentoring/departments_list.html", page)


@dataclass(frozen=True)
class GapLine:
    """An item that is still missing."""

    section: str
    name: str
    answer: str
    tone: str
    owner: str
    due_on: date | None
    overdue: bool


@dataclass(frozen=True)
class MilestoneLine:
    """A step, its state and where to say that it is done."""

    row: Milestone
    state: str
    tone: str
    done_url: str


@dataclass(frozen=True)
class RoadPage:
    """One way to a grade."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    road: AccreditationRoad
    state: str
    tone: str
    giver: str
    milestones: Sequence[MilestoneLine]
    checklist: ChecklistLine | None
    gaps: Sequence[GapLine]
    standard: str
    may: bool


def _gap(line: ItemLine, english: bool, day: date) -> GapLine:
    said = line.answer
    return GapLine(
        line.term.extra["section_en" if english else "section"],
        line.term.label("en" if english else "zh-hans"),
        answer_label(line.item.answer),
        TONES[line.item.answer],
        said.owner.name if said and said.owner else "",
        line.item.due_on,
        line.item.overdue(day),
    )


def way_to(road: AccreditationRoad, *labels: str) -> tuple[Crumb, ...]:
    """The way back to a road, and to what follows it."""
    name = term(road.target, "accreditation_targets")
    own = Crumb(name, url("road", road.id) if labels else "")
    return hospital_way(road.organisation, own, *(Crumb(each) for each in labels))


@require_GET
def road_page(request: Request, id: UUID) -> HttpResponseBase:
    """How far is the hospital, what is due next, and what does it still lack?"""
    viewer = request.viewer
    viewer.must(READ)
    road, day = access.get_road(viewer, id), today()
    may = access.may_keep(viewer, road.organisation_id)
    english = (get_language() or "").startswith("en")
    standard = vocabulary().term("accreditation_targets", road.target).extra["standard"]
    rows = Checklist.objects.filter(
        organisation_id=road.organisation_id, department=None, standard=standard
    )
    lines = queries.checklists(rows)
    first = rows.first() if lines else None
    gaps = [_gap(each, english, day) for each in gaps_of(lines[first.id])] if first else []
    state, tone = state_of(road)
    page = RoadPage(
        title=_("%(hospital)s: %(target)s") % {
            "hospital": named(road.organisation),
            "target": term(road.target, "accreditation_targets"),
        },
        crumbs=way_to(road),
        example=road.organisation.example,
        road=road,
        state=state,
        tone=tone,
        giver=named(road.giver),
        milestones=[_milestone(row, day, may=may) for row in road.milestones.select_related(
            "owner").order_by("due_on", "id")],
        checklist=checklist_line(first, lines[first.id], day) if first else None,
        gaps=gaps,
        standard=term(standard, "standards"),
        may=may,
    )  # fmt: skip
    return render(request, "mentoring/departments_road.html", page)


def _milestone(row: Milestone, day: date, *, may: bool) -> MilestoneLine:
    if row.done_on:
        state, tone = _("Done"), "ok"
    elif row.due_on < day:
        state, tone = _("Overdue"), "wrong"
    else:
        state, tone = pgettext("task", "Open"), "wait"
    return MilestoneLine(row, state, tone, url("milestone-done", row.id) if may else "")


@require_http_methods(["GET", "POST"])
def road_new(request: Request, id: UUID) -> HttpResponseBase:
    """Begin a hospital's way to a grade."""
    viewer = request.viewer
    viewer.must(READ)
    body = access.get_hospital(viewer, id)
    if not access.may_keep(viewer, body.id):
        raise not_visible()
    back = url("hospital", body.id)

    def act(data: dict[str, Any]) -> str:
        return url("road", actions.begin_road(by=viewer.user, organisation=body, **data).id)

    return submitted(
        request, RoadForm(viewer, body, request.POST or None, initial={"begun_on": today()}), act,
        title=_("New way to a grade"), submit=pgettext("verb", "Begin"),
        done=_("The way to the grade was begun."), cancel_url=back,
        crumbs=hospital_way(body, Crumb(_("New way to a grade"))), example=body.example,
    )  # fmt: skip


def _kept(request: Request, road: AccreditationRoad) -> AccreditationRoad:
    if not access.may_keep(request.viewer, road.organisation_id):
        raise not_visible()
    return road


@require_http_methods(["GET", "POST"])
def road_steps(request: Request, id: UUID) -> HttpResponseBase:
    """Say how far a hospital is."""
    request.viewer.must(READ)
    road = _kept(request, access.get_road(request.viewer, id))
    back = url("road", road.id)
    names = ("target_on", "applied_on", "reviewed_on", "result", "result_on", "note")

    def act(data: dict[str, Any]) -> str:
        actions.update_road(by=request.viewer.user, road=road, **data)
        return back

    return submitted(
        request,
        RoadStepForm(request.POST or None, initial={name: getattr(road, name) for name in names}),
        act, title=_("Applied, reviewed, result"), submit=_("Save"), done=_("It was saved."),
        cancel_url=back, crumbs=way_to(road, _("Applied, reviewed, result")),
        example=road.organisation.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def milestone_new(request: Request, id: UUID) -> HttpResponseBase:
    """Set a step on the way."""
    request.viewer.must(READ)
    road = _kept(request, access.get_road(request.viewer, id))
    back = url("road", road.id)

    def act(data: dict[str, Any]) -> str:
        actions.add_milestone(by=request.viewer.user, road=road, **data)
        return back

    return submitted(
        request, MilestoneForm(request.viewer, road.organisation, request.POST or None), act,
        title=_("New milestone"), submit=_("Add"), done=_("The milestone was set."),
        cancel_url=back, crumbs=way_to(road, _("New milestone")),
        example=road.organisation.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def milestone_done(request: Request, id: UUID) -> HttpResponseBase:
    """Say that a step was done."""
    request.viewer.must(READ)
    step = access.get_milestone(request.viewer, id)
    road = _kept(request, step.road)
    back = url("road", road.id)
    first = {"on": step.done_on or today(), "note": step.note}

    def act(data: dict[str, Any]) -> str:
        actions.finish_milestone(by=request.viewer.user, milestone=step, **data)
        return back

    return submitted(
        request, MilestoneDoneForm(request.POST or None, initial=first), act,
        title=_("The milestone is done"), submit=_("Save"), done=_("It was saved."),
        intro=step.title, cancel_url=back, crumbs=way_to(road, _("The milestone is done")),
        example=road.organisation.example,
    )  # fmt: skip
