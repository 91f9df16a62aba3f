"""Keep organisations and places up to date: names, seats, wholes, departments, ends."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import in_order
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.directory.access import must_edit_organisation, must_edit_place
from jiedui.directory.actions import guards
from jiedui.directory.actions.organisations import (
    insert_identifier,
    insert_name,
    must_be_free,
    seat_organisation,
)
from jiedui.directory.actions.places import check_code, check_coordinates
from jiedui.directory.models import (
    Department,
    Organisation,
    OrganisationEdge,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationSeat,
    Place,
)


@transaction.atomic
def edit_organisation(
    *,
    by: User | None,
    organisation: Organisation,
    name: str,
    name_en: str = "",
    kind: str,
    tier: str = "",
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Organisation:
    """Change what an organisation is called and is; a former name stays as another name.

    Raises InvalidInput ``name-taken`` where a new name is already another's.
    """
    must_edit_organisation(by, organisation.id)
    guards.lock()
    body = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    in_order(valid_from, valid_to)
    former, former_en = body.name, body.name_en
    body.name = guards.text(name, "name", 160)
    body.name_en = guards.optional(name_en, "name_en", 200)
    if body.name != former:
        must_be_free(body.name, "name", body)
    if body.name_en and body.name_en != former_en:
        must_be_free(body.name_en, "name_en", body)
    body.kind = guards.term("organisation_kinds", kind, "kind")
    body.tier = guards.term("tiers", tier, "tier", blank=True)
    body.valid_from, body.valid_to = valid_from, valid_to
    body.save()
    if body.name != former:
        OrganisationName.objects.get_or_create(organisation=body, name=former)
    record(
        by=by, action="directory.edit-organisation", object_kind="organisation",
        object_id=body.id, name=body.name, former=former, kind=body.kind, tier=body.tier,
    )  # fmt: skip
    return body


@transaction.atomic
def add_name(*, by: User | None, organisation: Organisation, name: str) -> OrganisationName:
    """Give an organisation another name. Raises InvalidInput ``name-taken``."""
    must_edit_organisation(by, organisation.id)
    guards.lock()
    row = insert_name(organisation, name)
    record(
        by=by, action="directory.add-name", object_kind="organisation",
        object_id=organisation.id, name=row.name,
    )  # fmt: skip
    return row


@transaction.atomic
def add_identifier(
    *, by: User | None, organisation: Organisation, scheme: str, value: str
) -> OrganisationIdentifier:
    """Give an organisation an identifier, checked by its scheme."""
    must_edit_organisation(by, organisation.id)
    guards.lock(structure=False)
    row = insert_identifier(organisation, scheme, value)
    record(
        by=by, action="directory.add-identifier", object_kind="organisation",
        object_id=organisation.id, scheme=scheme, value=row.value,
    )  # fmt: skip
    return row


@transaction.atomic
def move_organisation(
    *, by: User | None, organisation: Organisation, place: Place, on: date
) -> OrganisationSeat:
    """From ``on`` the organisation lies in ``place``; the seat before ends the day before."""
    must_edit_organisation(by, organisation.id)
    guards.lock()
    held = (
        OrganisationSeat.objects.filter(organisation=organisation)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=on))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
        .first()
    )
    until = None
    if held is not None:
        if held.place_id == place.id:
            return held
        if held.valid_from == on:
            raise InvalidInput(
                "change-too-early",
                "On %(day)s there is already a later state; choose a day after it.",
                field="on",
                day=on,
            )
        until = held.valid_to
        held.valid_to = on - timedelta(days=1)
        held.save(update_fields=["valid_to"])
    return seat_organisation(
        by=by, organisation=organisation, place=place, valid_from=on, valid_to=until
    )


@transaction.atomic
def end_part(*, by: User | None, edge: OrganisationEdge, on: date) -> OrganisationEdge:
    """Say the last day on which an organisation is part of another."""
    must_edit_organisation(by, edge.organisation_id)
    guards.lock()
    held = OrganisationEdge.objects.select_for_update(no_key=True).get(pk=edge.pk)
    _end(held, on)
    record(
        by=by, action="directory.end-part", object_kind="organisation",
        object_id=held.organisation_id, whole=str(held.whole_id), on=on.isoformat(),
    )  # fmt: skip
    return held


@transaction.atomic
def close_department(*, by: User | None, department: Department, on: date) -> Department:
    """Say the last day of a department."""
    must_edit_organisation(by, department.organisation_id)
    guards.lock(structure=False)
    held = Department.objects.select_for_update(no_key=True).get(pk=department.pk)
    _end(held, on)
    record(
        by=by, action="directory.close-department", object_kind="organisation",
        object_id=held.organisation_id, department=str(held.id), on=on.isoformat(),
    )  # fmt: skip
    return held


def _end(row: OrganisationEdge | Department, on: date) -> None:
    if row.valid_to is not None and row.valid_to != on:
        raise InvalidState("already-ended", "This already ended on %(day)s.", day=row.valid_to)
    in_order(row.valid_from, on, "on")
    row.valid_to = on
    row.save(update_fields=["valid_to"])


@transaction.atomic
def edit_place(
    *,
    by: User | None,
    place: Place,
    name: str,
    name_en: str = "",
    code_scheme: str = "",
    code: str = "",
    tier: str = "",
    latitude: Decimal | None = None,
    longitude: Decimal | None = None,
    altitude_m: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Place:
    """Change a place's name, code, tier or position; the audit row keeps what it was."""
    must_edit_place(by, place.id)
    guards.lock()
    held = Place.objects.select_for_update(no_key=True).get(pk=place.pk)
    former = {"name": held.name, "scheme": held.code_scheme, "code": held.code}
    code = check_code(code_scheme, code)
    check_coordinates(latitude, longitude)
    in_order(valid_from, valid_to)
    if code and (
        Place.objects.filter(code_scheme=code_scheme, code=code).exclude(pk=held.pk).exists()
    ):
        raise InvalidInput(
            "code-taken",
            "The code %(value)s is already another place's.",
            field="code",
            value=code,
        )
    held.name = guards.text(name, "name", 120)
    held.name_en = guards.optional(name_en, "name_en", 160)
    held.code_scheme, held.code = (code_scheme if code else ""), code
    held.tier = guards.term("tiers", tier, "tier", blank=True)
    held.latitude, held.longitude, held.altitude_m = latitude, longitude, altitude_m
    held.valid_from, held.valid_to = valid_from, valid_to
    held.save()
    record(
        by=by, action="directory.edit-place", object_kind="place", object_id=held.id,
        name=held.name, code=held.code, former=former,
    )  # fmt: skip
    return held
