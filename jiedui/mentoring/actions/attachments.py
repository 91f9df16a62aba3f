"""Attachments (进修): asked by the home hospital, accepted by the host, and what stayed of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, not_ahead, span, taken, term, words
from jiedui.core.clock import now, today
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.core.states import Transition
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.directory.queries import hold_person
from jiedui.mentoring.access.reach import must_manage
from jiedui.mentoring.access.teaching import must_answer
from jiedui.mentoring.actions._facts import Said, tell
from jiedui.mentoring.actions._people import department_at, must_be_staff, of_one_world
from jiedui.mentoring.domain import rules
from jiedui.mentoring.domain.months import same_day
from jiedui.mentoring.domain.states import (
    ACCEPTED,
    ATTACHMENT_STATES,
    AWAY,
    BACK,
    NOT_BACK,
    PLANNED,
    RECEIVER,
)
from jiedui.mentoring.models import Attachment, AttachmentGoal, AttachmentStep, FollowUp
from jiedui.programmes.queries import pairing_for
from jiedui.programmes.queries.planning import people_away

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation, Person
    from jiedui.programmes.models import Programme

# What takes a person's days; of what was returned or not, the days that it took.
TAKES = (PLANNED, ACCEPTED, AWAY, BACK, NOT_BACK)
MOST_HOURS = Decimal(99999)
# The activity kind under which the figures count it.
KIND = "secondment"


def _free(person: Person, first: date, last: date, field: str, besides: UUID | None) -> None:
    """InvalidInput ``attachment-overlaps`` or ``posting-overlaps``; under the person's lock."""
    other = (
        Attachment.objects.filter(
            person_id=person.id, state__in=TAKES, starts_on__lte=last, ends_on__gte=first
        )
        .exclude(pk__in=[besides] if besides else [])
        .order_by("starts_on")
        .first()
    )
    if other is not None:
        raise InvalidInput(
            "attachment-overlaps",
            "%(person)s is already away on an attachment from %(start)s to %(end)s.",
            field=field, person=person.name, start=other.starts_on, end=other.ends_on,
        )  # fmt: skip
    for posted in people_away([person.id], first, last):
        raise InvalidInput(
            "posting-overlaps",
            "%(person)s is already posted from %(start)s to %(end)s.",
            field=field, person=person.name, start=posted.first, end=posted.last,
        )  # fmt: skip


@days_meant
@transaction.atomic
def ask_attachment(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    giver: Organisation,
    receiver: Organisation,
    person: Person,
    kind: str,
    specialty: str = "",
    department: Department | None = None,
    host_department: str = "",
    aim: str = "",
    planned_from: date,
    planned_to: date,
    hours: Decimal | None = None,
    goals: Iterable[str] = (),
) -> Attachment:
    """Ask a host to take somebody of the own staff. Raises InvalidInput at the field.

    The host is paired with the home in the programme, or of a kind that the pack lets take
    people without a tie (an administration). ``attachment-overlaps``, ``posting-overlaps``:
    the person is not free.
    """
    must_manage(by, RECEIVER, giver.id, receiver.id)
    procedures = list(dict.fromkeys(goals))
    content = hash_of(
        programme=programme, giver=giver, receiver=receiver, person=person, kind=kind,
        specialty=specialty, department=department, host=host_department, aim=aim,
        start=planned_from, end=planned_to, hours=hours, goals=procedures,
    )  # fmt: skip
    hold_person(person.id)
    if found := first_answer(Attachment, id, content):
        return found
    of_one_world(programme, giver=giver, receiver=receiver, person=person)
    if giver.id == receiver.id:
        raise InvalidInput(
            "giver-is-receiver", "Supporter and recipient are the same.", field="giver"
        )
    term("attachment_kinds", kind)
    if specialty:
        term("specialties", specialty, "specialty")
    for procedure in procedures:
        term("procedures", procedure, "goals")
    span(planned_from, planned_to, "planned_from", "planned_to")
    if hours is not None and not 0 <= hours <= MOST_HOURS:
        raise InvalidInput(
            "number-out-of-range", "Give a number from %(low)s to %(high)s.", field="hours",
            low=0, high=MOST_HOURS,
        )  # fmt: skip
    must_be_staff(person, receiver, planned_from, "person")
    department_at(receiver, department)
    if pairing_for(programme.id, giver.id, receiver.id, planned_from) is None:
        _must_host_unpaired(kind, giver, receiver, planned_from)
    _free(person, planned_from, planned_to, "planned_from", None)
    made = Attachment.objects.create(
        id=id or new_id(), content=content, programme=programme, giver=giver, receiver=receiver,
        person=person, kind=kind, specialty=specialty, department=department,
        host_department=words(host_department, "host_department", 120),
        aim=words(aim, "aim", 400), planned_from=planned_from, planned_to=planned_to,
        starts_on=planned_from, ends_on=planned_to, hours=hours, state=PLANNED,
    )  # fmt: skip
    AttachmentGoal.objects.bulk_create(
        [AttachmentGoal(attachment=made, procedure=code) for code in procedures]
    )
    _step(made, "ask", today(), by)
    record(
        by=by, action="mentoring.ask-attachment", object_kind="attachment", object_id=made.id,
        host=str(giver.id), person=str(person.id),
    )  # fmt: skip
    return made


def _must_host_unpaired(kind: str, host: Organisation, home: Organisation, on: date) -> None:
    """``not-paired`` unless a host of its kind takes people without a tie (an administration)."""
    if host.kind not in vocabulary().term("attachment_kinds", kind).extra["unpaired_hosts"].split():
        raise InvalidInput(
            "not-paired",
            "%(giver)s and %(receiver)s are not paired in this programme on %(day)s.",
            field="giver", giver=host.name, receiver=home.name, day=on,
        )  # fmt: skip


def _step(
    row: Attachment, verb: str, on: date, by: User | None, *, until: date | None = None,
    reason: str = "",
) -> None:  # fmt: skip
    last = row.steps.aggregate(most=Max("number"))["most"] or 0
    AttachmentStep.objects.create(
        attachment=row, number=last + 1, verb=verb, state=row.state, on=on, until=until,
        reason=reason, by=by.id if by else None, at=now(),
    )  # fmt: skip


def _held(attachment: Attachment, verb: str, by: User | None) -> tuple[Attachment, Transition]:
    """The attachment as it stands, locked after its person, and the step that is taken."""
    hold_person(attachment.person_id)
    row = (
        Attachment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "giver", "receiver", "programme")
        .get(pk=attachment.pk)
    )
    step = taken(ATTACHMENT_STATES, row.state, verb)
    must_manage(by, step.side, row.giver_id, row.receiver_id)
    return row, step


def _tell(by: User | None, row: Attachment) -> None:
    """Both facts happen on the day of acceptance: those of one cohort are set against it."""
    lines = []
    on = row.accepted_on
    if on is not None and row.state in (ACCEPTED, AWAY, BACK, NOT_BACK):
        lines.append(Said("attachments_accepted", on, on, person_id=row.person_id))
        if row.state == BACK and row.independent_on is not None:
            lines.append(Said("attachments_independent", on, on, person_id=row.person_id))
    tell(
        by=by, record_id=row.id, programme_id=row.programme_id, kind=KIND,
        giver_id=row.giver_id, receiver_id=row.receiver_id, lines=lines,
    )  # fmt: skip


def _done(
    row: Attachment, step: Transition, on: date, by: User | None, *, until: date | None = None,
    reason: str = "",
) -> Attachment:  # fmt: skip
    """Save the row in its new state, write the step, tell the figures, note it."""
    row.state = step.target
    row.save()
    _step(row, step.verb, on, by, until=until, reason=reason)
    _tell(by, row)
    record(
        by=by, action=ACTS[step.verb], object_kind="attachment", object_id=row.id,
        on=on.isoformat(),
    )  # fmt: skip
    return row


ACTS = {
    "accept": "mentoring.accept-attachment",
    "decline": "mentoring.decline-attachment",
    "withdraw": "mentoring.withdraw-attachment",
    "leave": "mentoring.leave-attachment",
    "extend": "mentoring.extend-attachment",
    "return": "mentoring.return-attachment",
    "not_return": "mentoring.not-return-attachment",
}


@days_meant
@transaction.atomic
def accept_attachment(*, by: User | None, attachment: Attachment, on: date) -> Attachment:
    """The host takes the person. Raises InvalidInput where the person is no longer free."""
    row, step = _held(attachment, "accept", by)
    not_ahead(on)
    if on > row.planned_to:
        raise InvalidInput(
            "dates-out-of-order", "The end (%(end)s) lies before the start (%(start)s).",
            field="on", start=on, end=row.planned_to,
        )  # fmt: skip
    _free(row.person, row.starts_on, row.ends_on, "on", row.id)
    row.accepted_on = on
    return _done(row, step, on, by)


@transaction.atomic
def decline_attachment(*, by: User | None, attachment: Attachment, reason: str) -> Attachment:
    """The host cannot take the person, and says why."""
    row, step = _held(attachment, "decline", by)
    row.reason = words(reason, "reason", 400, required=True)
    return _done(row, step, today(), by, reason=row.reason)


@transaction.atomic
def withdraw_attachment(*, by: User | None, attachment: Attachment, reason: str) -> Attachment:
    """The home takes its asking back, and says why."""
    row, step = _held(attachment, "withdraw", by)
    row.reason = words(reason, "reason", 400, required=True)
    return _done(row, step, today(), by, reason=row.reason)


@days_meant
@transaction.atomic
def leave_for_attachment(*, by: User | None, attachment: Attachment, on: date) -> Attachment:
    """The person has left for the host; the end stays as planned."""
    row, step = _held(attachment, "leave", by)
    not_ahead(on)
    assert row.accepted_on is not None  # noqa: S101 - the database holds it
    span(row.accepted_on, on, "on", "on")
    span(on, row.ends_on, "on", "on")
    _free(row.person, on, row.ends_on, "on", row.id)
    row.left_on = row.starts_on = on
    return _done(row, step, on, by)


@days_meant
@transaction.atomic
def extend_attachment(
    *, by: User | None, attachment: Attachment, until: date, reason: str = ""
) -> Attachment:
    """The host keeps the person longer, to a later last day."""
    row, step = _held(attachment, "extend", by)
    if until <= row.ends_on:
        raise InvalidInput(
            "extension-not-later", "Give a day after %(day)s.", field="until", day=row.ends_on
        )
    _free(row.person, row.ends_on + timedelta(days=1), until, "until", row.id)
    row.ends_on = until
    return _done(row, step, today(), by, until=until, reason=words(reason, "reason", 400))


@days_meant
@transaction.atomic
def return_from_attachment(
    *,
    by: User | None,
    attachment: Attachment,
    on: date,
    report: str = "",
    hours: Decimal | None = None,
) -> Attachment:
    """The person is back at work; the questions of the months after fall due from then on."""
    row, step = _held(attachment, "return", by)
    not_ahead(on)
    span(row.starts_on, on, "on", "on")
    if hours is not None:
        if not 0 <= hours <= MOST_HOURS:
            raise InvalidInput(
                "number-out-of-range", "Give a number from %(low)s to %(high)s.",
                field="hours", low=0, high=MOST_HOURS,
            )  # fmt: skip
        row.hours = hours
    if on > row.ends_on:
        _free(row.person, row.ends_on + timedelta(days=1), on, "on", row.id)
    row.back_on = row.ends_on = on
    row.report = words(report, "report", 8000)
    FollowUp.objects.bulk_create(
        [
            FollowUp(attachment=row, months=months, due_on=same_day(on, months))
            for months in rules.numbers("attachment_followups")
        ],
        ignore_conflicts=True,
    )
    return _done(row, step, on, by)


@days_meant
@transaction.atomic
def tell_not_returned(
    *, by: User | None, attachment: Attachment, on: date, why: str, reason: str = ""
) -> Attachment:
    """The person did not come back, since when and why."""
    row, step = _held(attachment, "not_return", by)
    not_ahead(on)
    span(row.starts_on, on, "on", "on")
    row.not_returned = term("not_returned_reasons", why, "why")
    row.reason = words(reason, "reason", 400)
    row.ends_on = on
    return _done(row, step, on, by, reason=row.reason)


@days_meant
@transaction.atomic
def answer_follow_up(
    *,
    by: User | None,
    follow_up: FollowUp,
    in_post: bool,
    using: bool,
    independent: bool,
    note: str = "",
) -> FollowUp:
    """Say what stayed so many months after the return; the newest answer counts.

    InvalidState ``follow-up-ahead`` before it is due; InvalidInput at the field where the
    answers contradict one another.
    """
    hold_person(follow_up.attachment.person_id)
    row = Attachment.objects.select_for_update(of=("self",), no_key=True).get(
        pk=follow_up.attachment_id
    )
    must_answer(by, row)
    kept = FollowUp.objects.select_for_update(of=("self",), no_key=True).get(pk=follow_up.pk)
    if kept.due_on > today():
        raise InvalidState("follow-up-ahead", "This is asked from %(day)s on.", day=kept.due_on)
    if using and not in_post:
        raise InvalidInput(
            "using-without-post", "Who is no longer in post does not use it there.", field="using"
        )
    if independent and not using:
        raise InvalidInput(
            "independent-without-using", "Who does not use it does not work independently in it.",
            field="independent",
        )  # fmt: skip
    kept.in_post, kept.using, kept.independent = in_post, using, independent
    kept.note = words(note, "note", 400)
    kept.answered_on, kept.answered_by = today(), by.id if by else None
    kept.save()
    newest = row.follow_ups.filter(answered_on__isnull=False).order_by("-months").first()
    stands = newest is not None and bool(newest.independent)
    row.independent_on = (row.independent_on or today()) if stands else None
    row.save(update_fields=["independent_on"])
    _tell(by, row)
    record(
        by=by, action="mentoring.answer-follow-up", object_kind="attachment", object_id=row.id,
        months=kept.months, independent=independent,
    )  # fmt: skip
    return kept


@transaction.atomic
def set_goals(*, by: User | None, attachment: Attachment, goals: Iterable[str]) -> Attachment:
    """Say anew what is to be learned, while the person has not come back."""
    row = Attachment.objects.select_for_update(of=("self",), no_key=True).get(pk=attachment.pk)
    must_manage(by, RECEIVER, row.giver_id, row.receiver_id)
    if row.state not in (PLANNED, ACCEPTED, AWAY):
        raise InvalidState(
            "step-not-possible", "This can no longer be done; somebody may have acted meanwhile."
        )
    wanted = list(dict.fromkeys(goals))
    for code in wanted:
        term("procedures", code, "goals")
    row.goals.exclude(procedure__in=wanted).delete()
    AttachmentGoal.objects.bulk_create(
        [AttachmentGoal(attachment=row, procedure=code) for code in wanted], ignore_conflicts=True
    )
    record(
        by=by, action="mentoring.set-attachment-goals", object_kind="attachment",
        object_id=row.id, count=len(wanted),
    )  # fmt: skip
    return row
