"""The streams that the figures take in, as one in the order of commit."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import partial
from heapq import merge
from itertools import islice, takewhile
from operator import attrgetter
from uuid import UUID

from jiedui.accounts.audit import facts_numbered
from jiedui.indicators.domain.facts import LEARNING, LEDGER, PROGRAMMES, FactRow
from jiedui.ledger import queries as ledger
from jiedui.ledger.queries.stream import has_facts as ledger_has_facts
from jiedui.mentoring.queries import stream as learning_stream
from jiedui.programmes import queries as programmes
from jiedui.programmes.domain.facts import ProgrammeFactRow
from jiedui.programmes.queries import stream as programmes_stream


def facts(after: int, limit: int | None = None) -> Iterator[FactRow]:
    """Rows of all streams numbered higher than ``after``, in order; at most ``limit``.

    The head is read first and nothing above it is given out: a transaction may
    commit rows between the readings of two streams, of which the first would
    miss the lower number.
    """
    last = facts_numbered()
    entries = ledger.facts(after, limit)
    told = map(partial(_told, PROGRAMMES), programmes.facts(after, limit))
    learned = map(partial(_told, LEARNING), learning_stream.facts(after, limit))
    every = merge(entries, told, learned, key=attrgetter("sequence"))
    return islice(takewhile(lambda row: row.sequence <= last, every), limit)


def newest_fact() -> int:
    """The highest number in any stream; 0 while all are empty."""
    return max(ledger.newest_fact(), programmes_stream.newest_fact(), learning_stream.newest_fact())


def has_facts(
    stream: str, programme_ids: Collection[UUID] | None, beside: Collection[UUID] = ()
) -> bool:
    """Whether a stream has a row of the programmes (None: of all but ``beside``)."""
    ask = {
        LEDGER: ledger_has_facts,
        PROGRAMMES: programmes_stream.has_facts,
        LEARNING: learning_stream.has_facts,
    }
    return ask[stream](programme_ids, beside)


def _told(stream: str, row: ProgrammeFactRow) -> FactRow:
    return FactRow(
        sequence=row.sequence,
        sign=row.sign,
        entry_id=row.record_id,
        version_id=row.version_id,
        number=row.number,
        line=row.line,
        programme_id=row.programme_id,
        kind=row.kind,
        output_class="",
        giver_id=row.giver_id,
        receiver_id=row.receiver_id,
        place_id=None,
        happened_from=row.happened_from,
        happened_to=row.happened_to,
        known_from=row.known_from,
        confirmed_by=row.confirmed_by,
        measure=row.measure,
        item=row.item,
        value=row.value,
        high=None,
        precision="exact",
        unit=row.unit,
        unit_class=row.unit_class,
        person_id=row.person_id,
        stream=stream,
    )
