"""Certificates of independence: issued on every condition together, renewed, revoked."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, not_ahead, words
from jiedui.core.clock import today
from jiedui.core.errors import InvalidState
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.directory.queries import hold_person
from jiedui.mentoring.access.skills import must_certify
from jiedui.mentoring.actions import _standing
from jiedui.mentoring.actions._advancing import hold_techniques
from jiedui.mentoring.actions._revoking import revoke, tell_certificate
from jiedui.mentoring.domain.certificates import RENEWED_BEFORE, new_code
from jiedui.mentoring.domain.curves import over_series
from jiedui.mentoring.domain.months import same_day
from jiedui.mentoring.domain.rules import whole
from jiedui.mentoring.models import Certificate, Skill
from jiedui.mentoring.queries.certifying import Certifying, certifying


@transaction.atomic
@days_meant
def issue_certificate(
    *, by: User | None, id: UUID | None = None, skill: Skill, on: date | None = None
) -> Certificate:
    """Certify that somebody does a procedure independently here, if every condition is met.

    The standing is computed anew under its lock, so that a review that opens or a case that is
    taken back at the same moment comes before or after, never between. ``on`` is today for
    everybody but the house. Raises NotAllowed ``certificate-own`` or ``certificate-of-others``;
    InvalidState ``certificate-conditions`` names what is missing, ``certificate-held`` where one
    holds already and cannot yet be renewed, ``certificate-insufficient`` where the procedure's
    criterion cannot be reached.
    """
    must_certify(by, skill.giver_id, skill.receiver_id, skill.person_id)
    on = on if by is None and on is not None else today()
    not_ahead(on)
    content = hash_of(person=skill.person_id, code=skill.code, receiver=skill.receiver_id, on=on)
    hold_person(skill.person_id)
    # The techniques of this procedure too: whoever asks about the safety of one comes before the
    # certificate, which then sees the question, or after it (people, techniques, standings).
    hold_techniques(skill.code, skill.receiver_id)
    held = _standing.lock(person_id=skill.person_id, code=skill.code, receiver_id=skill.receiver_id)
    if found := first_answer(Certificate, id, content):
        return found
    seen = certifying(held or skill, on)
    if held is None or seen is None:
        raise InvalidState("certificate-of-activity", "Only procedures are certified.")
    _must_be_met(seen)
    if seen.held is not None and seen.held.valid_to > on + RENEWED_BEFORE:
        raise InvalidState(
            "certificate-held",
            "A certificate holds already, until %(day)s; it can be renewed from 90 days before.",
            day=seen.held.valid_to,
        )
    made = Certificate.objects.create(
        id=id or new_id(), content=content, programme_id=held.programme_id,
        giver_id=held.giver_id, receiver_id=held.receiver_id, department_id=held.department_id,
        person_id=held.person_id, procedure=held.code, apprenticeship=seen.apprenticeship,
        issued_on=on, valid_to=same_day(on, whole("certificate_months")), code=new_code(),
        basis=_basis(seen), issued_by=by.id if by else None, renews=seen.held,
    )  # fmt: skip
    made.decisions.set(seen.decisions)
    _standing.refresh(by=by, person_id=held.person_id, code=held.code, receiver_id=held.receiver_id)
    if seen.held is not None:
        tell_certificate(by=by, certificate=seen.held)
    tell_certificate(by=by, certificate=made)
    record(
        by=by, action="mentoring.issue-certificate", object_kind="certificate",
        object_id=made.id, person=str(made.person_id), procedure=made.procedure,
        valid_to=made.valid_to, renews=str(seen.held.id) if seen.held else "",
    )  # fmt: skip
    return made


def _must_be_met(seen: Certifying) -> None:
    missing = [each for each in seen.conditions if not each.met]
    if not missing:
        return
    if any(each.details.get("insufficient") for each in missing):
        raise InvalidState(
            "certificate-insufficient",
            "Insufficient cases: no limit can be reached within the planned cases; nobody is"
            " certified in this procedure.",
        )
    raise InvalidState(
        "certificate-conditions",
        "Not every condition is met; below stands what is missing.",
        missing=", ".join(each.code for each in missing),
    )


def _basis(seen: Certifying) -> dict[str, Any]:
    """What the certificate rests on, frozen: later changes of the pack do not reach it."""
    curve, rule = seen.told.curve, seen.told.procedure.criterion
    worth = seen.told.procedure.worth
    return {
        "criterion": rule.kind,
        "acceptable": rule.rates.acceptable,
        "unacceptable": rule.rates.unacceptable,
        "planned": rule.planned,
        "minimum": rule.minimum,
        "limit": rule.limit,
        "monitor_limit": rule.monitor_limit,
        "false_rate": worth.false_rate if worth else None,
        "true_rate": worth.true_rate if worth else None,
        "series": curve.series,
        "false_rate_of_all": over_series(worth.false_rate, curve.series) if worth else None,
        "cases": curve.counted,
        "failures": curve.failed,
        "reached_case": curve.reached.number if curve.reached else None,
        "reached_on": curve.reached.on.isoformat() if curve.reached else None,
        "value": round(curve.value, 4),
        "decisions": [
            {"id": str(each.id), "on": each.on.isoformat(), "level": each.level}
            for each in seen.decisions
        ],
    }


@transaction.atomic
def revoke_certificate(*, by: User | None, certificate: Certificate, reason: str) -> Certificate:
    """Take a certificate back for a reason; its code then tells that it was revoked.

    Done already for this reason, nothing changes. InvalidState ``certificate-revoked``.
    """
    must_certify(by, certificate.giver_id, certificate.receiver_id, certificate.person_id)
    reason = words(reason, "reason", 400, required=True)
    hold_person(certificate.person_id)
    _standing.lock(
        person_id=certificate.person_id, code=certificate.procedure,
        receiver_id=certificate.receiver_id,
    )  # fmt: skip
    held = Certificate.objects.select_for_update(no_key=True).get(pk=certificate.pk)
    if held.revoked_on is not None:
        if held.reason == reason:
            return held
        raise InvalidState("certificate-revoked", "This certificate was revoked already.")
    revoke(by=by, certificate=held, reason=reason, on=today())
    _standing.refresh(
        by=by, person_id=held.person_id, code=held.procedure, receiver_id=held.receiver_id
    )
    tell_certificate(by=by, certificate=held)
    record(
        by=by, action="mentoring.revoke-certificate", object_kind="certificate",
        object_id=held.id, reason=reason,
    )  # fmt: skip
    return held
