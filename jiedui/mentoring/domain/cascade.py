"""Who taught whom, and whom those taught in turn (培养一个、带动一片、影响一批).

A link says that somebody taught somebody from a day on. A chain of links counts only as
time allows: who passes something on was taught it before. The generation of a person is
the length of the shortest such chain from a root; nobody is counted twice, nobody teaches
themselves, and a ring of links ends where it comes back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

Who = TypeVar("Who", bound=Hashable)

APPRENTICESHIP, CERTIFICATE, SESSION = "apprenticeship", "certificate", "session"
WAYS = (CERTIFICATE, APPRENTICESHIP, SESSION)


@dataclass(frozen=True)
class Link(Generic[Who]):
    """Somebody taught somebody, since a day, by one of ``WAYS``."""

    teacher: Who
    learner: Who
    since: date
    way: str = APPRENTICESHIP


@dataclass(frozen=True)
class Reached(Generic[Who]):
    """A person in a cascade: which generation, taught by whom, since when and how."""

    person: Who
    generation: int
    teacher: Who
    since: date
    ways: tuple[str, ...]


def cascade(
    links: Iterable[Link[Who]], roots: Iterable[Who], most: int = 3
) -> dict[Who, Reached[Who]]:
    """Everybody that the roots reached within ``most`` generations; roots are left out.

    Of several teachers of the same generation the earliest is told.
    """
    by_teacher: dict[Who, list[Link[Who]]] = defaultdict(list)
    ways: dict[tuple[Who, Who], set[str]] = defaultdict(set)
    for link in links:
        if link.teacher != link.learner:
            by_teacher[link.teacher].append(link)
            ways[link.teacher, link.learner].add(link.way)
    above = set(roots)
    found: dict[Who, Reached[Who]] = {}
    # The earliest day on which a person is taught by a chain of the present length.
    earliest: dict[Who, date] = dict.fromkeys(above, date.min)
    for generation in range(1, most + 1):
        following: dict[Who, tuple[date, str, Link[Who]]] = {}
        for teacher, known in earliest.items():
            for link in by_teacher[teacher]:
                if link.learner in above or link.since <= known:
                    continue
                offered = (link.since, str(link.teacher), link)
                if link.learner not in following or offered[:2] < following[link.learner][:2]:
                    following[link.learner] = offered
        earliest = {person: day for person, (day, _name, _link) in following.items()}
        for person, (day, _name, link) in following.items():
            if person not in found:
                told = tuple(way for way in WAYS if way in ways[link.teacher, person])
                found[person] = Reached(person, generation, link.teacher, day, told)
        if not earliest:
            break
    return found


def counted(reached: Mapping[Who, Reached[Who]]) -> dict[int, int]:
    """How many people of each generation."""
    numbers: dict[int, int] = defaultdict(int)
    for each in reached.values():
        numbers[each.generation] += 1
    return dict(numbers)


@dataclass(frozen=True)
class Branch(Generic[Who]):
    """A line of the tree: a person, how deep, and how many stand right below."""

    reached: Reached[Who]
    depth: int
    below: int


def tree(reached: Mapping[Who, Reached[Who]]) -> list[Branch[Who]]:
    """The cascade as the lines of a tree, each person once, under the one who taught them."""
    below: dict[Who, list[Reached[Who]]] = defaultdict(list)
    for each in reached.values():
        below[each.teacher].append(each)
    for lines in below.values():
        lines.sort(key=lambda one: (one.since, str(one.person)))
    found: list[Branch[Who]] = []

    def walk(teacher: Who, depth: int) -> None:
        for each in below.get(teacher, ()):
            found.append(Branch(each, depth, len(below.get(each.person, ()))))
            walk(each.person, depth + 1)

    roots = {each.teacher for each in reached.values() if each.generation == 1}
    for root in sorted(roots, key=str):
        walk(root, 1)
    return found
