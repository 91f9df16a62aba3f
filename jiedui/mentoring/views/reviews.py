"""Two-sided reviews: who has answered, and, once both have, where the answers lie apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.mentoring.access import reviews as access
from jiedui.mentoring.access.reach import READ
from jiedui.mentoring.domain.reviews import (
    SIDES,
    TEXT,
    Change,
    Gap,
    by_steps,
    counted,
)
from jiedui.mentoring.domain.states import GIVER, RECEIVER
from jiedui.mentoring.models import ReviewRound
from jiedui.mentoring.queries import reviews as queries
from jiedui.mentoring.views.base import Request, not_visible, outside, url
from jiedui.mentoring.views.review_panel import waiting
from jiedui.mentoring.views.review_words import (
    TONES,
    gap_words,
    handed_in,
    review_tabs,
    review_way,
    side_name,
    stage_of,
    steps_said,
    title_of,
)
from jiedui.mentoring.views.standing_words import terms_of
from jiedui.programmes.access import may_edit
from jiedui.web.charts import ChartData, Series
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.parts import Pair, Side, WorkItem
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, period, term

DASH = "–"


@dataclass(frozen=True)
class ListPage:
    """The rounds."""

    title: str
    table: Table
    lead: str
    waiting: Sequence[WorkItem]
    example: bool = False


def _in_stage(rows: Any, value: str) -> Any:
    day = today()
    both = Q(pk__in=ReviewRound.objects.exclude(sheets__state="draft").values("pk"))
    over = Q(closed_on__isnull=False) | Q(closes_on__lt=day)
    if value == "compared":
        return rows.filter(both)
    if value == "closed":
        return rows.filter(over).exclude(both)
    rows = rows.exclude(both).exclude(over)
    return rows.filter(opens_on__gt=day) if value == "planned" else rows.filter(opens_on__lte=day)


@require_GET
def review_list(request: Request) -> HttpResponseBase:
    """Which reviews are there, which wait for an answer, which are compared?"""
    viewer = request.viewer
    viewer.must(READ)
    day = today()
    table = Table(
        request,
        access.visible_reviews(viewer)
        .select_related("programme", "giver", "receiver")
        .prefetch_related("sheets"),
        [
            Column("phase", _("Phase"), kind="term", table="review_phases", sort="phase",
                   url=lambda row: url("review", row.id)),
            Column("giver", side_name(GIVER), value=lambda row: named(row.giver),
                   sort="giver__name"),
            Column("receiver", side_name(RECEIVER), value=lambda row: named(row.receiver),
                   sort="receiver__name"),
            Column("programme", _("Programme"), value=lambda row: named(row.programme)),
            Column("opens_on", _("To be answered"), sort="opens_on",
                   value=lambda row: period(row.opens_on, row.closes_on)),
            Column("giver_in", _("Supporter's answers"), kind="badge",
                   value=lambda row: handed_in(row, GIVER)[0],
                   tone=lambda row: handed_in(row, GIVER)[1]),
            Column("receiver_in", _("Recipient's answers"), kind="badge",
                   value=lambda row: handed_in(row, RECEIVER)[0],
                   tone=lambda row: handed_in(row, RECEIVER)[1]),
            Column("state", _("State"), kind="badge", value=lambda row: stage_of(row, day)[0],
                   tone=lambda row: stage_of(row, day)[1]),
        ],
        filters=[
            Filter("q", _("Supporter or recipient"),
                   paths=("giver__name", "receiver__name", "giver__name_en",
                          "receiver__name_en")),
            Filter("phase", _("Phase"), kind="choice", choices=terms_of("review_phases")),
            Filter("state", _("State"), kind="choice", apply=_in_stage,
                   choices=[("planned", pgettext("review", "Planned")),
                            ("open", pgettext("review", "Being answered")),
                            ("compared", pgettext("review", "Compared")),
                            ("closed", pgettext("review", "Closed with a side missing"))]),
            Filter("opens", _("First day to answer"), kind="dates", paths=("opens_on",)),
        ],
        default_sort="-opens_on",
        title=_("Two-sided reviews"),
        empty=Empty(
            _("No review yet"),
            _("Supporter and recipient answer the same questions apart from each other, in the"
              " middle, at the end and a year after. A review is begun on a pairing's page."),
            reverse("programmes:programmes"),
            _("Programmes"),
        ),
    )  # fmt: skip
    lead = _("Neither side sees the other's answers before both are in.")
    page = ListPage(_("Two-sided reviews"), table, lead, waiting(viewer))
    return render(request, "mentoring/reviews_list.html", page)


@dataclass(frozen=True)
class SideLine:
    """A side of a round: whether it has answered, and what its reader may do."""

    name: str
    body: str
    state: str
    tone: str
    own: bool
    answer_url: str
    back_url: str


@dataclass(frozen=True)
class GapLine:
    """A question with both answers beside each other."""

    code: str
    principle: str
    question: str
    giver: str
    receiver: str
    kind: str
    kind_code: str
    tone: str
    steps: int | None
    said: str
    giver_words: str
    receiver_words: str
    task_url: str


@dataclass(frozen=True)
class WordsLine:
    """A question that is answered in words."""

    question: str
    giver: str
    receiver: str


@dataclass(frozen=True)
class TaskLine:
    """A task that followed."""

    title: str
    question: str
    owner: str
    due_on: date | None
    done_on: date | None
    url: str


@dataclass(frozen=True)
class ReviewPage:
    """One round. ``table`` is there only once the answers are open."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    tabs: Sequence[Tab]
    round: ReviewRound
    pair: Pair
    days: str
    stage: str
    tone: str
    sides: Sequence[SideLine]
    open: bool
    may_run: bool
    missing: Sequence[str]
    counts: Sequence[tuple[str, str, int]]
    chart: ChartData | None
    table: Table | None
    words: Sequence[WordsLine]
    words_hidden: bool
    tasks: Sequence[TaskLine]
    task_url: str


def _sides(viewer: Viewer, round: ReviewRound, day: date) -> list[SideLine]:
    own, rule, found = access.own_side(viewer, round), access.ruled(round), []
    for side, body in ((GIVER, round.giver), (RECEIVER, round.receiver)):
        mine = side == own
        found.append(
            SideLine(
                side_name(side), named(body), *handed_in(round, side), mine,
                url("review-answer", round.id)
                if mine and rule.answering(side, day) else "",
                url("review-take-back", round.id)
                if mine and rule.taking_back(side, day) else "",
            )
        )  # fmt: skip
    return found


def _level(value: int | None, unknown: bool) -> str:
    if value is not None:
        return f"{value} {term(str(value), 'review_levels')}"
    return _("Cannot say") if unknown else DASH


def _gap_lines(round: ReviewRound, found: queries.Compared, *, tasks: bool) -> list[GapLine]:
    table, kinds, ways = vocabulary().table("review_questions"), gap_words(), TONES

    def line(gap: Gap) -> GapLine:
        code = gap.question
        return GapLine(
            code, term(table[code].extra["principle"], "review_principles"),
            term(code, "review_questions"),
            _level(gap.giver, (GIVER, code) in found.unknown),
            _level(gap.receiver, (RECEIVER, code) in found.unknown),
            kinds[gap.kind], gap.kind, ways[gap.kind], gap.steps, steps_said(gap),
            found.words.get((GIVER, code), ""), found.words.get((RECEIVER, code), ""),
            f"{url('review-task', round.id)}?question={code}" if tasks else "",
        )  # fmt: skip

    return [line(gap) for gap in found.gaps]


def _table(request: Request, lines: Sequence[GapLine], *, words: bool) -> Table:
    order = {id(line): place for place, line in enumerate(lines)}
    said = [
        Column("giver_words", _("Supporter, in words")),
        Column("receiver_words", _("Recipient, in words")),
    ]
    return Table(
        request,
        [{"place": order[id(line)], **vars(line)} for line in lines],
        [
            Column("place", _("Position"), sort="place", shown=False, export=False),
            Column("principle", _("Principle"), sort="principle"),
            Column("question", _("Question"), url=_task_url),
            Column("giver", side_name(GIVER), sort="giver"),
            Column("receiver", side_name(RECEIVER), sort="receiver"),
            Column("kind", _("How they stand"), kind="badge", tone=lambda row: row["tone"]),
            Column("steps", _("Steps apart"), kind="number", sort="steps"),
            Column("said", _("Who is higher")),
            *(said if words else []),
        ],
        filters=[
            Filter("kind", _("How they stand"), kind="choice", paths=("kind_code",),
                   choices=list(gap_words().items())),
        ],
        default_sort="place",
        key=lambda row: row["code"],
        size=100,
        title=_("Both sides' answers"),
    )  # fmt: skip


def _task_url(row: Mapping[str, Any]) -> str:
    return str(row["task_url"])


def _words(found: queries.Compared) -> list[WordsLine]:
    lines = []
    for code, each in vocabulary().table("review_questions").items():
        if each.extra["kind"] != TEXT:
            continue
        giver, receiver = (found.words.get((side, code), "") for side in SIDES)
        if giver or receiver:
            lines.append(WordsLine(term(code, "review_questions"), giver, receiver))
    return lines


def _tasks(viewer: Viewer, round: ReviewRound) -> list[TaskLine]:
    return [
        TaskLine(
            row.task.title, term(row.question, "review_questions"), named(row.task.owner),
            row.task.due_on, row.task.done_on,
            outside("programmes:tasks", round.programme_id),
        )
        for row in queries.tasks_of(round)
    ]  # fmt: skip


@require_GET
def review_page(request: Request, id: UUID) -> HttpResponseBase:
    """Who has answered? And once both have: where do they see things differently?"""
    viewer = request.viewer
    viewer.must(READ)
    round, day = access.get_review(viewer, id), today()
    stage, tone = stage_of(round, day)
    found = queries.compared(viewer, round, day)
    tasks = found is not None and may_edit(viewer, round.giver_id, round.receiver_id)
    words = access.may_read_words(viewer, round)
    lines = _gap_lines(round, found, tasks=tasks) if found else []
    kinds = gap_words()
    page = ReviewPage(
        title=title_of(round),
        crumbs=review_way(round),
        example=round.programme.example,
        tabs=review_tabs(round, "review", rounds=_open_rounds(viewer, round, day)),
        round=round,
        pair=Pair(
            Side(named(round.giver)), Side(named(round.receiver)),
            term(round.phase, "review_phases"), period(round.opens_on, round.closes_on),
        ),
        days=period(round.opens_on, round.closes_on),
        stage=stage,
        tone=tone,
        sides=_sides(viewer, round, day),
        open=found is not None,
        may_run=found is None and access.may_run(viewer, round.giver_id, round.receiver_id),
        missing=[side_name(side) for side in found.missing] if found else [],
        counts=[
            (kinds[kind], TONES[kind], n) for kind, n in counted(found.gaps).items() if n
        ] if found else [],
        chart=_chart(found) if found and not found.missing else None,
        table=_table(request, lines, words=words) if found else None,
        words=_words(found) if found else [],
        words_hidden=found is not None and not words,
        tasks=_tasks(viewer, round) if found else [],
        task_url=url("review-task", round.id) if tasks else "",
    )  # fmt: skip
    return render(request, "mentoring/reviews_page.html", page)


def _open_rounds(viewer: Viewer, round: ReviewRound, day: date) -> int:
    rounds = queries.rounds_of_pair(viewer, round)
    return sum(access.may_read_answers(each, day) for each in rounds)


def _chart(found: queries.Compared) -> ChartData:
    levels = len(vocabulary().table("review_levels"))
    tally = by_steps(found.gaps, levels)
    return ChartData(
        _("Questions by steps between the two answers"), _("Steps apart"),
        [str(steps) for steps in range(levels)],
        [Series(_("Questions"), tally, "ink")], kind="bar", unit=pgettext("unit", "questions"),
    )  # fmt: skip


@dataclass(frozen=True)
class ChangePage:
    """Each question over the rounds of the two."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    tabs: Sequence[Tab]
    table: Table


def _moved(change: Change) -> str:
    if change.whole is None:
        return ""
    return "0" if not change.whole else f"{change.whole:+d}".replace("-", "−")


@require_GET
def review_change(request: Request, id: UUID) -> HttpResponseBase:
    """How has each side's answer to each question changed from round to round?"""
    viewer = request.viewer
    viewer.must(READ)
    round = access.get_review(viewer, id)
    rounds, found = queries.change_over(viewer, round)
    if not rounds:
        raise not_visible()
    rows = [
        {
            "place": place, "key": f"{place:03d}{change.side}",
            "question": term(change.question, "review_questions"),
            "side": side_name(change.side), "side_code": change.side,
            "moved": _moved(change), "whole": change.whole,
            **{f"r{n}": _level(level, False) for n, level in enumerate(change.levels)},
        }
        for place, change in enumerate(found)
    ]  # fmt: skip
    columns = [
        Column("question", _("Question"), sort="place"),
        Column("side", _("Side"), sort="side"),
        *(
            Column(f"r{n}", f"{term(each.phase, 'review_phases')} {each.opens_on:%Y-%m}")
            for n, each in enumerate(rounds)
        ),
        Column("moved", _("Steps from the first to the last"), kind="short", sort="whole"),
    ]
    table = Table(
        request, rows, columns,
        filters=[
            Filter("side", _("Side"), kind="choice", paths=("side_code",),
                   choices=[(side, side_name(side)) for side in SIDES]),
        ],
        default_sort="question", key=lambda row: row["key"], size=100,
        title=_("Over the rounds"),
    )  # fmt: skip
    page = ChangePage(
        title_of(round), review_way(round, _("Over the rounds")), round.programme.example,
        review_tabs(round, "change", rounds=len(rounds)), table,
    )  # fmt: skip
    return render(request, "mentoring/reviews_change.html", page)
