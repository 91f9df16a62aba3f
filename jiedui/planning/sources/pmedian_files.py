"""The p-median instances of the OR-Library (Beasley 1990): a graph and a number of sites.

The first line holds the numbers of vertices, edges and sites; then every line an
edge: its two vertices, counted from 1, and its length. An edge named again takes
its last length.
"""

from __future__ import annotations

import math
from pathlib import Path

from jiedui.core.errors import InvalidInput
from jiedui.planning.domain.siting.graph import shortest_paths
from jiedui.planning.domain.siting.pmedian import PMedian
from jiedui.planning.sources.faults import Faults
from jiedui.planning.sources.tables import out_of_range, read_text

MOST_VERTICES = 5_000
MOST_EDGES = MOST_VERTICES * MOST_VERTICES
LONGEST = 1e9


def read_pmedian(path: Path) -> PMedian:
    """The problem of a file; InvalidInput ``planning-files-malformed`` tells every fault.

    A place is a line and the number of the word in it.
    """
    faults = Faults()
    text = read_text(path, faults)
    faults.stop()
    lines = [(at, line.split()) for at, line in enumerate((text or "").splitlines(), 1)]
    lines = [(at, words) for at, words in lines if words]
    read = _Words(path.name, faults)
    if not lines:
        read.fault(1, 1, InvalidInput("graph-empty", "The file is empty."))
        faults.refuse()
    at, head = lines[0]
    read.count(at, head)
    size = read.whole(at, head, 0, 0, MOST_VERTICES)
    told = read.whole(at, head, 1, 0, MOST_EDGES)
    p = read.whole(at, head, 2, 0, MOST_VERTICES)
    edges = []
    for at, words in lines[1:]:
        read.count(at, words)
        one, other = (
            read.whole(at, words, n, 1, MOST_VERTICES if size is None else size) for n in (0, 1)
        )
        length = read.length(at, words, 2)
        if one is not None and other is not None and length is not None:
            edges.append((one - 1, other - 1, length))
    if told is not None and told != len(lines) - 1:
        read.fault(
            lines[-1][0],
            1,
            InvalidInput(
                "graph-edges-count",
                "%(told)s edges are announced, %(found)s are there.",
                told=told,
                found=len(lines) - 1,
            ),
        )
    faults.stop()
    return PMedian(shortest_paths(size or 0, edges), p or 0)


class _Words:
    """Reads the words of lines; a fault is noted and gives None."""

    def __init__(self, file: str, faults: Faults) -> None:
        self.file, self.faults = file, faults

    def fault(self, line: int, column: int, refusal: InvalidInput) -> None:
        """Note a fault at a word, counted from 1."""
        self.faults.add(refusal, self.file, line, str(column))

    def count(self, line: int, words: list[str]) -> None:
        """Three words a line."""
        if len(words) != 3:
            self.fault(
                line,
                min(len(words), 3) + 1,
                InvalidInput(
                    "graph-line-words", "A line holds three numbers, not %(found)s.",
                    found=len(words),
                ),
            )  # fmt: skip

    def whole(self, line: int, words: list[str], n: int, low: int, high: int) -> int | None:
        """A whole number between two."""
        if n >= len(words):
            return None
        text = words[n]
        if not text.lstrip("+-").isdecimal() or len(text) > 12:
            self.fault(
                line,
                n + 1,
                InvalidInput("number-not-whole", "“%(text)s” is not a whole number.", text=text),
            )
            return None
        value = int(text)
        if not low <= value <= high:
            self.fault(line, n + 1, out_of_range(text, low, high))
            return None
        return value

    def length(self, line: int, words: list[str], n: int) -> float | None:
        """A length that is not negative."""
        if n >= len(words):
            return None
        try:
            value = float(words[n])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self.fault(
                line,
                n + 1,
                InvalidInput("not-a-number", "“%(text)s” is not a number.", text=words[n]),
            )
            return None
        if not 0 <= value <= LONGEST:
            self.fault(line, n + 1, out_of_range(words[n], 0, LONGEST))
            return None
        return value
