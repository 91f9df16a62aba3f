"""The only way to a technique, and who may take which step of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import NotAllowed
from jiedui.core.packs import vocabulary
from jiedui.mentoring.access.reach import READ, WRITE, not_visible, of_sides, own_person
from jiedui.mentoring.domain.states import EITHER, PROPOSED, RECEIVER, TECHNIQUE_STATES
from jiedui.mentoring.models import NoveltyReview, PlatformNeed, Technique
from jiedui.programmes.access import may_act, must_act

if TYPE_CHECKING:
    from jiedui.directory.models import Person

# What either side does, or the expert who brought it; all else is the receiver's.
OF_EITHER = ("propose", "withdraw", "claim", "taper")
# What is written of a claim: who did so does not review it.
CLAIMS = ("propose", "claim")


def visible_techniques(viewer: Viewer) -> QuerySet[Technique]:
    """Techniques from or to the viewer's own organisations, and those the viewer brought."""
    if not viewer.may(READ):
        return Technique.objects.none()
    sides = of_sides(viewer, READ)
    if not sides:
        return Technique.objects.all()
    me = own_person(viewer)
    own = Technique.objects.filter(introduced_by_id=me.id).values("id") if me else ()
    return Technique.objects.filter(sides | Q(id__in=own))


def get_technique(viewer: Viewer, id: UUID) -> Technique:
    """The technique with its bodies and who brought it, or NotVisible."""
    found = (
        visible_techniques(viewer)
        .select_related(
            "programme", "giver", "receiver", "department", "introduced_by", "posting"
        )
        .filter(pk=id)
        .first()
    )  # fmt: skip
    if found is None:
        raise not_visible()
    return found


def get_need(viewer: Viewer, id: UUID) -> PlatformNeed:
    """What a visible technique needs of a platform department, or NotVisible."""
    rows = PlatformNeed.objects.select_related("technique__giver", "technique__receiver")
    found = rows.filter(pk=id, technique__in=visible_techniques(viewer)).first()
    if found is None:
        raise not_visible()
    return found


def _is(viewer: Viewer, person: Person) -> bool:
    return person.user_id is not None and person.user_id == viewer.user.id


def may_act_on_technique(
    viewer: Viewer, verb: str, giver_id: UUID, receiver_id: UUID, introduced_by: Person | None
) -> bool:
    """Whether the viewer takes this step: the receiver's, or either side's and the expert's."""
    side = EITHER if verb in OF_EITHER else RECEIVER
    if may_act(viewer, side, giver_id, receiver_id):
        return True
    return (
        verb in OF_EITHER
        and introduced_by is not None
        and viewer.may(WRITE)
        and _is(viewer, introduced_by)
    )


def must_act_on_technique(
    by: User | None, verb: str, giver_id: UUID, receiver_id: UUID, introduced_by: Person | None
) -> None:
    """NotAllowed ``step-of-other-side`` unless ``by`` may take the step; None is the system."""
    if by is None:
        return
    if may_act_on_technique(viewer_of(by), verb, giver_id, receiver_id, introduced_by):
        return
    must_act(by, EITHER if verb in OF_EITHER else RECEIVER, giver_id, receiver_id)


def steps_open(viewer: Viewer, technique: Technique) -> list[str]:
    """The steps of people that the state allows and the viewer may take, in the table's order."""
    found = []
    for step in TECHNIQUE_STATES.verbs(technique.state):
        if step.side in (EITHER, RECEIVER) and may_act_on_technique(
            viewer, step.verb, technique.giver_id, technique.receiver_id, technique.introduced_by
        ):
            found.append(step.verb)
    return found


def may_propose(viewer: Viewer) -> bool:
    """Whether the viewer may propose at all; the action looks at the sides."""
    return viewer.may(WRITE)


def claimants(technique: Technique) -> set[UUID]:
    """The accounts that made the claim: the expert's, and whoever wrote it."""
    wrote = technique.steps.filter(verb__in=CLAIMS, by__isnull=False)
    own = technique.introduced_by.user_id
    return {*wrote.values_list("by", flat=True), *({own} if own else ())}


def reviewing_side(technique: Technique) -> str:
    """Whose part a review of the claim is: the pack says it of each scope."""
    return vocabulary().term("novelty_scopes", technique.scope_claimed).extra["side"]


def may_review(viewer: Viewer, technique: Technique) -> bool:
    """Whether the viewer may review the claim: of the scope's side, and none of the claimants."""
    return (
        technique.scope_claimed != ""
        and technique.state != PROPOSED
        and may_act(
            viewer, reviewing_side(technique), technique.giver_id, technique.receiver_id
        )
        and viewer.user.id not in claimants(technique)
    )  # fmt: skip


def must_review(by: User, technique: Technique) -> None:
    """NotAllowed ``own-claim`` or ``step-of-other-side`` unless ``by`` may review the claim."""
    if by.id in claimants(technique):
        raise NotAllowed("own-claim", "Who claims that something is new does not review it.")
    must_act(by, reviewing_side(technique), technique.giver_id, technique.receiver_id)


def reviews_of(technique: Technique) -> QuerySet[NoveltyReview]:
    """The reviews of a technique's claim, the newest first: the first one holds."""
    return technique.reviews.select_related("reviewer").order_by("-on", "-id")
