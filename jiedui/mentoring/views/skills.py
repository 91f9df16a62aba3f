"""Pages of skills: who can do what at which level, and how far is each curve?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.core.errors import InvalidState
from jiedui.mentoring.access import skills as access
from jiedui.mentoring.access.reach import READ, own_person
from jiedui.mentoring.actions.certificates import issue_certificate
from jiedui.mentoring.domain.certificates import (
    ASSESSORS,
    CRITERION,
    EXPIRED,
    RENEWED_BEFORE,
    VALID,
    state_of,
)
from jiedui.mentoring.domain.curves import LEARNING, MONITORING
from jiedui.mentoring.domain.states import RECORDED
from jiedui.mentoring.models import Skill
from jiedui.mentoring.queries import skills as queries
from jiedui.mentoring.queries.certifying import Certifying, certifying
from jiedui.mentoring.queries.curves import Told, awaited, curve_told
from jiedui.mentoring.views import skill_words as words
from jiedui.mentoring.views.base import Request, not_visible, outside, url
from jiedui.mentoring.views.learning_words import level_short
from jiedui.web.charts import ChartData, Series
from jiedui.web.forms import sentence
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import day, named

if TYPE_CHECKING:
    from jiedui.mentoring.domain.curves import Point

# A chart draws this many cases of a phase, the newest; the table has all.
DRAWN = 200


@dataclass(frozen=True)
class ListPage:
    """A list about who can do what."""

    title: str
    table: Table
    tabs: Sequence[Tab]
    lead: str = ""


def _certified(row: Skill) -> str:
    if row.certified_to is None:
        return ""
    state = state_of(row.certified_to, None, today())
    said = words.CERTIFICATE_STATES[state]
    return f"{said} · {day(row.certified_to)}" if state == VALID else str(said)


def _with_certificate(rows: Any, value: str) -> Any:
    if value == "none":
        return rows.filter(certified_to__isnull=True)
    if value == VALID:
        return rows.filter(certified_to__gte=today())
    return rows.filter(certified_to__lt=today())


@require_GET
def skill_list(request: Request) -> HttpResponseBase:
    """Who can do what at which level, who is near, where is an alarm?"""
    viewer = request.viewer
    viewer.must(READ)
    table = Table(
        request,
        queries.skills(viewer),
        [
            Column("person", _("Person"), value="person__name", sort="person__name",
                   url=lambda row: url("skill", row.id)),
            Column("code", _("Procedure or activity"), sort="code",
                   value=lambda row: words.learned(row.code)),
            Column("hospital", _("Hospital"), sort="receiver__name",
                   value=lambda row: named(row.receiver)),
            Column("standing", pgettext("learning curve", "Curve"), kind="badge", sort="standing",
                   value=lambda row: words.STANDINGS[row.standing] if row.cases else "",
                   tone=lambda row: words.STANDING_TONES.get(row.standing, "plain")),
            Column("cases", _("Cases led"), kind="number", sort="cases"),
            Column("failures", _("Not successful"), kind="number", sort="failures"),
            Column("last", _("Last case"), kind="day", value="last_case_on", sort="last_case_on"),
            Column("level", _("Level decided"), sort="level",
                   value=lambda row: level_short(row.level)),
            Column("certificate", _("Certificate"), value=_certified, sort="certified_to"),
        ],
        filters=[
            Filter("q", _("Person or hospital"), paths=("person__name", "receiver__name")),
            Filter("code", pgettext("surgical", "Procedure"), "choice",
                   choices=words.procedure_choices),
            Filter("standing", pgettext("learning curve", "Curve"), "choice",
                   choices=list(words.STANDINGS.items())),
            Filter("certificate", _("Certificate"), "choice", apply=_with_certificate,
                   choices=[(VALID, words.CERTIFICATE_STATES[VALID]),
                            (EXPIRED, words.CERTIFICATE_STATES[EXPIRED]),
                            ("none", pgettext("certificate", "None"))]),
            Filter("last", _("Last case"), "dates", ("last_case_on",)),
        ],
        default_sort="-last",
        title=_("Skills and curves"),
        empty=Empty(
            _("No skill yet"),
            _("A skill appears with the first confirmed case that somebody led, or the first"
              " formal decision."),
        ),
    )  # fmt: skip
    lead = _("Where each person stands in each procedure, by confirmed cases led.")
    page = ListPage(_("Skills and curves"), table, words.tabs(viewer, "skills"), lead)
    return render(request, "mentoring/skills_list.html", page)


@dataclass(frozen=True)
class CaseLine:
    """A case on the curve, as the table tells it."""

    number: int
    day: str
    url: str
    good: bool
    value: str
    event: str
    tone: str
    restarted: bool


@dataclass(frozen=True)
class DecisionLine:
    """A formal decision."""

    on: Any
    level: str
    assessor: str
    note: str
    withdrawn: str
    withdraw_url: str


@dataclass(frozen=True)
class SkillPage:
    """One person in one procedure."""

    title: str
    crumbs: Sequence[Crumb]
    lead: str
    example: bool
    skill: Skill
    standing: Any
    tone: str
    said: str
    charts: Sequence[ChartData]
    cases: Sequence[CaseLine]
    criterion: Sequence[tuple[str, str]]
    worth: str
    repeated: str
    weak: str
    # How many cases wait to be confirmed and do not count yet, and where they stand.
    awaited: int
    awaited_url: str
    criterion_url: str
    decisions: Sequence[DecisionLine]
    ad_hoc: str
    reviews: Sequence[tuple[str, str, str, str]]
    certificates: Sequence[tuple[str, Any, str, str]]
    certify_url: str
    decide_url: str
    question_url: str


def skill_way(skill: Skill, *labels: str) -> tuple[Crumb, ...]:
    """The way back to the skill, and to what follows it."""
    title = f"{skill.person.name} · {words.learned(skill.code)}"
    own = Crumb(title, url("skill", skill.id) if labels else "")
    return (Crumb(_("Skills and curves"), url("skills")), own, *(Crumb(each) for each in labels))


@require_GET
def skill_page(request: Request, id: UUID) -> HttpResponseBase:
    """How far is this person, what does the chart say, and what is missing?"""
    viewer = request.viewer
    skill = access.get_skill(viewer, id)
    told = curve_told(skill)
    beside = queries.beside(viewer, skill)
    sides = (skill.giver_id, skill.receiver_id, skill.person_id)
    may_decide = access.may_decide(viewer, *sides)
    managed = access.may_close(viewer, *sides)
    own = own_person(viewer)
    page = SkillPage(
        title=f"{skill.person.name} · {words.learned(skill.code)}",
        crumbs=skill_way(skill),
        lead=" · ".join(
            filter(None, (named(skill.receiver), skill.department.name if skill.department else ""))
        ),
        example=skill.programme.example,
        skill=skill,
        standing=words.STANDINGS[told.curve.standing] if told else "",
        tone=words.STANDING_TONES.get(told.curve.standing, "plain") if told else "plain",
        said=words.standing_said(told.curve) if told else "",
        charts=charts_of(told) if told else [],
        cases=_cases(told) if told else [],
        criterion=criterion_lines(told) if told else [],
        worth=words.worth_said(told.procedure) if told else "",
        repeated=words.repeated(told.procedure, told.curve.series) if told else "",
        weak=words.weak(told.procedure.worth) if told else "",
        awaited=awaited(skill.person_id, skill.code, skill.receiver_id) if told else 0,
        awaited_url=_awaited_url(skill),
        criterion_url=url("criterion", skill.code) if told else "",
        decisions=[
            DecisionLine(
                each.on, level_short(each.level), each.assessor.name, each.note,
                _("Withdrawn on %(day)s: %(reason)s") % {
                    "day": day(each.withdrawn_on), "reason": each.reason,
                } if each.withdrawn_on else "",
                url("decision-withdraw", each.id)
                if each.withdrawn_on is None
                and (managed or (may_decide and own is not None and own.id == each.assessor_id))
                else "",
            )
            for each in beside.decisions
        ],
        ad_hoc=level_short(skill.ad_hoc_level),
        reviews=[
            (day(each.opened_on), *words.review_state(each.closed_on),
             url("safety-review", each.id))
            for each in beside.reviews
        ],
        certificates=[
            (day(each.issued_on), *_state(each), url("certificate", each.id))
            for each in beside.certificates
        ],
        certify_url=url("skill-certify", skill.id) if told else "",
        decide_url=url("skill-decide", skill.id) if may_decide else "",
        question_url=url("skill-question", skill.id)
        if access.may_question(viewer, *sides) else "",
    )  # fmt: skip
    return render(request, "mentoring/skills_page.html", page)


def _awaited_url(skill: Skill) -> str:
    about = {
        "learner": skill.person.name, "procedure": skill.code, "state": RECORDED,
        "lead": "local", "receiver": named(skill.receiver),
    }  # fmt: skip
    return f"{url('cases')}?{urlencode(about)}"


def _state(certificate: Any) -> tuple[Any, str]:
    state = state_of(certificate.valid_to, certificate.revoked_on, today())
    return words.CERTIFICATE_STATES[state], words.CERTIFICATE_TONES[state]


def charts_of(told: Told) -> list[ChartData]:
    """One chart a phase: the statistic, its limit, and failures as marks."""
    found = []
    rule = told.procedure.criterion
    phases = (
        (LEARNING, _("Learning: the line rises towards the limit"), rule.limit,
         _("limit %(limit)s")),
        (MONITORING, _("Monitoring: the line stays below the alarm"), rule.monitor_limit,
         _("alarm at %(limit)s")),
    )  # fmt: skip
    for phase, title, limit, word in phases:
        points = [each for each in told.curve.points if each.phase == phase][-DRAWN:]
        if not points:
            continue
        found.append(
            ChartData(
                title=title,
                category=pgettext("learning curve", "Case"),
                categories=[str(each.number) for each in points],
                series=[
                    Series(
                        _("Statistic"), [round(each.value, 3) for each in points], "jade",
                        marked=True,
                    ),
                    Series(
                        _("Not successful"),
                        [None if each.success else round(each.value, 3) for each in points],
                        "vermilion", points=True,
                    ),
                ],
                limit=(limit, word % {"limit": f"{limit:.2f}"}) if limit is not None else None,
                limit_tone="ink" if phase == LEARNING else "vermilion",
                tabled=False,
            )
        )  # fmt: skip
    return found


def _cases(told: Told) -> list[CaseLine]:
    events = {
        "reached": (_("Criterion met"), "ok"), "alarm": (_("Alarm"), "wrong"), "": ("", "plain"),
    }  # fmt: skip

    def line(point: Point, id: UUID) -> CaseLine:
        said, tone = events[point.event]
        return CaseLine(
            point.number, day(point.on), outside("mentoring:case", id), point.success,
            f"{point.value:.2f}", said, tone, point.restarted,
        )  # fmt: skip

    return [line(*pair) for pair in zip(told.curve.points, told.case_ids, strict=True)][::-1]


def criterion_lines(told: Told) -> list[tuple[str, str]]:
    """How the series is judged, as facts."""
    rule = told.procedure.criterion
    lines = [
        (_("What counts as a success"), words.outcome_of(told.procedure.term)),
        (_("Criterion"), str(words.CRITERIA[rule.kind])),
        (_("Failures: acceptable, unacceptable"),
         f"{words.percent(rule.rates.acceptable)}, {words.percent(rule.rates.unacceptable)}"),
        (_("Planned cases"), str(rule.planned)),
    ]  # fmt: skip
    if rule.kind == "minimum":
        lines.append((_("Least number of cases"), str(rule.minimum)))
    elif rule.limit is not None:
        lines.append((_("Limit of learning"), f"{rule.limit:.2f}"))
    lines.append((_("Alarm of monitoring"), f"{rule.monitor_limit:.2f}"))
    return lines


@dataclass(frozen=True)
class ConditionLine:
    """A condition, met or missing."""

    label: Any
    met: bool
    why: str
    lines: Sequence[str]


@dataclass(frozen=True)
class CertifyPage:
    """What is met and what is missing, and the button where all is."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    conditions: Sequence[ConditionLine]
    met: bool
    may: bool
    held: str
    held_url: str
    # Blank where it can be renewed, or issued for the first time, now.
    renewable_from: str
    insufficient: bool
    error: str
    back_url: str


def _beneath(code: str, seen: Certifying) -> Sequence[str]:
    """What stands beneath a condition: who decided what, or what several series come to."""
    if code == ASSESSORS:
        return [
            f"{each.assessor.name} · {day(each.on)} · {level_short(each.level)}"
            for each in seen.decisions
        ]
    if code == CRITERION:
        return list(filter(None, [words.repeated(seen.told.procedure, seen.told.curve.series)]))
    return ()


@require_http_methods(["GET", "POST"])
def skill_certify(request: Request, id: UUID) -> HttpResponseBase:
    """Which conditions are met, which are missing; issue where all are."""
    viewer = request.viewer
    skill = access.get_skill(viewer, id)
    may = access.may_certify(viewer, skill.giver_id, skill.receiver_id, skill.person_id)
    error, status = "", 200
    if request.method == "POST":
        if not may:
            raise not_visible()
        try:
            made = issue_certificate(by=viewer.user, skill=skill)
        except InvalidState as refused:
            error, status = sentence(refused), 409
        else:
            messages.success(request, _("The certificate was issued."))
            return redirect(url("certificate", made.id))
    seen = certifying(skill, today())
    if seen is None:
        raise not_visible()
    held = seen.held
    renewable = held.valid_to - RENEWED_BEFORE if held else today()
    page = CertifyPage(
        title=_("Certificate of independence"),
        crumbs=skill_way(skill, _("Certificate")),
        example=skill.programme.example,
        conditions=[
            ConditionLine(
                words.CONDITIONS[each.code], each.met, words.condition_said(each),
                _beneath(each.code, seen),
            )
            for each in seen.conditions
        ],
        met=seen.met,
        may=may,
        held=_("A certificate holds until %(day)s.") % {"day": day(held.valid_to)} if held else "",
        held_url=url("certificate", held.id) if held else "",
        renewable_from=day(renewable) if renewable > today() else "",
        insufficient=any(each.details.get("insufficient") for each in seen.conditions),
        error=error,
        back_url=url("skill", skill.id),
    )  # fmt: skip
    return render(request, "mentoring/skills_certify.html", page, status=status)
