"""A figure and its evidence as the page, the panel and the file show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.periods import Period
from jiedui.indicators.domain.counting import ENTRIES, STATEMENTS
from jiedui.indicators.domain.facts import LEARNING, LEDGER
from jiedui.indicators.domain.question import Beside, Figure
from jiedui.indicators.forms import QuestionForm
from jiedui.indicators.queries import figure_evidence as evidence
from jiedui.indicators.queries.figure import seen_by
from jiedui.indicators.queries.figure_evidence import Confirmer, Coverage
from jiedui.indicators.queries.figure_records import Record, page_of, statements
from jiedui.indicators.views import words
from jiedui.indicators.views.ask import links
from jiedui.indicators.views.card import Card, card
from jiedui.web.templatetags.jiedui import day


@dataclass(frozen=True)
class Answer:
    """The first screenful: how much, by which definition, how do you know."""

    figure: Figure
    unit: str
    period: str
    as_of: date | None
    spark: Sequence[Decimal]
    giver: str
    receiver: str
    to: str
    scope: str
    counts: str
    partial: str
    card: Card
    url: str
    records_url: str
    contradictions_url: str
    confirmers: Sequence[Confirmer]
    published: str
    coverage: Coverage
    knowledge: str
    tree: str

    @property
    def share(self) -> int:
        """How many of a hundred receivers have reported."""
        return (
            round(100 * self.coverage.reported / self.coverage.expected)
            if self.coverage.expected
            else 0
        )


@dataclass(frozen=True)
class BesideLine:
    """A value beside or beneath, with its reason and report in words."""

    value: Decimal
    unit: str
    precision: str
    period: str
    reason: str
    report: str
    url: str


@dataclass(frozen=True)
class RecordLine:
    """A record with its link and its days in words."""

    url: str
    when: str
    giver: str
    receiver: str
    what: str
    value: Decimal
    high: Decimal | None
    precision: str
    unit: str
    known_from: date | None
    source: str


def answer(viewer: Viewer, form: QuestionForm, found: Figure) -> Answer:
    """Everything that the first screenful says of a figure."""
    question = form.question
    to = links(form)
    chosen = form.programme_chosen
    reader = words.language()
    course = evidence.months(viewer, question).cuts
    return Answer(
        figure=found,
        unit=words.unit(found.unit),
        period=words.period(found.period),
        as_of=question.as_of,
        spark=[point.value for point in course if point.value is not None],
        giver=form.named.get("giver") or gettext("every supporter"),
        receiver=form.named.get("receiver") or gettext("every recipient"),
        to=gettext("gives to"),
        scope=words.cuts(question, chosen.label(reader) if chosen else "", form.named),
        counts=str(words.COUNTS.get(found.counts, "")),
        partial=""
        if seen_by(viewer).everything
        else gettext("Of the entries only those of your organisations"),
        card=card(question, found),
        url=to(),
        records_url=to("records"),
        contradictions_url=to.contradictions(),
        confirmers=evidence.confirmers(viewer, question) if found.counts == ENTRIES else (),
        published=_published(viewer, form, found),
        coverage=evidence.coverage(viewer, question, reader),
        knowledge=words.knowledge(question, today()),
        tree=str(words.TREES[question.tree]),
    )


def _published(viewer: Viewer, form: QuestionForm, found: Figure) -> str:
    """Who has published the statements that make up the figure, and when."""
    if found.counts != STATEMENTS:
        return ""
    rows = statements(form.question)
    told = {f"{row.publisher}, {day(row.published_on)}": None for row in rows}
    return gettext("; ").join(told)


def beside(lines: Sequence[Beside]) -> list[BesideLine]:
    """Values beside or beneath, in words."""
    return [
        BesideLine(
            value=row.value,
            unit=words.unit(row.unit),
            precision=row.precision,
            period=words.period(row.period),
            reason=words.reason(row.reason),
            report=gettext("Report %(report)s, %(day)s, claim %(claim)s")
            % {"report": row.report, "day": day(row.published_on), "claim": row.claim}
            if row.claim
            else "",
            url="",
        )
        for row in lines
    ]


def record_url(row: Record) -> str:
    """The page of the entry, pairing, batch, post or posting; blank where it is not open."""
    if row.entry is None or not row.opens:
        return ""
    if row.stream == LEDGER:
        return reverse("ledger:entry", args=[row.entry])
    room = "mentoring" if row.stream == LEARNING else "programmes"
    page = page_of(row.stream, row.measure)
    return reverse(f"{room}:{page}", args=[row.entry]) if page else ""


def source_of(row: Record) -> str:
    """Where the record lies, in words."""
    told = {LEDGER: gettext("Ledger"), LEARNING: gettext("Learning")}
    return row.source or told.get(row.stream, gettext("Programme"))


def record_lines(rows: Sequence[Record]) -> list[RecordLine]:
    """Records as a list shows them."""
    return [
        RecordLine(
            url=record_url(row),
            when=words.period(Period(row.happened_from, row.happened_to)) or gettext("not stated"),
            giver=row.giver,
            receiver=row.receiver,
            what=words.term(row.table, row.what),
            value=row.value,
            high=row.high,
            precision=row.precision,
            unit=words.unit(row.unit),
            known_from=row.known_from,
            source=source_of(row),
        )
        for row in rows
    ]
