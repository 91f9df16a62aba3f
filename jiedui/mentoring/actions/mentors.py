"""Who teaches in an apprenticeship that lasts: another mentor, a successor, an end."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, not_ahead
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.mentoring.access.reach import must_manage
from jiedui.mentoring.actions._apprenticing import (
    MentorInput,
    form_numbers,
    hold_apprenticeship,
    mentor_fits,
    must_be_active,
    span_of,
    tell_apprenticeship,
)
from jiedui.mentoring.domain.states import EITHER
from jiedui.mentoring.models import Apprenticeship, Mentor

if TYPE_CHECKING:
    from jiedui.directory.models import Person
    from jiedui.programmes.models import Posting

ONE_DAY = timedelta(days=1)


@days_meant
@transaction.atomic
def add_mentor(
    *,
    by: User | None,
    apprenticeship: Apprenticeship,
    person: Person,
    posting: Posting | None = None,
    first_day: date | None = None,
) -> Mentor:
    """Somebody teaches beside who leads the teaching; leads where nobody does any longer.

    Raises InvalidInput ``mentor-twice``, ``mentors-unfit``, ``posting-of-other`` …
    """
    held = hold_apprenticeship(apprenticeship)
    must_manage(by, EITHER, held.giver_id, held.receiver_id)
    must_be_active(held)
    first = max(first_day or today(), held.starts_on)
    teaching = list(held.mentors.filter(last_day__isnull=True))
    for row in teaching:
        if row.person_id == person.id:
            if (row.first_day, row.posting_id) == (first, posting.id if posting else None):
                return row
            raise InvalidInput("mentor-twice", "A mentor stands here twice.", field="person")
    most = form_numbers(held.form)["mentors_most"]
    if len(teaching) >= most:
        raise InvalidInput(
            "mentors-unfit",
            "This form takes %(people)s here.",
            field="person", people=span_of(1, most),
        )  # fmt: skip
    said = MentorInput(person, posting, not any(row.lead for row in teaching), first)
    mentor_fits(held, said, first, "person")
    row = Mentor.objects.create(
        apprenticeship=held, person=person, posting=posting, lead=said.lead, first_day=first
    )
    tell_apprenticeship(by, held)
    record(
        by=by, action="mentoring.add-mentor", object_kind="mentor", object_id=row.id,
        apprenticeship=str(held.id), person=str(person.id), first_day=first.isoformat(),
    )  # fmt: skip
    return row


@days_meant
@transaction.atomic
def succeed_mentor(
    *,
    by: User | None,
    mentor: Mentor,
    person: Person,
    posting: Posting | None = None,
    on: date,
) -> Mentor:
    """Somebody takes a mentor's place from a day on; the one before teaches to the day before.

    A mentor whose time ended without a successor is succeeded the same way. Raises InvalidInput
    ``successor-is-mentor``, ``posting-of-other`` …; InvalidState ``mentor-succeeded``.
    """
    held = hold_apprenticeship(mentor.apprenticeship)
    must_manage(by, EITHER, held.giver_id, held.receiver_id)
    must_be_active(held)
    before = Mentor.objects.get(pk=mentor.pk)
    follower = held.mentors.filter(took_over_from=before).first()
    if follower is not None:
        if (follower.person_id, follower.first_day) == (person.id, on):
            return follower
        raise InvalidState("mentor-succeeded", "Somebody has taken this place already.")
    if person.id == before.person_id:
        raise InvalidInput(
            "successor-is-mentor", "The successor is another person.", field="person"
        )
    if on <= before.first_day:
        raise InvalidInput(
            "dates-out-of-order",
            "The end (%(end)s) lies before the start (%(start)s).",
            field="on", start=before.first_day, end=on,
        )  # fmt: skip
    if on > held.ends_on:
        raise InvalidInput(
            "goal-outside-dates",
            "The apprenticeship ends on %(day)s.",
            field="on", day=held.ends_on,
        )  # fmt: skip
    mentor_fits(held, MentorInput(person, posting), on, "person")
    if before.last_day is None or before.last_day >= on:
        before.last_day = on - ONE_DAY
        before.save(update_fields=["last_day"])
    beside = held.mentors.filter(person=person, last_day__isnull=True).first()
    lead = before.lead and not held.mentors.filter(lead=True, last_day__isnull=True).exists()
    if beside is not None:
        # Who taught beside takes the lead; the one row goes on.
        beside.lead, beside.took_over_from = beside.lead or lead, before
        beside.save(update_fields=["lead", "took_over_from"])
        row = beside
    else:
        row = Mentor.objects.create(
            apprenticeship=held, person=person, posting=posting, lead=lead, first_day=on,
            took_over_from=before,
        )  # fmt: skip
    tell_apprenticeship(by, held)
    record(
        by=by, action="mentoring.succeed-mentor", object_kind="mentor", object_id=row.id,
        apprenticeship=str(held.id), before=str(before.person_id), person=str(person.id),
        on=on.isoformat(),
    )  # fmt: skip
    return row


@days_meant
@transaction.atomic
def end_mentor(*, by: User | None, mentor: Mentor, on: date | None = None) -> Mentor:
    """A mentor teaches no longer; without a successor the apprenticeship is shown as lacking one.

    Raises InvalidState ``mentor-ended``.
    """
    held = hold_apprenticeship(mentor.apprenticeship)
    must_manage(by, EITHER, held.giver_id, held.receiver_id)
    row = Mentor.objects.get(pk=mentor.pk)
    day = on or today()
    if row.last_day == day:
        return row
    must_be_active(held)
    if row.last_day is not None:
        raise InvalidState("mentor-ended", "This mentor teaches no longer.")
    not_ahead(day)
    if day < row.first_day:
        raise InvalidInput(
            "dates-out-of-order",
            "The end (%(end)s) lies before the start (%(start)s).",
            field="on", start=row.first_day, end=day,
        )  # fmt: skip
    row.last_day = day
    row.save(update_fields=["last_day"])
    others = held.mentors.filter(last_day__isnull=True).order_by("first_day", "id")
    if row.lead and (heir := others.first()) is not None:
        heir.lead = True
        heir.save(update_fields=["lead"])
    tell_apprenticeship(by, held)
    record(
        by=by, action="mentoring.end-mentor", object_kind="mentor", object_id=row.id,
        apprenticeship=str(held.id), on=day.isoformat(),
    )  # fmt: skip
    return row
