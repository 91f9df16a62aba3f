"""Pages of siting proposals: the list, one on a screen, its forms, its run, its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiedui.core.errors import InvalidState
from jiedui.directory.domain.projection import Globe
from jiedui.planning import tasks
from jiedui.planning.access import sitings as access
from jiedui.planning.actions import sitings as actions
from jiedui.planning.forms.sitings import SitingForm, SitingNameForm, SitingRunForm
from jiedui.planning.queries import sitings as queries
from jiedui.planning.sources.siting_archive import TEMPLATE, packed
from jiedui.planning.views import words
from jiedui.planning.views.adoption import ConfirmPage
from jiedui.planning.views.base import Request, not_visible, tabs_of, url
from jiedui.planning.views.siting_words import (
    Change,
    changes_of,
    map_of,
    nearest_of,
    nearness_of,
    next_of,
    people_of,
    sentence_of,
    told,
    way_of,
)
from jiedui.programmes.access import visible_programmes
from jiedui.web.forms import sentence
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import amount, named

if TYPE_CHECKING:
    from jiedui.planning.models import SitingProposal

SHOWN = 8


@dataclass(frozen=True)
class ListPage:
    """The proposals in sight."""

    title: str
    lead: str
    table: Table
    new_url: str


def _share(row: SitingProposal) -> str:
    people = row.result.get("people")
    return words.percent(row.result["served"] / people) if people else "–"


@require_GET
def siting_list(request: Request) -> HttpResponseBase:
    """Which proposals are there?"""
    viewer = request.viewer
    viewer.must(access.READ)
    new_url = url("siting-new") if access.makes_sitings(viewer) else ""
    programmes = [(str(row.id), named(row)) for row in visible_programmes(viewer).order_by("name")]
    table = Table(
        request,
        queries.sitings_of(viewer),
        [
            Column("name", _("Proposal"), sort="name", url=lambda row: url("siting", row.id)),
            Column("owner", _("Whose"), sort="owner__name",
                   value=lambda row: named(row.owner) or _("the whole programme")),
            Column("programme", _("Programme"), value=lambda row: named(row.programme),
                   sort="programme__name", shown=False),
            Column("budget", _("Budget"), kind="number", sort="budget"),
            Column("served", _("People reached"), kind="number",
                   value=lambda row: row.result.get("served")),
            Column("share", _("Share"), value=_share),
            Column("missed", _("Places not reached"), kind="number",
                   value=lambda row: row.result.get("missed"),
                   url=lambda row: url("siting-missed", row.id) if row.result else ""),
            Column("state", _("State"), kind="badge", sort="state",
                   value=lambda row: words.RUN_STATES[row.state],
                   tone=lambda row: words.RUN_TONES.get(row.state, "plain")),
        ],
        filters=[
            Filter("q", _("Proposal or whose"), paths=("name", "owner__name")),
            Filter("programme", _("Programme"), "choice", ["programme_id"], lambda: programmes),
            Filter("state", _("State"), "choice", choices=list(words.RUN_STATES.items())),
        ],
        default_sort="name",
        title=_("Siting proposals"),
        empty=Empty(
            _("No proposal yet"),
            _("A proposal says which sites get which kit so that most people are reached for the"
              " money, and lists those who are not."),
            new_url, _("New proposal"),
        ),
    )  # fmt: skip
    lead = _("Which sites get which kit for the money, and who stays out of reach.")
    page = ListPage(_("Siting proposals"), lead, table, new_url)
    return render(request, "planning/sitings.html", page)


def way(siting: SitingProposal, *labels: str) -> tuple[Crumb, ...]:
    """The way back to the proposal, and to what follows it."""
    own = Crumb(siting.name, url("siting", siting.id) if labels else "")
    return (Crumb(_("Siting proposals"), url("sitings")), own, *(Crumb(each) for each in labels))


def tabs(overview: queries.SitingOverview, current: str) -> list[Tab]:
    """The views of a proposal, once there is something to see."""
    siting = overview.siting
    if not siting.outcome:
        return []
    names: list[tuple[str, str, int | None]] = [
        ("siting", _("Overview"), None),
        ("siting-kits", _("Sites chosen"), len(overview.kits)),
        ("siting-missed", _("Not reached"), len(overview.missed)),
        ("siting-left", _("Sites not chosen"), len(overview.left)),
    ]
    return tabs_of(siting.id, current, names)


def editable(request: Request, id: UUID) -> SitingProposal:
    """The proposal, for who makes it."""
    siting = access.get_siting(request.viewer, id)
    if not access.may_make_siting(request.viewer, siting.owner_id):
        raise not_visible()
    return siting


@dataclass(frozen=True)
class RunLine:
    """How far the planning of a proposal is."""

    id: UUID
    state: Any
    stage: str
    told: str
    time: str
    share: float
    running: bool
    may_cancel: bool
    tone: str = ""
    """Of the badge above, where the fragment alone is asked for and has to bring it."""


def run_line(siting: SitingProposal, *, may_edit: bool) -> RunLine:
    """The run in words."""
    gap, stage = siting.progress.get("gap"), siting.progress.get("stage")
    running = siting.state in ("waiting", "running")
    share, done = words.done_of(siting.progress, siting.seconds)
    return RunLine(
        siting.id, words.RUN_STATES[siting.state], _(stage) if stage else "",
        _("no plan yet to measure")
        if gap is None
        else words.at_most(gap),
        done, share, running, may_edit and running and not siting.stopping,
    )  # fmt: skip


@dataclass(frozen=True)
class KindLine:
    """A kind of kit: how many, and whom they reach."""

    name: str
    reach: str
    cost: str
    new: str
    standing: str
    people: str
    share: str
    width: str


@dataclass(frozen=True)
class Missed:
    """A place not reached, in words."""

    place: str
    people: str
    nearest: str
    way: str


@dataclass(frozen=True)
class SitingPage:
    """A proposal on one screen."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    siting: SitingProposal
    overview: queries.SitingOverview
    about: str
    state: Any
    tone: str
    run: RunLine
    error: str
    sentence: str
    gap: str
    gap_tone: str
    searched: str
    services: Sequence[tuple[str, str, str]]
    kinds: Sequence[KindLine]
    reasons: Sequence[str]
    next: Sequence[str]
    changes: Sequence[Change]
    missed: Sequence[Missed]
    more_missed: int
    globe: Globe
    tabs: Sequence[Tab]


@require_GET
def siting_page(request: Request, id: UUID) -> HttpResponseBase:
    """Whom does it reach, for how much, and whom not?"""
    viewer = request.viewer
    siting = access.get_siting(viewer, id)
    overview = queries.siting_overview(viewer, siting)
    result = siting.result
    near, tone = nearness_of(result) if result else ("", "plain")
    error = siting.progress.get("error") if siting.state == "failed" else None
    page = SitingPage(
        title=siting.name,
        crumbs=way(siting),
        example=siting.programme.example,
        siting=siting,
        overview=overview,
        about=" · ".join(
            filter(None, (named(siting.owner), named(siting.programme), siting.source))
        ),
        state=words.RUN_STATES[siting.state],
        tone=words.RUN_TONES.get(siting.state, "plain"),
        run=run_line(siting, may_edit=overview.may_edit),
        error=_(error["message"]) if error else "",
        sentence=sentence_of(result) if result else "",
        gap=near,
        gap_tone=tone,
        searched=words.searched(result),
        services=_services(result),
        kinds=[_kind(each, result["people"]) for each in overview.kinds],
        reasons=[told(message, details) for message, details in overview.reasons],
        next=next_of(overview.next),
        changes=changes_of(result),
        missed=[
            Missed(" · ".join(filter(None, (each.place, each.service))), people_of(each.people),
                   nearest_of(each), way_of(each))
            for each in overview.missed[:SHOWN]
        ],
        more_missed=max(0, len(overview.missed) - SHOWN),
        globe=map_of(overview),
        tabs=tabs(overview, "siting"),
    )  # fmt: skip
    return render(request, "planning/siting.html", page)


def _services(result: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """People by service, where there is more than one."""
    reached = result.get("reached", {})
    if len(reached) < 2:
        return []
    people = result["people"]
    return [
        (
            service or _("without a name"),
            amount(count),
            words.percent(count / people if people else None),
        )
        for service, count in reached.items()
    ]


def _kind(each: Mapping[str, Any], people: float) -> KindLine:
    share = each["people"] / people if people else 0.0
    reach = _("%(n)s minutes") if each["minutes"] else _("%(n)s km")
    return KindLine(
        each["name"], reach % {"n": amount(each["reach"])}, amount(each["cost"]),
        amount(each["new"]), amount(each["standing"]), amount(each["people"]),
        words.percent(share), f"{100 * share:.1f}%",
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def siting_new(request: Request) -> HttpResponseBase:
    """Begin a proposal and have it planned."""
    viewer = request.viewer
    if not access.makes_sitings(viewer):
        raise not_visible()
    given: tuple[Any, ...] = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SitingForm(
        viewer, *given, template_url=url("siting-template"),
        too_large=getattr(request, "upload_too_large", False),
        initial={"programme": request.GET.get("programme", "")},
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        made = actions.create_siting(by=viewer.user, **data)
        tasks.start_siting(by=viewer.user, siting=made)
        return url("siting", made.id)

    title = _("New proposal")
    return submitted(
        request, form, act, title=title, submit=_("Save and compute"),
        done=_("The proposal is being computed."), cancel_url=url("sitings"),
        crumbs=(Crumb(_("Siting proposals"), url("sitings")), Crumb(title)),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def siting_drop(request: Request, id: UUID) -> HttpResponseBase:
    """Remove a proposal that nobody needs."""
    siting = editable(request, id)
    if request.method == "POST":
        try:
            actions.drop_siting(by=request.viewer.user, siting=siting)
        except InvalidState as refused:
            messages.error(request, sentence(refused))
            return redirect("planning:siting", id=siting.id)
        messages.success(request, _("The proposal was removed."))
        return redirect("planning:sitings")
    title = _("Remove the proposal")
    page = ConfirmPage(
        title, way(siting, title), siting.programme.example,
        (_("“%(name)s” is removed with its data and its result; download its data first if"
           " somebody may need them.") % {"name": siting.name},),
        _("Remove"), url("siting", siting.id),
    )  # fmt: skip
    return render(request, "planning/confirm.html", page)


@require_http_methods(["GET", "POST"])
def siting_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Change a proposal's name or source."""
    siting = editable(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.edit_siting(by=request.viewer.user, siting=siting, **data)
        return url("siting", siting.id)

    title = _("Change the proposal")
    form = SitingNameForm(request.POST or None, initial=SitingNameForm.of(siting))
    return submitted(
        request, form, act, title=title, submit=_("Save"), done=_("It was saved."),
        cancel_url=url("siting", siting.id), crumbs=way(siting, title),
        example=siting.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def siting_run(request: Request, id: UUID) -> HttpResponseBase:
    """Have it planned again, for another budget or longer."""
    siting = editable(request, id)

    def act(data: dict[str, Any]) -> str:
        tasks.start_siting(by=request.viewer.user, siting=siting, **data)
        return url("siting", siting.id)

    title = _("Compute again")
    form = SitingRunForm(request.POST or None, initial=SitingRunForm.of(siting))
    return submitted(
        request, form, act, title=title, submit=_("Compute"),
        done=_("The proposal is being computed."), cancel_url=url("siting", siting.id),
        crumbs=way(siting, title), example=siting.programme.example,
        intro=_("The result of now stays beside the new one, to be compared."),
    )  # fmt: skip


@require_POST
def siting_repeat(request: Request, id: UUID) -> HttpResponseBase:
    """Have it planned with as many steps as the last time."""
    siting = editable(request, id)
    tasks.start_siting(by=request.viewer.user, siting=siting, repeat=True)
    messages.success(request, _("The proposal is being computed."))
    return redirect(url("siting", siting.id))


@require_POST
def siting_cancel(request: Request, id: UUID) -> HttpResponseBase:
    """Stop the planning, the best so far is kept."""
    siting = editable(request, id)
    try:
        actions.cancel_siting_run(by=request.viewer.user, siting=siting)
    except InvalidState as refused:
        messages.error(request, sentence(refused))
    else:
        messages.success(request, _("It stops; the best found so far is kept."))
    return redirect(url("siting", siting.id))


@require_GET
def siting_progress(request: Request, id: UUID) -> HttpResponseBase:
    """How far is it? When it ends the whole page is asked for again."""
    siting = access.get_siting(request.viewer, id)
    may_edit = access.may_make_siting(request.viewer, siting.owner_id)
    line = run_line(siting, may_edit=may_edit)
    if not line.running:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return render(
        request, "planning/_siting_run.html", replace(line, tone=words.RUN_TONES[siting.state])
    )  # fmt: skip


def _zip(texts: Mapping[str, str], name: str) -> HttpResponse:
    answer = HttpResponse(packed(texts), content_type="application/zip")
    answer["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


@require_GET
def siting_files(request: Request, id: UUID) -> HttpResponseBase:
    """The data of the proposal, as they were handed in."""
    siting = access.get_siting(request.viewer, id)
    return _zip(queries.files_of(siting), f"{siting.name}.zip")


@require_GET
def siting_template(request: Request) -> HttpResponseBase:
    """Files to be filled in."""
    if not access.makes_sitings(request.viewer):
        raise not_visible()
    return _zip(TEMPLATE, "jiedui-siting.zip")
