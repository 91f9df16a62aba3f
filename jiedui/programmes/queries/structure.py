"""Reads of programmes and pairings, for pages and for the rooms above."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.directory import access as directory
from jiedui.directory.queries import ancestors_of, ancestors_of_all
from jiedui.programmes.access import sides_in, visible_pairings, visible_programmes
from jiedui.programmes.models import Pairing, Programme


def programmes(viewer: Viewer) -> QuerySet[Programme]:
    """The programmes that the viewer sees, real ones before examples."""
    return visible_programmes(viewer).order_by("example", "name", "id")


def on(day: date) -> Q:
    """Rows that hold on a day; blank ends are open."""
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (
        Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )


def covering_both(
    giver: Collection[UUID],
    receiver: Collection[UUID],
    givers: Collection[UUID],
    receivers: Collection[UUID],
) -> Q:
    """Pairings of the two themselves, or that pass down to them from what they lie in."""
    return Q(giver_id__in=giver, receiver_id__in=receiver) | Q(
        passes_down=True, giver_id__in=givers, receiver_id__in=receivers
    )


def pairing_for(programme_id: UUID, giver_id: UUID, receiver_id: UUID, day: date) -> Pairing | None:
    """The pairing under which the giver helps the receiver on the day, or None.

    A pairing that passes down covers what lies in its sides; of several the nearest
    stands: the one whose sides are both given themselves, then by the fewest steps up.
    """
    givers, receivers = ancestors_of(giver_id, day), ancestors_of(receiver_id, day)
    rows = Pairing.objects.filter(
        on(day) & covering_both({giver_id}, {receiver_id}, givers, receivers),
        programme_id=programme_id,
    ).select_related("giver", "receiver")

    def distance(pairing: Pairing) -> tuple[int, str]:
        steps = len(givers - ancestors_of(pairing.giver_id, day)) + len(
            receivers - ancestors_of(pairing.receiver_id, day)
        )
        return steps, str(pairing.id)

    return min(rows, key=distance, default=None)


def ever_paired(programme_id: UUID, giver_id: UUID, receiver_id: UUID) -> bool:
    """Whether the giver helps or helped the receiver in the programme, on whichever day."""
    covered = covering_both(
        {giver_id}, {receiver_id}, ancestors_of(giver_id), ancestors_of(receiver_id)
    )
    return Pairing.objects.filter(covered, programme_id=programme_id).exists()


def example_programmes() -> frozenset[UUID]:
    """The invented programmes: no figure of real ones counts them."""
    return frozenset(Programme.objects.filter(example=True).values_list("id", flat=True))


def find_programme(text: str) -> Programme | None:
    """The one programme with this code or name, for commands; None if there is none or two."""
    text = text.strip()
    found = list(Programme.objects.filter(Q(code=text) | Q(name=text) | Q(name_en=text))[:2])
    return found[0] if len(found) == 1 else None


def pairings_of(viewer: Viewer, organisation_id: UUID) -> list[Pairing]:
    """All pairings of an organisation, or that pass down to it, that the viewer sees."""
    above = ancestors_of(organisation_id)
    rows = visible_pairings(viewer).filter(
        sides_in([organisation_id]) | (Q(passes_down=True) & sides_in(above))
    )
    return sorted(
        rows.select_related("programme", "giver", "receiver", "department", "network"),
        key=lambda row: row.valid_from or date.min,
        reverse=True,
    )


def pairing_spans() -> list[tuple[date | None, date | None]]:
    """First and last day of every pairing: between two turns of these no answer changes."""
    return list(Pairing.objects.values_list("valid_from", "valid_to"))


def may_name(viewer: Viewer, organisation_id: UUID) -> bool:
    """Whether the viewer may name the organisation as a side of what was done.

    The own organisations, and the other side of their pairings at any time; a pairing that
    passes down is that of what lies in its sides. Whoever else is named, a page answers as
    if there were nobody of that name.
    """
    held = directory.reach(viewer, "programmes.read")
    own = held.organisation_ids
    if held.covers(organisation_id):
        return True
    above = ancestors_of_all(own)
    themselves: set[UUID] = set()
    passing: set[UUID] = set()
    for giver, receiver, down in visible_pairings(viewer).values_list(
        "giver_id", "receiver_id", "passes_down"
    ):
        near, others = (above, passing) if down else (own, themselves)
        others |= ({receiver} if giver in near else set()) | (
            {giver} if receiver in near else set()
        )
    return organisation_id in themselves or not passing.isdisjoint(ancestors_of(organisation_id))
