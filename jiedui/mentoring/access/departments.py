"""Whose departments and hospitals a viewer sees, and who keeps what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import NotAllowed
from jiedui.directory import access as directory
from jiedui.directory.queries import departments_ever, nameable
from jiedui.mentoring.access.reach import READ, not_visible
from jiedui.mentoring.models import (
    AccreditationRoad,
    Checklist,
    ManagementProcedure,
    Milestone,
    ResearchProject,
    SpecialClinic,
)
from jiedui.programmes.access import reach

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation

M = TypeVar("M", bound=Model)
# Who hosts the help keeps what it built; a coordinator of the hospital may too.
KEEPING = ("programmes.host", "programmes.edit")


def of_hospitals(viewer: Viewer, rows: QuerySet[M], path: str = "organisation_id") -> QuerySet[M]:
    """The rows of the viewer's own organisations and of those paired with them on the day."""
    held = reach(viewer, READ)
    return rows if held.everything else rows.filter(**{f"{path}__in": held.seen})


def visible_departments(viewer: Viewer) -> QuerySet[Department]:
    """Departments, closed ones too, of the organisations that the viewer sees."""
    held = reach(viewer, READ)
    return departments_ever(None if held.everything else held.seen)


def visible_hospitals(viewer: Viewer) -> QuerySet[Organisation]:
    """Organisations of which the viewer sees what was built."""
    rows = nameable(example=True) | nameable(example=False)
    return of_hospitals(viewer, rows, "id")


def visible_roads(viewer: Viewer) -> QuerySet[AccreditationRoad]:
    """Ways to a grade of the organisations that the viewer sees."""
    return of_hospitals(viewer, AccreditationRoad.objects.all())


def visible_procedures(viewer: Viewer) -> QuerySet[ManagementProcedure]:
    """Management procedures of the organisations that the viewer sees."""
    return of_hospitals(viewer, ManagementProcedure.objects.all())


def visible_research(viewer: Viewer) -> QuerySet[ResearchProject]:
    """Research projects of the organisations that the viewer sees."""
    return of_hospitals(viewer, ResearchProject.objects.all())


def _one(rows: QuerySet[M], id: UUID) -> M:
    found = rows.filter(pk=id).first()
    if found is None:
        raise not_visible()
    return found


def get_department(viewer: Viewer, id: UUID) -> Department:
    """The department with its organisation, or NotVisible."""
    return _one(visible_departments(viewer).select_related("organisation"), id)


def get_hospital(viewer: Viewer, id: UUID) -> Organisation:
    """The organisation whose building up the viewer sees, or NotVisible."""
    return _one(visible_hospitals(viewer), id)


def get_checklist(viewer: Viewer, id: UUID) -> Checklist:
    """A standard's checklist of a visible organisation, or NotVisible."""
    rows = Checklist.objects.select_related("organisation", "department")
    return _one(of_hospitals(viewer, rows), id)


def get_clinic(viewer: Viewer, id: UUID) -> SpecialClinic:
    """A special clinic of a visible department, or NotVisible."""
    rows = SpecialClinic.objects.select_related("department__organisation")
    return _one(of_hospitals(viewer, rows, "department__organisation_id"), id)


def get_road(viewer: Viewer, id: UUID) -> AccreditationRoad:
    """A way to a grade with its bodies, or NotVisible."""
    rows = visible_roads(viewer).select_related("organisation", "programme", "giver")
    return _one(rows, id)


def get_milestone(viewer: Viewer, id: UUID) -> Milestone:
    """A step on a visible way to a grade, or NotVisible."""
    rows = Milestone.objects.select_related("road__organisation", "road__programme")
    return _one(of_hospitals(viewer, rows, "road__organisation_id"), id)


def get_procedure(viewer: Viewer, id: UUID) -> ManagementProcedure:
    """A management procedure with its bodies, or NotVisible."""
    rows = visible_procedures(viewer)
    return _one(rows.select_related("organisation", "department", "programme", "giver"), id)


def get_research(viewer: Viewer, id: UUID) -> ResearchProject:
    """A research project with its bodies, or NotVisible."""
    rows = visible_research(viewer)
    return _one(rows.select_related("organisation", "department", "programme", "giver"), id)


def may_keep(viewer: Viewer, organisation_id: UUID) -> bool:
    """Whether the viewer says how far this organisation and its departments have come."""
    return any(directory.reach(viewer, each).covers(organisation_id) for each in KEEPING)


def kept(viewer: Viewer) -> frozenset[UUID] | None:
    """The organisations that the viewer keeps; None where it is every one."""
    found: set[UUID] = set()
    for permission in KEEPING:
        held = directory.reach(viewer, permission)
        if held.everything:
            return None
        found |= held.organisation_ids
    return frozenset(found)


def must_keep_hospital(by: User | None, organisation_id: UUID) -> None:
    """NotAllowed ``hospital-out-of-reach`` unless ``by`` keeps the organisation's progress."""
    if by is not None and not may_keep(viewer_of(by), organisation_id):
        raise NotAllowed(
            "hospital-out-of-reach", "Only the hospital itself says how far it has come."
        )
