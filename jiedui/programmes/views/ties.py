"""Pages of ties: pairings as on any day, duties at a department, the cascade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, NotVisible
from jiedui.core.packs import vocabulary
from jiedui.core.periods import read_day
from jiedui.directory import access as directory
from jiedui.programmes import access, actions
from jiedui.programmes.forms.structure import DutyForm, EndForm
from jiedui.programmes.models import Agreement, Duty, Pairing, Programme
from jiedui.programmes.queries import on
from jiedui.programmes.queries import ties as queries
from jiedui.programmes.views.posts import crumbs_of, link, terms_of
from jiedui.programmes.views.structure import Request, Tie, make_ties, pairing_url
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, period, term


def tabs(programme: Programme, current: str) -> list[Tab]:
    """What there is to see of who helps whom."""
    return [
        Tab(label, reverse(f"programmes:{name}", args=[programme.id]), name == current)
        for name, label in (
            ("pairings", _("All pairings")),
            ("cascade", _("Cascade")),
            ("networks", _("Alliances and consortia")),
        )
    ]


def days(row: Any) -> str:
    """From when to when something holds, in words; blank where nobody says."""
    return period(row.valid_from, row.valid_to) if row.valid_from or row.valid_to else ""


def asked_day(request: Request) -> date:
    """The day that was asked for; today where it cannot be read, and the filter says so."""
    try:
        return read_day(request.GET.get("day", ""), last=True)
    except InvalidInput:
        return today()


def _read_day(rows: Any, text: str) -> Any:
    """The rows are of the day already: only what is no date is refused."""
    read_day(text, last=True)
    return rows


def on_day(rows: Any, text: str) -> Any:
    """The rows that hold on the day that is written."""
    return rows.filter(on(read_day(text, last=True)))


@dataclass(frozen=True)
class ListPage:
    """A list under a programme, with its views."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    table: Table
    tabs: Sequence[Tab]
    new_url: str
    new_label: str
    example: bool
    lead: str = ""


@require_GET
def pairing_list(request: Request, id: UUID) -> HttpResponseBase:
    """Who is paired with whom, in which way, on which day?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    may = viewer.may("programmes.edit")
    new_url = reverse("programmes:pairing-new", args=[programme.id]) if may else ""
    table = Table(
        request,
        access.visible_pairings(viewer)
        .filter(programme=programme)
        .select_related("giver", "receiver", "department", "network"),
        [
            Column("giver", _("Giver"), value=lambda row: named(row.giver), sort="giver__name",
                   url=pairing_url),
            Column("kind", _("Kind of tie"), kind="term", table="pairing_kinds", sort="kind"),
            Column("receiver", _("Receiver"), value=lambda row: named(row.receiver),
                   sort="receiver__name"),
            Column("about", _("Department or network"),
                   value=lambda row: named(row.department or row.network)),
            Column("passes", _("Passes down"),
                   value=lambda row: _("yes") if row.passes_down else _("no")),
            Column("days", _("Days"), value=days, sort="valid_from"),
        ],
        filters=[
            Filter("giver", _("Giver"), paths=("giver__name", "giver__name_en")),
            Filter("receiver", _("Receiver"), paths=("receiver__name", "receiver__name_en")),
            Filter("kind", _("Kind of tie"), kind="choice", choices=terms_of("pairing_kinds")),
            Filter("on", pgettext("as it was", "On the day"), kind="day",
                   default=today().isoformat(), apply=on_day),
        ],
        default_sort="receiver",
        title=_("Pairings"),
        empty=Empty(
            _("Nobody is paired on that day"),
            _("Choose another day, or pair a giver with a receiver."),
            new_url, _("New pairing"),
        ),
    )  # fmt: skip
    page = ListPage(
        _("Pairings"), crumbs_of(programme, Crumb(_("Pairings"))), programme, table,
        tabs(programme, "pairings"), new_url, _("New pairing"), programme.example,
    )  # fmt: skip
    return render(request, "programmes/ties.html", page)


@dataclass(frozen=True)
class DutyLine:
    """A duty at the department: whose it is, when, and where to end it."""

    duty: str
    giver: str
    own: bool
    days: str
    note: str
    end_url: str


@dataclass(frozen=True)
class AgreementLine:
    """An agreement that covers the tie by name."""

    title: str
    number: str
    days: str
    url: str


@dataclass(frozen=True)
class PairingPage:
    """One tie: the two sides, its term, who answers for what, agreements, spokes."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    pairing: Pairing
    tie: Tie
    days: str
    duties: Sequence[DutyLine]
    undeclared: bool
    others: Sequence[tuple[str, str]]
    duty_url: str
    agreements: Sequence[AgreementLine]
    spokes: Sequence[tuple[str, str, str]]
    # A spoke of a recipient that is helped no longer.
    cut_off: bool
    network_url: str
    postings_url: str
    end_url: str


def _agreement_lines(rows: Sequence[Agreement]) -> list[AgreementLine]:
    return [
        AgreementLine(row.title, row.number, days(row), link("agreement", row.id)) for row in rows
    ]


def _duty_lines(pairing: Pairing, rows: Sequence[Duty], may: bool) -> list[DutyLine]:
    return [
        DutyLine(
            term(row.duty, "duties"),
            named(row.pairing.giver),
            row.pairing_id == pairing.id,
            days(row),
            row.note,
            reverse("programmes:duty-end", args=[row.id])
            if may and row.pairing_id == pairing.id and row.valid_to is None
            else "",
        )
        for row in rows
    ]


@require_GET
def pairing_page(request: Request, id: UUID) -> HttpResponseBase:
    """What ties these two, for how long, and who answers for what?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    pairing = access.get_pairing(viewer, id)
    programme, day = pairing.programme, today()
    may = access.may_edit(viewer, pairing.giver_id, pairing.receiver_id)
    duties: list[Duty] = []
    if pairing.department_id:
        duties = list(queries.duties_at(pairing.department_id))
    mine = [row for row in duties if row.pairing_id == pairing.id]
    several = vocabulary().term("pairing_kinds", pairing.kind).extra.get("department") == "several"
    postings = link("postings", programme.id)
    ask = urlencode({"giver": pairing.giver.name, "receiver": pairing.receiver.name})
    visible = (
        set(
            access.visible_pairings(viewer)
            .filter(department_id=pairing.department_id)
            .values_list("id", flat=True)
        )
        if pairing.department_id
        else set()
    )
    title = f"{named(pairing.giver)} → {named(pairing.receiver)}"
    page = PairingPage(
        title=title,
        crumbs=crumbs_of(
            programme,
            Crumb(_("Pairings"), reverse("programmes:pairings", args=[programme.id])),
            Crumb(title),
        ),
        programme=programme,
        example=programme.example,
        pairing=pairing,
        tie=make_ties(viewer, [pairing], linked=False)[0],
        days=days(pairing),
        duties=_duty_lines(pairing, duties, may),
        undeclared=several and not mine,
        others=[
            (named(row.giver), pairing_url(row) if row.id in visible else "")
            for row in queries.several_at(pairing, day)
        ],
        duty_url=reverse("programmes:duty-new", args=[pairing.id])
        if may and pairing.department_id and pairing.valid_to is None
        else "",
        agreements=_agreement_lines(queries.agreements_naming(viewer, pairing)),
        spokes=[
            (named(row.receiver), pairing_url(row), days(row))
            for row in queries.spokes_of(viewer, pairing, day)
        ],
        cut_off=bool(queries.spokes_cut_off(Pairing.objects.filter(pk=pairing.pk), day)),
        network_url=reverse("programmes:network", args=[pairing.network_id])
        if pairing.network_id
        else "",
        postings_url=f"{postings}?{ask}" if postings else "",
        end_url=reverse("programmes:pairing-end", args=[pairing.id])
        if may and pairing.valid_to is None
        else "",
    )
    return render(request, "programmes/pairing.html", page)


def _own(request: Request, pairing: Pairing) -> None:
    """Only who may edit a side goes on; for others the page does not exist."""
    if not access.may_edit(request.viewer, pairing.giver_id, pairing.receiver_id):
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")


def _way(pairing: Pairing, label: str) -> tuple[Crumb, ...]:
    return crumbs_of(
        pairing.programme,
        Crumb(_("Pairings"), reverse("programmes:pairings", args=[pairing.programme_id])),
        Crumb(f"{named(pairing.giver)} → {named(pairing.receiver)}", pairing_url(pairing)),
        Crumb(label),
    )


@require_http_methods(["GET", "POST"])
def duty_new(request: Request, id: UUID) -> HttpResponseBase:
    """Declare what the giver answers for at the department."""
    viewer = request.viewer
    pairing = access.get_pairing(viewer, id)
    _own(request, pairing)
    back = pairing_url(pairing)

    def act(data: dict[str, Any]) -> str:
        actions.declare_duty(by=viewer.user, pairing=pairing, **data)
        return back

    return submitted(
        request, DutyForm(request.POST or None), act,
        title=_("Declare a duty"), submit=_("Declare"), done=_("The duty was declared."),
        intro=_("A duty at a department has one giver at a time, so that nothing is counted twice."
                " Blank days are those of the pairing."),
        cancel_url=back, crumbs=_way(pairing, _("Declare a duty")),
        example=pairing.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def duty_end(request: Request, id: UUID) -> HttpResponseBase:
    """Say the last day of a duty."""
    viewer = request.viewer
    duty = access.get_duty(viewer, id)
    pairing = access.get_pairing(viewer, duty.pairing_id)
    _own(request, pairing)
    back = pairing_url(pairing)

    def act(data: dict[str, Any]) -> str:
        actions.end_duty(by=viewer.user, duty=duty, on=data["on"])
        return back

    return submitted(
        request, EndForm(request.POST or None, initial={"on": today()}), act,
        title=_("End the duty"), submit=_("End it"), done=_("The duty was ended."),
        intro=_("%(duty)s at %(department)s; another giver can take it from the next day.")
        % {"duty": term(duty.duty, "duties"), "department": duty.department.name},
        cancel_url=back, crumbs=_way(pairing, _("End the duty")), tone="wrong",
        example=pairing.programme.example,
    )  # fmt: skip


@dataclass(frozen=True)
class CascadePage:
    """Who helps whom, and whom these help in turn, on a day."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    table: Table
    tabs: Sequence[Tab]
    example: bool
    lead: str


@require_GET
def cascade_page(request: Request, id: UUID) -> HttpResponseBase:
    """Whom do the recipients help in turn?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    day = asked_day(request)
    language = get_language() or "zh-hans"
    lines = queries.cascade_on(viewer, programme, day, language)
    held = directory.reach(viewer)

    def kinds(row: queries.CascadeLine) -> str:
        return _(", ").join(term(kind, "pairing_kinds") for kind in row.kinds)

    def tie(row: queries.CascadeLine) -> str:
        # Of several ties the list of the recipient's tells all.
        return reverse("programmes:pairing", args=[row.ties[0]]) if len(row.ties) == 1 else ""

    cut = {row.body_id for row in lines if row.cut_off}
    source_of_help = [
        Column("source", _("Source of help"), kind="badge", tone=lambda row: "wrong",
               value=lambda row: _("cut off") if row.cut_off else ""),
    ] if cut else []  # fmt: skip
    table = Table(
        request,
        lines,
        [
            Column("body", _("Recipient"), template="programmes/_cascade_cell.html",
                   url=lambda row: reverse("directory:organisation", args=[row.body_id])
                   if held.covers(row.body_id) else ""),
            Column("depth", _("Level"), kind="number", value=lambda row: row.depth + 1),
            Column("givers", _("Helped by"), value=lambda row: _(", ").join(row.givers)),
            Column("kinds", _("Kind of tie"), value=kinds, url=tie),
            Column("spokes", _("Helps in turn"), kind="number", unit=_("bodies")),
            *source_of_help,
        ],
        filters=[
            Filter("day", pgettext("as it was", "On the day"), kind="day",
                   default=today().isoformat(), apply=_read_day),
            Filter("q", _("Recipient or supporter"), apply=_lines_called),
            Filter("level", _("Level"), kind="choice",
                   choices=[("1", "1"), ("2", "2"), ("3", "3")], apply=_lines_at),
            Filter("source", _("Source of help"), kind="choice",
                   choices=[("cut", _("only what is cut off"))], apply=_lines_cut_off),
        ],
        key=lambda row: row.id,
        title=_("Cascade"),
        empty=Empty(
            _("Nobody is paired on that day"),
            _("A recipient that helps others by a spoke stands here above whom it helps."),
        ),
    )  # fmt: skip
    hubs = len({row.body_id for row in lines if row.spokes})
    second = len({row.body_id for row in lines if row.depth})
    lead = (
        _("Recipients that help others in turn: %(hubs)s; whom they help: %(second)s.")
        % {"hubs": hubs, "second": second}
        if hubs else _("No recipient helps others in turn on this day.")
    )  # fmt: skip
    if cut:
        told = ngettext(
            "%(n)s body is cut off from the source: who helps it, or itself, is helped no longer.",
            "%(n)s bodies are cut off from the source: who helps them, or themselves, is helped no"
            " longer.",
            len(cut),
        )
        lead = f"{lead} {told % {'n': len(cut)}}"
    page = CascadePage(
        _("Cascade"), crumbs_of(programme, Crumb(_("Cascade"))), programme, table,
        tabs(programme, "cascade"), programme.example, lead,
    )  # fmt: skip
    return render(request, "programmes/cascade.html", page)


def _lines_called(rows: Sequence[queries.CascadeLine], text: str) -> list[queries.CascadeLine]:
    wanted = text.strip()
    return [row for row in rows if wanted in row.body or any(wanted in g for g in row.givers)]


def _lines_at(rows: Sequence[queries.CascadeLine], text: str) -> list[queries.CascadeLine]:
    return [row for row in rows if str(row.depth + 1) == text]


def _lines_cut_off(rows: Sequence[queries.CascadeLine], text: str) -> list[queries.CascadeLine]:
    return [row for row in rows if row.cut_off or text != "cut"]
