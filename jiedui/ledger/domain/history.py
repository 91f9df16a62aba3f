"""Rows of a file of published figures: read and checked without a database.

A row that cannot be read gives its errors with line and column; the others are
kept. Columns are those of packs/history/published_figures.csv; ``value_max``
(the high end of a range) may be missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiedui.core.errors import InvalidInput
from jiedui.core.packs import Vocabulary
from jiedui.core.periods import Period, read_day
from jiedui.core.quantities import FigureKind
from jiedui.ledger.domain.content import (
    check_code,
    check_span,
    plain_hash,
    read_number,
    unit_and_class,
)

COLUMNS = (
    "claim",
    "report",
    "published_by",
    "published_on",
    "measure",
    "item",
    "value",
    "precision",
    "unit",
    "unit_class",
    "kind",
    "giver",
    "receiver",
    "period_text",
    "period_start",
    "period_end",
    "part_of",
    "same_as",
    "note",
)
LONGEST = {
    "claim": 32,
    "report": 32,
    "published_by": 160,
    "item": 64,
    "giver": 160,
    "receiver": 160,
    "period_text": 160,
    "period_start": 10,
    "period_end": 10,
    "note": 400,
}


@dataclass(frozen=True)
class StatementDraft:
    """One row of the file, read: what will be stored of a statement."""

    line: int
    claim: str
    report: str
    publisher: str
    published_on: date
    measure: str
    item: str
    value: Decimal
    high: Decimal | None
    precision: str
    unit: str
    unit_class: str
    kind: str
    giver: str
    receiver: str
    period_text: str
    start_text: str
    end_text: str
    period: Period
    part_of: str
    same_as: str
    note: str

    def hash(self) -> str:
        """SHA-256 of what the row says, wherever in the file it stands."""
        return plain_hash(
            {
                key: str(value)
                for key, value in self.__dict__.items()
                if key not in ("line", "period")
            }
        )


@dataclass(frozen=True)
class RowError:
    """What is wrong with a row, at its line and column."""

    line: int
    column: str
    refused: InvalidInput


def read_rows(
    rows: Iterable[tuple[int, Mapping[str, str]]],
    vocabulary: Vocabulary,
    known_claims: frozenset[str] = frozenset(),
) -> tuple[list[StatementDraft], list[RowError]]:
    """Drafts of the rows that can be read, and the errors of the others.

    ``known_claims`` are stored already: a row may be part of one of them. A row
    that hangs from a faulty one (``part_of``, ``same_as``) is refused with it.
    """
    drafts: dict[str, StatementDraft] = {}
    errors: list[RowError] = []
    seen: set[str] = set()
    for line, row in rows:
        plain = {column: (row.get(column) or "").strip() for column in (*COLUMNS, "value_max")}
        claim = plain["claim"]
        found = list(_errors(line, plain, vocabulary))
        if claim and claim in seen:
            found.append(
                _error(
                    line,
                    "claim",
                    "claim-twice",
                    "Claim %(claim)s stands further up already.",
                    claim=claim,
                )
            )
        seen.add(claim)
        if found:
            errors += found
        else:
            drafts[claim] = _draft(line, plain, vocabulary)
    errors += _loose(drafts, known_claims)
    while faulty := {e.line for e in errors} & {d.line for d in drafts.values()}:
        drafts = {claim: d for claim, d in drafts.items() if d.line not in faulty}
        errors += _loose(drafts, known_claims)
    return list(drafts.values()), sorted(errors, key=lambda e: (e.line, e.column))


def _error(line: int, column: str, code: str, message: str, **details: object) -> RowError:
    return RowError(line, column, InvalidInput(code, message, field=column, **details))


def _errors(line: int, row: Mapping[str, str], vocabulary: Vocabulary) -> Iterable[RowError]:
    for column in ("claim", "report", "published_by", "published_on", "measure", "value"):
        if not row[column]:
            yield _error(line, column, "field-missing", "This is needed.")
            return
    for column, most in LONGEST.items():
        if len(row[column]) > most:
            yield _error(
                line,
                column,
                "text-too-long",
                "This is longer than %(most)s characters.",
                most=most,
            )
            return
    checks: dict[str, Callable[[], object]] = {
        "published_on": lambda: read_day(row["published_on"]),
        "measure": lambda: check_code(vocabulary, "measures", row["measure"], "measure"),
        "value": lambda: read_number(row["value"], "value"),
        "precision": lambda: check_code(vocabulary, "precisions", row["precision"], "precision"),
        "kind": lambda: _kind(row["kind"]),
        "period_start": lambda: row["period_start"] and read_day(row["period_start"]),
        "period_end": lambda: row["period_end"] and read_day(row["period_end"]),
    }
    faulty = False
    for column, check in checks.items():
        try:
            check()
        except InvalidInput as refused:
            faulty = True
            yield RowError(line, column, refused)
    if faulty:
        return
    checks = {
        "unit": lambda: unit_and_class(
            vocabulary, row["measure"], row["unit"], row["unit_class"], "row"
        ),
        "value_max": lambda: _span(row),
        "period_end": lambda: Period.read(row["period_start"], row["period_end"]),
    }
    for column, check in checks.items():
        try:
            check()
        except InvalidInput as refused:
            at = (refused.field or "").removeprefix("row.")
            yield RowError(line, at if at in COLUMNS else column, refused)


def _kind(code: str) -> None:
    if code not in set(FigureKind):
        raise InvalidInput(
            "code-unknown",
            "“%(code)s” is not a code of the table “%(table)s”.",
            code=code,
            table="figure_kinds",
        )


def _span(row: Mapping[str, str]) -> tuple[Decimal, Decimal | None]:
    high = read_number(row["value_max"], "value_max") if row["value_max"] else None
    return check_span(read_number(row["value"], "value"), high, row["precision"], "row")


def _draft(line: int, row: Mapping[str, str], vocabulary: Vocabulary) -> StatementDraft:
    value, high = _span(row)
    unit, unit_class = unit_and_class(
        vocabulary, row["measure"], row["unit"], row["unit_class"], "row"
    )
    return StatementDraft(
        line=line,
        claim=row["claim"],
        report=row["report"],
        publisher=row["published_by"],
        published_on=read_day(row["published_on"]),
        measure=row["measure"],
        item=row["item"],
        value=value,
        high=high,
        precision=row["precision"],
        unit=unit,
        unit_class=unit_class,
        kind=row["kind"],
        giver=row["giver"],
        receiver=row["receiver"],
        period_text=row["period_text"],
        start_text=row["period_start"],
        end_text=row["period_end"],
        period=Period.read(row["period_start"], row["period_end"]),
        part_of=row["part_of"],
        same_as=row["same_as"],
        note=row["note"],
    )


def _loose(drafts: Mapping[str, StatementDraft], known: frozenset[str]) -> list[RowError]:
    """Rows that hang from a claim that is not there, or from themselves."""
    errors = []
    for draft in drafts.values():
        for column in ("part_of", "same_as"):
            target = getattr(draft, column)
            if target and target not in drafts and target not in known:
                errors.append(
                    _error(
                        draft.line,
                        column,
                        "claim-unknown",
                        "There is no claim %(claim)s in this file or in the ledger.",
                        claim=target,
                    )
                )
    for claim in _circles(drafts):
        errors.append(
            _error(
                drafts[claim].line,
                "part_of" if drafts[claim].part_of else "same_as",
                "claim-circular",
                "Claim %(claim)s hangs from itself.",
                claim=claim,
            )
        )
    return errors


def _circles(drafts: Mapping[str, StatementDraft]) -> set[str]:
    """Claims that hang from themselves, by part_of, same_as or both in turn."""
    ups = {
        claim: {target for target in (d.part_of, d.same_as) if target in drafts}
        for claim, d in drafts.items()
    }
    left = set(ups)
    while free := {c for c in left if not ups[c] & left}:
        left -= free
    while free := {c for c in left if not any(c in ups[other] for other in left)}:
        left -= free
    return left


def in_order(drafts: Iterable[StatementDraft]) -> list[StatementDraft]:
    """What others hang from comes first, so that each row finds its target."""
    waiting = {draft.claim: draft for draft in drafts}
    ordered: list[StatementDraft] = []
    while waiting:
        free = [
            draft
            for draft in waiting.values()
            if draft.part_of not in waiting and draft.same_as not in waiting
        ]
        if not free:
            raise ValueError("the drafts hang from each other in a circle")
        ordered += (waiting.pop(draft.claim) for draft in free)
    return ordered
