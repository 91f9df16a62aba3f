"""Reads of programmes and pairings, for pages and for the rooms above."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.directory import access as directory
from jiedui.directory.queries import ancestors_of, ancestors_of_all
from jiedui.programmes.access import visible_pairings, visible_programmes
from jiedui.programmes.models import Pairing, Programme


def programmes(viewer: Viewer) -> QuerySet[Programme]:
    """The programmes that the viewer sees, real ones before examples."""
    return visible_programmes(viewer).order_by("example", "name", "id")


def on(day: date) -> Q:
    """Rows that hold on a day; blank ends are open."""
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=day)) & (
        Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )


def pairing_for(programme_id: UUID, giver_id: UUID, receiver_id: UUID, day: date) -> Pairing | None:
    """The pairing under which the giver helps the receiver on the day, or None.

    A pairing of regions covers what lies in them; of several the nearest stands:
    the one whose sides are both given themselves, then by the fewest steps up.
    """
    givers, receivers = ancestors_of(giver_id, day), ancestors_of(receiver_id, day)
    rows = Pairing.objects.filter(
        on(day), programme_id=programme_id, giver_id__in=givers, receiver_id__in=receivers
    ).select_related("giver", "receiver")

    def distance(pairing: Pairing) -> tuple[int, str]:
        steps = len(givers - ancestors_of(pairing.giver_id, day)) + len(
            receivers - ancestors_of(pairing.receiver_id, day)
        )
        return steps, str(pairing.id)

    return min(rows, key=distance, default=None)


def example_programmes() -> frozenset[UUID]:
    """The invented programmes: no figure of real ones counts them."""
    return frozenset(Programme.objects.filter(example=True).values_list("id", flat=True))


def find_programme(text: str) -> Programme | None:
    """The one programme with this code or name, for commands; None if there is none or two."""
    text = text.strip()
    found = list(Programme.objects.filter(Q(code=text) | Q(name=text) | Q(name_en=text))[:2])
    return found[0] if len(found) == 1 else None


def pairings_on(viewer: Viewer, programme: Programme, day: date) -> list[Pairing]:
    """The programme's pairings that hold on the day and that the viewer sees."""
    rows = visible_pairings(viewer).filter(on(day), programme=programme)
    return sorted(
        rows.select_related("giver", "receiver"),
        key=lambda row: (row.kind, row.giver.name, row.receiver.name),
    )


def pairings_of(viewer: Viewer, organisation_id: UUID) -> list[Pairing]:
    """All pairings of an organisation, and of what it lies in, that the viewer sees."""
    above = ancestors_of(organisation_id)
    rows = visible_pairings(viewer).filter(Q(giver_id__in=above) | Q(receiver_id__in=above))
    return sorted(
        rows.select_related("programme", "giver", "receiver"),
        key=lambda row: row.valid_from or date.min,
        reverse=True,
    )


def pairing_spans() -> list[tuple[date | None, date | None]]:
    """First and last day of every pairing: between two turns of these no answer changes."""
    return list(Pairing.objects.values_list("valid_from", "valid_to"))


def may_name(viewer: Viewer, organisation_id: UUID) -> bool:
    """Whether the viewer may name the organisation as a side of what was done.

    The own organisations, and the other side of their pairings at any time; a pairing of
    regions is that of what lies in them. Whoever else is named, a page answers as if there
    were nobody of that name.
    """
    held = directory.reach(viewer, "programmes.read")
    if held.covers(organisation_id):
        return True
    above = ancestors_of_all(held.organisation_ids)
    others: set[UUID] = set()
    for giver, receiver in visible_pairings(viewer).values_list("giver_id", "receiver_id"):
        others |= ({receiver} if giver in above else set()) | (
            {giver} if receiver in above else set()
        )
    return not others.isdisjoint(ancestors_of(organisation_id))
