"""Who sees a two-sided review, who answers for which side, and who may read the answers.

A side answers by itself: whoever may act for both sides (a coordinator of the whole
programme) runs the review and answers for neither.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import NotAllowed
from jiedui.directory import access as directory
from jiedui.mentoring.access.reach import READ, may_manage, not_visible, of_sides, sees_people
from jiedui.mentoring.domain.reviews import SIDES, Round, other_side
from jiedui.mentoring.domain.states import GIVER, RECEIVER
from jiedui.mentoring.models import ReviewRound, ReviewSide

ANSWERING = {GIVER: "programmes.send", RECEIVER: "programmes.host"}
RUNNING = "programmes.edit"


def visible_reviews(viewer: Viewer) -> QuerySet[ReviewRound]:
    """Rounds of which a side is the viewer's own."""
    return ReviewRound.objects.filter(of_sides(viewer, READ))


def get_review(viewer: Viewer, id: UUID) -> ReviewRound:
    """The round with its bodies and the state of both sheets, or NotVisible."""
    found = (
        visible_reviews(viewer)
        .select_related("programme", "pairing", "giver", "receiver")
        .prefetch_related("sheets")
        .filter(pk=id)
        .first()
    )
    if found is None:
        raise not_visible()
    return found


def sheet_of(round: ReviewRound, side: str) -> ReviewSide:
    """A side's sheet among those read with the round."""
    return next(sheet for sheet in round.sheets.all() if sheet.side == side)


def ruled(round: ReviewRound) -> Round:
    """The round as the rules see it."""
    states = {sheet.side: sheet.state for sheet in round.sheets.all()}
    return Round(round.opens_on, round.closes_on, round.closed_on, states[GIVER], states[RECEIVER])


def may_read_answers(round: ReviewRound, day: date) -> bool:
    """Whether the two sides' answers are open to who sees the round: both in, or it is over."""
    return ruled(round).readable(day)


def may_read_words(viewer: Viewer, round: ReviewRound) -> bool:
    """Whether comments are open too: to the two sides, not to every reader of figures."""
    return may_manage(viewer, round.giver_id, round.receiver_id) or sees_people(
        viewer, round.giver_id, round.receiver_id
    )


def answers_for(viewer: Viewer, giver_id: UUID, receiver_id: UUID) -> str:
    """The one side for which the viewer answers; blank for none, and for who could for both."""
    bodies = {GIVER: giver_id, RECEIVER: receiver_id}
    held = [
        side for side in SIDES
        if directory.reach(viewer, ANSWERING[side]).covers(bodies[side])
    ]  # fmt: skip
    return held[0] if len(held) == 1 else ""


def own_side(viewer: Viewer, round: ReviewRound) -> str:
    """The side of the round for which the viewer answers; blank where they wrote for the other."""
    side = answers_for(viewer, round.giver_id, round.receiver_id)
    if side and _wrote(viewer.user.id, sheet_of(round, other_side(side))):
        return ""
    return side


def _wrote(user_id: UUID, sheet: ReviewSide) -> bool:
    return user_id in (sheet.written_by, sheet.submitted_by)


def must_answer(by: User | None, round: ReviewRound, side: str) -> None:
    """NotAllowed ``review-of-other-side`` unless ``by`` answers for the side, and only for it."""
    if by is not None and own_side(viewer_of(by), round) != side:
        raise NotAllowed(
            "review-of-other-side", "Each side answers for itself; nobody answers for both."
        )


def may_open(viewer: Viewer, giver_id: UUID, receiver_id: UUID) -> bool:
    """Whether the viewer begins a round: either side, or a coordinator."""
    return may_manage(viewer, giver_id, receiver_id)


def may_run(viewer: Viewer, giver_id: UUID, receiver_id: UUID) -> bool:
    """Whether the viewer shifts a round's last day or closes it: a coordinator of both sides.

    One of one side only could close it to read the other's answers without giving its own.
    """
    held = directory.reach(viewer, RUNNING)
    return held.covers(giver_id) and held.covers(receiver_id)


def must_run(by: User | None, round: ReviewRound) -> None:
    """NotAllowed ``review-not-yours`` unless ``by`` coordinates both sides."""
    if by is not None and not may_run(viewer_of(by), round.giver_id, round.receiver_id):
        raise NotAllowed(
            "review-not-yours", "Only a coordinator of both sides shifts or closes a review."
        )
