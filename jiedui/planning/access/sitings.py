"""Who sees and makes siting proposals.

Whoever plans over the owner makes and changes them; who reads plans over it sees them. One
without an owner is for those who reach everything.
"""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import NotAllowed, NotVisible
from jiedui.directory import access as directory
from jiedui.planning.models import SitingProposal
from jiedui.programmes.access import visible_programmes

READ, EDIT = "planning.read", "planning.edit"


def makes_sitings(viewer: Viewer) -> bool:
    """Whether the viewer makes proposals for any organisation."""
    return viewer.may(READ) and viewer.may(EDIT)


def makes_for_all(viewer: Viewer) -> bool:
    """Whether the viewer may leave the owner out."""
    return directory.reach(viewer, EDIT).everything


def may_make_siting(viewer: Viewer, owner_id: UUID | None) -> bool:
    """Whether the viewer makes the proposals of this owner, or those of none."""
    if not viewer.may(READ):
        return False
    reach = directory.reach(viewer, EDIT)
    return reach.everything if owner_id is None else reach.covers(owner_id)


def must_make_siting(by: User | None, owner_id: UUID | None) -> None:
    """NotAllowed ``siting-out-of-reach`` unless ``by`` makes the owner's proposals."""
    if by is not None and not may_make_siting(viewer_of(by), owner_id):
        raise NotAllowed("siting-out-of-reach", "This proposal is not yours to make or change.")


def visible_sitings(viewer: Viewer) -> QuerySet[SitingProposal]:
    """Proposals of visible programmes, of the owners over whom the viewer reads plans."""
    rows = SitingProposal.objects.filter(programme_id__in=visible_programmes(viewer).values("id"))
    reads = directory.reach(viewer, READ)
    if reads.everything:
        return rows
    return rows.filter(owner_id__in=reads.organisation_ids)


def get_siting(viewer: Viewer, id: UUID) -> SitingProposal:
    """The proposal with its programme and owner, or NotVisible."""
    rows = visible_sitings(viewer).select_related("programme", "owner")
    found = rows.filter(pk=id).first()
    if found is None:
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    return found
