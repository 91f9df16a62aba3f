"""The one figure: daily entries and published statements, and which of the two counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from decimal import Decimal
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.core.periods import Period
from jiedui.indicators.access import Sight, sight
from jiedui.indicators.domain import counting
from jiedui.indicators.domain.counting import Counted, compare, unify
from jiedui.indicators.domain.definitions import Definition
from jiedui.indicators.domain.facts import LEDGER
from jiedui.indicators.domain.question import Beside, Figure, Question
from jiedui.indicators.domain.statement_figure import StatementFigure, line, statement_figure
from jiedui.indicators.domain.statements import Bodies, known
from jiedui.indicators.queries import engine, figure_kept
from jiedui.indicators.queries.statements import bodies, statement_rows
from jiedui.indicators.queries.stream import newest_fact
from jiedui.ledger.domain.statements import StatementRow

FLOW = "flow"


def figure(viewer: Viewer | None, question: Question) -> Figure:
    """What is known of a measure or an indicator within the viewer's reach.

    ``viewer`` None is the house itself. ``value`` is None where neither an entry
    nor a statement answers. Raises NotAllowed ``permission-missing``, and
    InvalidInput ``code-unknown`` or ``indicator-unknown``.
    """
    with moment():
        seen = seen_by(viewer)
        return weigh(seen, question, known_statements(question), entries_of(seen, question))


@dataclass
class Moment:
    """What was read from the database for all figures of one moment."""

    statements: dict[tuple[UUID | None, int | None], list[StatementRow]]
    bodies: Bodies | None = None
    sights: dict[Viewer, Sight] = field(default_factory=dict)


_read: ContextVar[Moment | None] = ContextVar("moment of statements", default=None)


@contextmanager
def moment() -> Iterator[None]:
    """Within it all figures see one moment, and the database is read for it once."""
    if _read.get() is not None:
        yield
        return
    token = _read.set(Moment({}))
    try:
        with engine.moment():
            yield
    finally:
        _read.reset(token)


def known_statements(question: Question) -> list[StatementRow]:
    """The statements of the question's programme; within a moment they are read once."""
    kept = _read.get()
    if kept is None:
        return statement_rows(question)
    key = (question.programme, question.sequence)
    if key not in kept.statements:
        kept.statements[key] = statement_rows(question)
    return kept.statements[key]


def seen_by(viewer: Viewer | None) -> Sight:
    """``access.sight``; within a moment it is asked for once."""
    kept = _read.get()
    if viewer is None or kept is None:
        return sight(viewer)
    if viewer not in kept.sights:
        kept.sights[viewer] = sight(viewer)
    return kept.sights[viewer]


def known_bodies() -> Bodies:
    """The lineage of organisations; within a moment it is asked for once."""
    kept = _read.get()
    if kept is None:
        return bodies()
    if kept.bodies is None:
        kept.bodies = bodies()
    return kept.bodies


def stream_end(question: Question) -> int:
    """The number of the last fact or statement that the figure could have seen."""
    return max((newest_fact(), *(row.sequence for row in known_statements(question))))


def weigh(
    seen: Sight, question: Question, rows: Sequence[StatementRow], entries: Counted | None
) -> Figure:
    """The figure, from entries and statements that are already read; call it within a moment."""
    definition = engine.definition_of(None, question)
    stated = stated_figure(rows, question, definition, entries)
    if stated is None:
        nothing = _nothing(question, definition)
        return unify(question, entries, nothing)
    if entries is None:
        return stated.figure
    compared = tuple(_compared(seen, question, row, definition) for row in stated.standing.rows)
    same = bool(stated.standing.rows) and all(
        _same_scope(question, row) for row in stated.standing.rows
    )
    return unify(question, entries, stated.figure, compared, same_scope=same)


def entries_of(seen: Sight, question: Question) -> Counted | None:
    """What the daily entries give; None where there is none."""
    found = figure_kept.total(None, question, seen.organisation_ids)
    if found.value is None:
        return None
    definition = engine.definition_of(None, question)
    return Counted(
        scaled(definition, found.value),
        found.unit,
        found.unit_class,
        found.records,
        found.period,
        found.precision,
        found.high,
    )


def scaled(definition: Definition, value: Decimal) -> Decimal:
    """A ratio as people read it: hundredths where its unit is per cent, two decimals."""
    if not definition.ratio:
        return value
    return (value * 100 if definition.unit == "%" else value).quantize(Decimal("0.01"))


def stated_figure(
    rows: Sequence[StatementRow],
    question: Question,
    definition: Definition,
    entries: Counted | None,
) -> StatementFigure | None:
    """What the statements give for the same; None for indicators that no report can state.

    Beside entries only statements of the entries' class of unit, done in a period,
    are weighed; all others are told apart as of another class or kind.
    """
    measure = measure_of(question, definition)
    if not measure:
        return None
    asked = replace(question, measure=measure, indicator="")
    if entries is not None:
        asked = replace(
            asked,
            unit_class=question.unit_class or entries.unit_class,
            kind=question.kind or FLOW,
        )
    return statement_figure(rows, asked, known_bodies())


def measure_of(question: Question, definition: Definition) -> str:
    """The measure whose statements say the same as the figure; blank where none can."""
    if not question.indicator:
        return question.measure
    if definition.states:
        return definition.states
    side = definition.numerator
    plain = (
        not definition.ratio
        and side.count == "sum"
        and side.stream == LEDGER
        and len(side.measures) == 1
        and not side.kinds
        and not side.output_classes
    )
    return side.measures[0] if plain else ""


def _compared(seen: Sight, question: Question, row: StatementRow, definition: Definition) -> Beside:
    """A statement that stands, with what the entries of its own scope say of it."""
    said = line(row)
    if not seen.everything:
        return replace(said, reason=counting.NOT_COMPARED)
    return replace(said, reason=compare(entries_within(seen, question, row), said, row.high))


def entries_within(seen: Sight, question: Question, row: StatementRow) -> Counted | None:
    """The entries of a statement's own scope; None where it cannot be told what that is."""
    if not (row.start and row.end and len(row.receivers) == 1 and len(row.givers) <= 1):
        return None
    return entries_of(
        seen,
        replace(
            question,
            giver=_one(row.givers) or question.giver,
            receiver=_one(row.receivers),
            item=row.item or question.item,
            unit_class=row.unit_class,
            period=Period(row.start, row.end),
        ),
    )


@dataclass(frozen=True)
class Differs:
    """A published statement, and the entries of its own scope that do not agree with it."""

    row: StatementRow
    entries: Counted


def differences(viewer: Viewer | None, question: Question) -> list[Differs]:
    """Statements that the ledger contradicts; only who sees the whole ledger is told."""
    seen = seen_by(viewer)
    if not seen.everything:
        return []
    found = []
    for row in known(known_statements(question), question):
        asked_of = not question.measure or question.measure == row.measure
        if not asked_of or row.kind != FLOW or not row.placed:
            continue
        if question.receiver and not known_bodies().all_in(row.receivers, [question.receiver]):
            continue
        asked = replace(question, measure=row.measure, receiver=None)
        entries = entries_within(seen, asked, row)
        if entries is not None and compare(entries, line(row), row.high) == counting.DIFFERS:
            found.append(Differs(row, entries))
    return found


def _one(ids: frozenset[UUID]) -> UUID | None:
    return next(iter(ids), None)


def _same_scope(question: Question, row: StatementRow) -> bool:
    """Whether the figure is about the very bodies that the statement is about."""
    asked_receiver = frozenset([question.receiver]) if question.receiver else frozenset()
    asked_giver = frozenset([question.giver]) if question.giver else row.givers
    return row.receivers == asked_receiver and row.givers == asked_giver


def _nothing(question: Question, definition: Definition) -> Figure:
    return Figure(
        measure=question.measure or question.indicator,
        value=None,
        high=None,
        precision="exact",
        unit=definition.unit,
        unit_class=definition.unit_class,
        kind=question.kind or FLOW,
        period=question.period,
        as_of=question.as_of,
        records=0,
        contested=False,
        counts="",
    )
