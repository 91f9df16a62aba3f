"""Pages of batches and teams: the lists, one batch, one team."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from jiedui.core.clock import today
from jiedui.programmes import access
from jiedui.programmes.models import Batch, Programme, Team
from jiedui.programmes.queries import batches as queries
from jiedui.programmes.queries.posts import days_on_site
from jiedui.programmes.views import words
from jiedui.programmes.views.posts import crumbs_of, link, of_side, specialties_in, states
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb, render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, period, term


def batch_name(batch: Batch) -> str:
    """Its number in its sender's series, and its name where it has one."""
    number = _("Batch %(n)s") % {"n": batch.number}
    return f"{number} · {batch.name}" if batch.name else number


def batch_url(batch: Batch) -> str:
    """The page of a batch."""
    return reverse("programmes:batch", args=[batch.id])


def team_url(team: Team) -> str:
    """The page of a team."""
    return reverse("programmes:team", args=[team.id])


def _span(row: Any) -> str:
    return period(row.valid_from, row.valid_to) if row.valid_from or row.valid_to else ""


def _on(rows: Any, value: str) -> Any:
    """Batches or teams that go on, or those that have ended."""
    ended = {"valid_to__lt": today()}
    return rows.filter(**ended) if value == "ended" else rows.exclude(**ended)


@dataclass(frozen=True)
class ListPage:
    """Batches or teams of a programme."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    table: Table
    new_url: str
    new_label: str
    example: bool
    menu: Sequence[tuple[Any, str, bool]]


def _menu(programme: Programme, current: str) -> list[tuple[Any, str, bool]]:
    return [
        (label, reverse(f"programmes:{name}", args=[programme.id]), name == current)
        for name, label in (("batches", _("Batches")), ("teams", _("Teams")))
    ]


def _list_page(
    request: Request, programme: Programme, table: Table, name: str, new_url: str, new_label: str
) -> HttpResponseBase:
    page = ListPage(
        str(table.title), crumbs_of(programme, Crumb(str(table.title))), programme, table, new_url,
        new_label, programme.example, _menu(programme, name),
    )  # fmt: skip
    return render(request, "programmes/batches.html", page)


def _may_send(request: Request) -> bool:
    return request.viewer.may("programmes.send") or request.viewer.may("programmes.edit")


@require_GET
def batch_list(request: Request, id: UUID) -> HttpResponseBase:
    """Which batches came, of whom, and how many people are there?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    new_url = reverse("programmes:batch-new", args=[programme.id]) if _may_send(request) else ""

    def prepare(rows: list[Any]) -> Iterable[Any]:
        found = queries.strengths(viewer, "batch", [row.id for row in rows])
        for row in rows:
            row.strength = found.get(row.id, queries.NOBODY)
        return rows

    table = Table(
        request,
        queries.batches_of(viewer, programme),
        [
            Column("sender", _("Sender"), value=lambda row: named(row.sender),
                   sort="sender__name"),
            Column("number", _("Batch"), value=batch_name, sort="number", url=batch_url),
            Column("days", _("Days"), value=_span, sort="valid_from"),
            Column("persons", pgettext("count", "Persons"), kind="number",
                   value="strength__persons", unit=pgettext("unit", "persons")),
            Column("person_times", _("Person-times"), kind="number",
                   value="strength__person_times", unit=pgettext("unit", "person-times")),
            Column("on_site", _("On site today"), kind="number", value="strength__on_site"),
            Column("receivers", _("Recipients"), kind="number", value="strength__receivers"),
            Column("lone", _("Lone postings"), kind="number", value="strength__lone"),
            Column("stated", _("Stated"), kind="number", value="stated_people"),
            Column("source", _("Source"), shown=False),
        ],
        filters=[
            Filter("sender", _("Sender"), paths=("sender__name", "sender__name_en")),
            Filter("q", pgettext("thing", "Name"), paths=("name",)),
            Filter("from", _("First day"), kind="dates", paths=("valid_from",)),
            Filter("now", _("Going on"), kind="choice", apply=_on,
                   choices=[("on", _("now or to come")), ("ended", _("Ended"))]),
        ],
        default_sort="-days",
        title=_("Batches"),
        prepare=prepare,
        empty=Empty(
            _("No batch yet"),
            _("Each sender numbers its batches itself; postings of a batch are counted here."),
            new_url, _("New batch"),
        ),
    )  # fmt: skip
    return _list_page(request, programme, table, "batches", new_url, _("New batch"))


@require_GET
def team_list(request: Request, id: UUID) -> HttpResponseBase:
    """Which teams work where, and which of them are below their core?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    new_url = reverse("programmes:team-new", args=[programme.id]) if _may_send(request) else ""

    def prepare(rows: list[Any]) -> Iterable[Any]:
        found = queries.strengths(viewer, "team", [row.id for row in rows])
        kinds = queries.kinds_in([row.id for row in rows])
        day = today()
        for row in rows:
            row.strength = found.get(row.id, queries.NOBODY)
            row.programme = programme
            row.wanted = queries.asked_core(row, day, kinds.get(row.id, frozenset()))
        return rows

    table = Table(
        request,
        queries.teams_of(viewer, programme),
        [
            Column("name", _("Team"), sort="name", url=team_url),
            Column("sender", _("Sender"), value=lambda row: named(row.sender),
                   sort="sender__name"),
            Column("receiver", _("Recipient"), value=lambda row: named(row.receiver),
                   sort="receiver__name"),
            Column("batch", _("Batch"), sort="batch__number",
                   value=lambda row: batch_name(row.batch) if row.batch else "",
                   url=lambda row: batch_url(row.batch) if row.batch else ""),
            Column("days", _("Days"), value=_span, sort="valid_from"),
            Column("persons", pgettext("count", "Persons"), kind="number",
                   value="strength__persons"),
            Column("on_site", _("On site today"), kind="number", value="strength__on_site"),
            Column("core", _("Core"), kind="number", value="wanted"),
            Column("state", _("State"), kind="badge", value=_team_word, tone=_team_tone),
        ],
        filters=[
            Filter("q", _("Team"), paths=("name",)),
            Filter("sender", _("Sender"), apply=of_side("sender")),
            Filter("receiver", _("Recipient"), apply=of_side("receiver")),
            Filter("now", _("Going on"), kind="choice", apply=_on,
                   choices=[("on", _("now or to come")), ("ended", _("Ended"))]),
        ],
        default_sort="name",
        title=_("Teams"),
        prepare=prepare,
        empty=Empty(
            _("No team yet"),
            _("A team works at one recipient as a group; its leader and roles stand here."),
            new_url, _("New team"),
        ),
    )  # fmt: skip
    return _list_page(request, programme, table, "teams", new_url, _("New team"))


def _team_state(row: Any) -> str:
    day = today()
    if row.valid_to is not None and row.valid_to < day:
        return "ended"
    if row.valid_from is not None and row.valid_from > day:
        return "coming"
    return "below" if row.wanted is not None and row.strength.on_site < row.wanted else "whole"


def _team_word(row: Any) -> str:
    return {
        "ended": _("Ended"), "coming": _("To come"), "below": _("Below core"),
        "whole": _("At work"),
    }[_team_state(row)]  # fmt: skip


def _team_tone(row: Any) -> str:
    tones = {"ended": "plain", "coming": "wait", "below": "wrong", "whole": "ok"}
    return tones[_team_state(row)]


@dataclass(frozen=True)
class TeamLine:
    """A team on its batch's page."""

    name: str
    url: str
    receiver: str
    strength: queries.Strength


@dataclass(frozen=True)
class BatchPage:
    """A batch: who came, where, in which teams or alone, and what was handed over."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    batch: Batch
    span: str
    strength: queries.Strength
    teams: Sequence[TeamLine]
    spread: Sequence[queries.Cell]
    handed: queries.Handed
    table: Table
    edit_url: str
    team_url: str
    nominate_url: str


@require_GET
def batch_page(request: Request, id: UUID) -> HttpResponseBase:
    """Who came in this batch, where are they, and is it handed over?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    batch = access.get_batch(viewer, id)
    may = access.may_act(viewer, "giver", batch.sender_id, None)
    nominate_url = ""
    if may:
        nominate_url = link("posting-new", batch.programme_id) + f"?batch={batch.id}"
    teams = list(queries.teams_of(viewer, batch.programme).filter(batch=batch).order_by("name"))
    strengths = queries.strengths(viewer, "team", [team.id for team in teams])
    page = BatchPage(
        title=f"{named(batch.sender)} · {batch_name(batch)}",
        crumbs=crumbs_of(
            batch.programme,
            Crumb(_("Batches"), reverse("programmes:batches", args=[batch.programme_id])),
            Crumb(batch_name(batch)),
        ),
        programme=batch.programme,
        example=batch.programme.example,
        batch=batch,
        span=_span(batch),
        strength=queries.strengths(viewer, "batch", [batch.id]).get(batch.id, queries.NOBODY),
        teams=[
            TeamLine(
                team.name, team_url(team), named(team.receiver),
                strengths.get(team.id, queries.NOBODY),
            )
            for team in teams
        ],
        spread=queries.spread(viewer, batch),
        handed=queries.handed(viewer, batch),
        table=_postings(request, batch, nominate_url),
        edit_url=reverse("programmes:batch-edit", args=[batch.id]) if may else "",
        team_url=reverse("programmes:team-new", args=[batch.programme_id]) + f"?batch={batch.id}"
        if may else "",
        nominate_url=nominate_url,
    )  # fmt: skip
    return render(request, "programmes/batch.html", page)


def _with_days(rows: list[Any]) -> Iterable[Any]:
    days = days_on_site(row.id for row in rows)
    for row in rows:
        row.days = days.get(row.id, 0)
    return rows


def _style(rows: Any, value: str) -> Any:
    return rows.filter(team__isnull=value == "lone")


def _postings(request: Request, batch: Batch, new_url: str) -> Table:
    rows = access.visible_postings(request.viewer).filter(batch=batch)
    return Table(
        request,
        rows.select_related("person", "receiver", "department", "team"),
        [
            Column("person", _("Person"), value="person__name", sort="person__name",
                   url=lambda row: link("posting", row.id)),
            Column("receiver", _("Recipient"), value=lambda row: named(row.receiver),
                   sort="receiver__name"),
            Column("department", _("Department"), value="department__name"),
            Column("specialty", _("Specialty"), kind="term", table="specialties",
                   sort="specialty"),
            Column("title", _("Title"), kind="term", table="titles"),
            Column("team", _("Team"),
                   value=lambda row: row.team.name if row.team else _("lone posting"),
                   url=lambda row: team_url(row.team) if row.team else ""),
            Column("role", _("Role"), kind="term", table="team_roles", value="team_role"),
            Column("span", _("Days"), value=lambda row: period(row.starts_on, row.ends_on),
                   sort="starts_on"),
            Column("days", _("On site"), kind="number", unit=_("days")),
            Column("state", _("State"), kind="badge", sort="state",
                   value=lambda row: words.POSTING_STATES[row.state],
                   tone=lambda row: words.POSTING_TONES[row.state]),
        ],
        filters=[
            Filter("q", _("Person"), paths=("person__name",)),
            Filter("receiver", _("Recipient"), paths=("receiver__name", "receiver__name_en")),
            Filter("specialty", _("Specialty"), kind="choice", choices=specialties_in(rows)),
            Filter("style", _("Style"), kind="choice", apply=_style,
                   choices=[("team", _("in a team")), ("lone", _("lone posting"))]),
            Filter("state", _("State"), kind="choice", choices=states(words.POSTING_STATES)),
        ],
        default_sort="person",
        title=_("Postings of the batch"),
        prepare=_with_days,
        empty=Empty(
            _("Nobody is in this batch yet"),
            _("Postings are nominated into a batch one by one, or from a list in Excel."),
            new_url, _("Nominate an expert"),
        ),
    )  # fmt: skip


@dataclass(frozen=True)
class MemberLine:
    """A member of a team."""

    name: str
    url: str
    role: str
    title: str
    department: str
    span: str
    days: int
    state: Any
    tone: str
    place_url: str


@dataclass(frozen=True)
class TeamPage:
    """A team: who leads it, who is there today, who was, and when it was below its core."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    team: Team
    batch: str
    batch_url: str
    span: str
    company: queries.Company
    leader_url: str
    members: Sequence[MemberLine]
    below: bool
    edit_url: str


@require_GET
def team_page(request: Request, id: UUID) -> HttpResponseBase:
    """Who is in this team, who is there today, and was it ever below its core?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    team = access.get_team(viewer, id)
    company = queries.company_of(viewer, team)
    may = access.may_act(viewer, "giver", team.sender_id, team.receiver_id)
    batch = team.batch
    sees = batch and access.visible_batches(viewer).filter(pk=batch.id).exists()
    day = today()
    alive = (team.valid_from is None or team.valid_from <= day) and (
        team.valid_to is None or day <= team.valid_to
    )
    page = TeamPage(
        title=team.name,
        crumbs=crumbs_of(
            team.programme,
            Crumb(_("Teams"), reverse("programmes:teams", args=[team.programme_id])),
            Crumb(team.name),
        ),
        programme=team.programme,
        example=team.programme.example,
        team=team,
        batch=f"{named(batch.sender)} · {batch_name(batch)}" if batch else "",
        batch_url=batch_url(batch) if batch and sees else "",
        span=_span(team),
        company=company,
        leader_url=link("posting", company.leader.id) if company.leader else "",
        members=[_member(each, may) for each in company.members],
        below=alive and company.core is not None and company.on_site < company.core,
        edit_url=reverse("programmes:team-edit", args=[team.id]) if may else "",
    )
    return render(request, "programmes/team.html", page)


def _member(each: queries.Member, may: bool) -> MemberLine:
    row = each.posting
    return MemberLine(
        row.person.name,
        link("posting", row.id),
        term(row.team_role, "team_roles"),
        term(row.title, "titles"),
        row.department.name if row.department else term(row.specialty, "specialties"),
        period(row.starts_on, row.ends_on),
        each.days,
        words.POSTING_STATES[row.state],
        words.POSTING_TONES[row.state],
        reverse("programmes:team-place", args=[row.id]) if may else "",
    )
