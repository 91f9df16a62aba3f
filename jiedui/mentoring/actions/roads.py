"""A hospital's way to a grade: begun, with its milestones, applied for, reviewed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, not_ahead, span, term, words
from jiedui.core.errors import InvalidInput
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.mentoring.access.departments import must_keep_hospital
from jiedui.mentoring.actions._keeping import (
    altered,
    created,
    helped_by,
    own_staff,
)
from jiedui.mentoring.models import (
    AccreditationRoad,
    Milestone,
)

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation, Person
    from jiedui.programmes.models import Pairing


@days_meant
@transaction.atomic
def begin_road(
    *,
    by: User | None,
    id: UUID | None = None,
    organisation: Organisation,
    pairing: Pairing,
    target: str,
    begun_on: date,
    target_on: date,
) -> AccreditationRoad:
    """Begin a hospital's way to a grade, to be reached by a day.

    Raises InvalidInput at the field: ``code-unknown``, ``pairing-of-others``,
    ``dates-out-of-order``, ``road-begun``.
    """
    must_keep_hospital(by, organisation.id)
    content = hash_of(
        organisation=organisation, pairing=pairing, target=target, begun_on=begun_on,
        target_on=target_on,
    )  # fmt: skip
    if found := first_answer(AccreditationRoad, id, content):
        return found
    term("accreditation_targets", target, "target")
    helped_by(organisation.id, pairing)
    span(begun_on, target_on, "begun_on", "target_on")
    refused = InvalidInput(
        "road-begun", "The hospital is already on its way to this grade.", field="target"
    )
    road, fresh = created(
        AccreditationRoad, id, content, refused, organisation=organisation,
        programme_id=pairing.programme_id, giver_id=pairing.giver_id, target=target,
        begun_on=begun_on, target_on=target_on,
    )  # fmt: skip
    if fresh:
        record(
            by=by, action="mentoring.begin-road", object_kind="accreditation", object_id=road.id,
            organisation=str(organisation.id), target=target,
        )  # fmt: skip
    return road


@days_meant
@transaction.atomic
def update_road(
    *,
    by: User | None,
    road: AccreditationRoad,
    target_on: date,
    applied_on: date | None = None,
    reviewed_on: date | None = None,
    result: str = "",
    result_on: date | None = None,
    note: str = "",
) -> AccreditationRoad:
    """Say how far a hospital is on its way: applied, reviewed, with which result.

    Raises InvalidInput at the field: ``dates-out-of-order``, ``road-step-missing``,
    ``result-without-day``, ``code-unknown``, ``day-in-the-future``, ``road-begun``.
    """
    must_keep_hospital(by, road.organisation_id)
    held = AccreditationRoad.objects.select_for_update(no_key=True).get(pk=road.pk)
    span(held.begun_on, target_on, "begun_on", "target_on")
    steps = {"applied_on": applied_on, "reviewed_on": reviewed_on, "result_on": result_on}
    before: date | None = held.begun_on
    for field, day in steps.items():
        not_ahead(day, field)
        if day is None:
            before = None
            continue
        if before is None:
            raise InvalidInput(
                "road-step-missing", "The step before this one has no day.", field=field
            )
        in_order(before, day, field)
        before = day
    if bool(result) != (result_on is not None):
        raise InvalidInput(
            "result-without-day",
            "A result and its day are told together.",
            field="result_on" if result else "result",
        )
    if result:
        term("accreditation_results", result, "result")
    elif _other_road(held):
        raise InvalidInput(
            "road-begun", "The hospital is already on its way to this grade.", field="result"
        )
    values = {"target_on": target_on, **steps, "result": result, "note": words(note, "note", 400)}
    if not altered(held, values):
        return held
    held.save()
    record(
        by=by, action="mentoring.update-road", object_kind="accreditation", object_id=held.id,
        **{name: str(value or "") for name, value in values.items() if name != "note"},
    )  # fmt: skip
    return held


def _other_road(road: AccreditationRoad) -> bool:
    rows = AccreditationRoad.objects.filter(
        organisation_id=road.organisation_id, target=road.target, result=""
    )
    return rows.exclude(pk=road.pk).exists()


@days_meant
@transaction.atomic
def add_milestone(
    *,
    by: User | None,
    id: UUID | None = None,
    road: AccreditationRoad,
    title: str,
    due_on: date,
    owner: Person | None = None,
) -> Milestone:
    """Set a step on the way to a grade, due by a day, perhaps for somebody."""
    must_keep_hospital(by, road.organisation_id)
    content = hash_of(road=road, title=title, due_on=due_on, owner=owner)
    if found := first_answer(Milestone, id, content):
        return found
    own_staff(road.organisation, owner)
    refused = InvalidInput("taken-meanwhile", "Somebody said something else of this meanwhile;"
                           " look again.")  # fmt: skip
    step, fresh = created(
        Milestone, id, content, refused, road=road, due_on=due_on, owner=owner,
        title=words(title, "title", 200, required=True),
    )  # fmt: skip
    if fresh:
        record(
            by=by, action="mentoring.add-milestone", object_kind="accreditation",
            object_id=road.id, title=step.title, due_on=due_on.isoformat(),
        )  # fmt: skip
    return step


@days_meant
@transaction.atomic
def finish_milestone(
    *, by: User | None, milestone: Milestone, on: date | None, note: str = ""
) -> Milestone:
    """Say on which day a step was done; None takes that back."""
    must_keep_hospital(by, milestone.road.organisation_id)
    held = Milestone.objects.select_for_update(no_key=True).get(pk=milestone.pk)
    not_ahead(on)
    if altered(held, {"done_on": on, "note": words(note, "note", 400)}):
        held.save(update_fields=["done_on", "note"])
        record(
            by=by, action="mentoring.finish-milestone", object_kind="accreditation",
            object_id=held.road_id, title=held.title, on=on.isoformat() if on else "",
        )  # fmt: skip
    return held
