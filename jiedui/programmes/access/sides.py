"""On which side of a posting, post or wish somebody stands, and what that side may do."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import NotAllowed, NotVisible
from jiedui.directory import access as directory
from jiedui.directory.queries import person_of
from jiedui.programmes.access.reach import reach
from jiedui.programmes.domain.states import COORDINATOR, EITHER, GIVER, RECEIVER
from jiedui.programmes.models import Batch, Post, Posting, Team

# Which permission lets a side act over its own organisations.
PERMISSIONS = {GIVER: "programmes.send", RECEIVER: "programmes.host"}


def sides(viewer: Viewer, giver_id: UUID | None, receiver_id: UUID | None) -> frozenset[str]:
    """The sides on which the viewer may act: giver, receiver, coordinator (of either)."""
    found = set()
    for side, body in ((GIVER, giver_id), (RECEIVER, receiver_id)):
        if body is not None and directory.reach(viewer, PERMISSIONS[side]).covers(body):
            found.add(side)
    held = directory.reach(viewer, "programmes.edit")
    if held.everything or any(body and held.covers(body) for body in (giver_id, receiver_id)):
        found.add(COORDINATOR)
    return frozenset(found)


def may_act(viewer: Viewer, side: str, giver_id: UUID | None, receiver_id: UUID | None) -> bool:
    """Whether the viewer may take a step of this side; a coordinator of one may take any."""
    held = sides(viewer, giver_id, receiver_id)
    if COORDINATOR in held:
        return True
    return bool(held) if side == EITHER else side in held


def must_act(by: User | None, side: str, giver_id: UUID | None, receiver_id: UUID | None) -> None:
    """NotAllowed ``step-of-other-side`` unless ``by`` may act on this side."""
    if by is not None and not may_act(viewer_of(by), side, giver_id, receiver_id):
        raise NotAllowed("step-of-other-side", "This step is for the other side to take.")


def _of(own: frozenset[UUID], giver: str = "giver_id", receiver: str = "receiver_id") -> Q:
    return Q(**{f"{giver}__in": own}) | Q(**{f"{receiver}__in": own})


def own_person(viewer: Viewer) -> UUID | None:
    """The person in the directory who has the viewer's account, if any."""

    def ask() -> UUID | None:
        found = person_of(viewer.user.id)
        return None if found is None else found.id

    return viewer.once(("programmes", "person"), ask)


def visible_postings(viewer: Viewer) -> QuerySet[Posting]:
    """Postings from or to the viewer's own organisations, and the viewer's own."""
    held = directory.reach(viewer, "programmes.read")
    if held.everything:
        return Posting.objects.all()
    if not viewer.may("programmes.read"):
        return Posting.objects.none()
    seen, person = _of(held.organisation_ids), own_person(viewer)
    # The person first: asked for by the account in a join, everybody there is would be read.
    return Posting.objects.filter(seen if person is None else seen | Q(person_id=person))


def visible_by_giver(viewer: Viewer) -> QuerySet[Posting]:
    """Of the visible postings those from the viewer's own organisations, and the viewer's own."""
    held = directory.reach(viewer, "programmes.read")
    sent, person = Q(giver_id__in=held.organisation_ids), own_person(viewer)
    return visible_postings(viewer).filter(sent if person is None else sent | Q(person_id=person))


def get_posting(viewer: Viewer, id: UUID) -> Posting:
    """The posting with its bodies and person, or NotVisible."""
    found = (
        visible_postings(viewer)
        .select_related("programme", "person", "giver", "receiver", "department", "team", "batch")
        .filter(pk=id)
        .first()
    )
    if found is None:
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    return found


def is_own(viewer: Viewer, posting: Posting) -> bool:
    """Whether the posting is the viewer's own."""
    return posting.person.user_id is not None and posting.person.user_id == viewer.user.id


def visible_posts(viewer: Viewer) -> QuerySet[Post]:
    """Posts of the viewer's own organisations, and of those paired with them."""
    held = reach(viewer)
    if held.everything:
        return Post.objects.all()
    return Post.objects.filter(receiver_id__in=held.seen)


def visible_batches(viewer: Viewer) -> QuerySet[Batch]:
    """Batches of the viewer's own senders, and those with a posting that the viewer sees."""
    held = directory.reach(viewer, "programmes.read")
    if held.everything:
        return Batch.objects.all()
    mine = visible_postings(viewer).filter(batch__isnull=False).values("batch_id")
    return Batch.objects.filter(Q(sender_id__in=held.organisation_ids) | Q(id__in=mine))


def visible_teams(viewer: Viewer) -> QuerySet[Team]:
    """Teams from or to the viewer's own organisations."""
    held = directory.reach(viewer, "programmes.read")
    if held.everything:
        return Team.objects.all()
    return Team.objects.filter(_of(held.organisation_ids, "sender_id"))
