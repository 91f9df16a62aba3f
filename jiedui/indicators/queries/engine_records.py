"""A page of the records behind a number, the latest event first.

What the closed part has of a page is kept, with a few records more than the page
shows: of them the tail may take some back. What the tail has is asked at each call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from jiedui.indicators.domain.definitions import Side
from jiedui.indicators.domain.facts import FactRow
from jiedui.indicators.queries.engine_result import Key, Sums
from jiedui.indicators.queries.engine_scope import Scope
from jiedui.indicators.queries.engine_sums import sql_of, summed
from jiedui.indicators.sources.store.reader import Reader, digest
from jiedui.indicators.sources.store.rows import fact

# The last event of a page of records: its first day and the fact's number.
After = tuple[date, int]
# So many records more are kept than a page shows.
SPARE = 20


def page_mark(record: FactRow) -> After:
    """Where the next page of records begins."""
    return record.happened_from, record.sequence


def past(scope: Scope, after: After | None) -> Scope:
    """A scope of its own, without the records of the pages before."""
    cut = replace(scope, cuts=set(scope.cuts), values=dict(scope.values))
    if after is not None:
        cut.cut("after_sequence", after[1])
        cut.values["after_day"] = after[0]
    return cut


def page_of_records(
    reader: Reader, side: Side, scope: Scope, after: After | None, limit: int
) -> list[FactRow]:
    """The first ``limit`` records that stand, after those of the pages before."""
    gone = _taken_back(reader, side, scope)
    spare = SPARE
    while True:
        closed = _closed(reader, side, scope, after, limit + spare)
        left = [row for row in closed if (row.version_id.bytes, row.line) not in gone]
        if len(left) >= limit or len(closed) < limit + spare:
            break
        spare += limit + len(closed) - len(left)
    found = [*left, *_tail(reader, side, past(scope, after), limit)]
    return sorted(found, key=page_mark, reverse=True)[:limit]


def _closed(
    reader: Reader, side: Side, scope: Scope, after: After | None, count: int
) -> list[FactRow]:
    """What the closed part has, read from the day on which the page is full."""
    days = summed(reader, side, scope, ("happened_from",), as_records=True)
    earliest = _earliest(days.closed, after, count)
    if earliest is None:
        return []
    cut = past(scope, after)
    cut.begin(earliest)
    cut.values["limit"] = count
    sql, tables = sql_of(reader, "records", side, cut, limited=True)
    return reader.kept(
        ("records", sql, digest(tables)),
        lambda: [fact(row, reader.codes) for row in reader.rows("closed", sql, tables)],
    )


def _tail(reader: Reader, side: Side, ahead: Scope, limit: int) -> list[FactRow]:
    """The records that the tail made known and did not take back itself."""
    ahead.values["limit"] = limit
    asked = sql_of(reader, "records", side, ahead, limited=True)
    return [fact(row, reader.codes) for row in reader.rows("tail", *asked)]


def _taken_back(reader: Reader, side: Side, scope: Scope) -> frozenset[tuple[bytes, int]]:
    """The lines of versions that the tail takes back."""
    asked = sql_of(reader, "taken", side, scope)
    return frozenset((bytes(version), line) for version, line in reader.tail(*asked))


def _earliest(days: Mapping[Key, Sums], after: After | None, limit: int) -> date | None:
    """The day from which on the next page of records is full: earlier ones need no reading."""
    earliest: date | None = None
    for (day,), row in sorted(days.items(), reverse=True):
        if after is None or day <= after[0]:
            earliest = day
            # Of the day on which the page before ended, none may be left.
            limit -= 0 if after is not None and day == after[0] else int(row[-1])
            if limit <= 0:
                break
    return earliest
