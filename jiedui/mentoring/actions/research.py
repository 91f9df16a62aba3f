"""A hospital's research: applied for, funded, closed; three numbers, never added."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, not_ahead, term, words
from jiedui.core.errors import InvalidInput
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.mentoring.access.departments import must_keep_hospital
from jiedui.mentoring.actions._facts import Said, tell
from jiedui.mentoring.actions._keeping import (
    altered,
    created,
    helped_by,
    own_department,
)
from jiedui.mentoring.models import (
    ResearchProject,
)

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation
    from jiedui.programmes.models import Pairing

MOST_MONEY = Decimal(1_000_000_000)


def _tell_research(by: User | None, held: ResearchProject) -> None:
    days = (
        ("research_applied", held.applied_on, Decimal(1)),
        ("research_funded", held.funded_on, Decimal(1)),
        ("research_money", held.funded_on, held.amount or Decimal(0)),
        ("research_closed", held.closed_on, Decimal(1)),
    )
    tell(
        by=by, record_id=held.id, programme_id=held.programme_id, kind=held.level,
        giver_id=held.giver_id, receiver_id=held.organisation_id,
        lines=[
            Said(measure, day, day, value, item=held.level)
            for measure, day, value in days if day is not None
        ],
    )  # fmt: skip


@days_meant
@transaction.atomic
def apply_research(
    *,
    by: User | None,
    id: UUID | None = None,
    organisation: Organisation,
    pairing: Pairing,
    level: str,
    title: str,
    applied_on: date,
    department: Department | None = None,
) -> ResearchProject:
    """Record a research project that was applied for.

    Raises InvalidInput at the field: ``research-taken``, ``pairing-of-others``,
    ``department-elsewhere``, ``code-unknown``, ``day-in-the-future``.
    """
    must_keep_hospital(by, organisation.id)
    content = hash_of(
        organisation=organisation, pairing=pairing, level=level, title=title,
        applied_on=applied_on, department=department,
    )  # fmt: skip
    if found := first_answer(ResearchProject, id, content):
        return found
    term("research_levels", level, "level")
    helped_by(organisation.id, pairing)
    own_department(organisation, department)
    not_ahead(applied_on, "applied_on")
    refused = InvalidInput(
        "research-taken", "The hospital already has a project of this title.", field="title"
    )
    made, fresh = created(
        ResearchProject, id, content, refused, organisation=organisation, department=department,
        programme_id=pairing.programme_id, giver_id=pairing.giver_id, level=level,
        title=words(title, "title", 200, required=True), applied_on=applied_on,
    )  # fmt: skip
    if fresh:
        _tell_research(by, made)
        record(
            by=by, action="mentoring.apply-research", object_kind="research", object_id=made.id,
            organisation=str(organisation.id), level=level, title=made.title,
        )  # fmt: skip
    return made


@days_meant
@transaction.atomic
def update_research(
    *,
    by: User | None,
    project: ResearchProject,
    applied_on: date,
    refused_on: date | None = None,
    funded_on: date | None = None,
    amount: Decimal | None = None,
    funder: str = "",
    closed_on: date | None = None,
    outcome: str = "",
) -> ResearchProject:
    """Say what became of a project: refused, funded with how much by whom, closed with what.

    Raises InvalidInput at the field: ``refused-and-funded``, ``funded-without-amount``,
    ``number-out-of-range``, ``text-missing``, ``dates-out-of-order``, ``day-in-the-future``.
    """
    must_keep_hospital(by, project.organisation_id)
    held = ResearchProject.objects.select_for_update(no_key=True).get(pk=project.pk)
    not_ahead(applied_on, "applied_on")
    for field, day in (
        ("refused_on", refused_on), ("funded_on", funded_on), ("closed_on", closed_on)
    ):  # fmt: skip
        not_ahead(day, field)
        in_order(applied_on, day, field)
    in_order(funded_on, closed_on, "closed_on")
    if refused_on and (funded_on or closed_on):
        raise InvalidInput(
            "refused-and-funded",
            "A project that was refused is neither funded nor closed.",
            field="refused_on",
        )
    if (funded_on is None) != (amount is None):
        raise InvalidInput(
            "funded-without-amount",
            "The day of funding and the amount are told together.",
            field="amount" if amount is None else "funded_on",
        )
    if amount is not None and not 0 < amount <= MOST_MONEY:
        raise InvalidInput(
            "number-out-of-range", "Give a number from %(low)s to %(high)s.",
            field="amount", low="0.01", high=MOST_MONEY,
        )  # fmt: skip
    values = {
        "applied_on": applied_on, "refused_on": refused_on, "funded_on": funded_on,
        "amount": amount, "closed_on": closed_on,
        "funder": words(funder, "funder", 160, required=funded_on is not None),
        "outcome": words(outcome, "outcome", 400, required=closed_on is not None),
    }  # fmt: skip
    if not altered(held, values):
        return held
    held.save(update_fields=list(values))
    _tell_research(by, held)
    record(
        by=by, action="mentoring.update-research", object_kind="research", object_id=held.id,
        **{name: str(value or "") for name, value in values.items()},
    )  # fmt: skip
    return held
