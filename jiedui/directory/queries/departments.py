"""Departments for the forms and lists of the rooms above."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jiedui.directory.models import Department


def departments_of(
    organisation_ids: Collection[UUID] | None, most: int
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Departments as (id, name) under their organisation's name; None is every organisation's.

    At most so many: no form offers more.
    """
    rows = Department.objects.order_by("organisation__name", "name", "id")
    if organisation_ids is not None:
        rows = rows.filter(organisation_id__in=organisation_ids)
    groups: dict[str, list[tuple[str, str]]] = {}
    for id, name, body in rows.values_list("id", "name", "organisation__name")[:most]:
        groups.setdefault(body, []).append((str(id), name))
    return list(groups.items())


def department_home(department_id: UUID) -> UUID | None:
    """The organisation that has the department, or None where there is no such department."""
    rows = Department.objects.filter(id=department_id)
    return rows.values_list("organisation_id", flat=True).first()


def departments_called(text: str) -> QuerySet[Department, Any]:
    """Ids of departments with this in their name, to narrow a list by."""
    return Department.objects.filter(name__icontains=text).values("id")


def open_departments(organisation_id: UUID) -> list[tuple[str, UUID]]:
    """Name and id of the organisation's departments that have not ended."""
    rows = Department.objects.filter(organisation_id=organisation_id, valid_to=None)
    return list(rows.values_list("name", "id"))


def department_named(organisation_id: UUID, text: str) -> Department | None:
    """The organisation's open department of this name or id, or None."""
    rows = Department.objects.filter(organisation_id=organisation_id, valid_to=None)
    try:
        return rows.filter(id=UUID(text)).first()
    except ValueError:
        return rows.filter(name=text).first()


def departments_within(organisation_ids: Collection[UUID] | None) -> QuerySet[Department]:
    """Open departments of these organisations; None is every organisation's."""
    rows = Department.objects.filter(valid_to=None)
    return rows if organisation_ids is None else rows.filter(organisation_id__in=organisation_ids)


def departments_ever(organisation_ids: Collection[UUID] | None) -> QuerySet[Department]:
    """Departments of these organisations, closed ones too; None is every organisation's."""
    rows = Department.objects.all()
    return rows if organisation_ids is None else rows.filter(organisation_id__in=organisation_ids)


def hold_department(department_id: UUID) -> None:
    """Let one writer at a time say something of this department, until its transaction ends."""
    Department.objects.select_for_update(no_key=True).filter(id=department_id).first()
