"""Forms of techniques: propose, correct, claim, review, steps, platform departments, taper plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.packs import vocabulary
from jiedui.mentoring.access import techniques as access
from jiedui.mentoring.access.reach import READ, WRITE
from jiedui.mentoring.actions import novelty, technique_plans, technique_steps, techniques
from jiedui.mentoring.forms import techniques as forms
from jiedui.mentoring.models import Technique
from jiedui.mentoring.queries import techniques as queries
from jiedui.mentoring.queries.apprenticeships import own_post
from jiedui.mentoring.views import technique_words as words
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.web.forms import refused_to_form
from jiedui.web.pages import Crumb, form_page
from jiedui.web.submitting import submitted
from jiedui.web.templatetags.jiedui import day as told_day
from jiedui.web.templatetags.jiedui import named, term

both = require_http_methods(["GET", "POST"])


@both
def technique_new(request: Request) -> HttpResponseBase:
    """Propose a technique."""
    viewer = request.viewer
    viewer.must(WRITE)
    first: dict[str, Any] = {}
    post = own_post(viewer)
    if post is not None:
        first = {
            "receiver": post.receiver, "specialty": post.specialty, "introduced_by": post.person,
            "department": post.department.name if post.department else "",
        }  # fmt: skip
    form = forms.ProposalForm(viewer, request.POST or None, initial=first)

    def act(data: dict[str, Any]) -> str:
        return url("technique", techniques.propose_technique(by=viewer.user, **data).id)

    return submitted(
        request, form, act,
        title=_("Propose a technique"), submit=_("Propose"),
        done=_("The technique was proposed."),
        intro=_("The recipient approves it; then confirmed cases move it by who led them."),
        cancel_url=url("techniques"),
        crumbs=(Crumb(_("Techniques"), url("techniques")), Crumb(_("Propose a technique"))),
    )  # fmt: skip


def _for(request: Request, id: UUID, verb: str) -> Technique:
    """The technique, if the viewer may take this step of it."""
    viewer = request.viewer
    viewer.must(READ)
    technique = access.get_technique(viewer, id)
    access.must_act_on_technique(
        viewer.user, verb, technique.giver_id, technique.receiver_id, technique.introduced_by
    )
    return technique


@both
def technique_correct(request: Request, id: UUID) -> HttpResponseBase:
    """Say better what a technique is."""
    technique = _for(request, id, "propose")
    back = url("technique", technique.id)
    given = {
        name: getattr(technique, name)
        for name in ("name", "category", "specialty", "department", "procedure", "expected_cases")
    }
    given["department"] = technique.department.name if technique.department else ""
    given["grade"] = str(technique.grade or "")
    given["codes"] = " ".join(technique.codes.order_by("code").values_list("code", flat=True))
    form = forms.CorrectionForm(technique, request.POST or None, initial=given)

    def act(data: dict[str, Any]) -> str:
        techniques.correct_technique(by=request.viewer.user, technique=technique, **data)
        return back

    return submitted(
        request, form, act, title=_("Correct: %(name)s") % {"name": technique.name},
        submit=_("Save"), done=_("The technique was corrected."),
        intro=_("State, cases and reviews stay as they are."), cancel_url=back,
        crumbs=words.way(technique, _("Correct")), example=technique.programme.example,
    )  # fmt: skip


@both
def technique_claim(request: Request, id: UUID) -> HttpResponseBase:
    """Claim that a technique is new, or say the claim better."""
    technique = _for(request, id, "claim")
    back = url("technique", technique.id)
    form = forms.ClaimForm(
        request.POST or None,
        initial={
            "scope": technique.scope_claimed, "claim": technique.claim,
            "evidence": technique.evidence,
        },
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        novelty.claim_novelty(by=request.viewer.user, technique=technique, **data)
        return back

    return submitted(
        request, form, act, title=_("Claim of novelty: %(name)s") % {"name": technique.name},
        submit=_("Save"), done=_("The claim was saved."),
        intro=_("A changed claim waits for a review again; until then the figures do not count it"
                " as new."),
        cancel_url=back, crumbs=words.way(technique, _("Claim of novelty")),
        example=technique.programme.example,
    )  # fmt: skip


def _asked_of_reviewer(technique: Technique) -> str:
    """What the reviewer is told: the claim, the evidence, who else claims the same."""
    said = [
        _("Claimed: %(scope)s.") % {"scope": term(technique.scope_claimed, "novelty_scopes")},
        technique.claim,
    ]
    if technique.evidence:
        said.append(_("Evidence: %(text)s") % {"text": technique.evidence})
    return " ".join(said)


@dataclass(frozen=True)
class ClaimLine:
    """Another claim of the same code in the same place."""

    name: str
    where: str
    scope: str
    state: Any
    first: str
    earlier: bool
    codes: str
    url: str
    confirmed: str


def claim_lines(request: Request, technique: Technique) -> list[ClaimLine]:
    """Who else claims the same: both cannot be first."""
    return [
        ClaimLine(
            row.technique.name,
            f"{named(row.technique.receiver)} · {words.where(row.technique)}",
            term(row.technique.scope_claimed, "novelty_scopes"),
            words.STATES[row.technique.state],
            told_day(row.technique.first_case_on) if row.technique.first_case_on else "",
            row.earlier,
            " ".join(row.codes),
            url("technique", row.technique.id) if row.visible else "",
            term(row.technique.scope_confirmed, "novelty_scopes")
            if row.technique.scope_confirmed
            else "",
        )
        for row in queries.other_claims(request.viewer, technique)
    ]


@both
def technique_review(request: Request, id: UUID) -> HttpResponseBase:
    """Is the technique as new as it is claimed to be?"""
    viewer = request.viewer
    viewer.must(READ)
    technique = access.get_technique(viewer, id)
    if not technique.scope_claimed or technique.state in ("proposed", "withdrawn"):
        raise not_visible()
    access.must_review(viewer.user, technique)
    back = url("technique", technique.id)
    form = forms.ReviewForm(
        technique, get_language() or "zh-hans", request.POST or None,
        initial={"scope": technique.scope_claimed, "seen": technique.reviews.count()},
    )  # fmt: skip

    if request.method == "POST" and form.is_valid():
        try:
            novelty.review_novelty(by=viewer.user, technique=technique, **form.cleaned_data)
        except (InvalidInput, InvalidState) as refused:
            refused_to_form(form, refused)
        else:
            messages.success(request, _("The review was saved; the newest one holds."))
            return redirect(back)
    return form_page(
        request, title=_("Review the claim: %(name)s") % {"name": technique.name}, form=form,
        submit=_("Save the review"), intro=_asked_of_reviewer(technique), cancel_url=back,
        crumbs=words.way(technique, _("Review the claim")), example=technique.programme.example,
        template="mentoring/techniques_review.html", claims=claim_lines(request, technique),
    )  # fmt: skip


def _form_of(verb: str, technique: Technique, said: Any) -> Any:
    if verb == "approve":
        return forms.ApprovalForm(technique, said)
    if verb in ("rest", "stop"):
        return forms.EndForm(said)
    if verb == "withdraw":
        return forms.WithdrawForm(said)
    return forms.ResumeForm(said)


ACTS: dict[str, Callable[..., Technique]] = {
    "approve": techniques.approve_technique,
    "withdraw": techniques.withdraw_technique,
    "rest": technique_steps.rest_technique,
    "stop": technique_steps.stop_technique,
    "resume": technique_steps.resume_technique,
    "resume_locally": technique_steps.resume_technique,
}


@both
def technique_step(request: Request, id: UUID, verb: str) -> HttpResponseBase:
    """Take one step of a technique."""
    if verb not in ACTS:
        raise not_visible()
    technique = _for(request, id, verb)
    said, back = words.STEPS[verb], url("technique", technique.id)
    form = _form_of(verb, technique, request.POST or None)
    more = {"locally": True} if verb == "resume_locally" else {}

    def act(data: dict[str, Any]) -> str:
        ACTS[verb](by=request.viewer.user, technique=technique, **data, **more)
        return back

    return submitted(
        request, form, act,
        title=_("%(step)s: %(name)s") % {"step": said.button, "name": technique.name},
        submit=str(said.button), done=str(said.done), intro=str(said.intro), cancel_url=back,
        crumbs=words.way(technique, str(said.button)),
        tone="wrong" if said.tone == "wrong" else "", example=technique.programme.example,
    )  # fmt: skip


@both
def technique_need(request: Request, id: UUID) -> HttpResponseBase:
    """Say what a technique needs of a platform department, and whether it is ready."""
    technique = _for(request, id, "platform")
    back = url("technique", technique.id)
    platform = request.GET.get("platform", "")
    given: dict[str, Any] = {}
    if platform in vocabulary().table("platform_departments"):
        given = {"platform": platform}
        row = technique.needs.filter(platform=platform).first()
        if row is not None:
            given |= {"need": row.need, "due_on": row.due_on, "ready_on": row.ready_on}
    form = forms.NeedForm(request.POST or None, initial=given)

    def act(data: dict[str, Any]) -> str:
        technique_plans.need_platform(by=request.viewer.user, technique=technique, **data)
        return back

    return submitted(
        request, form, act,
        title=_("Platform department: %(name)s") % {"name": technique.name}, submit=_("Save"),
        done=_("What is needed was saved."),
        intro=_("A technique whose platform departments are not ready is flagged."),
        cancel_url=back, crumbs=words.way(technique, _("Platform department")),
        example=technique.programme.example,
    )  # fmt: skip


@both
def technique_need_drop(request: Request, id: UUID) -> HttpResponseBase:
    """Say that a technique does not depend on a platform department."""
    request.viewer.must(READ)
    need = access.get_need(request.viewer, id)
    technique = _for(request, need.technique_id, "platform")
    back, name = url("technique", technique.id), term(need.platform, "platform_departments")

    def act(_data: dict[str, Any]) -> str:
        technique_plans.drop_platform(
            by=request.viewer.user, technique=technique, platform=need.platform
        )
        return back

    return submitted(
        request, forms.SureForm(request.POST or None), act,
        title=_("Does not depend on: %(name)s") % {"name": name}, submit=_("Remove"),
        done=_("The platform department was removed."), cancel_url=back,
        crumbs=words.way(technique, name), tone="wrong", example=technique.programme.example,
    )  # fmt: skip


@both
def technique_taper(request: Request, id: UUID) -> HttpResponseBase:
    """Plan how support tapers."""
    technique = _for(request, id, "taper")
    back = url("technique", technique.id)
    lines = "\n".join(
        f"{row.first_month:%Y-%m} {row.last_month:%Y-%m} {row.expert_days} {row.local_share}"
        for row in technique.taper.order_by("first_month")
    )
    form = forms.TaperForm(request.POST or None, initial={"stretches": lines})

    def act(data: dict[str, Any]) -> str:
        technique_plans.plan_taper(
            by=request.viewer.user, technique=technique, stretches=data["stretches"]
        )
        return back

    return submitted(
        request, form, act, title=_("Taper plan: %(name)s") % {"name": technique.name},
        submit=_("Save"), done=_("The taper plan was saved."),
        intro=_("How often an expert comes, and what share is led locally: support falls, local"
                " hands rise. Behind the plan is flagged."),
        cancel_url=back, crumbs=words.way(technique, _("Taper plan")),
        example=technique.programme.example,
    )  # fmt: skip
