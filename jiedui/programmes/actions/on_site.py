"""What belongs to a posting on site: host appointments, welfare, the expert's own evaluation."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.checking import days_meant, in_order, not_ahead, term, whole, words
from jiedui.core.clock import now, today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.programmes.access import is_own, must_act
from jiedui.programmes.actions import _placing as placing
from jiedui.programmes.domain.states import DECIDED, EITHER, ENDED, PRESENT, RECEIVER
from jiedui.programmes.models import Appointment, Posting, SelfEvaluation, WelfareItem

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation

# How much an evaluation's text may say.
MOST = 4000


def _held(posting: Posting) -> Posting:
    rows = Posting.objects.select_for_update(of=("self",), no_key=True).select_related(
        "person", "receiver"
    )
    return rows.get(pk=posting.pk)


def _must_act_or_own(by: User | None, side: str, posting: Posting) -> None:
    """The side's people, or the posted expert."""
    if by is None or is_own(viewer_of(by), posting):
        return
    must_act(by, side, posting.giver_id, posting.receiver_id)


@days_meant
@transaction.atomic
def appoint(
    *,
    by: User | None,
    posting: Posting,
    kind: str,
    valid_from: date,
    valid_to: date | None = None,
    department: Department | None = None,
    document: str = "",
    authority: str = "",
) -> Appointment:
    """The host gives the expert a post with authority, apart from the home post.

    Without an end it lasts as long as the posting. Raises InvalidInput ``outside-posting``
    or ``appointment-overlaps`` at the field, InvalidState ``appointment-out-of-time``.
    """
    held = _held(posting)
    must_act(by, RECEIVER, held.giver_id, held.receiver_id)
    if held.state not in (*DECIDED, *PRESENT):
        raise InvalidState(
            "appointment-out-of-time", "The host appoints from the approval until the departure."
        )
    term("host_appointments", kind)
    in_order(valid_from, valid_to)
    for field, day in (("valid_from", valid_from), ("valid_to", valid_to)):
        if day is not None and not held.starts_on <= day <= held.ends_on:
            raise InvalidInput(
                "outside-posting",
                "%(day)s lies outside the posting (%(start)s to %(end)s).",
                field=field, day=day, start=held.starts_on, end=held.ends_on,
            )  # fmt: skip
    placing.department_at(held.receiver, department, valid_from, valid_to or valid_from)
    last = valid_to or held.ends_on
    same = Appointment.objects.filter(posting=held, kind=kind, department=department)
    if same.filter(valid_from__lte=last).exclude(valid_to__lt=valid_from).exists():
        raise InvalidInput(
            "appointment-overlaps", "This appointment holds already on some of these days.",
            field="valid_from",
        )  # fmt: skip
    appointment = Appointment.objects.create(
        posting=held, kind=kind, department=department, valid_from=valid_from, valid_to=valid_to,
        document=words(document, "document", 200), authority=words(authority, "authority", 400),
    )  # fmt: skip
    record(
        by=by, action="programmes.appoint", object_kind="posting", object_id=held.id,
        kind=kind, on=valid_from.isoformat(),
    )  # fmt: skip
    return appointment


@days_meant
@transaction.atomic
def end_appointment(*, by: User | None, appointment: Appointment, on: date) -> Appointment:
    """Say the last day of an appointment. InvalidState ``appointment-ended`` where it has one."""
    posting = _held(appointment.posting)
    must_act(by, RECEIVER, posting.giver_id, posting.receiver_id)
    held = Appointment.objects.select_for_update(no_key=True).get(pk=appointment.pk)
    if held.valid_to is not None and held.valid_to < today():
        raise InvalidState(
            "appointment-ended", "This appointment already ended on %(day)s.", day=held.valid_to
        )
    in_order(held.valid_from, on, "on")
    if on > posting.ends_on:
        raise InvalidInput(
            "outside-posting",
            "%(day)s lies outside the posting (%(start)s to %(end)s).",
            field="on", day=on, start=posting.starts_on, end=posting.ends_on,
        )  # fmt: skip
    held.valid_to = on
    held.save(update_fields=["valid_to"])
    record(
        by=by, action="programmes.end-appointment", object_kind="posting", object_id=posting.id,
        kind=held.kind, on=on.isoformat(),
    )  # fmt: skip
    return held


def close_appointments(posting: Posting, on: date) -> None:
    """With the posting its appointments end; what had not begun never held."""
    held = Appointment.objects.filter(posting=posting)
    held.filter(valid_from__gt=on).delete()
    held.exclude(valid_to__lte=on).update(valid_to=on)


@days_meant
@transaction.atomic
def see_to_welfare(
    *,
    by: User | None,
    item: WelfareItem,
    owner: Organisation | None = None,
    done_on: date | None = None,
) -> WelfareItem:
    """Say who sees to a line of the welfare list, and since when it is done.

    The owner is one of the posting's two sides: InvalidInput ``owner-elsewhere``.
    """
    held, posting = _welfare(item)
    must_act(by, RECEIVER, posting.giver_id, posting.receiver_id)
    if owner is not None and owner.id not in (posting.giver_id, posting.receiver_id):
        raise InvalidInput(
            "owner-elsewhere", "Giver or receiver of the posting sees to it.", field="owner"
        )
    not_ahead(done_on, "done_on")
    if owner is not None:
        held.owner = owner
    held.done_on = done_on
    held.save(update_fields=["owner", "done_on"])
    record(
        by=by, action="programmes.see-to-welfare", object_kind="posting", object_id=posting.id,
        item=held.item, done=done_on.isoformat() if done_on else "",
    )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def raise_welfare(
    *, by: User | None, item: WelfareItem, issue: str, on: date | None = None
) -> WelfareItem:
    """Say what is wrong with a line of the welfare list: either side, or the expert."""
    held, posting = _welfare(item)
    _must_act_or_own(by, EITHER, posting)
    if held.raised_on is not None and held.resolved_on is None:
        raise InvalidState("issue-open", "An issue of this line is already open.")
    held.issue = words(issue, "issue", 400, required=True)
    held.raised_on, held.resolved_on = on or today(), None
    not_ahead(held.raised_on, "on")
    held.save(update_fields=["issue", "raised_on", "resolved_on"])
    record(
        by=by, action="programmes.raise-welfare", object_kind="posting", object_id=posting.id,
        item=held.item,
    )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def resolve_welfare(*, by: User | None, item: WelfareItem, on: date | None = None) -> WelfareItem:
    """The open issue of a line is resolved. InvalidState ``no-issue`` where none is open."""
    held, posting = _welfare(item)
    _must_act_or_own(by, EITHER, posting)
    if held.raised_on is None or held.resolved_on is not None:
        raise InvalidState("no-issue", "No issue of this line is open.")
    held.resolved_on = on or today()
    not_ahead(held.resolved_on, "on")
    in_order(held.raised_on, held.resolved_on, "on")
    held.save(update_fields=["resolved_on"])
    record(
        by=by, action="programmes.resolve-welfare", object_kind="posting", object_id=posting.id,
        item=held.item,
    )  # fmt: skip
    return held


def _welfare(item: WelfareItem) -> tuple[WelfareItem, Posting]:
    posting = _held(item.posting)
    return WelfareItem.objects.select_for_update(no_key=True).get(pk=item.pk), posting


@transaction.atomic
def evaluate_own(
    *,
    by: User | None,
    posting: Posting,
    achieved: str = "",
    unfinished: str = "",
    advice: str = "",
    work: int | None = None,
    life: int | None = None,
) -> SelfEvaluation:
    """The expert says what came of the posting: the own one only, once, while or after it.

    Raises NotAllowed ``evaluation-of-own``, InvalidState ``posting-not-begun`` or
    ``evaluation-given``; nobody is ranked by it.
    """
    held = _held(posting)
    if by is not None and not is_own(viewer_of(by), held):
        raise NotAllowed("evaluation-of-own", "Only the posted expert evaluates the posting.")
    if held.state not in (*PRESENT, *ENDED):
        raise InvalidState("posting-not-begun", "This is possible once the expert has arrived.")
    if SelfEvaluation.objects.filter(posting=held).exists():
        raise InvalidState("evaluation-given", "The evaluation was already given.")
    texts = {
        name: words(text, name, MOST)
        for name, text in (("achieved", achieved), ("unfinished", unfinished), ("advice", advice))
    }
    if not any(texts.values()):
        raise InvalidInput("text-missing", "This field is required.", field="achieved")
    marks = {"work": work, "life": life}
    for name, mark in marks.items():
        if mark is not None:
            whole(mark, name, 1, 5)
    evaluation = SelfEvaluation.objects.create(
        posting=held, submitted_at=now(), submitted_by=by.id if by else None, **texts, **marks
    )
    record(by=by, action="programmes.evaluate-own", object_kind="posting", object_id=held.id)
    return evaluation
