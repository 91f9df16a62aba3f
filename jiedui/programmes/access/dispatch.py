"""The only way to posts, offers, wishes, batches, teams and credentials."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import NotVisible
from jiedui.core.states import StateTable
from jiedui.directory import access as directory
from jiedui.directory.queries import homes_of
from jiedui.programmes.access.reach import reach
from jiedui.programmes.access.sides import (
    sides,
    visible_batches,
    visible_postings,
    visible_posts,
    visible_teams,
)
from jiedui.programmes.domain.states import COORDINATOR, EITHER, GIVER, RECEIVER
from jiedui.programmes.models import Batch, Credential, Offer, Post, Team, Wish


def visible_offers(viewer: Viewer) -> QuerySet[Offer]:
    """The menus of the viewer's own organisations, and of those paired with them."""
    held = reach(viewer)
    if held.everything:
        return Offer.objects.all()
    return Offer.objects.filter(giver_id__in=held.seen)


def visible_wishes(viewer: Viewer) -> QuerySet[Wish]:
    """Wishes of or to the viewer's own organisations.

    Of those paired with them only what asks nobody by name: whoever can may answer it.
    """
    held = reach(viewer)
    if held.everything:
        return Wish.objects.all()
    return Wish.objects.filter(
        Q(receiver_id__in=held.own)
        | Q(giver_id__in=held.own)
        | Q(giver__isnull=True, receiver_id__in=held.seen)
    )


def visible_credentials(viewer: Viewer) -> QuerySet[Credential]:
    """Credentials of the people whose postings the viewer sees, and of the own staff."""
    staff = directory.visible_people(viewer).values("id")
    sent = visible_postings(viewer).values("person_id")
    return Credential.objects.filter(Q(person_id__in=sent) | Q(person_id__in=staff))


def _not_visible() -> NotVisible:
    return NotVisible("not-visible", "This page does not exist or is not open to you.")


def get_post(viewer: Viewer, id: UUID) -> Post:
    """The post with its recipient and programme, or NotVisible."""
    rows = visible_posts(viewer).select_related("programme", "receiver", "department")
    found = rows.filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def get_offer(viewer: Viewer, id: UUID) -> Offer:
    """The offer, or NotVisible."""
    found = visible_offers(viewer).select_related("programme", "giver").filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def get_wish(viewer: Viewer, id: UUID) -> Wish:
    """The wish, or NotVisible."""
    rows = visible_wishes(viewer).select_related("programme", "receiver", "giver", "offer")
    found = rows.filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def get_batch(viewer: Viewer, id: UUID) -> Batch:
    """The batch, or NotVisible."""
    found = visible_batches(viewer).select_related("programme", "sender").filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def get_team(viewer: Viewer, id: UUID) -> Team:
    """The team, or NotVisible."""
    rows = visible_teams(viewer).select_related(
        "programme", "sender", "receiver", "batch", "batch__sender", "partner_department"
    )
    found = rows.filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def get_credential(viewer: Viewer, id: UUID) -> Credential:
    """The credential, or NotVisible."""
    found = visible_credentials(viewer).select_related("person").filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def _may_take(viewer: Viewer, giver_id: UUID | None, receiver_id: UUID | None) -> frozenset[str]:
    """The sides of a state table whose steps the viewer may take."""
    held = sides(viewer, giver_id, receiver_id)
    if COORDINATOR in held:
        held = held | {GIVER, RECEIVER}
    return held | {EITHER} if held else held


def open_verbs(
    viewer: Viewer, table: StateTable, state: str, giver_id: UUID | None, receiver_id: UUID | None
) -> frozenset[str]:
    """The steps that the viewer may take in this state; what follows by itself is none."""
    held = _may_take(viewer, giver_id, receiver_id)
    return frozenset(step.verb for step in table.verbs(state) if step.side in held)


def must_step(
    viewer: Viewer, table: StateTable, verb: str, giver_id: UUID | None, receiver_id: UUID | None
) -> None:
    """NotVisible unless this step is ever the viewer's: its form is not for anybody else."""
    held = _may_take(viewer, giver_id, receiver_id)
    if not any(step.verb == verb and step.side in held for step in table.transitions):
        raise _not_visible()


def must_side(viewer: Viewer, side: str, giver_id: UUID | None, receiver_id: UUID | None) -> None:
    """NotVisible unless the viewer may act on this side."""
    if side not in _may_take(viewer, giver_id, receiver_id):
        raise _not_visible()


def keeps(viewer: Viewer, person_id: UUID) -> bool:
    """Whether the viewer sends for the person's home post of today, else for the last one."""
    homes = homes_of(person_id)
    present = [
        body for body, start, end in homes if (start or date.min) <= viewer.day <= (end or date.max)
    ] or [body for body, _start, _end in homes[-1:]]
    return any(GIVER in _may_take(viewer, body, None) for body in present)


def must_keep(viewer: Viewer, person_id: UUID) -> None:
    """NotVisible unless the viewer keeps the person's certificates."""
    if not keeps(viewer, person_id):
        raise _not_visible()
