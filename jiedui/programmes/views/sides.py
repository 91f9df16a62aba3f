"""An organisation seen as giver and as receiver: who is where, who is tied to whom."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.http.response import HttpResponseBase
from django.shortcuts import render as render_fragment
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.directory import access as directory
from jiedui.directory.queries import ancestors_of
from jiedui.programmes import queries
from jiedui.programmes.models import Post, Posting, Team
from jiedui.programmes.queries import overview
from jiedui.programmes.queries.overview import Few
from jiedui.programmes.views.posts import link, post_title
from jiedui.programmes.views.structure import Request, Tie, make_ties
from jiedui.programmes.views.words import POSTING_STATES, POSTING_TONES
from jiedui.web.pages import Crumb, render
from jiedui.web.templatetags.jiedui import named, period, term

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation


@dataclass(frozen=True)
class Line:
    """A post, posting or team of an organisation."""

    title: str
    detail: str
    url: str
    state: str = ""
    tone: str = "plain"


@dataclass(frozen=True)
class Lines:
    """The first of some lines, and where all of them are."""

    lines: Sequence[Line]
    every: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Year:
    """The presence of a year so far; persons and person-times stand apart."""

    year: int
    persons: int
    person_times: int
    person_days: int
    full_time: str


@dataclass(frozen=True)
class Seen:
    """What an organisation gives, or what it receives."""

    title: str
    anything: bool
    posts: Lines
    postings: Lines
    teams: Lines
    year: Year
    ties: Sequence[Tie]


@dataclass(frozen=True)
class PanelPage:
    """An organisation on both sides, as a fragment of its page or a page of its own."""

    title: str
    crumbs: tuple[Crumb, ...]
    example: bool
    sides: Sequence[Seen]


def _lines(few: Few, name: str, asked: dict[str, str], tell: Callable[[Any], Line]) -> Lines:
    """Rows told, with the way to the list of each programme that has more of them."""
    return Lines(
        [tell(row) for row in few.rows],
        [
            (named(each), f"{url}?{urlencode(asked)}")
            for each in few.programmes
            if (url := link(name, each.id))
        ],
    )


def _of(body: Organisation, part: Organisation, other: Organisation | None = None) -> str:
    """Which part it is of, where it is not of the body itself; and who the other side is."""
    return " · ".join(named(each) for each in (part, other) if each and each.id != body.id)


def _posting(row: Posting, side: str, body: Organisation) -> Line:
    part, other = (row.giver, row.receiver) if side == "giver" else (row.receiver, row.giver)
    return Line(
        row.person.name,
        f"{_of(body, part, other)} · {term(row.specialty, 'specialties')} · "
        f"{period(row.starts_on, row.ends_on)}",
        link("posting", row.id),
        str(POSTING_STATES[row.state]),
        POSTING_TONES[row.state],
    )


def _team(row: Team, side: str, body: Organisation) -> Line:
    part, other = (row.sender, row.receiver) if side == "giver" else (row.receiver, row.sender)
    days = period(row.valid_from, row.valid_to) if row.valid_from or row.valid_to else ""
    detail = " · ".join(filter(None, (_of(body, part, other), days)))
    return Line(row.name, detail, link("team", row.id))


def _post(row: Post, body: Organisation) -> Line:
    days = period(row.needed_from, row.needed_to)
    detail = " · ".join(filter(None, (_of(body, row.receiver), days)))
    return Line(post_title(row), detail, link("post", row.id))


def _seen(viewer: Viewer, body: Organisation, side: str, title: str, ties: list[Tie]) -> Seen:
    day = today()
    found = overview.as_side(viewer, body.id, side, day)
    year = found.year
    return Seen(
        title,
        found.anything or bool(ties),
        _lines(found.posts, "posts", {"receiver": body.name}, lambda row: _post(row, body)),
        _lines(
            found.postings, "postings", {side: body.name}, lambda row: _posting(row, side, body)
        ),
        _lines(
            found.teams, "teams", {"sender" if side == "giver" else side: body.name},
            lambda row: _team(row, side, body),
        ),
        Year(
            day.year, year.persons, year.person_times, year.person_days,
            f"{float(year.full_time):.1f}",
        ),
        ties,
    )  # fmt: skip


@require_GET
def organisation_panel(request: Request, id: UUID) -> HttpResponseBase:
    """What does this organisation give and receive, and with whom is it paired?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    body = directory.get_organisation(viewer, id)
    rows = queries.pairings_of(viewer, body.id)
    above = ancestors_of(body.id)
    giving = [row for row in rows if row.giver_id in above]
    receiving = [row for row in rows if row.receiver_id in above]
    page = PanelPage(
        title=_("Pairings and postings of %(name)s") % {"name": named(body)},
        crumbs=(
            Crumb(_("Organisations"), reverse("directory:organisations")),
            Crumb(named(body), reverse("directory:organisation", args=[body.id])),
            Crumb(_("Pairings and postings")),
        ),
        example=body.example,
        sides=[
            _seen(viewer, body, side, title, make_ties(viewer, ties, with_programme=True))
            for side, title, ties in (
                ("receiver", _("As receiver"), receiving),
                ("giver", _("As giver"), giving),
            )
        ],
    )
    if request.headers.get("HX-Request"):
        return render_fragment(request, "programmes/_organisation_panel.html", {"page": page})
    return render(request, "programmes/organisation_panel.html", page)
