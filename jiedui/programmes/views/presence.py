"""Presence strips: is somebody there, and who comes next?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.programmes import access
from jiedui.programmes.domain.presence import ONE_DAY, Days, Gap, lanes
from jiedui.programmes.models import Programme
from jiedui.programmes.queries import alerts
from jiedui.programmes.queries import presence as queries
from jiedui.programmes.queries.presence import Bar, Line, Wanted
from jiedui.programmes.views.posts import crumbs_of, link, linker
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb, render
from jiedui.web.strips import Kind, Mark, Strip, StripChart, StripGroup
from jiedui.web.tables.paging import Cursor, page_of_query
from jiedui.web.templatetags.jiedui import named, period, periods, term

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

# Recipients on a page; each has a handful of rows.
SIZE = 25
# What lies around today: half a year behind, three quarters of a year ahead.
BEHIND, AHEAD = 6, 9
RECENT = "recent"
# A gap that begins later than the alerts look ahead is drawn as not pressing yet.
PRESSING = alerts.AHEAD


@dataclass(frozen=True)
class Asked:
    """What the reader asks to see."""

    span: str
    period: Days
    text: str
    specialty: str

    @property
    def filtered(self) -> bool:
        """Whether anything narrows the page."""
        return bool(self.text or self.specialty or self.span != RECENT)


@dataclass(frozen=True)
class PresencePage:
    """A programme's strips, one page of recipients."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    example: bool
    programme: Programme
    asked: Asked
    spans: Sequence[tuple[str, str]]
    specialties: Sequence[tuple[str, str]]
    chart: StripChart
    previous: str
    next: str
    may_plan: bool


def month(day: date, count: int) -> date:
    """The first day of the month so many months later."""
    months = day.year * 12 + day.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def around(day: date) -> Days:
    """The months around a day."""
    return Days(month(day, -BEHIND), month(day, AHEAD) - ONE_DAY)


def family(code: str) -> frozenset[str]:
    """A specialty and those under it."""
    table = vocabulary().tables.get("specialties", {})
    return frozenset(c for c, t in table.items() if code in (c, t.extra.get("parent")))


def top_specialties() -> list[tuple[str, str]]:
    """The specialties that stand under none, as choices."""
    language = get_language() or "zh-hans"
    table = vocabulary().tables.get("specialties", {})
    return [(c, t.label(language)) for c, t in table.items() if not t.extra.get("parent")]


def years_of(programme: Programme, day: date) -> list[int]:
    """The years that can be asked for, the newest first."""
    first = queries.first_day(programme) or day
    last = max(day.year, (programme.valid_to or day).year)
    return list(range(min(last, day.year + 1), max(first.year, last - 30) - 1, -1))


def asked_of(request: Request, years: Sequence[int], day: date) -> Asked:
    """What the query asks; what is no choice is left aside."""
    span = request.GET.get("span", "").strip()
    text = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:80]
    specialty = request.GET.get("specialty", "").strip()
    if specialty not in vocabulary().tables.get("specialties", {}):
        specialty = ""
    if span.isdecimal() and len(span) == 4 and int(span) in years:
        return Asked(span, Days(date(int(span), 1, 1), date(int(span), 12, 31)), text, specialty)
    return Asked(RECENT, around(day), text, specialty)


def days_told(first: date, last: date) -> str:
    """How many days."""
    count = (last - first).days + 1
    return ngettext("%(n)s day", "%(n)s days", count) % {"n": count}


@dataclass(frozen=True)
class Ways:
    """Where what is drawn leads: to a posting, a post, and to the form of a successor, if any."""

    posting: Callable[[UUID], str]
    post: Callable[[UUID], str]
    form: str


class Words:
    """The words of the marks, looked up once for the hundreds on a page."""

    def __init__(self, day: date) -> None:
        self.day = day
        self.period = periods()
        self.stranger = _("from another sender")
        self.states = (pgettext("presence", "on site"), pgettext("presence", "planned"))
        self.posted = _("%(name)s: %(days)s, %(state)s")
        self.leave = _("%(name)s on leave: %(days)s")
        self.gap = pgettext("presence", "Gap, %(count)s")
        self.gap_told = _("%(gap)s: %(days)s")
        self.missing = _("%(text)s, %(people)s people missing")
        self.plan = _("%(text)s. Plan a successor")
        self.handover = _("Handover: %(days)s")
        self.loose = _("without a post")


def _bar_mark(bar: Bar, lane: int, ways: Ways, words: Words) -> list[Mark]:
    first, last = bar.span
    name = bar.name or words.stranger
    told = {"name": name, "days": words.period(first, last), "state": words.states[bar.planned]}
    url = ways.posting(bar.id) if bar.id else ""
    kind: Kind = "planned" if bar.planned else "there"
    found = [Mark(kind, first, last, name, words.posted % told, url, lane)]
    for first, last in bar.leaves:
        text = words.leave % {"name": name, "days": words.period(first, last)}
        found.append(Mark("leave", first, last, "", text, "", lane))
    return found


def _gap_mark(gap: Gap, lane: int, plan: str, words: Words) -> Mark:
    # What is read out begins with what is seen, so that it can be asked for by voice.
    label = words.gap % {"count": days_told(gap.first, gap.last)}
    text = words.gap_told % {"gap": label, "days": words.period(gap.first, gap.last)}
    if gap.missing > 1:
        text = words.missing % {"text": text, "people": gap.missing}
    url = ""
    if plan and gap.last >= words.day:
        first = max(gap.first, words.day)
        url = f"{plan}&planned_from={first.isoformat()}&planned_to={gap.last.isoformat()}"
        text = words.plan % {"text": text}
    far = gap.first > words.day + PRESSING
    return Mark("gap", gap.first, gap.last, label, text, url, lane, far=far)


def strip_of(line: Line, ways: Ways, words: Words) -> Strip:
    """A line as a row of the chart."""
    post = line.post
    plan = f"{ways.form}?post={post.id}" if ways.form and post is not None else ""
    spans = [bar.span for bar in line.bars] + [Days(gap.first, gap.last) for gap in line.gaps]
    drawn = lanes(spans)
    marks: list[Mark] = []
    for bar, lane in zip(line.bars, drawn, strict=False):
        marks += _bar_mark(bar, lane, ways, words)
    for gap, lane in zip(line.gaps, drawn[len(line.bars) :], strict=True):
        marks.append(_gap_mark(gap, lane, plan, words))
    for first, last in line.handovers:
        text = words.handover % {"days": words.period(first, last)}
        marks.append(Mark("handover", first, last, "", text))
    marks.sort(key=lambda mark: (mark.first, mark.kind == "leave"))
    if post is None:
        return Strip(term(line.specialty, "specialties"), marks, words.loose)
    name = post.name or term(post.specialty, "specialties")
    return Strip(name, marks, _post_detail(post, name), ways.post(post.id), plan)


def _post_detail(post: Wanted, name: str) -> str:
    parts = [term(post.specialty, "specialties")] if post.name else []
    if post.team_role:
        parts.append(term(post.team_role, "team_roles"))
    if post.headcount > 1:
        parts.append(
            ngettext("%(n)s person", "%(n)s people", post.headcount) % {"n": post.headcount}
        )
    return " · ".join(part for part in parts if part != name)


def chart_of(
    viewer: Viewer,
    programme: Programme,
    bodies: Sequence[Organisation],
    span: Days,
    specialties: frozenset[str] = frozenset(),
    *,
    plans: bool,
) -> StripChart:
    """The strips of these recipients."""
    day = today()
    told = queries.lines(
        viewer, programme, [body.id for body in bodies], span, day, specialties=specialties
    )
    own = directory.reach(viewer)
    ways = Ways(
        linker("posting"), linker("post"), link("posting-new", programme.id) if plans else ""
    )
    words = Words(day)
    groups = [
        StripGroup(
            named(body),
            [strip_of(line, ways, words) for line in told[body.id]],
            reverse("directory:organisation", args=[body.id]) if own.covers(body.id) else "",
        )
        for body in bodies
        if body.id in told
    ]
    return StripChart(_("Presence"), span.first, span.last, groups, day)


@require_GET
def presence(request: Request, id: UUID) -> HttpResponseBase:
    """Is each post filled, by whom, and where is the next gap?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    day = today()
    years = years_of(programme, day)
    asked = asked_of(request, years, day)
    specialties = family(asked.specialty) if asked.specialty else frozenset[str]()
    rows = queries.receivers(
        viewer, programme, asked.period, text=asked.text, specialties=specialties
    )
    cursor = Cursor.read(request.GET.get("after", "")) if request.GET.get("after") else None
    page = page_of_query(rows, "name", descending=False, cursor=cursor, size=SIZE)
    plans = viewer.may("programmes.send") or viewer.may("programmes.edit")
    chart = chart_of(viewer, programme, page.rows, asked.period, specialties, plans=plans)
    recent = around(day)
    return render(
        request,
        "programmes/presence.html",
        PresencePage(
            title=_("Presence"),
            lead=_("Who is there, who follows, and where nobody does."),
            crumbs=crumbs_of(programme, Crumb(_("Presence"))),
            example=programme.example,
            programme=programme,
            asked=asked,
            spans=[
                (RECENT, _("Around today: %(days)s") % {"days": period(recent.first, recent.last)}),
                *((str(year), str(year)) for year in years),
            ],
            specialties=top_specialties(),
            chart=chart,
            previous=page.previous,
            next=page.next,
            may_plan=plans and bool(link("posting-new", programme.id)),
        ),
    )
