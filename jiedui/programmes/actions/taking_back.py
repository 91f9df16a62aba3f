"""Take back the last step of a posting that was a mistake."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import taken, words
from jiedui.core.clock import today
from jiedui.core.errors import InvalidState
from jiedui.directory.queries import hold_person, title_on
from jiedui.programmes.access import must_act
from jiedui.programmes.actions import _placing as placing
from jiedui.programmes.actions.postings import course_of, only_here, taken_steps, tell_posting
from jiedui.programmes.actions.posts import refresh_post
from jiedui.programmes.domain import postings as domain
from jiedui.programmes.domain.postings import LEADER, TAKE_BACK, Course
from jiedui.programmes.domain.states import NEVER, POSTING_STATES
from jiedui.programmes.models import Posting, PostingStep


@transaction.atomic
def take_back(*, by: User | None, posting: Posting, reason: str) -> Posting:
    """The last step was a mistake: the posting is again as it was before it, and says why.

    The step stays in the record, and this one after it. Only who may take the step may take
    it back. Raises InvalidState ``nothing-to-take-back``; ``step-has-handover``,
    ``step-has-appointment``, ``step-has-welfare``, ``step-has-evaluation`` where something
    rests on the arrival; InvalidInput where the days are another posting's by now.
    """
    hold_person(posting.person_id)
    held = (
        Posting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("programme", "person", "giver", "receiver", "agreement", "post")
        .get(pk=posting.pk)
    )
    steps = domain.standing(taken_steps(held))
    if len(steps) < 2:
        raise InvalidState(
            "nothing-to-take-back", "Only the nomination is there; withdraw it instead."
        )
    *kept, last = steps
    side = taken(POSTING_STATES, kept[-1].state, last.verb).side
    must_act(by, side, held.giver_id, held.receiver_id)
    why = words(reason, "reason", 400, required=True)
    if last.verb == "arrive":
        _nothing_rests(held)
    before = course_of(held)
    after = domain.replayed(held.planned_from, held.planned_to, kept)
    _fits(held, before, after)
    held.state, held.starts_on, held.ends_on = after.state, after.starts_on, after.ends_on
    held.approved_on, held.arrived_on = after.approved_on, after.arrived_on
    held.departed_on, held.reason = after.departed_on, kept[-1].reason
    if last.verb == "arrive":
        held.title = title_on(held.person, held.starts_on) or held.title
        held.welfare.all().delete()
    _set_stays(held, before, after)
    held.save()
    PostingStep.objects.create(
        posting=held, number=held.steps.count() + 1, verb=TAKE_BACK, state=after.state,
        on=today(), reason=why, by=by.id if by else None,
    )  # fmt: skip
    if before.stays or after.stays:
        tell_posting(by, held, after)
        if held.post:
            refresh_post(by=by, post=held.post)
    record(
        by=by, action="programmes.take-back-step", object_kind="posting", object_id=held.id,
        step=last.verb, on=last.on.isoformat(), number=last.number,
    )  # fmt: skip
    return held


def _nothing_rests(held: Posting) -> None:
    """Nothing was built upon the arrival that would hang in the air without it."""
    signed = Q(incoming_signed_at__isnull=False) | Q(outgoing_signed_at__isnull=False)
    if hasattr(held, "handover") or held.taken_over.filter(signed).exists():
        raise InvalidState("step-has-handover", "A handover rests on the arrival.")
    if held.appointments.exists():
        raise InvalidState("step-has-appointment", "A host appointment rests on the arrival.")
    if held.welfare.filter(Q(done_on__isnull=False) | Q(raised_on__isnull=False)).exists():
        raise InvalidState("step-has-welfare", "The welfare list was already worked on.")
    if hasattr(held, "evaluation"):
        raise InvalidState("step-has-evaluation", "The expert's own evaluation rests on it.")


def _fits(held: Posting, before: Course, after: Course) -> None:
    """What the posting takes up again is still free: the person, the post, the lead, the paper."""
    revived = before.state in NEVER
    wider = after.starts_on < before.starts_on or after.ends_on > before.ends_on
    if revived:
        placing.open_post(held.post, held.programme, held.receiver)
        if held.team_id and held.team_role == LEADER:
            placing.led_by_one(held.team_id, besides=held.id)
    if revived or wider:
        placing.hold_days(held.programme_id)
        placing.free(held.person, after.starts_on, after.ends_on, "reason", besides=held.id)
        days = (after.starts_on, after.ends_on, "reason")
        placing.paired_over(held.programme_id, held.giver, held.receiver, *days)
        held.agreement = placing.still_agreed(held, *days)
    if after.stays and after.stays[-1].last is None:
        only_here(held, after.stays[-1].first)


def _set_stays(held: Posting, before: Course, after: Course) -> None:
    """The stays as they were: one begun by the step is gone, one closed by it goes on."""
    for span in before.stays[len(after.stays) :]:
        held.stays.filter(first_day=span.first).delete()
    if after.stays:
        held.stays.filter(first_day=after.stays[-1].first).update(last_day=after.stays[-1].last)
