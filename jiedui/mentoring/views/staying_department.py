"""What a head of department works from: what is to be done, what is there, what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.core.clock import today
from jiedui.mentoring.queries.staying.scope import DEPARTMENT, scope_of
from jiedui.mentoring.queries.staying.skills import skills_of
from jiedui.mentoring.queries.staying.summary import Summary, summary
from jiedui.mentoring.queries.staying.todo import ToDo, to_do
from jiedui.mentoring.queries.staying.volumes import judged_rows
from jiedui.mentoring.views import staying_words as words
from jiedui.mentoring.views.base import Request, outside, url
from jiedui.mentoring.views.staying import title_of, way
from jiedui.mentoring.views.staying_words import procedure_told
from jiedui.web.charts import ChartData
from jiedui.web.pages import Crumb, render
from jiedui.web.parts import WorkItem
from jiedui.web.templatetags.jiedui import day as told_day
from jiedui.web.templatetags.jiedui import term


@dataclass(frozen=True)
class DepartureLine:
    """A departure and what became of the department."""

    id: UUID
    departed_on: date | None
    who: str
    verdict: str
    tone: str
    rate_before: float | None
    rate_after: float | None


@dataclass(frozen=True)
class DepartmentPage:
    """What is to be done, what is there, what became of earlier departures."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    example: bool
    day: date
    todo: Sequence[WorkItem]
    names: bool
    numbers: Sequence[words.Number]
    led: ChartData | None
    classes: str
    departures: Sequence[DepartureLine]
    matrix_url: str
    techniques_url: str
    departures_url: str
    standing_url: str
    missing: str


def _todo_items(found: ToDo, department: UUID) -> list[WorkItem]:
    matrix_url = url("matrix-department", department)
    items = []
    for each in found.exposed:
        label = procedure_told(each.code)
        learners = _(", ").join(person.name for person in each.next)
        title = (
            _("Only %(name)s can do it alone: %(procedure)s")
            % {"name": each.holder.name, "procedure": label}
            if each.holder
            else _("Nobody can do it alone: %(procedure)s") % {"procedure": label}
        )
        detail = (
            _("next to train: %(names)s") % {"names": learners}
            if learners
            else _("nobody learns it yet")
        )
        items.append(
            WorkItem(title, matrix_url, None, detail, "wait" if each.holder else "wrong", _("Look"))
        )
    for refresher in found.refreshers:
        items.append(
            WorkItem(
                _("Practice is owed: %(name)s, %(procedure)s")
                % {"name": refresher.certificate.person.name,
                   "procedure": procedure_told(refresher.certificate.procedure)},
                outside("mentoring:certificate", refresher.certificate_id), refresher.lapsed_since,
                _("due %(day)s") % {"day": told_day(refresher.due_on)},
                "wrong" if refresher.due_on < today() else "wait", _("Arrange"),
            )
        )  # fmt: skip
    for certificate in found.expiring:
        items.append(
            WorkItem(
                _("A certificate ends: %(name)s, %(procedure)s")
                % {"name": certificate.person.name,
                   "procedure": procedure_told(certificate.procedure)},
                outside("mentoring:certificate", certificate.id), None,
                _("ends on %(day)s") % {"day": told_day(certificate.valid_to)}, "wait",
                _("Renew"),
            )
        )  # fmt: skip
    for review in found.reviews:
        who = review.person.name if review.person else ""
        about = review.technique.name if review.technique else procedure_told(review.code)
        items.append(
            WorkItem(
                _("A safety review is open: %(about)s")
                % {"about": "，".join(part for part in (who, about) if part)},
                outside("mentoring:safety-review", review.id), review.opened_on,
                term(review.reason, "safety_reasons"), "wrong", _("Answer"),
            )
        )  # fmt: skip
    for taper in found.tapers:
        items.append(
            WorkItem(
                _("Behind its taper plan: %(technique)s")
                % {"technique": taper.step.technique.name},
                outside("mentoring:technique", taper.step.technique_id), None,
                _("%(local)s of the last %(all)s cases led locally, %(planned)s %% are planned")
                % {"local": taper.led.local, "all": taper.led.all,
                   "planned": taper.step.local_share},
                "wait", _("Look"),
            )
        )  # fmt: skip
    for technique in found.quiet:
        items.append(
            WorkItem(
                _("No case for half a year: %(technique)s") % {"technique": technique.name},
                outside("mentoring:technique", technique.id), technique.last_case_on,
                _("resume it or put it to rest with the reason"), "wait", _("Look"),
            )
        )  # fmt: skip
    return items


@require_GET
def department(request: Request, id: UUID) -> HttpResponseBase:
    """What must I see to, so that the department holds when the experts leave?"""
    scope = scope_of(request.viewer, DEPARTMENT, id)
    day = today()
    found: Summary = summary(scope, day)
    skills = skills_of(scope.of.organisation_id, id, scope.tallies, day)
    items: list[WorkItem] = []
    if scope.names:
        waits = to_do(scope.of, scope.techniques, scope.certificates, skills, day)
        items = _todo_items(waits, id)
    left = list(
        scope.departures.select_related("receiver", "department", "person").order_by(
            "-departed_on", "id"
        )[:5]
    )
    lists = url("staying-techniques", DEPARTMENT, id)
    certificates = url("staying-certificates", DEPARTMENT, id) if scope.names else ""
    return render(
        request,
        "mentoring/staying_department.html",
        DepartmentPage(
            title=title_of(scope),
            lead=_("What is to be done, so that the department holds when the experts leave."),
            crumbs=way(scope),
            example=scope.example,
            day=day,
            todo=items,
            names=scope.names,
            numbers=words.numbers(found, lists, certificates),
            led=words.led_chart(found),
            classes=words.classes_told(),
            departures=[
                DepartureLine(
                    row.id,
                    row.departed_on,
                    row.posting.person.name,
                    str(words.AFTER[row.found.verdict]),
                    words.AFTER_TONES[row.found.verdict],
                    row.rate_before,
                    row.rate_after,
                )
                for row in judged_rows(left, scope.tallies, day)
            ],
            matrix_url=url("matrix-department", id),
            techniques_url=lists,
            departures_url=url("staying-departures", DEPARTMENT, id),
            standing_url=outside("mentoring:department", id),
            missing=str(words.MISSING),
        ),
    )
