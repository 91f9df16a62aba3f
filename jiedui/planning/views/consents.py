"""Consents: each organisation's own part of a plan handed in, and its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jiedui.planning import access, actions, queries
from jiedui.planning.forms.candidates import ReasonForm
from jiedui.planning.views import words
from jiedui.planning.views.base import Request, not_visible, plan_tabs, plan_way, url
from jiedui.planning.views.parts import tours_table
from jiedui.planning.views.scenarios import back_to, taken
from jiedui.web.pages import Crumb, Tab, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named

if TYPE_CHECKING:
    from jiedui.planning.models import Consent, DispatchPlan
    from jiedui.planning.queries import ConsentLine


@dataclass(frozen=True)
class ListPage:
    """A list of a plan, with the plan's other views."""

    title: str
    lead: str
    crumbs: Sequence[Crumb]
    example: bool
    plan: DispatchPlan
    table: Table
    tabs: Sequence[Tab]
    packets: Sequence[tuple[str, str]] = ()


@require_GET
def consent_list(request: Request, id: UUID) -> HttpResponseBase:
    """Who has consented, who has not answered yet?"""
    viewer = request.viewer
    plan = access.get_dispatch_plan(viewer, id)
    lines = queries.consent_lines(viewer, plan, words.language())
    given = sum(line.answer == "given" for line in lines)
    table = Table(
        request,
        lines,
        [
            Column("organisation", _("Organisation"), sort="organisation",
                   url=lambda row: url("consent", row.id)),
            Column("side", _("Its part"), value=lambda row: words.SIDES[row.side], sort="side"),
            Column("tours", _("Tours"), kind="number", sort="tours"),
            Column("answer", _("Answer"), kind="badge", sort="answer",
                   value=lambda row: words.ANSWERS[row.answer],
                   tone=lambda row: words.ANSWER_TONES[row.answer]),
            Column("answered_at", _("Answered"), kind="moment", sort="answered_at"),
            Column("reason", _("Reason")),
        ],
        filters=[
            Filter("q", _("Organisation"), paths=("organisation",)),
            Filter("side", _("Its part"), "choice", choices=list(words.SIDES.items())),
            Filter("answer", _("Answer"), "choice", choices=list(words.ANSWERS.items())),
        ],
        default_sort="organisation",
        key=lambda row: row.id,
        title=_("Consents"),
        empty=Empty(
            _("No consent is asked for"),
            _("Once the plan is handed in, every organisation that sends or receives is asked for"
              " its own part."),
            url("plan", plan.id), pgettext("dispatch plan", "Plan"),
        ),
    )  # fmt: skip
    whole = access.sees_whole(viewer, plan)
    page = ListPage(
        plan.name,
        _("%(given)s of %(all)s organisations' parts have been consented to.")
        % {"given": given, "all": len(lines)} if lines else "",
        plan_way(plan, _("Consents")), plan.programme.example, plan, table,
        plan_tabs(plan, "consents", whole=whole),
    )  # fmt: skip
    return render(request, "planning/plan_list.html", page)


@dataclass(frozen=True)
class ConsentPage:
    """An organisation's own part, and its answer."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    consent: Consent
    plan: DispatchPlan
    sentence: str
    months: str
    answer: str
    tone: str
    table: Table
    may_answer: bool
    back: str


@require_GET
def consent_page(request: Request, id: UUID) -> HttpResponseBase:
    """Who would go from us or come to us, and do we agree?"""
    viewer = request.viewer
    consent = access.get_consent(viewer, id)
    scenario = access.get_scenario(viewer, consent.scenario_id)
    plan = scenario.plan
    summary = queries.scenario_summary(viewer, scenario, words.language())
    line = _line(queries.consent_lines(viewer, plan, words.language()), consent.id)
    giver = consent.side == "giver"
    body = consent.organisation_id
    own = [row for row in summary.tours if (row.giver_id if giver else row.recipient_id) == body]
    people = len({row.person for row in own})
    count = {"people": people, "tours": len(own)}
    sentence = (
        ngettext("%(people)s person would be sent.",
                 "%(people)s people would be sent, on %(tours)s tours.", people)
        if giver
        else ngettext("%(people)s person would come.",
                      "%(people)s people would come, on %(tours)s tours.", people)
    )  # fmt: skip
    name = line.organisation if line else named(consent.organisation)
    open_now = consent.answer == "asked" and plan.state == "submitted"
    page = ConsentPage(
        title=name,
        crumbs=plan_way(plan, name),
        example=plan.programme.example,
        consent=consent,
        plan=plan,
        sentence=sentence % count,
        months=words.span(plan.starts_on, 0, plan.months),
        answer=str(words.ANSWERS[consent.answer]),
        tone=words.ANSWER_TONES[consent.answer],
        table=tours_table(request, own, consent.side),
        may_answer=open_now and access.may_answer(viewer, consent),
        back=url("consents", plan.id),
    )  # fmt: skip
    return render(request, "planning/consent.html", page)


def _line(lines: Sequence[ConsentLine], id: UUID) -> ConsentLine | None:
    return next((line for line in lines if line.id == id), None)


def _mine(request: Request, id: UUID) -> Consent:
    consent = access.get_consent(request.viewer, id)
    if not access.may_answer(request.viewer, consent):
        raise not_visible()
    return consent


@require_POST
def consent_give(request: Request, id: UUID) -> HttpResponseBase:
    """Agree to the own part."""
    consent = _mine(request, id)
    taken(
        request, lambda: actions.give_consent(by=request.viewer.user, consent=consent),
        _("Consent was given."),
    )  # fmt: skip
    return back_to(request, url("consent", consent.id))


@require_http_methods(["GET", "POST"])
def consent_refuse(request: Request, id: UUID) -> HttpResponseBase:
    """Refuse the own part, with the reason."""
    consent = _mine(request, id)
    plan = consent.scenario.plan

    def act(data: dict[str, Any]) -> str:
        actions.refuse_consent(by=request.viewer.user, consent=consent, reason=data["reason"])
        return url("plans")

    title = _("Refuse: %(organisation)s") % {"organisation": named(consent.organisation)}
    return submitted(
        request, ReasonForm(request.POST or None), act,
        title=title, submit=_("Refuse"), done=_("It was refused; the plan is a draft again."),
        intro=_("The plan goes back to its coordinator with your reason. Say which people or"
                " months cannot be, so that it can be planned anew."),
        cancel_url=url("consent", consent.id), crumbs=plan_way(plan, title), tone="wrong",
        example=plan.programme.example,
    )  # fmt: skip
