"""Which scope lies beneath which, and which scopes may be added."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from jiedui.indicators.domain.statements.bodies import Bodies
from jiedui.ledger.domain.statements import StatementRow

Set = frozenset[UUID]
Scope = tuple[Set, Set]


def scope(row: StatementRow) -> Scope:
    """Givers and receivers; all else of a scope is settled before."""
    return row.givers, row.receivers


class Cover:
    """Answers whether a scope lies beneath one of the given ones.

    A scope lies beneath another when its receivers are a true part of the
    other's, whoever gives (a region's figure covers its hospitals, and a giver
    such as “all supporting provinces” has no list of parts), or when the
    receivers are the same and the givers a true part. A blank giver is nobody's
    part; where a giver was asked for, it covers no named one.
    """

    def __init__(self, scopes: Iterable[Scope], bodies: Bodies, giver_asked: bool) -> None:
        self._bodies = bodies
        self._giver_asked = giver_asked
        self._receivers: dict[tuple[UUID, bool], set[Set]] = {}
        self._givers: dict[tuple[Set, UUID], set[Set]] = {}
        for givers, receivers in scopes:
            for receiver in receivers:
                self._receivers.setdefault((receiver, not givers), set()).add(receivers)
            for giver in givers:
                self._givers.setdefault((receivers, giver), set()).add(givers)

    def covers(self, beneath: Scope) -> bool:
        """Whether one of the scopes covers this one."""
        givers, receivers = beneath
        blanks = (False,) if self._giver_asked and givers else (False, True)
        for receiver in receivers:
            for above in self._bodies.above(receiver):
                for blank in blanks:
                    for wholes in self._receivers.get((above, blank), ()):
                        if self._truly_in(receivers, wholes):
                            return True
            break
        for giver in givers:
            for above in self._bodies.above(giver):
                for wholes in self._givers.get((receivers, above), ()):
                    if self._truly_in(givers, wholes):
                        return True
            break
        return False

    def _truly_in(self, parts: Set, wholes: Set) -> bool:
        return (
            parts != wholes
            and self._bodies.all_in(parts, wholes)
            and not self._bodies.all_in(wholes, parts)
        )


def addable(rows: Iterable[StatementRow], bodies: Bodies) -> list[StatementRow]:
    """The rows, in order, that are disjoint in receiver or giver from those taken before."""
    taken: list[tuple[StatementRow, Set]] = []
    by_receiver: dict[UUID, list[int]] = {}
    for row in rows:
        receivers = bodies.spread(row.receivers)
        givers = bodies.spread(row.givers)
        met = {number for body in receivers for number in by_receiver.get(body, ())}
        if any(taken[number][1] & givers for number in met):
            continue
        for body in receivers:
            by_receiver.setdefault(body, []).append(len(taken))
        taken.append((row, givers))
    return [row for row, _ in taken]
