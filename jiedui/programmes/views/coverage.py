"""The coverage matrix: recipients by specialty over time, with the gaps seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.programmes import access
from jiedui.programmes.domain import coverage as domain
from jiedui.programmes.domain.coverage import MONTH, QUARTER, YEAR, Cell, shares, steps
from jiedui.programmes.domain.presence import Days
from jiedui.programmes.models import Programme
from jiedui.programmes.queries.coverage import coverage as cells_of
from jiedui.programmes.queries.presence import receivers
from jiedui.programmes.views.posts import crumbs_of
from jiedui.programmes.views.presence import family, top_specialties, years_of
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb, render
from jiedui.web.tables import Column, Table
from jiedui.web.tables.paging import Cursor, page_of_query
from jiedui.web.templatetags.jiedui import named, period

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

SIZE = 20
# How many years a page of each step shows, the year asked for being the last.
YEARS = {MONTH: 1, QUARTER: 3, YEAR: 10}
STEP_NAMES: dict[str, Any] = {
    MONTH: pgettext_lazy("step of time", "Months"),
    QUARTER: pgettext_lazy("step of time", "Quarters"),
    YEAR: pgettext_lazy("step of time", "Years"),
}
STATE_NAMES: dict[str, Any] = {
    domain.COVERED: pgettext_lazy("coverage", "somebody there"),
    domain.PLANNED: pgettext_lazy("coverage", "planned"),
    domain.PARTLY: pgettext_lazy("coverage", "partly empty"),
    domain.GAP: pgettext_lazy("coverage", "asked for, nobody there"),
    domain.NONE: pgettext_lazy("coverage", "not asked for"),
}
# Width of a step's square and of the room between two, in pixels.
SQUARE, BETWEEN = 8, 2


@dataclass(frozen=True)
class Square:
    """A recipient's specialty: its steps drawn, and the whole of them in words."""

    label: str
    steps: Sequence[Cell]
    drawn: SafeString
    said: str
    text: str

    @property
    def width(self) -> int:
        """The width of the drawing."""
        return len(self.steps) * (SQUARE + BETWEEN)


@dataclass(frozen=True)
class Row:
    """A recipient."""

    name: str
    url: str
    squares: Sequence[Square]


@dataclass(frozen=True)
class Line:
    """A step of a recipient's specialty, as a file holds it."""

    id: str
    recipient: str
    specialty: str
    first: date
    last: date
    state: str
    persons: int
    givers: int
    days: int
    planned_days: int
    empty_days: int


@dataclass(frozen=True)
class CoveragePage:
    """One page of recipients."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    example: bool
    programme: Programme
    text: str
    specialty: str
    step: str
    year: int
    years: Sequence[int]
    step_names: Sequence[tuple[str, Any]]
    state_names: Sequence[tuple[str, Any]]
    specialties: Sequence[tuple[str, str]]
    filtered: bool
    columns: Sequence[str]
    rows: Sequence[Row]
    span: str
    kept: int
    of: int
    previous: str
    next: str
    exports: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class FilePage:
    """The whole matrix as a list, for a file."""

    table: Table


def groups_of(specialty: str) -> dict[str, str]:
    """Under which specialty each is told: the topmost, or, of one chosen, each by itself."""
    table = vocabulary().tables.get("specialties", {})
    if specialty:
        return {code: code for code in family(specialty)}
    found = {}
    for code in table:
        top = code
        while parent := table[top].extra.get("parent"):
            top = parent
        found[code] = top
    return found


def periods_of(year: int, step: str) -> list[Days]:
    """The steps up to the end of the year."""
    return steps(date(year - YEARS[step] + 1, 1, 1), date(year, 12, 31), step)


class Steps:
    """The squares of the steps: a page has thousands, and of each step but a few different."""

    def __init__(self, periods: Sequence[Days]) -> None:
        self._told = [period(span.first, span.last) for span in periods]
        self._names = {code: str(name) for code, name in STATE_NAMES.items()}
        self._drawn: dict[tuple[int, str], SafeString] = {}

    def draw(self, cells: Sequence[Cell]) -> SafeString:
        """The squares of one cell, side by side."""
        return SafeString("".join([self._step(n, cell.state) for n, cell in enumerate(cells)]))

    def _step(self, number: int, state: str) -> SafeString:
        if (number, state) not in self._drawn:
            self._drawn[number, state] = format_html(
                '<rect class="cell-{}" x="{}" y="1" width="8" height="12"><title>{}</title></rect>',
                state, number * (SQUARE + BETWEEN), f"{self._told[number]}: {self._names[state]}",
            )  # fmt: skip
        return self._drawn[number, state]


def _square(label: str, cells: Sequence[Cell], steps: Steps) -> Square:
    *parts, whole = cells
    said = ngettext("%(n)s person", "%(n)s people", whole.persons) % {"n": whole.persons}
    if whole.givers > 1:
        # Several hospitals help one department: one cell, and the number says it.
        said = _("%(people)s from %(givers)s givers") % {"people": said, "givers": whole.givers}
    text = said
    if whole.empty_days:
        empty = ngettext("%(n)s day empty", "%(n)s days empty", whole.empty_days) % {
            "n": whole.empty_days
        }
        text = f"{said}, {empty}"
    return Square(label, parts, steps.draw(parts), said, text)


def _rows(
    found: Mapping[Any, list[Cell]], bodies: Sequence[Organisation], columns: Sequence[str],
    labels: Mapping[str, str], periods: Sequence[Days], own: directory.Reach,
) -> Iterator[Row]:  # fmt: skip
    drawn, none = Steps(periods), SafeString("")
    for body in bodies:
        squares = []
        for code in columns:
            cells = found.get((body.id, code))
            label = labels.get(code, code)
            squares.append(
                _square(label, cells, drawn) if cells else Square(label, (), none, "", "")
            )
        url = reverse("directory:organisation", args=[body.id]) if own.covers(body.id) else ""
        yield Row(named(body), url, squares)


def _lines(
    found: Mapping[Any, list[Cell]], names: Mapping[UUID, str], labels: Mapping[str, str],
    periods: Sequence[Days],
) -> list[Line]:  # fmt: skip
    return [
        Line(
            f"{body}:{code}:{span.first}", names[body], labels.get(code, code), span.first,
            span.last, str(STATE_NAMES[cell.state]), cell.persons, cell.givers, cell.days,
            cell.planned_days, cell.empty_days,
        )
        for (body, code), cells in found.items()
        for cell, span in zip(cells, periods, strict=False)
        if cell.state != domain.NONE
    ]  # fmt: skip


def _file(request: Request, lines: list[Line]) -> Table:
    return Table(
        request,
        lines,
        [
            Column("recipient", _("Recipient"), sort="recipient"),
            Column("specialty", _("Specialty"), sort="specialty"),
            Column("first", _("First day"), kind="day"),
            Column("last", _("Last day"), kind="day"),
            Column("state", _("State")),
            Column("persons", _("Persons"), kind="number"),
            Column("givers", _("Givers"), kind="number"),
            Column("days", _("Days with somebody there"), kind="number"),
            Column("planned_days", _("Days planned"), kind="number"),
            Column("empty_days", _("Days asked for and empty"), kind="number"),
        ],
        default_sort="recipient",
        title=pgettext("specialties", "Coverage"),
    )


@require_GET
def coverage(request: Request, id: UUID) -> HttpResponseBase:
    """Which specialties are covered at which recipients, and where does nobody come?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    day = today()
    years = years_of(programme, day)
    asked = request.GET.get("year", "").strip()
    year = int(asked) if asked.isdecimal() and len(asked) == 4 and int(asked) in years else day.year
    step = request.GET.get("step", "").strip()
    step = step if step in YEARS else MONTH
    specialty = request.GET.get("specialty", "").strip()
    if specialty not in vocabulary().tables.get("specialties", {}):
        specialty = ""
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:80]
    periods = periods_of(year, step)
    whole = Days(periods[0].first, periods[-1].last)
    groups = groups_of(specialty)
    bodies = receivers(
        viewer, programme, whole, text=text, specialties=list(groups) if specialty else ()
    )
    language = get_language() or "zh-hans"
    table = vocabulary().tables.get("specialties", {})
    labels = {code: term.label(language) for code, term in table.items()}
    if request.GET.get("export"):
        every = list(bodies.order_by("name", "id"))
        found = cells_of(viewer, programme, [b.id for b in every], periods, day, groups)
        lines = _lines(found, {b.id: named(b) for b in every}, labels, periods)
        return render(request, "programmes/coverage.html", FilePage(_file(request, lines)))
    cursor = Cursor.read(request.GET.get("after", "")) if request.GET.get("after") else None
    page = page_of_query(bodies, "name", descending=False, cursor=cursor, size=SIZE)
    found = cells_of(viewer, programme, [b.id for b in page.rows], periods, day, groups)
    held = {code for _body, code in found}
    columns = [code for code in table if code in held]
    kept, of = shares(cell for cells in found.values() for cell in cells[:-1])
    query = request.GET.copy()
    query.pop("after", None)
    exports = []
    for code in ("csv", "xlsx"):
        query["export"] = code
        exports.append((code, f"?{query.urlencode()}"))
    return render(
        request,
        "programmes/coverage.html",
        CoveragePage(
            title=pgettext("specialties", "Coverage"),
            lead=_("Which specialties are covered at which recipients, and where nobody comes."),
            crumbs=crumbs_of(programme, Crumb(pgettext("specialties", "Coverage"))),
            example=programme.example,
            programme=programme,
            text=text,
            specialty=specialty,
            step=step,
            year=year,
            years=years,
            step_names=list(STEP_NAMES.items()),
            state_names=list(STATE_NAMES.items()),
            specialties=top_specialties(),
            filtered=bool(text or specialty or step != MONTH or year != day.year),
            columns=[labels.get(code, code) for code in columns],
            rows=list(
                _rows(found, page.rows, columns, labels, periods, directory.reach(viewer))
            ),
            span=period(whole.first, whole.last),
            kept=kept,
            of=of,
            previous=page.previous,
            next=page.next,
            exports=exports,
        ),
    )  # fmt: skip
