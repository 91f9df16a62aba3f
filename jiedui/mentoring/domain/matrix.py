"""The skill matrix: who can do what at which level, and what hangs by one person.

Levels are ordinal: they are shown and compared with a bound, never added or averaged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

P = TypeVar("P")

# The least formal level that lets somebody work alone (domain.md 4b: distant or unsupervised).
ALONE = 4

CERTIFIED, ENTRUSTED, LAPSED, LEARNING = "certified", "entrusted", "lapsed", "learning"


@dataclass(frozen=True)
class Mark:
    """Where somebody stands in a procedure."""

    level: int | None = None
    certified_to: date | None = None
    certified_on: date | None = None
    last_case: date | None = None
    cases: int = 0

    def state(self, day: date) -> str:
        """Certified, entrusted by a formal decision, lapsed (a certificate ended), or learning."""
        if self.certified_to is not None and self.certified_to >= day:
            return CERTIFIED
        if self.level is not None and self.level >= ALONE:
            return ENTRUSTED
        return LEARNING if self.certified_to is None else LAPSED

    def alone(self, day: date) -> bool:
        """Whether this person can do it without another beside."""
        return self.state(day) in (CERTIFIED, ENTRUSTED)


@dataclass(frozen=True)
class Line(Generic[P]):
    """A procedure with everybody's mark, and who of those in post can do it alone."""

    code: str
    in_use: bool
    marks: Mapping[P, Mark]
    able: Sequence[P]

    @property
    def single(self) -> P | None:
        """The only one who can, where it is in use."""
        return self.able[0] if self.in_use and len(self.able) == 1 else None

    @property
    def nobody(self) -> bool:
        """Whether it is in use and nobody in post can do it alone."""
        return self.in_use and not self.able

    @property
    def exposed(self) -> bool:
        """Whether it hangs by one person or by none."""
        return self.in_use and len(self.able) < 2


@dataclass(frozen=True)
class Matrix(Generic[P]):
    """All lines, those that hang by a thread first."""

    people: Sequence[P]
    lines: Sequence[Line[P]] = field(default_factory=tuple)

    @property
    def singles(self) -> list[Line[P]]:
        """Procedures in use that only one in post can do."""
        return [line for line in self.lines if line.single is not None]

    @property
    def without(self) -> list[Line[P]]:
        """Procedures in use that nobody in post can do alone."""
        return [line for line in self.lines if line.nobody]


def matrix(
    marks: Iterable[tuple[P, str, Mark]],
    in_post: Collection[P],
    in_use: Collection[str],
    day: date,
) -> Matrix[P]:
    """The matrix of those in post over everything in use or learned."""
    there = set(in_post)
    by_code: dict[str, dict[P, Mark]] = {code: {} for code in in_use}
    for person, code, mark in marks:
        if person in there:
            by_code.setdefault(code, {})[person] = mark
    used = set(in_use)
    lines = [
        Line(code, code in used, found, [p for p, mark in found.items() if mark.alone(day)])
        for code, found in by_code.items()
    ]
    lines.sort(key=lambda line: (not line.in_use, len(line.able), line.code))
    people = dict.fromkeys(person for line in lines for person in line.marks)
    return Matrix(list(people), lines)
