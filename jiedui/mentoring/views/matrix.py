"""The skill matrix of a hospital or department: who can do what at which level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET

from jiedui.core.clock import today
from jiedui.mentoring.access.reach import READ
from jiedui.mentoring.domain.matrix import CERTIFIED, ENTRUSTED, LAPSED, LEARNING, Mark
from jiedui.mentoring.domain.staying_rules import use_months
from jiedui.mentoring.queries.staying.scope import (
    DEPARTMENT,
    get_organisation,
    scope_of,
    sees_names,
    tallies_of,
)
from jiedui.mentoring.queries.staying.skills import Holder, Skills, skills_of, staff_count
from jiedui.mentoring.views.base import Request, outside, url
from jiedui.mentoring.views.staying import title_of, way
from jiedui.mentoring.views.staying_words import procedure_told
from jiedui.web.pages import Crumb, render
from jiedui.web.templatetags.jiedui import named

if TYPE_CHECKING:
    from jiedui.mentoring.domain.matrix import Line

MARKS: dict[str, Any] = {
    CERTIFIED: pgettext_lazy("skill", "Certified"),
    ENTRUSTED: pgettext_lazy("skill", "Entrusted"),
    LAPSED: pgettext_lazy("skill", "Lapsed"),
    LEARNING: pgettext_lazy("skill", "Learning"),
}
MARK_TONES = {CERTIFIED: "ok", ENTRUSTED: "ok", LAPSED: "wrong", LEARNING: "plain"}


@dataclass(frozen=True)
class Cell:
    """Where somebody stands in a procedure."""

    who: str
    word: str
    tone: str
    level: int | None
    url: str


@dataclass(frozen=True)
class MatrixLine:
    """A procedure with everybody's mark."""

    label: str
    in_use: bool
    able: int
    warning: str
    tone: str
    cells: Sequence[Cell | None]


@dataclass(frozen=True)
class MatrixPage:
    """Who can do what at which level."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    example: bool
    people: Sequence[str]
    lines: Sequence[MatrixLine]
    names: bool
    staff: int
    singles: int
    without: int
    note: str
    department_url: str


def _cell(skills: Skills, holder: Holder, code: str, mark: Mark, day: date) -> Cell:
    state = mark.state(day)
    skill = skills.ids.get((holder.id, code))
    return Cell(
        holder.name, str(MARKS[state]), MARK_TONES[state], mark.level,
        outside("mentoring:skill", skill) if skill else "",
    )  # fmt: skip


def _line(skills: Skills, line: Line[Holder], day: date, *, names: bool) -> MatrixLine:
    warning = ""
    if line.nobody:
        warning = _("nobody in post can do it alone")
    elif line.single is not None:
        warning = (
            _("only %(name)s can do it alone") % {"name": line.single.name}
            if names
            else _("only one person can do it alone")
        )
    cells = [
        _cell(skills, person, line.code, line.marks[person], day) if person in line.marks else None
        for person in skills.matrix.people
    ]
    return MatrixLine(
        procedure_told(line.code), line.in_use, len(line.able), warning,
        "wrong" if line.nobody else "wait", cells if names else (),
    )  # fmt: skip


def _matrix_note() -> str:
    return _(
        "Alone: with a certificate in force or a formal decision of level 4 or 5. In use: a"
        " confirmed case within %(n)s months. Levels are an order, they are never averaged."
    ) % {"n": use_months()}


def _matrix_page(
    request: Request, skills: Skills, title: str, crumbs: Sequence[Crumb], **more: Any
) -> HttpResponseBase:
    day = today()
    names = more["names"]
    page = MatrixPage(
        title=_("Skill matrix"),
        lead=title,
        crumbs=crumbs,
        people=[person.name for person in skills.matrix.people] if names else (),
        lines=[_line(skills, line, day, names=names) for line in skills.matrix.lines],
        singles=len(skills.matrix.singles),
        without=len(skills.matrix.without),
        note=_matrix_note(),
        **more,
    )
    return render(request, "mentoring/matrix.html", page)


@require_GET
def matrix(request: Request, id: UUID) -> HttpResponseBase:
    """Who can do what at which level at a hospital, and what hangs by one person?"""
    viewer = request.viewer
    organisation = get_organisation(viewer, id)
    day = today()
    return _matrix_page(
        request, skills_of(id, None, tallies_of(id), day), named(organisation),
        (Crumb(_("What stays"), url("staying")), Crumb(named(organisation)),
         Crumb(_("Skill matrix"))),
        example=organisation.example, names=sees_names(viewer, id),
        staff=staff_count(day, id, None), department_url="",
    )  # fmt: skip


@require_GET
def matrix_department(request: Request, id: UUID) -> HttpResponseBase:
    """Who can do what at which level in a department?"""
    viewer = request.viewer
    viewer.must(READ)
    scope = scope_of(viewer, DEPARTMENT, id)
    body = scope.of.organisation_id
    day = today()
    return _matrix_page(
        request, skills_of(body, id, scope.tallies, day), title_of(scope),
        way(scope, _("Skill matrix")), example=scope.example, names=sees_names(viewer, body),
        staff=staff_count(day, body, id), department_url=url("staying-department", id),
    )  # fmt: skip
