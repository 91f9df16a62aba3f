"""Questions of safety: opened by hand or by an alarm, closed with what was concluded."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, not_ahead, words
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.directory.queries import hold_person
from jiedui.mentoring.access.skills import must_close, must_question
from jiedui.mentoring.actions._advancing import held_technique
from jiedui.mentoring.actions._people import must_be_staff, of_one_world
from jiedui.mentoring.actions._revoking import revoke, tell_certificate
from jiedui.mentoring.actions._standing import lock, refresh
from jiedui.mentoring.actions.decisions import learnable
from jiedui.mentoring.domain.curves import ALARM, LEARNING, RESTARTS
from jiedui.mentoring.models import Certificate, SafetyReview, Technique

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation, Person
    from jiedui.programmes.models import Programme

REASONS = "safety_reasons"


def by_hand(reason: str) -> str:
    """A reason for which people open a review; InvalidInput ``code-unknown``."""
    term = vocabulary().tables.get(REASONS, {}).get(reason)
    if term is None or term.extra["by"] != "hand":
        raise InvalidInput(
            "code-unknown",
            "“%(code)s” is not a code of the table “%(table)s”.",
            field="reason", code=reason, table=REASONS,
        )  # fmt: skip
    return reason


@transaction.atomic
@days_meant
def open_review(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    giver: Organisation,
    receiver: Organisation,
    person: Person | None = None,
    code: str = "",
    technique: Technique | None = None,
    reason: str,
    note: str,
    on: date | None = None,
) -> SafetyReview:
    """Open a question of safety about a person's cases, or about a technique.

    Until it is closed nobody is certified in what it is about. Raises InvalidInput at the
    field: ``review-of-nothing``, ``person-elsewhere``, ``technique-elsewhere``, ``text-missing``.
    """
    must_question(by, giver.id, receiver.id, person.id if person else None)
    on = on or today()
    content = hash_of(
        programme=programme, giver=giver, receiver=receiver, person=person, code=code,
        technique=technique, reason=reason, note=note, on=on,
    )  # fmt: skip
    if person is not None:
        hold_person(person.id)
    if technique is not None:
        # The lock that a certificate in its procedure takes: one of the two comes first.
        technique = held_technique(technique)
    if found := first_answer(SafetyReview, id, content):
        return found
    not_ahead(on)
    of_one_world(programme, person=person, giver=giver, receiver=receiver)
    if person is None and technique is None:
        raise InvalidInput(
            "review-of-nothing", "Say whose cases or which technique it is about.", field="person"
        )
    if person is not None:
        must_be_staff(person, receiver, on, "person")
    if technique is not None and (technique.giver_id, technique.receiver_id) != (
        giver.id, receiver.id,
    ):  # fmt: skip
        raise InvalidInput(
            "technique-elsewhere", "This technique is of other organisations.", field="technique"
        )
    code = learnable(code) if code else ""
    if person is not None and code:
        # The lock under which certificates are issued: one of the two comes first.
        lock(person_id=person.id, code=code, receiver_id=receiver.id)
    made = SafetyReview.objects.create(
        id=id or new_id(), content=content, programme=programme, giver=giver, receiver=receiver,
        person=person, code=code, technique=technique, reason=by_hand(reason), opened_on=on,
        note=words(note, "note", 400, required=True), opened_by=by.id if by else None,
    )  # fmt: skip
    record(
        by=by, action="mentoring.open-safety-review", object_kind="safety-review",
        object_id=made.id, person=str(person.id) if person else "", code=code, reason=reason,
    )  # fmt: skip
    return made


@transaction.atomic
@days_meant
def close_review(
    *,
    by: User | None,
    review: SafetyReview,
    conclusion: str,
    restarts: str = "",
    on: date | None = None,
) -> SafetyReview:
    """Close it with what was concluded, and say what starts anew from the next day on.

    ``monitoring``: the person goes on, watched anew; ``learning``: the series begins from
    nothing, and what was certified is revoked. An alarm is not closed without one of the two.
    Raises InvalidState ``review-closed``, InvalidInput ``restart-missing``, ``restart-unknown``.
    """
    must_close(by, review.giver_id, review.receiver_id, review.person_id)
    conclusion, on = words(conclusion, "conclusion", 400, required=True), on or today()
    if review.person_id is not None:
        hold_person(review.person_id)
    skill = None
    if review.person_id is not None and review.code:
        skill = lock(person_id=review.person_id, code=review.code, receiver_id=review.receiver_id)
    held = SafetyReview.objects.select_for_update(no_key=True).get(pk=review.pk)
    if held.closed_on is not None:
        if (held.conclusion, held.restarts) == (conclusion, restarts):
            return held
        raise InvalidState("review-closed", "This review was closed already.")
    not_ahead(on)
    if on < held.opened_on:
        raise InvalidInput(
            "dates-out-of-order",
            "The end (%(end)s) lies before the start (%(start)s).",
            field="on", start=held.opened_on, end=on,
        )  # fmt: skip
    if restarts and (restarts not in RESTARTS or skill is None):
        raise InvalidInput(
            "restart-unknown", "Nothing of this review can start anew so.", field="restarts"
        )
    alarmed = held.reason == ALARM and skill is not None and skill.standing == ALARM
    if alarmed and not restarts:
        raise InvalidInput(
            "restart-missing",
            "The curve stands at its alarm: say whether monitoring or learning starts anew.",
            field="restarts",
        )
    held.closed_on, held.conclusion, held.restarts = on, conclusion, restarts
    held.closed_by = by.id if by else None
    held.save(update_fields=["closed_on", "conclusion", "restarts", "closed_by"])
    revoked: list[Certificate] = []
    if skill is not None and held.person_id is not None:
        if restarts == LEARNING:
            rows = Certificate.objects.select_for_update(no_key=True).filter(
                person_id=held.person_id, procedure=held.code, receiver_id=held.receiver_id,
                revoked_on__isnull=True, valid_to__gte=on,
            )  # fmt: skip
            for certificate in rows.order_by("id"):
                revoke(by=by, certificate=certificate, reason=conclusion, on=on)
                revoked.append(certificate)
        refresh(by=by, person_id=held.person_id, code=held.code, receiver_id=held.receiver_id)
    for certificate in revoked:
        tell_certificate(by=by, certificate=certificate)
    record(
        by=by, action="mentoring.close-safety-review", object_kind="safety-review",
        object_id=held.id, restarts=restarts, revoked=len(revoked),
    )  # fmt: skip
    return held
