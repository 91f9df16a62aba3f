"""The page of a hospital: what it has built, and what is still to come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count
from django.http.response import HttpResponseBase
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.mentoring.access import departments as access
from jiedui.mentoring.access.reach import READ
from jiedui.mentoring.models import AccreditationRoad, Checklist
from jiedui.mentoring.queries import departments as queries
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.mentoring.views.roads import RoadLine, road_line
from jiedui.mentoring.views.standing_words import ChecklistLine, checklist_lines, hospital_way
from jiedui.web.pages import Crumb, render
from jiedui.web.templatetags.jiedui import named, term

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation


@dataclass(frozen=True)
class HospitalPage:
    """One hospital."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    hospital: Organisation
    may: bool
    stages: Sequence[tuple[str, int]]
    departments: int
    departments_url: str
    checklists: Sequence[ChecklistLine]
    roads: Sequence[RoadLine]
    adopted: int
    overdue: int
    procedures_url: str
    research: queries.ResearchCount
    research_url: str


@require_GET
def hospital_page(request: Request, id: UUID) -> HttpResponseBase:
    """How far have this hospital's departments come, and what does it build?"""
    viewer = request.viewer
    viewer.must(READ)
    body, day = access.get_hospital(viewer, id), today()
    departments = access.visible_departments(viewer).filter(organisation=body, valid_to=None)
    by_stage = dict(departments.order_by().values_list("standing__stage").annotate(n=Count("id")))
    stages = [
        (term(code, "maturity_stages"), by_stage.get(code, 0))
        for code in vocabulary().table("maturity_stages")
    ]
    none = sum(n for code, n in by_stage.items() if not code)
    procedures = access.visible_procedures(viewer).filter(organisation=body, retired_on=None)
    roads = AccreditationRoad.objects.filter(organisation=body).order_by("-begun_on", "-id")
    wide = "?" + urlencode({"q": body.name})
    page = HospitalPage(
        title=named(body),
        crumbs=hospital_way(body),
        example=body.example,
        hospital=body,
        may=access.may_keep(viewer, body.id),
        stages=[(_("No stage reached yet"), none), *stages],
        departments=sum(by_stage.values()),
        departments_url=url("departments") + wide + "&of=",
        checklists=checklist_lines(
            Checklist.objects.filter(organisation=body, department=None), day
        ),
        roads=[road_line(row) for row in roads.select_related("organisation")],
        adopted=procedures.count(),
        overdue=procedures.filter(next_audit_on__lt=day).count(),
        procedures_url=url("procedures") + wide,
        research=queries.research_counts(access.visible_research(viewer).filter(organisation=body)),
        research_url=url("research") + wide,
    )
    return render(request, "mentoring/departments_hospital.html", page)


def kept_hospital(request: Request, id: UUID) -> Organisation:
    """The hospital, if the viewer keeps it."""
    request.viewer.must(READ)
    body = access.get_hospital(request.viewer, id)
    if not access.may_keep(request.viewer, body.id):
        raise not_visible()
    return body
