"""Who helps whom in turn: the rings that spokes must not close, and the cascade as a tree."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID


class Tie(NamedTuple):
    """A giver helps a receiver from a first to a last day; blank ends are open."""

    id: UUID
    giver: UUID
    receiver: UUID
    spoke: bool
    valid_from: date | None = None
    valid_to: date | None = None
    # Whether what lies in the two sides is tied by it too.
    passes_down: bool = False


class _Way(NamedTuple):
    """A way of ties that all hold from ``first`` to ``last``, with their givers and the last."""

    bodies: tuple[UUID, ...]
    tie: Tie
    spoke: bool
    first: date
    last: date


def _days(tie: Tie) -> tuple[date, date]:
    return tie.valid_from or date.min, tie.valid_to or date.max


Kin = Callable[[UUID], Collection[UUID]]


def _itself(body: UUID) -> Collection[UUID]:
    return (body,)


def ring(
    ties: Iterable[Tie], new: Tie, above: Kin = _itself, below: Kin = _itself
) -> tuple[UUID, ...]:
    """The givers of a ring that the new tie would close by way of a spoke, or nothing.

    On one and the same day every tie of the ring holds. A ring without a spoke is an exchange
    between equals and stands. A tie leads on to the ties of its receiver; where either passes
    down, also to those of what lies in it. ``above`` and ``below`` tell what a body lies in
    and what lies in it, itself included. A tie that names a department is its hospital's.
    """
    of_giver: dict[UUID, list[Tie]] = {}
    for tie in ties:
        of_giver.setdefault(tie.giver, []).append(tie)
    helped = set(above(new.giver))

    def after(tie: Tie) -> Iterable[Tie]:
        yield from of_giver.get(tie.receiver, ())
        if tie.passes_down:
            for body in set(below(tie.receiver)) - {tie.receiver}:
                yield from of_giver.get(body, ())
        for body in set(above(tie.receiver)) - {tie.receiver}:
            yield from (each for each in of_giver.get(body, ()) if each.passes_down)

    def closes(tie: Tie) -> bool:
        return (
            tie.receiver == new.giver
            or (tie.passes_down and tie.receiver in helped)
            or (new.passes_down and new.giver in above(tie.receiver))
        )

    waiting = [_Way((new.giver,), new, new.spoke, *_days(new))]
    reached: dict[tuple[UUID, bool], list[tuple[date, date]]] = {}
    while waiting:
        way = waiting.pop()
        for tie in after(way.tie):
            first, last = _days(tie)
            first, last = max(first, way.first), min(last, way.last)
            if first > last:
                continue
            spoke = way.spoke or tie.spoke
            if spoke and closes(tie):
                return (*way.bodies, tie.giver, new.giver)
            before = reached.setdefault((tie.id, spoke), [])
            if any(low <= first and last <= high for low, high in before):
                continue
            before.append((first, last))
            waiting.append(_Way((*way.bodies, tie.giver), tie, spoke, first, last))
    return ()


def supplied(spokes: Iterable[tuple[UUID, UUID]], helped: Iterable[UUID]) -> set[UUID]:
    """Whom help reaches: who is helped by other ties, and whom these help on by spokes.

    A spoke is told as its giver and receiver.
    A spoke of whoever is not among them leads nothing on: it is cut off from the source.
    """
    of_giver: dict[UUID, list[UUID]] = {}
    for giver, receiver in spokes:
        of_giver.setdefault(giver, []).append(receiver)
    found, waiting = set(), list(helped)
    while waiting:
        body = waiting.pop()
        if body not in found:
            found.add(body)
            waiting += of_giver.get(body, ())
    return found


class Step(NamedTuple):
    """A body's place in the cascade: how deep, by which ties it is helped there."""

    depth: int
    body: UUID
    ties: tuple[Tie, ...]
    # It stands above already, with what hangs below it.
    repeated: bool = False


def cascade(
    ties: Iterable[Tie],
    names: Mapping[UUID, str],
    above: Mapping[UUID, Collection[UUID]],
) -> list[Step]:
    """The ties of a day as lines of a tree: recipients, and below each whom it helps in turn.

    ``above`` tells what a hub lies in: one that is helped through its region's tie
    only stands below the region. A body that two hubs help stands below both, and
    the second time without what hangs below it.
    """
    direct: dict[UUID, list[Tie]] = {}
    passing: set[UUID] = set()
    spokes: dict[UUID, list[Tie]] = {}
    for tie in ties:
        if tie.spoke:
            spokes.setdefault(tie.giver, []).append(tie)
            continue
        direct.setdefault(tie.receiver, []).append(tie)
        if tie.passes_down:
            passing.add(tie.receiver)
    helped = direct.keys() | {tie.receiver for rows in spokes.values() for tie in rows}
    inherited: dict[UUID, list[UUID]] = {}
    roots = set(direct)
    for hub in spokes.keys() - helped:
        regions = sorted(passing & set(above.get(hub, ())), key=lambda b: (names.get(b, ""), b))
        if regions:
            inherited.setdefault(regions[0], []).append(hub)
        else:
            roots.add(hub)

    def key(body: UUID) -> tuple[str, str]:
        return names.get(body, ""), str(body)

    found: list[Step] = []
    seen: set[UUID] = set()

    def place(depth: int, body: UUID, by: list[Tie]) -> None:
        waiting = [(depth, body, by)]
        while waiting:
            depth, body, by = waiting.pop()
            # A recipient in its own right stands at the top, with all below it there.
            repeated = body in seen or (depth > 0 and body in roots)
            found.append(Step(depth, body, tuple(by), repeated))
            if repeated:
                continue
            seen.add(body)
            below: dict[UUID, list[Tie]] = {}
            for tie in spokes.get(body, ()):
                below.setdefault(tie.receiver, []).append(tie)
            for hub in inherited.get(body, ()):
                below.setdefault(hub, [])
            waiting.extend(
                (depth + 1, child, below[child]) for child in sorted(below, key=key, reverse=True)
            )

    for body in sorted(roots, key=key):
        place(0, body, direct.get(body, []))
    # A ring of spokes, were there one in imported data, has no top: its first body is one.
    for body in sorted(spokes.keys() - seen, key=key):
        if body not in seen:
            place(0, body, [])
    return found
