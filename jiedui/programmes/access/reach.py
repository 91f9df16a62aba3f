"""What a viewer may see of programmes and pairings, and the side of a pairing they are on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import NotAllowed, NotVisible
from jiedui.directory import access as directory
from jiedui.directory.queries import wholes_of
from jiedui.programmes.models import Duty, Network, Pairing, Programme


@dataclass(frozen=True)
class Reach:
    """Everything, or ``own`` organisations and those ``seen`` through pairings with them."""

    everything: bool
    own: directory.Bodies
    seen: directory.Bodies

    def covers(self, organisation_id: UUID) -> bool:
        """Whether the organisation is the viewer's own."""
        return self.everything or organisation_id in self.own

    def sees(self, organisation_id: UUID) -> bool:
        """Whether the organisation is the viewer's own or paired with one of theirs."""
        return self.everything or organisation_id in self.seen


def on_day(viewer: Viewer) -> Q:
    """Pairings that hold on the viewer's day."""
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=viewer.day)) & (
        Q(valid_to__isnull=True) | Q(valid_to__gte=viewer.day)
    )


def _pairings_of(viewer: Viewer, permission: str = "programmes.read") -> Q:
    """Pairings of the viewer's organisations, and those that pass down to them.

    A region's pairing is its hospitals' too where it is so agreed.
    """

    def ask() -> Q:
        own = directory.reach(viewer, permission).organisation_ids
        wholes, mine = wholes_of(own), sides_in(own)
        # Who holds over a region often holds over all that its bodies lie in.
        return mine if wholes <= own else mine | (Q(passes_down=True) & sides_in(wholes))

    return viewer.once(("pairings", permission), ask)


def sides_in(bodies: Iterable[UUID]) -> Q:
    """Pairings of which a side is one of these."""
    ids = bodies if isinstance(bodies, directory.Bodies) else directory.Bodies(bodies)
    return Q(giver_id__in=ids) | Q(receiver_id__in=ids)


def reach(viewer: Viewer, permission: str = "programmes.read") -> Reach:
    """The organisations within the viewer's scopes and those paired with them on the day."""
    return viewer.once(("programmes", permission), lambda: _reach(viewer, permission))


def _reach(viewer: Viewer, permission: str) -> Reach:
    held = directory.reach(viewer, permission)
    if held.everything:
        return Reach(True, directory.Bodies(), directory.Bodies())
    own = held.organisation_ids
    if not own:
        return Reach(False, own, own)
    pairs = Pairing.objects.filter(on_day(viewer)).filter(_pairings_of(viewer, permission))
    seen = set(own)
    for giver, receiver in pairs.values_list("giver_id", "receiver_id"):
        seen |= {giver, receiver}
    return Reach(False, own, directory.Bodies(seen))


def visible_pairings(viewer: Viewer) -> QuerySet[Pairing]:
    """Pairings of which a side is the viewer's own, or that pass down to it."""
    held = directory.reach(viewer, "programmes.read")
    if held.everything:
        return Pairing.objects.all()
    if not held.organisation_ids:
        return Pairing.objects.none()
    return Pairing.objects.filter(_pairings_of(viewer))


def visible_programmes(viewer: Viewer) -> QuerySet[Programme]:
    """Programmes with a visible pairing; all of them where the role holds over everything."""
    held = directory.reach(viewer, "programmes.read")
    if held.everything:
        return Programme.objects.all()
    return Programme.objects.filter(id__in=visible_pairings(viewer).values("programme_id"))


def _not_visible() -> NotVisible:
    return NotVisible("not-visible", "This page does not exist or is not open to you.")


def get_programme(viewer: Viewer, id: UUID) -> Programme:
    """The programme, or NotVisible."""
    rows = Programme.objects.filter(pk=id)
    if not directory.reach(viewer, "programmes.read").everything:
        # One pairing that the viewer sees is enough; the list of all is not made for it.
        rows = rows.filter(Exists(visible_pairings(viewer).filter(programme_id=OuterRef("pk"))))
    found = rows.first()
    if found is None:
        raise _not_visible()
    return found


def get_pairing(viewer: Viewer, id: UUID) -> Pairing:
    """The pairing, or NotVisible."""
    found = (
        visible_pairings(viewer)
        .select_related("programme", "giver", "receiver", "department", "network")
        .filter(pk=id)
        .first()
    )
    if found is None:
        raise _not_visible()
    return found


def visible_networks(viewer: Viewer) -> QuerySet[Network]:
    """Alliances and consortia that an own body leads, or of which the viewer sees a tie."""
    held = directory.reach(viewer, "programmes.read")
    if held.everything:
        return Network.objects.all()
    ties = visible_pairings(viewer).filter(network__isnull=False).values("network_id")
    return Network.objects.filter(Q(lead_id__in=held.organisation_ids) | Q(id__in=ties))


def get_network(viewer: Viewer, id: UUID) -> Network:
    """The alliance or consortium with its programme and lead, or NotVisible."""
    rows = visible_networks(viewer).select_related("programme", "lead")
    found = rows.filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def get_duty(viewer: Viewer, id: UUID) -> Duty:
    """A duty with its pairing, if the viewer sees the pairing, or NotVisible."""
    rows = Duty.objects.select_related("pairing__programme", "pairing__giver", "department")
    found = rows.filter(pk=id, pairing__in=visible_pairings(viewer)).first()
    if found is None:
        raise _not_visible()
    return found


def may_edit(viewer: Viewer, *organisation_ids: UUID) -> bool:
    """Whether the viewer may tie these organisations into pairings: one side is enough."""
    held = directory.reach(viewer, "programmes.edit")
    return held.everything or any(held.covers(body) for body in organisation_ids)


def must_edit(by: User | None, *organisation_ids: UUID) -> None:
    """NotAllowed unless ``by`` may edit programmes (of one of these organisations)."""
    if by is None:
        return
    viewer = viewer_of(by)
    viewer.must("programmes.edit")
    if not may_edit(viewer, *organisation_ids):
        raise NotAllowed(
            "programme-out-of-reach", "This programme or pairing is not yours to edit."
        )
