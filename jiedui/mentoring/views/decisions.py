"""Pages of formal decisions and of reviews of safety."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.packs import vocabulary
from jiedui.mentoring.access import skills as access
from jiedui.mentoring.access.apprenticeships import get_apprentice
from jiedui.mentoring.access.reach import READ, own_person
from jiedui.mentoring.access.techniques import get_technique
from jiedui.mentoring.actions import decisions as actions
from jiedui.mentoring.actions import safety
from jiedui.mentoring.domain.curves import ALARM
from jiedui.mentoring.domain.rules import ACTIVITIES, PROCEDURES
from jiedui.mentoring.forms.skills import (
    ConclusionForm,
    DecisionForm,
    QuestionForm,
    ReasonForm,
    assessors,
)
from jiedui.mentoring.models import SafetyReview
from jiedui.mentoring.queries import skills as queries
from jiedui.mentoring.queries.curves import curve_told
from jiedui.mentoring.views import skill_words as words
from jiedui.mentoring.views.base import Request, not_visible, outside, url
from jiedui.mentoring.views.learning_words import level_short
from jiedui.mentoring.views.skills import ListPage, skill_way
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, term


@require_GET
def decision_list(request: Request) -> HttpResponseBase:
    """Who decided what about whom?"""
    viewer = request.viewer
    viewer.must(READ)
    table = Table(
        request,
        queries.decisions(viewer),
        [
            Column("on", _("Day"), kind="day", sort="on"),
            Column("person", _("Person"), value="person__name", sort="person__name"),
            Column("code", _("Procedure or activity"), sort="code",
                   value=lambda row: words.learned(row.code)),
            Column("hospital", _("Hospital"), value=lambda row: named(row.receiver),
                   sort="receiver__name"),
            Column("level", _("Level decided"), sort="level",
                   value=lambda row: level_short(row.level)),
            Column("assessor", _("Assessor"), value="assessor__name", sort="assessor__name"),
            Column("withdrawn", _("Withdrawn"), kind="day", value="withdrawn_on"),
        ],
        filters=[
            Filter("q", _("Person, assessor or hospital"),
                   paths=("person__name", "assessor__name", "receiver__name")),
            Filter("level", _("Level decided"), "choice", choices=words.levels),
            Filter("on", _("Day"), "dates"),
        ],
        default_sort="-on",
        title=pgettext("entrustment", "Decisions"),
        empty=Empty(
            _("No decision yet"),
            _("A formal decision says how much supervision somebody needs from a day on; it is"
              " kept apart from the judgement of a single case."),
        ),
    )  # fmt: skip
    page = ListPage(pgettext("entrustment", "Decisions"), table, words.tabs(viewer, "decisions"))
    return render(request, "mentoring/skills_list.html", page)


def _deciding(
    request: Request, subject: Any, codes: Sequence[tuple[str, str]], back: str,
    crumbs: Sequence[Crumb], apprenticeship: Any = None,
) -> HttpResponseBase:  # fmt: skip
    """The form of a decision about ``subject``'s person at its hospital."""
    viewer = request.viewer
    tie = apprenticeship or subject
    sides = (tie.giver_id, tie.receiver_id, subject.person_id)
    if not access.may_decide(viewer, *sides):
        raise not_visible()
    own = None if access.may_close(viewer, *sides) else own_person(viewer)
    people = None if own else assessors(tie.giver, tie.receiver, subject.person)
    form = DecisionForm(
        request.POST or None, codes=codes, levels=words.levels, people=people,
        initial={"code": request.GET.get("code", "")},
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        actions.decide(
            by=viewer.user, programme=tie.programme, giver=tie.giver, receiver=tie.receiver,
            person=subject.person, apprenticeship=apprenticeship, **({"assessor": own} | data),
        )  # fmt: skip
        return back

    return submitted(
        request, form, act, title=_("Formal decision on %(person)s") % {
            "person": subject.person.name,
        }, submit=_("Enter the decision"), done=_("The decision was entered."), cancel_url=back,
        intro=_("You enter it as the assessor.") if own else "",
        crumbs=crumbs, example=tie.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def skill_decide(request: Request, id: UUID) -> HttpResponseBase:
    """Decide about a skill."""
    skill = access.get_skill(request.viewer, id)
    codes = [(skill.code, words.learned(skill.code))]
    crumbs = skill_way(skill, _("Decision"))
    return _deciding(request, skill, codes, url("skill", skill.id), crumbs)


@require_http_methods(["GET", "POST"])
def apprentice_decide(request: Request, id: UUID) -> HttpResponseBase:
    """Decide about somebody of an apprenticeship, in any procedure or activity."""
    apprentice = get_apprentice(request.viewer, id)
    tables = vocabulary().tables
    labels = {
        code: found.label(words.language())
        for table in (PROCEDURES, ACTIVITIES)
        for code, found in tables.get(table, {}).items()
    }
    goals = apprentice.apprenticeship.goals.order_by("position", "id")
    planned = [code for code in goals.values_list("code", flat=True) if code in labels]
    codes = [(code, labels[code]) for code in dict.fromkeys([*planned, *labels])]
    back = outside("mentoring:apprenticeship", apprentice.apprenticeship_id) or url("decisions")
    crumbs = (
        Crumb(pgettext("entrustment", "Decisions"), url("decisions")),
        Crumb(apprentice.person.name),
    )
    return _deciding(request, apprentice, codes, back, crumbs, apprentice.apprenticeship)


@require_http_methods(["GET", "POST"])
def decision_withdraw(request: Request, id: UUID) -> HttpResponseBase:
    """Take a decision back."""
    viewer = request.viewer
    decision = access.get_decision(viewer, id)
    sides = (decision.giver_id, decision.receiver_id, decision.person_id)
    own = own_person(viewer)
    assessed = own is not None and own.id == decision.assessor_id
    if not (access.may_close(viewer, *sides) or (assessed and access.may_decide(viewer, *sides))):
        raise not_visible()

    def act(data: dict[str, Any]) -> str:
        actions.withdraw_decision(by=viewer.user, decision=decision, **data)
        return url("decisions")

    title = _("Withdraw the decision")
    return submitted(
        request, ReasonForm(request.POST or None), act, title=title,
        submit=pgettext("entrustment", "Withdraw"),
        done=_("The decision was withdrawn."), cancel_url=url("decisions"), tone="wrong",
        intro=_("%(assessor)s on %(person)s: it stays on record and counts no more.") % {
            "assessor": decision.assessor.name, "person": decision.person.name,
        },
        crumbs=(Crumb(pgettext("entrustment", "Decisions"), url("decisions")), Crumb(title)),
        example=decision.programme.example,
    )  # fmt: skip


def _about(review: SafetyReview) -> str:
    names = [
        review.person.name if review.person else "",
        words.learned(review.code) if review.code else "",
        review.technique.name if review.technique else "",
    ]
    return " · ".join(filter(None, names))


def _open_or_closed(rows: Any, value: str) -> Any:
    return rows.filter(closed_on__isnull=value == "open")


@require_GET
def review_list(request: Request) -> HttpResponseBase:
    """Which questions of safety are open, and what became of the others?"""
    viewer = request.viewer
    viewer.must(READ)
    table = Table(
        request,
        queries.reviews(viewer),
        [
            Column("opened", pgettext("review of safety", "Opened on"), kind="day",
                   value="opened_on", sort="opened_on",
                   url=lambda row: url("safety-review", row.id)),
            Column("about", _("About"), value=_about, sort="person__name"),
            Column("hospital", _("Hospital"), value=lambda row: named(row.receiver),
                   sort="receiver__name"),
            Column("reason", _("Reason"), kind="term", table="safety_reasons", sort="reason"),
            Column("state", _("State"), kind="badge",
                   value=lambda row: words.review_state(row.closed_on)[0],
                   tone=lambda row: words.review_state(row.closed_on)[1]),
            Column("closed", pgettext("review of safety", "Closed on"), kind="day",
                   value="closed_on", sort="closed_on"),
        ],
        filters=[
            Filter("q", _("Person or hospital"), paths=("person__name", "receiver__name")),
            Filter("state", _("State"), "choice", apply=_open_or_closed, choices=[
                ("open", words.review_state(None)[0]), ("closed", words.review_state(True)[0]),
            ]),
            Filter("reason", _("Reason"), "choice", choices=lambda: [
                (code, found.label(words.language()))
                for code, found in vocabulary().tables.get("safety_reasons", {}).items()
            ]),
        ],
        default_sort="-opened",
        title=_("Reviews of safety"),
        empty=Empty(
            _("No review of safety"),
            _("An alarm of a curve opens one by itself; others are opened from the page of a"
              " skill or a technique."),
        ),
    )  # fmt: skip
    page = ListPage(_("Reviews of safety"), table, words.tabs(viewer, "safety-reviews"))
    return render(request, "mentoring/skills_list.html", page)


@dataclass(frozen=True)
class ReviewPage:
    """One question of safety."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    review: SafetyReview
    about: str
    reason: str
    state: str
    tone: str
    restarts: Any
    skill_url: str
    close_url: str


@require_GET
def review_page(request: Request, id: UUID) -> HttpResponseBase:
    """What is asked, and what was concluded?"""
    viewer = request.viewer
    review = access.get_safety_review(viewer, id)
    skill = queries.skill_reviewed(viewer, review)
    state, tone = words.review_state(review.closed_on)
    may = access.may_close(viewer, review.giver_id, review.receiver_id, review.person_id)
    page = ReviewPage(
        title=_("Review of safety"),
        crumbs=(Crumb(_("Reviews of safety"), url("safety-reviews")), Crumb(_about(review))),
        example=review.programme.example,
        review=review,
        about=_about(review),
        reason=term(review.reason, "safety_reasons"),
        state=state,
        tone=tone,
        restarts=words.RESTARTS.get(review.restarts, pgettext("review of safety", "Nothing")),
        skill_url=url("skill", skill.id) if skill else "",
        close_url=url("safety-close", review.id) if may and review.closed_on is None else "",
    )
    return render(request, "mentoring/skills_review.html", page)


@require_http_methods(["GET", "POST"])
def review_close(request: Request, id: UUID) -> HttpResponseBase:
    """Conclude a review."""
    viewer = request.viewer
    review = access.get_safety_review(viewer, id)
    if not access.may_close(viewer, review.giver_id, review.receiver_id, review.person_id):
        raise not_visible()
    skill = queries.skill_reviewed(viewer, review)
    form = ConclusionForm(
        request.POST or None, of_series=skill is not None,
        alarmed=review.reason == ALARM and skill is not None and skill.standing == ALARM,
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        safety.close_review(by=viewer.user, review=review, **data)
        return url("safety-review", review.id)

    title = _("Close the review")
    told = curve_told(skill) if skill is not None else None
    return submitted(
        request, form, act, title=title, submit=_("Close the review"),
        intro=words.repeated(told.procedure, told.curve.series + 1, ahead=True) if told else "",
        done=_("The review was closed."), cancel_url=url("safety-review", review.id),
        crumbs=(
            Crumb(_("Reviews of safety"), url("safety-reviews")),
            Crumb(_about(review), url("safety-review", review.id)), Crumb(title),
        ),
        example=review.programme.example,
    )  # fmt: skip


def _question(
    request: Request, tie: Any, back: str, crumbs: Sequence[Crumb], **about: Any
) -> HttpResponseBase:
    viewer, person = request.viewer, about.get("person")
    if not access.may_question(viewer, tie.giver_id, tie.receiver_id, person and person.id):
        raise not_visible()

    def act(data: dict[str, Any]) -> str:
        made = safety.open_review(
            by=viewer.user, programme=tie.programme, giver=tie.giver, receiver=tie.receiver,
            **about, **data,
        )  # fmt: skip
        return url("safety-review", made.id)

    return submitted(
        request, QuestionForm(request.POST or None), act, title=_("Open a review of safety"),
        submit=_("Open the review"), done=_("The question of safety was opened."), cancel_url=back,
        intro=_("Until it is closed, nobody is certified in what it is about."), tone="wrong",
        crumbs=crumbs, example=tie.programme.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def skill_question(request: Request, id: UUID) -> HttpResponseBase:
    """Open a question of safety about a person's cases."""
    skill = access.get_skill(request.viewer, id)
    return _question(
        request, skill, url("skill", skill.id), skill_way(skill, _("Review of safety")),
        person=skill.person, code=skill.code,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def technique_question(request: Request, id: UUID) -> HttpResponseBase:
    """Open a question of safety about a technique."""
    technique = get_technique(request.viewer, id)
    back = url("technique", technique.id)
    crumbs = (Crumb(technique.name, back), Crumb(_("Review of safety")))
    return _question(request, technique, back, crumbs, technique=technique)
