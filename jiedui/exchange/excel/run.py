"""The dry run and the commit of a file, the same for every kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from jiedui.accounts.models import User
from jiedui.core.sheets import read_sheets, safe_name
from jiedui.core.sheets.reading import Source
from jiedui.exchange.excel.declare import Fault, ImportKind, Options, Task
from jiedui.exchange.excel.reading import find_parts, records


@dataclass
class Outcome:
    """What came of a run: ``rows`` with content, of which ``bad`` have ``faults``.

    ``added`` and ``unchanged`` count records, in a dry run those that would be.
    ``stopped`` says that the person cancelled it.
    """

    rows: int = 0
    bad: int = 0
    faults: int = 0
    added: int = 0
    unchanged: int = 0
    stopped: bool = False
    told: tuple[tuple[str, str], ...] = ()
    remarks: list[Fault] = field(default_factory=list)

    def plus(self, other: Outcome) -> Outcome:
        """The outcome of both runs together."""
        return Outcome(
            rows=self.rows + other.rows,
            bad=self.bad + other.bad,
            faults=self.faults + other.faults,
            added=self.added + other.added,
            unchanged=self.unchanged + other.unchanged,
            stopped=self.stopped or other.stopped,
            told=self.told + other.told,
            remarks=self.remarks + other.remarks,
        )


def run(
    source: Source,
    name: str,
    kind: ImportKind,
    *,
    by: User | None,
    options: Options,
    on_fault: Callable[[Fault], None],
    on_progress: Callable[[Outcome], bool] = lambda outcome: True,
    commit: bool = False,
) -> Outcome:
    """Read a file, report every fault, and with ``commit`` write the good records.

    ``on_progress`` hears from time to time where the run stands and answers
    whether to go on. What was written before a stop or a crash stays, in whole
    records; the same file again adds only the rest. Raises InvalidInput for what
    is wrong with the file as a whole.
    """
    outcome = Outcome()
    bad: set[tuple[str, int]] = set()

    def report(fault: Fault) -> None:
        outcome.faults += 1
        bad.add((fault.sheet, fault.row))
        outcome.bad = len(bad)
        on_fault(fault)

    def seen(rows: int) -> bool:
        outcome.rows = rows
        outcome.stopped = not on_progress(outcome)
        return not outcome.stopped

    found = find_parts(read_sheets(source, name), kind)
    outcome.remarks = found.remarks
    rows = records(found.parts, report, seen)
    tally = kind.work(Task(by, options, safe_name(name), rows, report, commit))
    outcome.added, outcome.unchanged, outcome.told = tally.added, tally.unchanged, tally.told
    on_progress(outcome)
    return outcome
