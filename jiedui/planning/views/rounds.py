"""Pages of rounds: the list, a round on one screen, its forms, its run and its steps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.directory.domain.projection import Globe
from jiedui.planning import tasks
from jiedui.planning.access import rounds as access
from jiedui.planning.actions import rounds as actions
from jiedui.planning.actions import touring
from jiedui.planning.forms.rounds import ReopenForm, RoundForm, VehicleForm
from jiedui.planning.queries import rounds as queries
from jiedui.planning.views import words
from jiedui.planning.views.base import Request, not_visible, url
from jiedui.planning.views.round_words import LEFT_OUT, ROUND_STATES, ROUND_TONES, map_of
from jiedui.programmes.access import visible_programmes
from jiedui.web.forms import sentence
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import amount, named, period

if TYPE_CHECKING:
    from jiedui.planning.models import Round
    from jiedui.planning.queries.rounds import RoundOverview


@dataclass(frozen=True)
class ListPage:
    """The rounds in sight."""

    title: str
    lead: str
    table: Table
    new_url: str


@require_GET
def round_list(request: Request) -> HttpResponseBase:
    """Which rounds are there?"""
    viewer = request.viewer
    if not viewer.may("ledger.write"):
        viewer.must("planning.read")
    new_url = url("round-new") if access.makes_rounds(viewer) else ""
    programmes = [(str(row.id), named(row)) for row in visible_programmes(viewer).order_by("name")]
    empty = (
        Empty(
            _("No round yet"),
            _("A round says which townships a mobile clinic visits on which day. Name the"
              " vehicles and the places; the days are worked out."),
            new_url, _("New round"),
        )
        if new_url
        else Empty(_("No round yet"), _("Once a round is fixed for its crew, it stands here."))
    )  # fmt: skip
    table = Table(
        request,
        queries.rounds_of(viewer),
        [
            Column("name", _("Round"), sort="name", url=lambda row: url("round", row.id)),
            Column("organiser", _("Sent out by"), value=lambda row: named(row.organiser),
                   sort="organiser__name"),
            Column("programme", _("Programme"), value=lambda row: named(row.programme),
                   sort="programme__name", shown=False),
            Column("days", _("Days"), value=lambda row: period(row.starts_on, row.ends_on),
                   sort="starts_on"),
            Column("visited", _("Places visited"), sort="stop_count",
                   value=lambda row: f"{row.stop_count} / {row.place_count}"),
            Column("state", _("State"), kind="badge", sort="state",
                   value=lambda row: ROUND_STATES[row.state],
                   tone=lambda row: ROUND_TONES.get(row.state, "plain")),
        ],
        filters=[
            Filter("q", _("Round or organiser"), paths=("name", "organiser__name")),
            Filter("programme", _("Programme"), "choice", ["programme_id"], lambda: programmes),
            Filter("state", _("State"), "choice", choices=list(ROUND_STATES.items())),
            Filter("from", _("First day"), "dates", ("starts_on",)),
        ],
        default_sort="-starts_on",
        title=_("Rounds"),
        empty=empty,
    )  # fmt: skip
    lead = _("Which townships a mobile clinic visits on which day, and which have to wait.")
    return render(request, "planning/plans.html", ListPage(_("Rounds"), lead, table, new_url))


def way(round: Round, *labels: str) -> tuple[Crumb, ...]:
    """The way back to the round, and to what follows it."""
    own = Crumb(round.name, url("round", round.id) if labels else "")
    return (Crumb(_("Rounds"), url("rounds")), own, *(Crumb(each) for each in labels))


def tabs(round: Round, current: str) -> list[Tab]:
    """The views of a round."""
    names = [("round", _("Plan of the days")), ("round-places", pgettext("round", "Places"))]
    return [Tab(label, url(name, round.id), name == current) for name, label in names]


def editable(request: Request, id: UUID) -> Round:
    """The round, for who makes it."""
    round = access.get_round(request.viewer, id)
    if not access.may_make_round(request.viewer, round.organiser_id):
        raise not_visible()
    return round


@dataclass(frozen=True)
class RunLine:
    """How far the planning of a round is."""

    id: UUID
    state: Any
    stage: str
    told: str
    time: str
    share: float
    running: bool
    may_cancel: bool


def run_line(round: Round, *, may_edit: bool) -> RunLine:
    """The run in words."""
    stage, gap = round.progress.get("stage"), round.progress.get("gap")
    told = _("no plan yet to measure") if gap is None else words.at_most(gap)
    running = round.run in ("waiting", "running")
    share, done = words.done_of(round.progress, round.seconds)
    return RunLine(
        round.id, words.RUN_STATES[round.run], _(stage) if stage else "", told, done,
        share, running, may_edit and running and not round.stopping,
    )  # fmt: skip


@dataclass(frozen=True)
class Missed:
    """A place left out, in words."""

    place: Any
    why: str


@dataclass(frozen=True)
class RoundPage:
    """A round on one screen."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    round: Round
    overview: RoundOverview
    about: str
    state: Any
    tone: str
    run: RunLine
    error: str
    sentence: str
    nearness: str
    searched: str
    missed: Sequence[Missed]
    globe: Globe
    ways: Sequence[str]
    tabs: Sequence[Tab]


@require_GET
def round_page(request: Request, id: UUID) -> HttpResponseBase:
    """Which places are visited when, which not, and why?"""
    viewer = request.viewer
    round = access.get_round(viewer, id)
    overview = queries.round_overview(viewer, round)
    globe, ways = map_of(round, overview)
    page = RoundPage(
        title=round.name,
        crumbs=way(round),
        example=round.programme.example,
        round=round,
        overview=overview,
        about=" · ".join(
            (named(round.organiser), period(round.starts_on, round.ends_on), named(round.depot))
        ),
        state=ROUND_STATES[round.state],
        tone=ROUND_TONES.get(round.state, "plain"),
        run=run_line(round, may_edit=overview.may_edit),
        error=_error(round),
        sentence=_sentence(overview),
        nearness=_nearness(overview),
        searched=words.searched(round.result, round.seed),
        missed=[
            Missed(
                each.place.place,
                " ".join(
                    (
                        str(LEFT_OUT[each.reason]),
                        _("For it %(places)s would have to go.")
                        % {"places": _(", ").join(map(named, each.instead))}
                        if each.instead
                        else "",
                    )
                ).strip(),
            )
            for each in overview.left_out
        ],
        globe=globe,
        ways=ways,
        tabs=tabs(round, "round") if overview.may_edit else (),
    )
    return render(request, "planning/round.html", page)


def _error(round: Round) -> str:
    found = round.progress.get("error")
    return _(found["message"]) if found and round.run == "failed" else ""


def _sentence(overview: RoundOverview) -> str:
    if not overview.sheets:
        return ""
    days = len({sheet.day for sheet in overview.sheets})
    return ngettext(
        "%(visited)s of %(places)s places are visited on %(days)s day; %(people)s people live"
        " there; %(km)s km are driven.",
        "%(visited)s of %(places)s places are visited on %(days)s days; %(people)s people live"
        " there; %(km)s km are driven.",
        days,
    ) % {
        "visited": overview.visited,
        "places": len(overview.places),
        "days": days,
        "people": amount(overview.people),
        "km": amount(f"{overview.kilometres:.0f}"),
    }


def _nearness(overview: RoundOverview) -> str:
    if not overview.sheets or overview.gap is None:
        return ""
    fixed = sum(stop.pinned for sheet in overview.sheets for stop in sheet.stops)
    if overview.gap < 1e-9:
        if fixed:
            return ngettext(
                "No better plan exists that keeps the %(n)s fixed stop.",
                "No better plan exists that keeps the %(n)s fixed stops.", fixed,
            ) % {"n": fixed}  # fmt: skip
        return _("No better plan exists for these places, vehicles and hours.")
    if overview.gap >= 1:
        return ""
    if fixed:
        return ngettext(
            "Of the plans that keep the %(n)s fixed stop, another could be worth at most %(gap)s"
            " more.",
            "Of the plans that keep the %(n)s fixed stops, another could be worth at most %(gap)s"
            " more.",
            fixed,
        ) % {"n": fixed, "gap": words.percent_up(overview.gap / (1 - overview.gap))}
    return _("A better plan could be worth at most %(gap)s more.") % {
        "gap": words.percent_up(overview.gap / (1 - overview.gap))
    }


@require_http_methods(["GET", "POST"])
def round_new(request: Request) -> HttpResponseBase:
    """Begin a round."""
    viewer = request.viewer
    if not access.makes_rounds(viewer):
        raise not_visible()
    form = RoundForm(
        viewer, request.POST or None,
        initial={"programme": request.GET.get("programme", ""), "starts_on": today()},
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        return url("round-places", actions.create_round(by=viewer.user, **data).id)

    title = _("New round")
    return submitted(
        request, form, act, title=title, submit=_("Save"),
        done=_("The round was begun. Now name the places and the vehicles."),
        cancel_url=url("rounds"), crumbs=(Crumb(_("Rounds"), url("rounds")), Crumb(title)),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def round_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Change a round's days, depot and rules."""
    viewer = request.viewer
    round = editable(request, id)
    form = RoundForm(viewer, request.POST or None, round=round, initial=RoundForm.of(round))

    def act(data: dict[str, Any]) -> str:
        actions.edit_round(by=viewer.user, round=round, **data)
        return url("round", round.id)

    title = _("Change the round")
    return submitted(
        request, form, act, title=title, submit=_("Save"), done=_("It was saved."),
        cancel_url=url("round", round.id), crumbs=way(round, title),
        example=round.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def vehicle_new(request: Request, id: UUID) -> HttpResponseBase:
    """Give the round a vehicle."""
    round = editable(request, id)
    form = VehicleForm(request.POST or None)

    def act(data: dict[str, Any]) -> str:
        actions.put_vehicle(by=request.viewer.user, round=round, **data)
        return url("round", round.id)

    title = _("Add a vehicle")
    return submitted(
        request, form, act, title=title, submit=_("Save"), done=_("It was saved."),
        cancel_url=url("round", round.id), crumbs=way(round, title),
        example=round.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def vehicle_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Change a vehicle's hours or days."""
    vehicle = access.get_round_vehicle(request.viewer, id)
    form = VehicleForm(request.POST or None, initial=VehicleForm.of(vehicle))

    def act(data: dict[str, Any]) -> str:
        actions.put_vehicle(by=request.viewer.user, round=vehicle.round, vehicle=vehicle, **data)
        return url("round", vehicle.round_id)

    return submitted(
        request, form, act, title=vehicle.name, submit=_("Save"), done=_("It was saved."),
        cancel_url=url("round", vehicle.round_id), crumbs=way(vehicle.round, vehicle.name),
    )  # fmt: skip


def _done(request: Request, act: Callable[[], object], done: str, back: str) -> HttpResponseBase:
    """Try it, say what became of it, and go back."""
    try:
        act()
    except (InvalidInput, InvalidState) as refused:
        messages.error(request, sentence(refused))
    else:
        messages.success(request, done)
    return redirect(back)


@require_POST
def vehicle_drop(request: Request, id: UUID) -> HttpResponseBase:
    """Take a vehicle out."""
    vehicle = access.get_round_vehicle(request.viewer, id)
    return _done(
        request, lambda: actions.drop_vehicle(by=request.viewer.user, vehicle=vehicle),
        _("The vehicle was taken out."), url("round", vehicle.round_id),
    )  # fmt: skip


@require_POST
def round_run(request: Request, id: UUID) -> HttpResponseBase:
    """Have it planned."""
    round = editable(request, id)
    return _done(
        request,
        lambda: tasks.start_round(
            by=request.viewer.user, round=round, repeat=request.POST.get("repeat") == "1"
        ),
        _("The round is being planned."), url("round", round.id),
    )  # fmt: skip


@require_POST
def round_cancel(request: Request, id: UUID) -> HttpResponseBase:
    """Stop the planning, the best so far is kept."""
    round = editable(request, id)
    return _done(
        request, lambda: touring.cancel_round_run(by=request.viewer.user, round=round),
        _("It stops; the best found so far is kept."), url("round", round.id),
    )  # fmt: skip


@require_GET
def round_progress(request: Request, id: UUID) -> HttpResponseBase:
    """How far is it? When it ends the whole page is asked for again."""
    round = access.get_round(request.viewer, id)
    line = run_line(round, may_edit=access.may_make_round(request.viewer, round.organiser_id))
    if not line.running:
        answer = HttpResponse()
        answer["HX-Refresh"] = "true"
        return answer
    return render(request, "planning/_round_run.html", line)


@require_POST
def round_fix(request: Request, id: UUID) -> HttpResponseBase:
    """Fix the stops for the crews."""
    round = editable(request, id)
    return _done(
        request, lambda: actions.fix_round(by=request.viewer.user, round=round),
        _("The round is fixed; the day sheets hold."), url("round", round.id),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def round_reopen(request: Request, id: UUID) -> HttpResponseBase:
    """Open a fixed round again."""
    round = editable(request, id)

    def act(data: dict[str, Any]) -> str:
        actions.reopen_round(by=request.viewer.user, round=round, reason=data["reason"])
        return url("round", round.id)

    title = _("Open the round again")
    return submitted(
        request, ReopenForm(request.POST or None), act, title=title, submit=title,
        done=_("The round can be changed again."), cancel_url=url("round", round.id),
        crumbs=way(round, title), intro=_("Tell the crews: their sheets no longer hold."),
        example=round.programme.example,
    )  # fmt: skip


@require_POST
def stop_pin(request: Request, id: UUID) -> HttpResponseBase:
    """Settle a stop, or let it go."""
    stop = access.get_round_stop(request.viewer, id)
    done = _("It may be moved again.") if stop.pinned else _("It stays when planned anew.")
    return _done(
        request,
        lambda: actions.pin_stop(by=request.viewer.user, stop=stop, pinned=not stop.pinned),
        done, url("round", stop.round_id) + f"#stop-{stop.id}",
    )  # fmt: skip
