"""Which statements answer a question, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from jiedui.core.periods import Period
from jiedui.core.quantities import FigureKind, Precision
from jiedui.indicators.domain.question import EVER, Question
from jiedui.indicators.domain.statements.bodies import Bodies
from jiedui.indicators.domain.statements.covering import Cover, Scope, addable, scope
from jiedui.indicators.domain.statements.stated import (
    ROUNDNESS,
    Rank,
    alike,
    last_day,
    period,
    precision_of_sum,
    rank,
)
from jiedui.ledger.domain.statements import StatementRow

# Why a statement is shown beside a figure and does not count.
SAME_SCOPE = "same-scope"
UNKNOWN_START = "unknown-start"
OVERLAPS = "overlaps-period"
OTHER_CLASS = "other-unit-class"
OTHER_KIND = "other-kind"
OTHER_ITEM = "other-item"
OTHER_SCOPE = "other-scope"
BLANK_GIVER = "blank-giver"
LINE = "line"
BENEATH = "beneath"
WIDER = "wider"
UNPLACED = "unplaced"

# What was done comes before what is there, what is intended and what one costs.
KINDS = (FigureKind.FLOW, FigureKind.STOCK, FigureKind.PLAN, FigureKind.PRICE)


@dataclass(frozen=True)
class Aside:
    """A statement that does not count in the figure, with the reason."""

    reason: str
    row: StatementRow


@dataclass(frozen=True)
class Standing:
    """The statements that make a figure, those beside it and those beneath it.

    ``value`` is None where no statement answers. ``unexplained`` is what the
    parts beneath leave of a whole: exact only as far as they are.
    """

    rows: tuple[StatementRow, ...] = ()
    beside: tuple[Aside, ...] = ()
    parts: tuple[Aside, ...] = ()
    unexplained: Decimal | None = None

    @property
    def value(self) -> Decimal | None:
        """The number, or the sum of the parts."""
        return sum((row.value for row in self.rows), Decimal(0)) if self.rows else None

    @property
    def precision(self) -> str:
        """How rounded the number is."""
        return (precision_of_sum(self.rows) if self.rows else Precision.EXACT).value

    @property
    def high(self) -> Decimal | None:
        """The upper end, where the figure is a range."""
        if not self.rows or self.precision != Precision.RANGE:
            return None
        return sum((row.value if row.high is None else row.high for row in self.rows), Decimal(0))

    @property
    def period(self) -> Period:
        """The one period that all rows share."""
        return period(self.rows[0]) if self.rows else Period(None, None)

    @property
    def unit(self) -> str:
        """The unit that most rows are stated in (台次 and 例 may both count operations)."""
        units = [row.unit for row in self.rows]
        return max(units, key=units.count) if units else ""

    @property
    def unit_class(self) -> str:
        """The one class of unit."""
        return self.rows[0].unit_class if self.rows else ""

    @property
    def kind(self) -> str:
        """The one kind."""
        return self.rows[0].kind if self.rows else ""

    @property
    def item(self) -> str:
        """The one item; blank is the measure as such."""
        return self.rows[0].item if self.rows else ""


def known(rows: Iterable[StatementRow], question: Question) -> list[StatementRow]:
    """What was known then, of the programmes asked for; repeated claims left out.

    A line of a repeated claim becomes a line of the claim itself.
    """
    rows = list(rows)
    repeats = {row.claim: row.same_as for row in rows if row.same_as is not None}
    return [
        replace(row, part_of=repeats[row.part_of]) if row.part_of in repeats else row
        for row in rows
        if row.same_as is None
        and (question.as_of is None or row.published_on <= question.as_of)
        and (question.sequence is None or row.sequence <= question.sequence)
        and (
            not row.example
            if question.programme is None
            else row.programme_id == question.programme
        )
    ]


def stand(rows: Iterable[StatementRow], question: Question, bodies: Bodies) -> Standing:
    """The figure that statements give; the order of the rows never matters."""
    if question.place or question.activity or question.output_class:
        return Standing()  # a published statement says nothing of these
    everything = sorted(known(rows, question), key=lambda row: row.claim)
    about = [row for row in everything if row.measure == question.measure]
    beside: list[Aside] = []
    candidates: list[StatementRow] = []
    for row in about:
        reason = _outside(row, question, bodies)
        if reason is None:
            candidates.append(row)
        elif reason:
            beside.append(Aside(reason, row))
    weigh = _Weigh(question, bodies)
    chosen, rejected = weigh.one_class(candidates, {row.claim: row for row in everything})
    standing, others, parts, unexplained = weigh.one_scope(chosen, rejected)
    beside += others
    order = {row.claim: number for number, row in enumerate(about)}
    return Standing(
        tuple(standing),
        tuple(sorted(beside, key=lambda aside: order[aside.row.claim])),
        tuple(sorted(parts, key=lambda aside: order[aside.row.claim])),
        unexplained,
    )


def _outside(row: StatementRow, question: Question, bodies: Bodies) -> str | None:
    """None: may count. A reason: shown beside. Blank: about something else."""
    if not row.placed:
        asked = question.receiver or question.giver
        return "" if asked else UNPLACED

    def lies_in(body: UUID, whole: UUID) -> bool:
        if question.tree == "then":
            return bodies.was_part(body, whole, last_day(row))
        return bodies.is_part(body, whole)

    if question.giver and not all(lies_in(body, question.giver) for body in row.givers):
        return ""
    if question.receiver:
        inside = [lies_in(body, question.receiver) for body in row.receivers]
        if not inside or not all(inside):
            return WIDER if any(inside) else ""
    if question.period != EVER and not period(row).lies_within(question.period):
        return OVERLAPS if period(row).overlaps(question.period) else ""
    if question.unit_class is not None and row.unit_class != question.unit_class:
        return OTHER_CLASS
    if question.kind is not None and row.kind != question.kind:
        return OTHER_KIND
    if question.item is not None and row.item != question.item:
        return OTHER_ITEM
    return None


Chosen = tuple[list[StatementRow], list[Aside], list[Aside], Decimal | None]


class _Weigh:
    """The steps from candidates to the rows that stand, for one question."""

    def __init__(self, question: Question, bodies: Bodies) -> None:
        self.question = question
        self.bodies = bodies
        self._ranks: dict[str, Rank] = {}

    def rank(self, row: StatementRow) -> Rank:
        """``stated.rank``, once for each row."""
        found = self._ranks.get(row.claim)
        if found is None:
            found = self._ranks[row.claim] = rank(row)
        return found

    def strangeness(self, row: StatementRow) -> tuple[bool, bool]:
        """Smallest is about the very bodies asked for, the receiver before the giver."""
        asked = self.question
        return (
            asked.receiver is not None and row.receivers != {asked.receiver},
            asked.giver is not None and row.givers != {asked.giver},
        )

    def nearness(self, row: StatementRow) -> tuple[tuple[bool, bool], Rank]:
        """Of rows that may be added, the first is kept where two are not disjoint."""
        return self.strangeness(row), self.rank(row)

    def one_class(
        self, rows: Sequence[StatementRow], by_claim: Mapping[str, StatementRow]
    ) -> tuple[list[StatementRow], list[Aside]]:
        """Settle kind, unit class and item; lines of a stated whole step back before that."""
        if not rows:
            return [], []
        kinds = {row.kind for row in rows}
        kind = next(each.value for each in KINDS if each.value in kinds)
        rejected = [Aside(OTHER_KIND, row) for row in rows if row.kind != kind]
        rows = [row for row in rows if row.kind == kind]

        cover = Cover({scope(row) for row in rows}, self.bodies, self._giver_asked)
        beneath = {key: cover.covers(key) for key in {scope(row) for row in rows}}
        unit_class = min(
            rows,
            key=lambda row: (
                self.strangeness(row),
                row.item != "",
                beneath[scope(row)],
                self.rank(row),
            ),
        ).unit_class
        rejected += [Aside(OTHER_CLASS, row) for row in rows if row.unit_class != unit_class]
        rows = [row for row in rows if row.unit_class == unit_class]

        here = {row.claim for row in rows}
        lines = [row for row in rows if _is_line(row, here, by_claim)]
        if len(lines) == len(rows):
            lines = []  # a ring of lines has no whole
        rejected += [Aside(LINE, row) for row in lines]
        of_lines = {row.claim for row in lines}
        rows = [row for row in rows if row.claim not in of_lines]

        item = min(
            rows,
            key=lambda row: (
                row.item != "",
                self.strangeness(row),
                beneath[scope(row)],
                self.rank(row),
            ),
        ).item
        rejected += [Aside(OTHER_ITEM, row) for row in rows if row.item != item]
        return [row for row in rows if row.item == item], rejected

    def one_scope(self, rows: Sequence[StatementRow], rejected: list[Aside]) -> Chosen:
        """Settle what stands in each scope, and which scopes are added."""
        if not rows:
            return [], rejected, [], None
        beside = list(rejected)
        by_scope: dict[Scope, list[StatementRow]] = {}
        for row in rows:
            by_scope.setdefault(scope(row), []).append(row)
        heads: dict[Scope, StatementRow] = {}
        for key, same in by_scope.items():
            head = heads[key] = min(same, key=self.rank)
            for row in same:
                if row is not head:
                    unknown = row.start is None and head.start is not None
                    beside.append(Aside(UNKNOWN_START if unknown else SAME_SCOPE, row))
        top = self._uncovered(heads)
        standing = min(self._groups([heads[key] for key in top]), key=self._rank_of_group)
        stands = {row.claim for row in standing}

        under = Cover([scope(row) for row in standing], self.bodies, self._giver_asked)
        beneath = {key: head for key, head in heads.items() if under.covers(key)}
        next_level = {heads[key].claim for key in self._uncovered(beneath)}
        parts = [
            Aside(LINE, aside.row)
            for aside in rejected
            if aside.reason == LINE and aside.row.part_of in stands
        ]
        lined = {aside.row.claim for aside in parts}
        beside = [aside for aside in beside if aside.row.claim not in lined]
        for key, head in heads.items():
            if head.claim in stands:
                continue
            if head.claim in next_level:
                parts.append(Aside(BENEATH, head))
            else:
                beside.append(Aside(self._why_not(head, key in beneath, standing), head))
        return standing, beside, parts, self._unexplained(standing, parts)

    @property
    def _giver_asked(self) -> bool:
        return self.question.giver is not None

    def _uncovered(self, heads: Mapping[Scope, StatementRow]) -> list[Scope]:
        cover = Cover(heads, self.bodies, self._giver_asked)
        return [key for key in heads if not cover.covers(key)]

    def _groups(self, heads: Iterable[StatementRow]) -> list[list[StatementRow]]:
        """Rows that may be added to one another; a blank side and a price stay alone."""
        groups: dict[object, list[StatementRow]] = {}
        for row in heads:
            alone = not row.givers or not row.receivers or row.kind == FigureKind.PRICE
            groups.setdefault(row.claim if alone else alike(row), []).append(row)
        return [
            addable(
                sorted(group, key=lambda row: (self.strangeness(row), self.rank(row))), self.bodies
            )
            for group in groups.values()
        ]

    def _rank_of_group(self, group: Sequence[StatementRow]) -> tuple[object, ...]:
        """As ``rank``, after the very bodies asked for and, for a giver, whom it names."""
        first = min(group, key=self.rank)
        undated, width, _, _, claim = self.rank(first)
        return (
            min(self.strangeness(row) for row in group)[0],
            self._giver_asked and not first.givers,
            min(self.strangeness(row) for row in group)[1],
            undated,
            width,
            min(-row.published_on.toordinal() for row in group),
            max(ROUNDNESS[row.precision] for row in group),
            not first.givers,
            claim,
        )

    @staticmethod
    def _why_not(head: StatementRow, beneath: bool, standing: Sequence[StatementRow]) -> str:
        if beneath:
            return BENEATH
        if not head.givers:
            return BLANK_GIVER
        if head.start is None and standing[0].start is not None:
            return UNKNOWN_START
        return OTHER_SCOPE

    def _unexplained(
        self, standing: Sequence[StatementRow], parts: Sequence[Aside]
    ) -> Decimal | None:
        """What lines, or else parts that surely do not reach outside the period, leave over."""
        explained = [aside.row for aside in parts if aside.reason == LINE]
        if not explained:
            inside = [
                aside.row
                for aside in parts
                if aside.row.givers and any(_not_outside(aside.row, whole) for whole in standing)
            ]
            explained = addable(sorted(inside, key=self.rank), self.bodies)
        if not explained:
            return None
        whole = sum((row.value for row in standing), Decimal(0))
        left = whole - sum((row.value for row in explained), Decimal(0))
        # Parts that make more than the whole were not counted within it.
        return left if left >= 0 else None


def _is_line(row: StatementRow, here: set[str], by_claim: Mapping[str, StatementRow]) -> bool:
    """Whether the row is a line, of a line, … of a candidate of the same kind and class."""
    seen = {row.claim}
    above = row.part_of
    while above is not None and above not in seen:
        if above in here:
            return True
        seen.add(above)
        whole = by_claim.get(above)
        above = whole.part_of if whole else None
    return False


def _not_outside(part: StatementRow, whole: StatementRow) -> bool:
    """Whether nothing that is known puts days of the part outside the whole's period."""
    starts = part.start is None or whole.start is None or part.start >= whole.start
    return starts and last_day(part) <= last_day(whole)
