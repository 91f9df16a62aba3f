"""Take a posting from its nomination to its end, one step at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, taken, words
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import hold_person, title_on
from jiedui.programmes.access import must_act
from jiedui.programmes.actions import _placing as placing
from jiedui.programmes.actions.facts import Said, tell
from jiedui.programmes.actions.on_site import close_appointments
from jiedui.programmes.actions.posts import refresh_post
from jiedui.programmes.domain import postings as domain
from jiedui.programmes.domain.postings import LEADER, Course, Span, Taken
from jiedui.programmes.domain.states import (
    COMING,
    ENDED,
    NOMINATED,
    POSTING_STATES,
    REASONED,
    RECEIVER,
    SCREENED,
)
from jiedui.programmes.models import Handover, Posting, PostingStep, Stay, WelfareItem
from jiedui.programmes.queries.rules import unbroken_days

# What each step is called in the audit log.
ACTS = {
    "screen": "programmes.screen-posting",
    "decline": "programmes.decline-posting",
    "withdraw": "programmes.withdraw-posting",
    "approve": "programmes.approve-posting",
    "travel": "programmes.travel",
    "arrive": "programmes.arrive",
    "extend": "programmes.extend-posting",
    "leave": "programmes.leave",
    "return": "programmes.return-from-leave",
    "depart": "programmes.depart",
    "return_early": "programmes.return-early",
}
# The verbs after which nobody is there any more.
ENDING = ("depart", "return_early", "withdraw")


@days_meant
@transaction.atomic
def screen(*, by: User | None, posting: Posting, on: date | None = None) -> Posting:
    """The coordinator has looked at the nomination and passes it on to the receiver."""
    return _take(by, posting, "screen", on)


@days_meant
@transaction.atomic
def decline(*, by: User | None, posting: Posting, reason: str, on: date | None = None) -> Posting:
    """Coordinator or receiver do not take the person, and say why."""
    return _take(by, posting, "decline", on, reason=reason)


@days_meant
@transaction.atomic
def withdraw(*, by: User | None, posting: Posting, reason: str, on: date | None = None) -> Posting:
    """The giver takes the person back before the arrival, and says why."""
    return _take(by, posting, "withdraw", on, reason=reason)


@days_meant
@transaction.atomic
def approve(*, by: User | None, posting: Posting, on: date | None = None) -> Posting:
    """The receiver takes the person. InvalidInput ``team-has-leader`` for a second leader."""
    return _take(by, posting, "approve", on)


@days_meant
@transaction.atomic
def travel(*, by: User | None, posting: Posting, on: date | None = None) -> Posting:
    """The person has set out."""
    return _take(by, posting, "travel", on)


@days_meant
@transaction.atomic
def arrive(*, by: User | None, posting: Posting, on: date | None = None) -> Posting:
    """The person is there from this day on: a stay begins, and the welfare list with it.

    Raises InvalidInput ``person-on-site-elsewhere`` where another stay lies on the day or
    after it; ``arrival-before-approval`` where the receiver has not taken the person yet.
    """
    return _take(by, posting, "arrive", on)


@days_meant
@transaction.atomic
def extend(*, by: User | None, posting: Posting, until: date, on: date | None = None) -> Posting:
    """Let the posting last longer, within the agreement and the tie."""
    return _take(by, posting, "extend", on, until=until)


@days_meant
@transaction.atomic
def leave(
    *, by: User | None, posting: Posting, on: date | None = None, until: date | None = None
) -> Posting:
    """The person goes on leave; ``on`` is the last day on site, ``until`` the planned return."""
    return _take(by, posting, "leave", on, until=until)


@days_meant
@transaction.atomic
def return_from_leave(*, by: User | None, posting: Posting, on: date | None = None) -> Posting:
    """The person is back from leave: a new stay begins on this day."""
    return _take(by, posting, "return", on)


@days_meant
@transaction.atomic
def depart(*, by: User | None, posting: Posting, on: date | None = None) -> Posting:
    """The posting ends; ``on`` is its last day."""
    return _take(by, posting, "depart", on)


@days_meant
@transaction.atomic
def return_early(
    *, by: User | None, posting: Posting, reason: str, on: date | None = None
) -> Posting:
    """The posting ends before its planned end, and somebody says why."""
    return _take(by, posting, "return_early", on, reason=reason)


def taken_steps(posting: Posting) -> list[Taken]:
    """All its steps as they were told, those taken back too."""
    rows = posting.steps.order_by("number")
    return [
        Taken(*row) for row in rows.values_list("number", "verb", "state", "on", "until", "reason")
    ]


def course_of(posting: Posting) -> Course:
    """The posting's days as its rows tell them."""
    steps = domain.standing(taken_steps(posting))
    last = steps[-1].on if steps else date.min
    return Course(
        posting.state, posting.starts_on, posting.ends_on, last, posting.approved_on,
        posting.arrived_on, posting.departed_on,
        tuple(Span(first, end) for first, end in posting.stays.order_by("first_day").values_list(
            "first_day", "last_day")),
    )  # fmt: skip


def _take(
    by: User | None,
    posting: Posting,
    verb: str,
    on: date | None,
    *,
    until: date | None = None,
    reason: str = "",
) -> Posting:
    """One step under the person's lock: dates, stays, step, figures, post, audit row."""
    hold_person(posting.person_id)
    held = (
        Posting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "giver", "receiver", "agreement", "post")
        .get(pk=posting.pk)
    )
    if verb == "arrive" and held.state in (NOMINATED, SCREENED):
        must_act(by, RECEIVER, held.giver_id, held.receiver_id)
        raise InvalidInput(
            "arrival-before-approval",
            "The recipient has not approved %(person)s yet: nobody arrives before the approval.",
            field="on", person=held.person.name,
        )  # fmt: skip
    must_act(by, taken(POSTING_STATES, held.state, verb).side, held.giver_id, held.receiver_id)
    day = on or today()
    why = words(reason, "reason", 400, required=verb in REASONED)
    before = course_of(held)
    after = domain.step(before, verb, day, today=today(), until=until)
    _check(held, verb, before, after)
    held.state, held.starts_on, held.ends_on = after.state, after.starts_on, after.ends_on
    held.approved_on, held.arrived_on = after.approved_on, after.arrived_on
    held.departed_on, held.reason = after.departed_on, why
    if before.state in COMING:
        # A title given or corrected since the nomination, for the first day.
        held.title = title_on(held.person, after.starts_on) or held.title
    held.save()
    _keep_stays(held, before.stays, after.stays)
    PostingStep.objects.create(
        posting=held, number=held.steps.count() + 1, verb=verb, state=after.state, on=day,
        until=until, reason=why, by=by.id if by else None,
    )  # fmt: skip
    if verb == "arrive":
        _list_welfare(held)
    if verb in ENDING:
        close_appointments(held, day)
        # Who is gone sooner than planned hands over by then, or is late.
        Handover.objects.filter(
            outgoing=held, incoming_signed_at__isnull=True, due_on__gt=day
        ).update(due_on=day)
    if before.stays or after.stays:
        tell_posting(by, held, after)
        if held.post:
            refresh_post(by=by, post=held.post)
    record(
        by=by, action=ACTS[verb], object_kind="posting", object_id=held.id, on=day.isoformat(),
        **({"until": until.isoformat()} if until else {}),
    )  # fmt: skip
    return held


def _check(held: Posting, verb: str, before: Course, after: Course) -> None:
    """What a step needs beyond its own days: a free person, a tie, an agreement, one leader."""
    field = "until" if verb == "extend" else "on"
    if verb == "approve" and held.team_id and held.team_role == LEADER:
        placing.led_by_one(held.team_id, besides=held.id)
    if after.starts_on < before.starts_on or after.ends_on > before.ends_on:
        placing.free(held.person, after.starts_on, after.ends_on, field, besides=held.id)
        if verb in ("arrive", "extend"):
            placing.hold_days(held.programme_id)
            placing.paired_over(
                held.programme_id, held.giver, held.receiver, after.starts_on, after.ends_on, field
            )
            held.agreement = placing.still_agreed(held, after.starts_on, after.ends_on, field)
    if len(after.stays) > len(before.stays):
        only_here(held, after.stays[-1].first)


def only_here(held: Posting, day: date) -> None:
    """InvalidInput ``person-on-site-elsewhere`` where the person is on site from the day on."""
    others = Stay.objects.filter(person_id=held.person_id).exclude(posting=held)
    open_or_later = others.exclude(last_day__lt=day)
    if other := open_or_later.order_by("first_day").first():
        raise InvalidInput(
            "person-on-site-elsewhere",
            "%(person)s is on site under another posting since %(day)s.",
            field="on", person=held.person.name, day=other.first_day,
        )  # fmt: skip


def _keep_stays(held: Posting, before: tuple[Span, ...], after: tuple[Span, ...]) -> None:
    """Write what the step changed: an open stay closed, a new one begun."""
    if before and after[len(before) - 1] != before[-1]:
        held.stays.filter(last_day__isnull=True).update(last_day=after[len(before) - 1].last)
    for span in after[len(before) :]:
        Stay.objects.create(
            posting=held, person_id=held.person_id, receiver_id=held.receiver_id,
            first_day=span.first, last_day=span.last,
        )  # fmt: skip


def _list_welfare(held: Posting) -> None:
    WelfareItem.objects.bulk_create(
        WelfareItem(posting=held, item=code, owner_id=held.receiver_id)
        for code in vocabulary().tables.get("welfare_items", {})
    )


def tell_posting(by: User | None, posting: Posting, course: Course) -> None:
    """Say what the figures count of a posting: the person-time, the stays, the longest of them."""

    def said(measure: str, first: date, last: date | None, value: int = 1) -> Said:
        return Said(measure, first, last, Decimal(value), posting.specialty, posting.person_id)

    lines = [said("days_present", stay.first, stay.last) for stay in course.stays]
    share = Decimal(posting.workload) / 100
    lines += [
        replace(said("full_time_days", stay.first, stay.last), value=share) for stay in course.stays
    ]
    if arrived := course.arrived_on:
        lines.append(said("expert_person_times", arrived, arrived))
    if (departed := course.departed_on) and course.state in ENDED:
        whole = unbroken_days(posting.kind, course.stays, departed)
        lines.append(said("unbroken_days", departed, departed, whole))
    tell(
        by=by, record_id=posting.id, programme_id=posting.programme_id, kind=posting.kind,
        giver_id=posting.giver_id, receiver_id=posting.receiver_id, lines=lines,
    )  # fmt: skip
