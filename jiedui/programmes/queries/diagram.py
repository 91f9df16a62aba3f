"""Who is paired with whom on a day, and how many people are there between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count

from jiedui.accounts.permissions import Viewer
from jiedui.directory.queries import nameable, parts_of_each
from jiedui.programmes.access import visible_pairings, visible_postings
from jiedui.programmes.domain.states import PRESENT
from jiedui.programmes.models import Programme
from jiedui.programmes.queries.rules import expert_kinds
from jiedui.programmes.queries.structure import on

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

# More lines than this are told by region; of regions no more than this are drawn either.
MOST = 24
Two = tuple[UUID, UUID]


@dataclass(frozen=True)
class Flow:
    """A giver and a receiver paired today, or two regions: their people, and pairs without any."""

    giver: Organisation
    receiver: Organisation
    people: int
    pairs: int = 1
    empty: int = 0


@dataclass(frozen=True)
class Flows:
    """The lines of the diagram; ``more`` were left aside."""

    rows: Sequence[Flow]
    by_region: bool
    more: int


def flows(viewer: Viewer, programme: Programme, day: date, most: int = MOST) -> Flows:
    """Who is paired with whom today, the most people first, and who is there today all the same.

    A pairing that passes down is told by the pairs that lie in it, if there are any.
    """
    there = (
        visible_postings(viewer)
        .filter(programme=programme, state__in=PRESENT, kind__in=expert_kinds())
        .order_by()
        .values_list("giver_id", "receiver_id")
        .annotate(people=Count("person_id", distinct=True))
    )
    people: dict[Two, int] = {(giver, receiver): count for giver, receiver, count in there}
    pairings = visible_pairings(viewer).filter(on(day), programme=programme).order_by()
    passing: set[Two] = set()
    for giver, receiver, down in pairings.values_list("giver_id", "receiver_id", "passes_down"):
        people.setdefault((giver, receiver), 0)
        if down:
            passing.add((giver, receiver))
    held = _within(passing, people, day)
    for whole, parts in held.items():
        if parts and not people[whole]:
            del people[whole]
    by_region = len(people) > most
    groups = _grouped(people, held) if by_region else {pair: [pair] for pair in people}
    ranked = sorted(
        ((sum(people[pair] for pair in pairs), two, pairs) for two, pairs in groups.items()),
        key=lambda each: (-each[0], str(each[1])),
    )
    bodies = nameable(example=programme.example).in_bulk(
        {body for _count, two, _pairs in ranked[:most] for body in two}
    )
    return Flows(
        [
            Flow(
                bodies[two[0]], bodies[two[1]], count, len(pairs),
                sum(not people[pair] for pair in pairs),
            )
            for count, two, pairs in ranked[:most]
        ],
        by_region,
        max(len(ranked) - most, 0),
    )  # fmt: skip


def _within(passing: set[Two], pairs: Iterable[Two], day: date) -> dict[Two, list[Two]]:
    """The other pairs that lie in each pairing that passes down."""
    parts = parts_of_each({body for pair in passing for body in pair}, day)
    wide = [pair for pair in passing if len(parts[pair[0]]) > 1 or len(parts[pair[1]]) > 1]
    found: dict[Two, list[Two]] = {whole: [] for whole in wide}
    by_giver: dict[UUID, list[Two]] = {}
    for pair in pairs:
        by_giver.setdefault(pair[0], []).append(pair)
    for whole in wide:
        for giver in parts[whole[0]] & by_giver.keys():
            found[whole] += [
                pair for pair in by_giver[giver] if pair[1] in parts[whole[1]] and pair != whole
            ]
    return found


def _grouped(people: Mapping[Two, int], held: Mapping[Two, list[Two]]) -> dict[Two, list[Two]]:
    """The pairs by the widest pairing that they lie in; what lies in none stands by itself."""
    of: dict[Two, Two] = {}
    for whole, parts in sorted(held.items(), key=lambda item: (-len(item[1]), str(item[0]))):
        for pair in parts:
            of.setdefault(pair, whole)
    groups: dict[Two, list[Two]] = {}
    for pair in people:
        # What passes down within something wider is of that.
        top = of.get(pair, pair)
        groups.setdefault(of.get(top, top), []).append(pair)
    return groups
