"""What stands behind a figure: its cuts, its course, who reported, who confirmed, the records.

Each of these is asked of the same question as the figure, so that the total
equals its parts and its records. Call them within ``engine.moment()``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.periods import Period
from jiedui.directory.queries import names
from jiedui.indicators.domain import disclosure
from jiedui.indicators.domain.counting import STATEMENTS
from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.domain.facts import LEDGER, PROGRAMMES, FactRow
from jiedui.indicators.domain.question import Figure, Question, amount_of, clip_of
from jiedui.indicators.domain.statement_figure import statement_figure
from jiedui.indicators.domain.statements import Bodies
from jiedui.indicators.queries import engine, figure_kept
from jiedui.indicators.queries.engine import Group
from jiedui.indicators.queries.figure import (
    known_bodies,
    known_statements,
    measure_of,
    scaled,
    seen_by,
)
from jiedui.indicators.queries.figure_scope import place_names
from jiedui.ledger.domain.statements import StatementRow
from jiedui.programmes.access import (
    visible_batches,
    visible_pairings,
    visible_postings,
    visible_posts,
)
from jiedui.programmes.domain.facts import LASTS, LONG_AGO

# Every confirmed record, whatever it counts: who has reported at all.
ALL_RECORDS = Definition(
    code="records",
    version=1,
    title="记录",
    title_en="Records",
    why="",
    why_en="",
    scope="",
    scope_en="",
    unit="条",
    unit_class="things",
    period="starts",
    additive=True,
    exclusive=(),
    overlapping=(),
    source="",
    numerator=Side(count="records"),
)
# Every row that the programmes tell.
ALL_TOLD = replace(
    ALL_RECORDS, code="told", numerator=Side(count="records", stream=PROGRAMMES), kind_table=""
)
KEYS = ("giver", "receiver", "place", "kind", "item")
# What a row of the programmes' stream is of, by its measure; all others are of a posting.
RECORDS = {
    "pairings": "pairing",
    "dispatch_batches": "batch",
    "posts_asked": "post",
    "posts_filled": "post",
}
VISIBLE: dict[str, Callable[[Viewer], QuerySet[Any]]] = {
    "pairing": visible_pairings,
    "batch": visible_batches,
    "post": visible_posts,
    "posting": visible_postings,
}
Mark = tuple[Any, Any]


@dataclass(frozen=True, slots=True)
class Cut:
    """One line of a breakdown; ``value`` None is withheld by the small-number rule."""

    code: str
    label: str
    value: Decimal | None
    records: int | None
    precision: str
    question: Question
    by: str
    key: Any

    @property
    def asks(self) -> Question | None:
        """The question that gives this line as a figure of its own."""
        if self.by == "month":
            return _month(self.question, self.key)
        if not self.key:
            return None
        return replace(self.question, **{"activity" if self.by == "kind" else self.by: self.key})


@dataclass(frozen=True)
class Divided:
    """A breakdown; ``total`` is withheld where it would give a small part away."""

    cuts: tuple[Cut, ...]
    withheld: bool
    total: Decimal | None

    def __len__(self) -> int:
        """How many lines."""
        return len(self.cuts)


@dataclass(frozen=True)
class Report:
    """Whether a receiver of the programme's pairings has reported in the period."""

    body: UUID
    name: str
    reported: bool


@dataclass(frozen=True)
class Coverage:
    """The receivers of the programme's pairings: how many of them have reported."""

    reports: tuple[Report, ...] = ()

    @property
    def reported(self) -> int:
        """How many have."""
        return sum(1 for row in self.reports if row.reported)

    @property
    def expected(self) -> int:
        """How many could."""
        return len(self.reports)

    @property
    def missing(self) -> tuple[Report, ...]:
        """Those that have not."""
        return tuple(row for row in self.reports if not row.reported)

    @property
    def complete(self) -> bool:
        """Whether all have reported."""
        return not self.missing


@dataclass(frozen=True)
class Confirmer:
    """Who has confirmed how many of the records; in the order of names, never of numbers."""

    name: str
    records: int


@dataclass(frozen=True)
class Record:
    """One record behind a figure: a row of one of the streams, or a published statement.

    ``table`` is the packs' table that names ``what`` it is. ``opens`` says whether its
    page is open to the viewer.
    """

    entry: UUID | None
    stream: str
    measure: str
    opens: bool
    table: str
    what: str
    giver: str
    receiver: str
    happened_from: date | None
    happened_to: date | None
    value: Decimal
    high: Decimal | None
    precision: str
    unit: str
    known_from: date | None
    source: str


def divided(viewer: Viewer, question: Question, by: str, language: str) -> Divided:
    """The entries divided by giver, receiver, place or kind, small numbers withheld."""
    visible = seen_by(viewer).organisation_ids

    def made() -> Divided:
        groups = figure_kept.breakdown(None, question, (by,), visible)
        labels = _labels(viewer, by, (group.key[0] for group in groups), language)
        return protected(question, [_cut(question, by, group, labels) for group in groups])

    if by == "place":
        # Which places may be named differs from viewer to viewer.
        return made()
    return figure_kept.kept(("divided", question, by, visible, language), made)


def _cut(question: Question, by: str, group: Group, labels: Mapping[Any, str]) -> Cut:
    key = group.key[0]
    return Cut(
        code=str(key or ""),
        label=labels.get(key, ""),
        value=group.value,
        records=group.records,
        precision=group.precision,
        question=question,
        by=by,
        key=key,
    )


def months(viewer: Viewer, question: Question) -> Divided:
    """The entries by the month in which the event began."""
    visible = seen_by(viewer).organisation_ids
    groups = figure_kept.breakdown(None, question, ("month",), visible)
    cuts = []
    for group in groups:
        name = f"{group.key[0]:%Y-%m}"
        cuts.append(replace(_cut(question, "month", group, {}), code=name, label=name))
    return protected(question, cuts)


def protected(question: Question, cuts: Sequence[Cut]) -> Divided:
    """The cuts with small numbers of patients withheld, and what would give them away."""
    definition = engine.definition_of(None, question)
    if definition.ratio:
        cuts = [
            cut if cut.value is None else replace(cut, value=scaled(definition, cut.value))
            for cut in cuts
        ]
    values = [cut.value if cut.value is not None else Decimal(0) for cut in cuts]
    adds = definition.additive and all(cut.by in definition.exclusive for cut in cuts)
    whole = sum(values, Decimal(0)) if adds else None
    if not engine.about_patients(definition) or definition.ratio:
        return Divided(tuple(cuts), False, whole)
    shown = disclosure.protect(values, whole)
    kept = tuple(
        cut if value is not None else replace(cut, value=None, records=None)
        for cut, value in zip(cuts, shown.parts, strict=True)
    )
    return Divided(kept, any(value is None for value in shown.parts), shown.total)


def _month(question: Question, first: date) -> Question:
    """The question cut to a month, and to the period that was asked for."""
    last = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    end = date.fromordinal(last.toordinal() - 1)
    asked = question.period
    start = max(first, asked.start) if asked.start else first
    return replace(question, period=Period(start, min(end, asked.end) if asked.end else end))


def _labels(viewer: Viewer, by: str, keys: Iterable[Any], language: str) -> dict[Any, str]:
    wanted = [key for key in keys if key]
    if by == "place":
        return dict(place_names(viewer, wanted, language))
    return {} if by in ("kind", "item") else dict(names(wanted, language))


def coverage(viewer: Viewer, question: Question, language: str) -> Coverage:
    """The receivers of visible pairings in the period, and which of them have reported.

    A receiver has reported when it, or a part of it, has a confirmed entry of any
    measure in the period. Without a programme there is nobody to wait for.
    """
    if question.programme is None:
        return Coverage()
    pairs = visible_pairings(viewer).filter(programme_id=question.programme)
    bodies = known_bodies()
    inside = bodies.below(question.receiver) if question.receiver else None
    giver = question.giver
    wanted: set[UUID] = set()
    for row in pairs:
        held = Period(row.valid_from, row.valid_to).overlaps(question.period)
        received = inside is None or row.receiver_id in inside
        if held and received and (giver is None or _gives(bodies, row.giver_id, giver)):
            wanted.add(row.receiver_id)
    asked = replace(
        question,
        measure="",
        indicator="",
        item=None,
        unit_class=None,
        kind=None,
        activity=None,
        output_class=None,
        place=None,
    )
    visible = seen_by(viewer).organisation_ids
    groups = figure_kept.breakdown(ALL_RECORDS, asked, ("receiver",), visible)
    reporting = {group.key[0] for group in groups}
    named = names(wanted, language)
    reports = [
        Report(body, named.get(body, ""), bool(bodies.below(body) & reporting)) for body in wanted
    ]
    return Coverage(tuple(sorted(reports, key=lambda row: (row.reported, row.name))))


def _gives(bodies: Bodies, pairing_giver: UUID, giver: UUID) -> bool:
    """Whether the pairing's giver is the body asked for, a part of it, or holds it."""
    return bodies.is_part(pairing_giver, giver) or bodies.is_part(giver, pairing_giver)


def confirmers(viewer: Viewer, question: Question) -> tuple[Confirmer, ...]:
    """The accounts that confirmed the records, by name."""
    visible = seen_by(viewer).organisation_ids
    groups = figure_kept.breakdown(None, question, ("confirmed_by",), visible)
    people = {
        user.id: str(user)
        for user in User.objects.filter(id__in=[g.key[0] for g in groups if g.key[0]])
    }
    rows = [Confirmer(people.get(g.key[0], ""), g.records) for g in groups]
    return tuple(sorted(rows, key=lambda row: row.name))


def statements(question: Question) -> tuple[StatementRow, ...]:
    """The statements that stand, where no entry counts."""
    measure = measure_of(question, engine.definition_of(None, question))
    if not measure:
        return ()
    asked = replace(question, measure=measure, indicator="")
    return statement_figure(known_statements(asked), asked, known_bodies()).standing.rows


def records(
    viewer: Viewer,
    question: Question,
    found: Figure,
    language: str,
    *,
    limit: int | None = None,
    after: Mark | None = None,
) -> tuple[list[Record], Mark | None]:
    """The records that make up the figure, the latest event first, and the next page's mark."""
    if found.counts == STATEMENTS:
        rows = statements(question)
        bodies_named = names({b for r in rows for b in (*r.givers, *r.receivers)}, language)
        return [_statement(row, bodies_named) for row in rows], None
    visible = seen_by(viewer).organisation_ids
    ask = limit + 1 if limit is not None else None
    facts = engine.records(None, question, after, ask, visible=visible)
    following = None
    if limit is not None and len(facts) > limit:
        facts = facts[:limit]
        following = engine.page_mark(facts[-1])
    named = names({id for row in facts for id in (row.giver_id, row.receiver_id)}, language)
    definition = engine.definition_of(None, question)
    shut = _shut(viewer, facts) if limit is not None else frozenset()
    clip = clip_of(question, definition, today())
    return [
        replace(_entry(row, named, definition, clip), opens=row.entry_id not in shut)
        for row in facts
    ], following


def _shut(viewer: Viewer, facts: Sequence[FactRow]) -> frozenset[UUID]:
    """The records of the programmes whose pages the viewer may not open."""
    told: dict[str, set[UUID]] = {}
    for row in facts:
        if row.stream == PROGRAMMES:
            told.setdefault(RECORDS.get(row.measure, "posting"), set()).add(row.entry_id)
    open_ids = {
        id
        for name, ids in told.items()
        for id in VISIBLE[name](viewer).filter(id__in=ids).values_list("id", flat=True)
    }
    return frozenset(id for ids in told.values() for id in ids if id not in open_ids)


def _entry(
    row: FactRow, named: dict[UUID, str], definition: Definition, clip: Period | None
) -> Record:
    of_kind = row.stream == LEDGER or bool(definition.kind_table)
    days = definition.numerator.count == "days"
    return Record(
        entry=row.entry_id,
        stream=row.stream,
        measure=row.measure,
        opens=True,
        table=(definition.kind_table if row.stream == PROGRAMMES else "activity_kinds")
        if of_kind
        else "measures",
        what=row.kind if of_kind else row.measure,
        giver=named.get(row.giver_id, ""),
        receiver=named.get(row.receiver_id, ""),
        happened_from=row.happened_from if row.happened_from > LONG_AGO else None,
        happened_to=row.happened_to if row.happened_to < LASTS else None,
        value=amount_of(row, definition.numerator, clip),
        high=row.high,
        precision=row.precision,
        unit=definition.unit if days else row.unit,
        known_from=row.known_from,
        source="",
    )


def _statement(row: StatementRow, named: dict[UUID, str]) -> Record:
    def told(ids: frozenset[UUID], text: str) -> str:
        return "、".join(sorted(named.get(id, "") for id in ids)) or text

    return Record(
        entry=None,
        stream="",
        measure=row.measure,
        opens=False,
        table="measures",
        what=row.measure,
        giver=told(row.givers, row.giver_text),
        receiver=told(row.receivers, row.receiver_text),
        happened_from=row.start,
        happened_to=row.end,
        value=row.value,
        high=row.high,
        precision=row.precision,
        unit=row.unit,
        known_from=row.published_on,
        source=f"{row.publisher} {row.claim}",
    )


def band(viewer: Viewer, question: Question) -> list[tuple[date, dict[str, int]]]:
    """How many confirmed outputs did, taught and enabled, month by month.

    Outputs are counted, not their amounts: amounts of unlike units are never added.
    """
    visible = seen_by(viewer).organisation_ids
    found: dict[date, dict[str, int]] = {}
    for group in engine.breakdown(
        ALL_RECORDS, question, ("month", "output_class"), visible=visible
    ):
        month, output_class = group.key
        found.setdefault(month, {})[output_class] = group.records
    return sorted(found.items())
