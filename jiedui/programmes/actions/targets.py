"""What an agreement wants to reach, and the reviews that look at it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, not_ahead, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.programmes.access import must_edit_agreement
from jiedui.programmes.models import Agreement, AgreementReview, AgreementTarget, Programme

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation


def _said(
    agreement: Agreement, title: str, measure: str, unit: str, owner: Organisation | None,
    source: str, after_exit: str,
) -> dict[str, object]:  # fmt: skip
    """The words of a target, checked; what it lacks is told beside it and not refused."""
    unit = words(unit, "unit", 16)
    known = vocabulary().table("measures").get(measure)
    if known is not None and unit and unit not in known.extra["units"].split():
        raise InvalidInput(
            "unit-of-other-measure",
            "“%(unit)s” is not a unit of this measure; it is told in %(units)s.",
            field="unit",
            unit=unit,
            units=known.extra["units"],
        )
    if owner is not None and not agreement.parties.filter(organisation=owner).exists():
        raise InvalidInput(
            "owner-no-party", "Who answers for a target is a party of the agreement.", field="owner"
        )
    return {
        "title": words(title, "title", 200, required=True),
        "measure": words(measure, "measure", 48),
        "unit": unit,
        "owner": owner,
        "source": words(source, "source", 400),
        "after_exit": words(after_exit, "after_exit", 400),
    }


@days_meant
@transaction.atomic
def add_target(
    *,
    by: User | None,
    id: UUID | None = None,
    agreement: Agreement,
    title: str,
    measure: str = "",
    unit: str = "",
    baseline: Decimal | None = None,
    baseline_on: date | None = None,
    value: Decimal | None = None,
    due_on: date | None = None,
    owner: Organisation | None = None,
    source: str = "",
    after_exit: str = "",
) -> AgreementTarget:
    """Add a target; domain.targets says what keeps it from being judged.

    Raises InvalidInput ``unit-of-other-measure``, ``owner-no-party``.
    """
    must_edit_agreement(by, agreement)
    Programme.objects.select_for_update(no_key=True).get(pk=agreement.programme_id)
    numbers = {"baseline": baseline, "baseline_on": baseline_on, "value": value, "due_on": due_on}
    content = hash_of(
        agreement=agreement, title=title, measure=measure, unit=unit, owner=owner, source=source,
        after_exit=after_exit, **numbers,
    )  # fmt: skip
    if found := first_answer(AgreementTarget, id, content):
        return found
    said = _said(agreement, title, measure, unit, owner, source, after_exit)
    target = AgreementTarget.objects.create(
        id=id or new_id(), content=content, agreement=agreement, **said, **numbers
    )
    record(
        by=by, action="programmes.add-target", object_kind="agreement", object_id=agreement.id,
        target=str(target.id), title=target.title,
    )  # fmt: skip
    return target


@days_meant
@transaction.atomic
def edit_target(
    *,
    by: User | None,
    target: AgreementTarget,
    title: str,
    measure: str = "",
    unit: str = "",
    baseline: Decimal | None = None,
    baseline_on: date | None = None,
    value: Decimal | None = None,
    due_on: date | None = None,
    owner: Organisation | None = None,
    source: str = "",
    after_exit: str = "",
) -> AgreementTarget:
    """Say a target better; the audit log keeps what it was."""
    agreement = Agreement.objects.get(pk=target.agreement_id)
    must_edit_agreement(by, agreement)
    Programme.objects.select_for_update(no_key=True).get(pk=agreement.programme_id)
    held = AgreementTarget.objects.get(pk=target.pk)
    before = {"value": held.value, "baseline": held.baseline, "due_on": held.due_on}
    said = _said(agreement, title, measure, unit, owner, source, after_exit)
    said |= {"baseline": baseline, "baseline_on": baseline_on, "value": value, "due_on": due_on}
    for name, value_of in said.items():
        setattr(held, name, value_of)
    held.save(update_fields=list(said))
    record(
        by=by, action="programmes.edit-target", object_kind="agreement", object_id=agreement.id,
        target=str(held.id), title=held.title, before={k: str(v) for k, v in before.items()},
    )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def plan_review(
    *, by: User | None, id: UUID | None = None, agreement: Agreement, due_on: date
) -> AgreementReview:
    """Say by when the agreement is to be reviewed; once a day."""
    must_edit_agreement(by, agreement)
    Programme.objects.select_for_update(no_key=True).get(pk=agreement.programme_id)
    content = hash_of(agreement=agreement, due_on=due_on)
    if found := first_answer(AgreementReview, id, content):
        return found
    same = AgreementReview.objects.filter(agreement=agreement, due_on=due_on).first()
    if same is not None:
        raise InvalidInput(
            "review-planned", "A review is already planned for that day.", field="due_on"
        )
    if agreement.valid_from is not None and due_on < agreement.valid_from:
        raise InvalidInput(
            "review-before-term", "The agreement begins only on %(day)s.", field="due_on",
            day=agreement.valid_from,
        )  # fmt: skip
    review = AgreementReview.objects.create(
        id=id or new_id(), content=content, agreement=agreement, due_on=due_on
    )
    record(
        by=by, action="programmes.plan-review", object_kind="agreement", object_id=agreement.id,
        due_on=due_on,
    )  # fmt: skip
    return review


@days_meant
@transaction.atomic
def hold_review(
    *, by: User | None, review: AgreementReview, on: date, findings: str
) -> AgreementReview:
    """Record that a review was held, and what it found.

    Raises InvalidInput ``day-in-the-future``; InvalidState ``review-held`` where it was held.
    """
    agreement = Agreement.objects.get(pk=review.agreement_id)
    must_edit_agreement(by, agreement)
    Programme.objects.select_for_update(no_key=True).get(pk=agreement.programme_id)
    held = AgreementReview.objects.get(pk=review.pk)
    findings = words(findings, "findings", 4000, required=True)
    if (held.held_on, held.findings) == (on, findings):
        return held
    if held.held_on is not None:
        raise InvalidState(
            "review-held", "This review was already held on %(day)s.", day=held.held_on
        )
    not_ahead(on)
    held.held_on, held.findings = on, findings
    held.save(update_fields=["held_on", "findings"])
    record(
        by=by, action="programmes.hold-review", object_kind="agreement", object_id=agreement.id,
        due_on=held.due_on, held_on=on,
    )  # fmt: skip
    return held
