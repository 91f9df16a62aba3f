"""Routes of one vehicle-day by labels: all partial routes, level by level, pruned by bounds.

A label is a partial route: last option, time, sites seen, worth. Labels that cannot
reach ``threshold`` by the completion bound of relax.py go; of labels with the same
last option and the same sites *still reachable*, only those stay that no other beats
in time and gain. If the level never holds more than ``width`` labels, nothing else
was dropped and the best route found is the best there is; otherwise the labels of
highest bound stay, and the search is a beam search guided by the bound.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from jiedui.planning.domain.tours.network import Array, Kind, shortest
from jiedui.planning.domain.tours.relax import SCALE, Tail

CELLS = 1 << 20
"""Label × option pairs that are looked at in one step."""
CROWD = 4
"""Times the width that the labels of one step may be before the weaker of them go unread."""
Bits = npt.NDArray[np.uint64]


@dataclass(slots=True, eq=False)
class Found:
    """What a label search gave so far."""

    routes: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)
    """Scaled gain (or worth) and options, best first, once the search has ended."""
    complete: bool = True
    """Nothing was dropped but what the bound or a better label made needless."""


@dataclass(slots=True, eq=False)
class _Level:
    option: Array
    time: Array
    gain: Array
    """Scaled worth less prices."""
    worth: Array
    seen: Bits
    parent: Array

    def take(self, keep: npt.NDArray[np.bool_] | Array) -> _Level:
        return _Level(
            self.option[keep],
            self.time[keep],
            self.gain[keep],
            self.worth[keep],
            self.seen[keep],
            self.parent[keep],
        )


class Labels:
    """The label search of one kind under one set of prices."""

    def __init__(self, kind: Kind, gains: Array, tail: Tail) -> None:
        self.kind, self.gains, self.tail = kind, gains, tail
        size = kind.size
        self.words = max(1, -(-size // 64))
        alike = kind.site[:, None] == kind.site[None, :]
        # Bits stand for options; a visit takes all the options of its site.
        self.taken = self._pack(alike)
        self.word = np.arange(size) // 64
        self.bit = self._pack(np.eye(size, dtype=bool))[np.arange(size), self.word]
        self.latest = (kind.closes[None, :] - kind.step).clip(-1).astype(np.int32)
        self.reach = (kind.closes[None, :] - shortest(kind.step)).clip(-1).astype(np.int32)
        chance = np.random.default_rng(1)
        self.mix = chance.integers(1, 1 << 62, self.words + 1, dtype=np.uint64) | np.uint64(1)

    def _pack(self, flags: npt.NDArray[np.bool_]) -> Bits:
        """Rows of flags as rows of words."""
        wide = np.zeros((len(flags), self.words * 64), dtype=bool)
        wide[:, : flags.shape[1]] = flags
        packed: Bits = np.packbits(wide, axis=1, bitorder="little").view(np.uint64)
        return packed

    def run(
        self,
        threshold: int,
        width: int,
        keep: int,
        found: Found,
        *,
        spare: int | None = None,
        every: bool = False,
    ) -> Iterator[int]:
        """Fill ``found`` with the best ``keep`` routes of gain ≥ ``threshold``.

        With ``spare`` (all prices together) the one best route by worth is wanted:
        labels are compared by worth, and the threshold rises with the best route
        seen. Otherwise the best by gain are, to be put together with others; with
        ``every``, one route for every set of sites and last site, or, where they are
        too many, nothing. Yields the pairs looked at, in steps, so that the caller can
        stop it anywhere.
        """
        kind = self.kind
        by_worth = spare is not None
        levels: list[tuple[npt.NDArray[np.int16], npt.NDArray[np.int32]]] = []
        ends: list[tuple[Array, Array, Array]] = []
        level = _Level(
            np.arange(kind.size),
            kind.first.copy(),
            self.gains.copy(),
            kind.worth.copy(),
            self.taken.copy(),
            np.full(kind.size, -1),
        )
        level = level.take(kind.first <= kind.closes)
        level = level.take(self._bound(level) >= threshold)
        while level.option.size:
            yield level.option.size
            bound = self._bound(level)
            if level.option.size > width:
                found.complete = False
                if every:
                    return
                order = np.lexsort((level.time, -level.gain, -bound))
                level = level.take(order[:width])
            levels.append((level.option.astype(np.int16), level.parent.astype(np.int32)))
            ends_here = level.time <= kind.last[level.option]
            good = np.flatnonzero((level.gain >= threshold) & ends_here)
            rank = (level.worth * SCALE if by_worth else level.gain)[good]
            best = np.argsort(-rank, kind="stable")[:keep]
            if every and good.size > keep:
                found.complete = False
                return
            ends.append((np.full(best.size, len(levels) - 1), good[best], rank[best]))
            if spare is not None and best.size:
                threshold = max(threshold, int(rank[best[0]]) + SCALE - spare)
            parts: list[_Level] = []
            rows = max(1, CELLS // kind.size)
            for low in range(0, level.option.size, rows):
                part = self._extend(level, low, min(low + rows, level.option.size), threshold)
                if part.option.size > CROWD * width:
                    found.complete = False
                    if every:
                        return
                    bound = self._bound(part)
                    part = part.take(np.argsort(-bound, kind="stable")[: CROWD * width])
                yield (min(low + rows, level.option.size) - low) * kind.size
                parts.append(self._thin(part, by_worth, every))
            level = self._thin(_join(parts), by_worth, every)
        found.routes = self._read(levels, ends, keep)

    def _bound(self, level: _Level) -> Array:
        return level.gain + self.tail.after(level.option, level.time)

    def _extend(self, level: _Level, low: int, high: int, threshold: int) -> _Level:
        kind = self.kind
        option, time = level.option[low:high], level.time[low:high]
        flat = np.flatnonzero(self.latest[option] >= time.astype(np.int32)[:, None])
        rows, options = flat // kind.size, flat % kind.size
        free = (level.seen[low:high][rows, self.word[options]] & self.bit[options]) == 0
        rows, options = rows[free], options[free]
        start = np.maximum(time[rows] + kind.step[option[rows], options], kind.opens[options])
        gain = level.gain[low:high][rows] + self.gains[options]
        keep = gain + self.tail.after(options, start) >= threshold
        rows, options, start, gain = rows[keep], options[keep], start[keep], gain[keep]
        return _Level(
            options,
            start,
            gain,
            level.worth[low:high][rows] + kind.worth[options],
            level.seen[low:high][rows] | self.taken[options],
            rows + low,
        )

    def _thin(self, level: _Level, by_worth: bool, every: bool) -> _Level:
        """Of labels alike in last option and reachable sites seen, keep the undominated."""
        if level.option.size < 2:
            return level
        still = level.seen if every else level.seen & self._reachable(level)
        better = level.worth if by_worth else level.gain
        key = level.option.astype(np.uint64) * self.mix[-1]
        for word in range(self.words):
            mixed = still[:, word] * self.mix[word]
            key ^= mixed ^ (mixed >> np.uint64(29))
        order = np.lexsort((level.time, -better, key))
        option, time, sites, key = level.option[order], level.time[order], still[order], key[order]
        # Equal keys of unlike labels only make more groups: nothing is lost by them.
        fresh = np.ones(order.size, dtype=bool)
        fresh[1:] = (option[1:] != option[:-1]) | (sites[1:] != sites[:-1]).any(axis=1)
        # Within a group worth falls, so a label survives when it is earlier than all before it.
        group = np.cumsum(fresh) - 1
        span = int(time.max()) + 1
        earliest = np.minimum.accumulate(time - group * span)
        keep = fresh.copy()
        keep[1:] |= (time - group * span)[1:] < earliest[:-1]
        return level.take(np.sort(order[keep]))

    def _reachable(self, level: _Level) -> Bits:
        """The options that each label could still come to."""
        bits = np.empty_like(level.seen)
        rows = max(1, CELLS // self.kind.size)
        for low in range(0, level.option.size, rows):
            part = slice(low, low + rows)
            moment = level.time[part].astype(np.int32)[:, None]
            bits[part] = self._pack(self.reach[level.option[part]] >= moment)
        return bits

    def _read(
        self,
        levels: list[tuple[npt.NDArray[np.int16], npt.NDArray[np.int32]]],
        ends: list[tuple[Array, Array, Array]],
        keep: int,
    ) -> list[tuple[int, tuple[int, ...]]]:
        if not ends:
            return []
        depth, row, gain = (np.concatenate([end[part] for end in ends]) for part in range(3))
        routes = []
        for at in np.argsort(-gain, kind="stable")[:keep]:
            level, here = int(depth[at]), int(row[at])
            path: list[int] = []
            while level >= 0:
                path.append(int(levels[level][0][here]))
                here = int(levels[level][1][here])
                level -= 1
            routes.append((int(gain[at]), tuple(reversed(path))))
        return routes


def _join(parts: list[_Level]) -> _Level:
    return _Level(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("option", "time", "gain", "worth", "seen", "parent")
        )
    )
