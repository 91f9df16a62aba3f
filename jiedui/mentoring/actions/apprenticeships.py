"""How apprenticeships go: proposed by one side, signed by the other, extended, ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, not_ahead, taken, term, words
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.core.packs import vocabulary
from jiedui.core.states import Transition
from jiedui.mentoring.access.apprenticeships import acting_side
from jiedui.mentoring.access.reach import must_manage
from jiedui.mentoring.actions._apprenticing import (
    INDEPENDENT,
    ApprenticeInput,
    add_learner,
    form_numbers,
    hold_apprenticeship,
    must_be_active,
    span_of,
    tell_apprenticeship,
    without_evidence,
)
from jiedui.mentoring.domain.months import same_day
from jiedui.mentoring.domain.states import (
    ACTIVE,
    APPRENTICESHIP_STATES,
    DRAFT,
    EITHER,
    GIVER,
    RECEIVER,
)
from jiedui.mentoring.models import Apprentice, Apprenticeship, LearningGoal

# What each step is called in the audit log.
ACTS = {
    "propose": "mentoring.propose-apprenticeship",
    "sign": "mentoring.sign-apprenticeship",
    "send_back": "mentoring.send-back-apprenticeship",
    "withdraw": "mentoring.withdraw-apprenticeship",
    "extend": "mentoring.extend-apprenticeship",
    "complete": "mentoring.complete-apprenticeship",
    "end": "mentoring.end-apprenticeship",
}


@days_meant
@transaction.atomic
def propose_apprenticeship(
    *, by: User | None, apprenticeship: Apprenticeship, side: str = "", on: date | None = None
) -> Apprenticeship:
    """One side signs its own draft and lays it before the other.

    Raises InvalidInput ``plan-missing`` without a goal; NotAllowed ``side-unnamed`` where a
    coordinator does not say for which side.
    """
    held = hold_apprenticeship(apprenticeship)
    if held.state == "proposed" and by is not None and _signed_by(held, by.id):
        return held
    own = acting_side(by, side, held.giver_id, held.receiver_id)
    step = _step(held, "propose")
    if not LearningGoal.objects.filter(apprenticeship=held).exists():
        raise InvalidInput("plan-missing", "Say first what is to be learned.", field="goals")
    # Why it came back is answered by laying it before the other side again.
    held.reason = ""
    _sign(by, held, own, on)
    _record(by, held, step, side=own)
    return held


def _signed_by(held: Apprenticeship, user_id: UUID) -> bool:
    return user_id in (held.signed_giver_by, held.signed_receiver_by)


def _step(held: Apprenticeship, verb: str) -> Transition:
    step = taken(APPRENTICESHIP_STATES, held.state, verb)
    held.state = step.target
    return step


def _sign(by: User | None, held: Apprenticeship, side: str, on: date | None) -> None:
    not_ahead(on)
    setattr(held, f"signed_{side}_on", on or today())
    setattr(held, f"signed_{side}_by", by.id if by else None)
    held.save()


def _record(by: User | None, held: Apprenticeship, step: Transition, **details: object) -> None:
    tell_apprenticeship(by, held)
    record(
        by=by, action=ACTS[step.verb], object_kind="apprenticeship", object_id=held.id, **details
    )


@days_meant
@transaction.atomic
def sign_apprenticeship(
    *, by: User | None, apprenticeship: Apprenticeship, on: date | None = None
) -> Apprenticeship:
    """The other side signs, and it begins. Of two who sign at once the first one's stands.

    Raises NotAllowed ``step-of-other-side``, ``both-sides-by-one``.
    """
    held = hold_apprenticeship(apprenticeship)
    side = GIVER if held.signed_giver_on is None else RECEIVER
    if held.state == ACTIVE and by is not None and _signed_by(held, by.id):
        return held
    must_manage(by, side, held.giver_id, held.receiver_id)
    step = _step(held, "sign")
    if by is not None and _signed_by(held, by.id):
        raise NotAllowed("both-sides-by-one", "Nobody signs for both sides.")
    first = held.signed_giver_on or held.signed_receiver_on
    if on is not None and first is not None and on < first:
        raise InvalidInput(
            "dates-out-of-order",
            "The end (%(end)s) lies before the start (%(start)s).",
            field="on", start=first, end=on,
        )  # fmt: skip
    _sign(by, held, side, on)
    _record(by, held, step, side=side)
    return held


@transaction.atomic
def send_back_apprenticeship(
    *, by: User | None, apprenticeship: Apprenticeship, reason: str
) -> Apprenticeship:
    """The other side does not sign yet, and says why: it is a draft again."""
    held = hold_apprenticeship(apprenticeship)
    side = GIVER if held.signed_giver_on is None else RECEIVER
    must_manage(by, side, held.giver_id, held.receiver_id)
    step = _step(held, "send_back")
    held.reason = words(reason, "reason", 400, required=True)
    held.signed_giver_on = held.signed_giver_by = None
    held.signed_receiver_on = held.signed_receiver_by = None
    held.save()
    _record(by, held, step, reason=held.reason)
    return held


@transaction.atomic
def withdraw_apprenticeship(
    *, by: User | None, apprenticeship: Apprenticeship, reason: str
) -> Apprenticeship:
    """Take a draft or a proposal back; of a proposal the side that signed it does."""
    held = hold_apprenticeship(apprenticeship)
    side = EITHER
    if held.state != DRAFT:
        side = GIVER if held.signed_giver_on else RECEIVER
    must_manage(by, side, held.giver_id, held.receiver_id)
    step = _step(held, "withdraw")
    held.reason = words(reason, "reason", 400, required=True)
    held.save()
    _record(by, held, step, reason=held.reason)
    return held


@days_meant
@transaction.atomic
def extend_apprenticeship(
    *, by: User | None, apprenticeship: Apprenticeship, until: date, reason: str
) -> Apprenticeship:
    """Let it last longer; said to both sides by the record of the page."""
    held = hold_apprenticeship(apprenticeship)
    must_manage(by, EITHER, held.giver_id, held.receiver_id)
    step = _step(held, "extend")
    if until <= held.ends_on:
        raise InvalidInput(
            "extension-too-short", "Give a day after %(day)s.", field="until", day=held.ends_on
        )
    held.ends_on = until
    held.save(update_fields=["ends_on"])
    _record(by, held, step, until=until.isoformat(),
            reason=words(reason, "reason", 400, required=True))  # fmt: skip
    return held


def _outcome(code: str, ending: str, field: str = "outcome") -> str:
    term("apprentice_outcomes", code, field)
    if vocabulary().term("apprentice_outcomes", code).extra["ending"] != ending:
        raise InvalidInput("outcome-unfit", "This is not how it ends here.", field=field)
    return code


@days_meant
@transaction.atomic
def complete_apprenticeship(
    *,
    by: User | None,
    apprenticeship: Apprenticeship,
    outcomes: Mapping[UUID, str],
    on: date | None = None,
) -> Apprenticeship:
    """The recipient says that it is done, and how each who still learns stands.

    ``outcomes`` are codes by the apprentice's id; who works independently has a certificate or
    a formal decision for each line of the plan. Raises InvalidInput ``least-time-not-over``,
    ``outcomes-missing``, ``independence-unproven``.
    """
    held = hold_apprenticeship(apprenticeship)
    must_manage(by, RECEIVER, held.giver_id, held.receiver_id)
    step = _step(held, "complete")
    day = on or today()
    not_ahead(day)
    least = same_day(held.starts_on, held.least_months)
    if day < least:
        raise InvalidInput(
            "least-time-not-over",
            "The least time agreed ends on %(day)s; end it with a reason if it cannot go on.",
            field="on", day=least,
        )  # fmt: skip
    for row in held.apprentices.filter(left_on__isnull=True).select_related("person"):
        if row.id not in outcomes:
            raise InvalidInput(
                "outcomes-missing", "Say how each apprentice stands.", field="outcomes"
            )
        if day < row.joined_on:
            raise InvalidInput(
                "dates-out-of-order",
                "The end (%(end)s) lies before the start (%(start)s).",
                field="on", start=row.joined_on, end=day,
            )  # fmt: skip
        outcome = _outcome(outcomes[row.id], "completed", "outcomes")
        if outcome == INDEPENDENT and (open_lines := without_evidence(row, held, day)):
            raise InvalidInput(
                "independence-unproven",
                "%(person)s has neither a certificate nor a decision at level 4 or above for:"
                " %(lines)s. Have an assessor decide first, or say what is true today.",
                field="outcomes", person=row.person.name, lines="、".join(open_lines),
            )  # fmt: skip
        row.left_on, row.outcome = day, outcome
        row.save(update_fields=["left_on", "outcome"])
    _close(held, day)
    _record(by, held, step, on=day.isoformat())
    return held


def _close(held: Apprenticeship, day: date) -> None:
    for mentor in held.mentors.filter(last_day__isnull=True):
        mentor.last_day = max(day, mentor.first_day)
        mentor.save(update_fields=["last_day"])
    held.plan_changes.filter(answered_on__isnull=True).update(answered_on=today(), accepted=False)
    held.ended_on = day
    held.save()


@days_meant
@transaction.atomic
def end_apprenticeship(
    *, by: User | None, apprenticeship: Apprenticeship, reason: str, on: date | None = None
) -> Apprenticeship:
    """Either side ends it before it is done, and says why."""
    held = hold_apprenticeship(apprenticeship)
    must_manage(by, EITHER, held.giver_id, held.receiver_id)
    step = _step(held, "end")
    day = on or today()
    not_ahead(day)
    if day < held.starts_on:
        raise InvalidInput(
            "dates-out-of-order",
            "The end (%(end)s) lies before the start (%(start)s).",
            field="on", start=held.starts_on, end=day,
        )  # fmt: skip
    held.reason = words(reason, "reason", 400, required=True)
    for row in held.apprentices.filter(left_on__isnull=True):
        row.left_on, row.outcome = max(day, row.joined_on), "ended"
        row.save(update_fields=["left_on", "outcome"])
    _close(held, day)
    _record(by, held, step, on=day.isoformat(), reason=held.reason)
    return held


@days_meant
@transaction.atomic
def apprentice_leaves(
    *, by: User | None, apprentice: Apprentice, outcome: str, on: date | None = None
) -> Apprentice:
    """Somebody stops learning before the end, and why; the others go on.

    Raises InvalidState ``apprentice-left``, ``last-apprentice`` (then it ends as a whole).
    """
    held = hold_apprenticeship(apprentice.apprenticeship)
    must_manage(by, RECEIVER, held.giver_id, held.receiver_id)
    row = Apprentice.objects.get(pk=apprentice.pk)
    day = on or today()
    if (row.left_on, row.outcome) == (day, outcome):
        return row
    must_be_active(held)
    if row.left_on is not None:
        raise InvalidState("apprentice-left", "This apprentice has left already.")
    if held.apprentices.filter(left_on__isnull=True).count() == 1:
        raise InvalidState(
            "last-apprentice", "Nobody else learns here: end the apprenticeship instead."
        )
    not_ahead(day)
    if day < row.joined_on:
        raise InvalidInput(
            "dates-out-of-order",
            "The end (%(end)s) lies before the start (%(start)s).",
            field="on", start=row.joined_on, end=day,
        )  # fmt: skip
    row.left_on, row.outcome = day, _outcome(outcome, "left")
    row.save(update_fields=["left_on", "outcome"])
    tell_apprenticeship(by, held)
    record(
        by=by, action="mentoring.apprentice-leaves", object_kind="apprentice", object_id=row.id,
        apprenticeship=str(held.id), on=day.isoformat(), outcome=outcome,
    )  # fmt: skip
    return row


@days_meant
@transaction.atomic
def join_apprentice(
    *, by: User | None, apprenticeship: Apprenticeship, apprentice: ApprenticeInput
) -> Apprentice:
    """Somebody joins those who learn, where the form takes one more."""
    held = hold_apprenticeship(apprenticeship)
    must_manage(by, RECEIVER, held.giver_id, held.receiver_id)
    must_be_active(held)
    most = form_numbers(held.form)["apprentices_most"]
    if held.apprentices.filter(left_on__isnull=True).count() >= most:
        raise InvalidInput(
            "apprentices-unfit",
            "This form takes %(people)s here.",
            field="apprentices", people=span_of(1, most),
        )  # fmt: skip
    row = add_learner(held, apprentice)
    tell_apprenticeship(by, held)
    record(
        by=by, action="mentoring.join-apprentice", object_kind="apprentice", object_id=row.id,
        apprenticeship=str(held.id), person=str(row.person_id),
    )  # fmt: skip
    return row
