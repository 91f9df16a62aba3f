"""Claims that a technique is new, and what a reviewer who is none of the claimants finds."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.checking import days_meant, in_order, not_ahead, term, words
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.packs import vocabulary
from jiedui.mentoring.access.reach import own_person
from jiedui.mentoring.access.techniques import must_act_on_technique, must_review
from jiedui.mentoring.actions._advancing import add_step, held_technique, tell_technique
from jiedui.mentoring.actions.techniques import claimed
from jiedui.mentoring.domain.states import PROPOSED, WITHDRAWN
from jiedui.mentoring.models import NoveltyReview, Technique


@transaction.atomic
def claim_novelty(
    *, by: User | None, technique: Technique, scope: str, claim: str = "", evidence: str = ""
) -> Technique:
    """Say (anew) in which scope a technique is new, or, with a blank scope, that it is not.

    Another claim than the reviewed one waits for a review again; the figures count it only then.
    """
    held = held_technique(technique)
    must_act_on_technique(by, "claim", held.giver_id, held.receiver_id, held.introduced_by)
    if held.state == WITHDRAWN:
        raise InvalidState(
            "step-not-possible",
            "This can no longer be done; somebody may have acted meanwhile.",
        )
    before = (held.scope_claimed, held.claim, held.evidence)
    claimed(held, scope, claim, evidence)
    if (held.scope_claimed, held.claim, held.evidence) == before:
        return held
    held.scope_confirmed, held.reviewed_on = "", None
    held.save(
        update_fields=["scope_claimed", "claim", "evidence", "scope_confirmed", "reviewed_on"]
    )
    add_step(held, "claim", today(), by)
    tell_technique(by=by, technique=held)
    record(
        by=by, action="mentoring.claim-novelty", object_kind="technique", object_id=held.id,
        scope=scope,
    )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def review_novelty(
    *,
    by: User,
    technique: Technique,
    on: date,
    scope: str = "",
    note: str = "",
    seen: int | None = None,
) -> NoveltyReview:
    """Say in which scope the claim holds, at most the claimed one; blank: it does not hold.

    The newest review holds. ``seen`` is how many reviews the reviewer knew of: InvalidState
    ``review-meanwhile`` where another one came in between. NotAllowed ``own-claim`` for who
    claimed it; InvalidInput ``wider-than-claimed`` at ``scope``, ``text-missing`` at ``note``
    where the claim is not confirmed as it was made.
    """
    held = held_technique(technique)
    if held.state in (PROPOSED, WITHDRAWN) or not held.scope_claimed:
        raise InvalidState(
            "nothing-to-review", "There is no claim of an approved technique to review."
        )
    must_review(by, held)
    if seen is not None and held.reviews.count() != seen:
        raise InvalidState(
            "review-meanwhile", "Somebody reviewed this claim meanwhile; read it first."
        )
    not_ahead(on)
    in_order(held.approved_on, on, "on")
    in_order(held.reviewed_on, on, "on")
    if scope:
        term("novelty_scopes", scope, "scope")
        order = list(vocabulary().table("novelty_scopes"))
        if order.index(scope) > order.index(held.scope_claimed):
            raise InvalidInput(
                "wider-than-claimed",
                "A review confirms at most the scope that was claimed.",
                field="scope",
            )
    review = NoveltyReview.objects.create(
        technique=held, reviewer=own_person(viewer_of(by)), on=on, scope=scope, by=by.id,
        note=words(note, "note", 400, required=scope != held.scope_claimed),
    )  # fmt: skip
    held.scope_confirmed, held.reviewed_on = scope, on
    held.save(update_fields=["scope_confirmed", "reviewed_on"])
    tell_technique(by=by, technique=held)
    record(
        by=by, action="mentoring.review-novelty", object_kind="technique", object_id=held.id,
        scope=scope,
    )  # fmt: skip
    return review
