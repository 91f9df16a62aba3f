"""The menu (菜单式定制): supporters' offers, recipients' wishes and how they are answered."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, taken, term, whole, words
from jiedui.core.clock import now, today
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.programmes.access import must_act
from jiedui.programmes.actions._checking import on_side, same_world
from jiedui.programmes.domain.states import (
    ACCEPTED,
    DONE,
    GIVER,
    RECEIVER,
    SCHEDULED,
    WISH_STATES,
)
from jiedui.programmes.models import Offer, Programme, Wish

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

# What takes a place of an offer.
TAKES = (ACCEPTED, SCHEDULED, DONE)
LONGEST = 4000


@days_meant
@transaction.atomic
def create_offer(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    giver: Organisation,
    kind: str,
    specialty: str = "",
    title: str,
    details: str = "",
    capacity: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Offer:
    """Put something on the menu of a supporter. Raises InvalidInput at the field."""
    must_act(by, GIVER, giver.id, None)
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    content = hash_of(
        programme=programme, giver=giver, kind=kind, specialty=specialty, title=title,
        details=details, capacity=capacity, start=valid_from, end=valid_to,
    )  # fmt: skip
    if found := first_answer(Offer, id, content):
        return found
    same_world(programme, giver, "giver")
    on_side(programme, giver, GIVER, "giver")
    term("offer_kinds", kind)
    if specialty:
        term("specialties", specialty, "specialty")
    if capacity is not None:
        whole(capacity, "capacity", 1, 9999)
    in_order(valid_from, valid_to)
    offer = Offer.objects.create(
        id=id or new_id(), content=content, programme=programme, giver=giver, kind=kind,
        specialty=specialty, title=words(title, "title", 200, required=True),
        details=words(details, "details", LONGEST), capacity=capacity, valid_from=valid_from,
        valid_to=valid_to,
    )  # fmt: skip
    record(
        by=by, action="programmes.offer", object_kind="offer", object_id=offer.id,
        giver=str(giver.id), kind=kind,
    )  # fmt: skip
    return offer


@days_meant
@transaction.atomic
def end_offer(*, by: User | None, offer: Offer, on: date) -> Offer:
    """Say the last day on which something of the menu can be ordered."""
    must_act(by, GIVER, offer.giver_id, None)
    held = Offer.objects.select_for_update(no_key=True).get(pk=offer.pk)
    if held.valid_to == on:
        return held
    if held.valid_to is not None and held.valid_to < today():
        raise InvalidState("offer-ended", "This offer already ended on %(day)s.", day=held.valid_to)
    in_order(held.valid_from, on, "on")
    held.valid_to = on
    held.save(update_fields=["valid_to"])
    record(
        by=by, action="programmes.end-offer", object_kind="offer", object_id=held.id,
        on=on.isoformat(),
    )  # fmt: skip
    return held


def _place_left(offer: Offer) -> None:
    """InvalidInput ``offer-exhausted``; the offer's row is locked by the caller."""
    if offer.capacity is None:
        return
    if Wish.objects.filter(offer=offer, state__in=TAKES).count() >= offer.capacity:
        raise InvalidInput(
            "offer-exhausted",
            "All %(capacity)s of this offer are taken.",
            field="offer",
            capacity=offer.capacity,
        )


@days_meant
@transaction.atomic
def ask_wish(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    receiver: Organisation,
    offer: Offer | None = None,
    giver: Organisation | None = None,
    title: str = "",
    details: str = "",
    wanted_from: date | None = None,
    wanted_to: date | None = None,
) -> Wish:
    """Order from the menu, or ask for something beside it, of a supporter or of whoever can.

    Raises InvalidInput ``offer-elsewhere``, ``offer-ended``, ``offer-exhausted`` at ``offer``.
    """
    must_act(by, RECEIVER, None, receiver.id)
    content = hash_of(
        programme=programme, receiver=receiver, offer=offer, giver=giver, title=title,
        details=details, start=wanted_from, end=wanted_to,
    )  # fmt: skip
    if offer is not None:
        held = Offer.objects.select_for_update(of=("self",), no_key=True)
        offer = held.select_related("giver").get(pk=offer.pk)
    else:
        Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    if found := first_answer(Wish, id, content):
        return found
    same_world(programme, receiver, "receiver")
    on_side(programme, receiver, RECEIVER, "receiver")
    in_order(wanted_from, wanted_to, "wanted_to")
    if offer is not None:
        if offer.programme_id != programme.id or (giver is not None and giver.id != offer.giver_id):
            raise InvalidInput(
                "offer-elsewhere",
                "This offer is another programme's or supporter's.",
                field="offer",
            )
        last = offer.valid_to
        if last is not None and (last < today() or (wanted_from and wanted_from > last)):
            raise InvalidInput(
                "offer-ended", "This offer already ended on %(day)s.", field="offer", day=last
            )
        _place_left(offer)
        giver, title = offer.giver, title or offer.title
    elif giver is not None:
        same_world(programme, giver, "giver")
        on_side(programme, giver, GIVER, "giver")
    if giver is not None and giver.id == receiver.id:
        raise InvalidInput("giver-is-receiver", "Giver and receiver are the same.", field="giver")
    wish = Wish.objects.create(
        id=id or new_id(), content=content, programme=programme, receiver=receiver, giver=giver,
        offer=offer, title=words(title, "title", 200, required=True),
        details=words(details, "details", LONGEST), wanted_from=wanted_from, wanted_to=wanted_to,
    )  # fmt: skip
    record(
        by=by, action="programmes.wish", object_kind="wish", object_id=wish.id,
        receiver=str(receiver.id), offer=str(offer.id) if offer else "",
    )  # fmt: skip
    return wish


def _held(wish: Wish) -> Wish:
    """The wish as it stands, locked after its offer, always in this order."""
    if wish.offer_id is not None:
        Offer.objects.select_for_update(no_key=True).get(pk=wish.offer_id)
    return (
        Wish.objects.select_for_update(of=("self",), no_key=True)
        .select_related("offer", "programme")
        .get(pk=wish.pk)
    )


@transaction.atomic
def accept_wish(
    *, by: User | None, wish: Wish, answer: str = "", giver: Organisation | None = None
) -> Wish:
    """Say yes to a wish; of one that names no supporter, ``giver`` says who gives it.

    Raises InvalidInput ``giver-missing``, ``offer-exhausted``.
    """
    held = _held(wish)
    step = taken(WISH_STATES, held.state, "accept")
    if held.giver_id is None:
        if giver is None:
            raise InvalidInput("giver-missing", "Say who gives it.", field="giver")
        must_act(by, step.side, giver.id, held.receiver_id)
        same_world(held.programme, giver, "giver")
        on_side(held.programme, giver, GIVER, "giver")
        held.giver = giver
    else:
        must_act(by, step.side, held.giver_id, held.receiver_id)
    if held.offer is not None:
        _place_left(held.offer)
    _answer(held, step.target, by, words(answer, "answer", LONGEST))
    record(by=by, action="programmes.accept-wish", object_kind="wish", object_id=held.id)
    return held


@transaction.atomic
def refuse_wish(*, by: User | None, wish: Wish, answer: str) -> Wish:
    """Say no to a wish, and why."""
    held = _held(wish)
    step = taken(WISH_STATES, held.state, "refuse")
    must_act(by, step.side, held.giver_id, held.receiver_id)
    _answer(held, step.target, by, words(answer, "answer", LONGEST, required=True))
    record(by=by, action="programmes.refuse-wish", object_kind="wish", object_id=held.id)
    return held


def _answer(wish: Wish, state: str, by: User | None, text: str) -> None:
    wish.state, wish.answer, wish.answered_at = state, text, now()
    wish.answered_by = by.id if by else None
    wish.save(update_fields=["state", "answer", "answered_at", "answered_by", "giver"])


@days_meant
@transaction.atomic
def schedule_wish(
    *, by: User | None, wish: Wish, scheduled_from: date, scheduled_to: date | None = None
) -> Wish:
    """Say when it will be given; again to move it."""
    held = _held(wish)
    step = taken(WISH_STATES, held.state, "schedule")
    must_act(by, step.side, held.giver_id, held.receiver_id)
    in_order(scheduled_from, scheduled_to, "scheduled_to")
    held.state, held.scheduled_from, held.scheduled_to = step.target, scheduled_from, scheduled_to
    held.save(update_fields=["state", "scheduled_from", "scheduled_to"])
    record(
        by=by, action="programmes.schedule-wish", object_kind="wish", object_id=held.id,
        on=scheduled_from.isoformat(),
    )  # fmt: skip
    return held


@transaction.atomic
def complete_wish(*, by: User | None, wish: Wish, rating: int, note: str = "") -> Wish:
    """The recipient says that it was given, and how it found it, 1 to 5."""
    held = _held(wish)
    step = taken(WISH_STATES, held.state, "done")
    must_act(by, step.side, held.giver_id, held.receiver_id)
    if held.scheduled_from is not None and held.scheduled_from > today():
        raise InvalidState(
            "wish-not-given-yet", "It is to be given on %(day)s only.", day=held.scheduled_from
        )
    held.rating = whole(rating, "rating", 1, 5)
    held.rating_note = words(note, "note", 400)
    held.state = step.target
    held.save(update_fields=["state", "rating", "rating_note"])
    record(
        by=by, action="programmes.complete-wish", object_kind="wish", object_id=held.id,
        rating=rating,
    )  # fmt: skip
    return held


@transaction.atomic
def withdraw_wish(*, by: User | None, wish: Wish, reason: str) -> Wish:
    """Take a wish back, saying why; its place of the offer is free again."""
    held = _held(wish)
    step = taken(WISH_STATES, held.state, "withdraw")
    must_act(by, step.side, held.giver_id, held.receiver_id)
    held.reason = words(reason, "reason", 400, required=True)
    held.state = step.target
    held.save(update_fields=["state", "reason"])
    record(by=by, action="programmes.withdraw-wish", object_kind="wish", object_id=held.id)
    return held
