"""What a new plan changes of the one before: who comes in, who falls out, who is moved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from jiedui.planning.domain.dispatch.problem import Tour

ADDED, DROPPED, MOVED = "added", "dropped", "moved"


@dataclass(frozen=True)
class Change:
    """One tour that is not as it was; a moved one has both."""

    kind: str
    person: str
    before: Tour | None
    after: Tour | None


def changes(before: Iterable[Tour], after: Iterable[Tour]) -> tuple[Change, ...]:
    """Every difference; a person's tours at one post are the same tour moved, where both are,

    and then any two tours of one person.

    """
    old, new = set(before), set(after)
    gone, come = _by_person(old - new), _by_person(new - old)
    found: list[Change] = []
    for person in sorted({*gone, *come}):
        left, there = gone.get(person, []), come.get(person, [])
        for same_post in (True, False):
            for tour in list(left):
                fit = [each for each in there if not same_post or each.post == tour.post]
                if fit:
                    nearest = min(fit, key=lambda each: (abs(each.start - tour.start), each))
                    found.append(Change(MOVED, person, tour, nearest))
                    left.remove(tour)
                    there.remove(nearest)
        found += [Change(DROPPED, person, tour, None) for tour in left]
        found += [Change(ADDED, person, None, tour) for tour in there]
    return tuple(found)


def _by_person(tours: Iterable[Tour]) -> dict[str, list[Tour]]:
    found: dict[str, list[Tour]] = defaultdict(list)
    for tour in sorted(tours):
        found[tour.expert].append(tour)
    return found
