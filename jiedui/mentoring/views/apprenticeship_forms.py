"""Pages that draft, sign, plan and end apprenticeships."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy
from django.views.decorators.http import require_http_methods

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.mentoring import actions
from jiedui.mentoring.access import apprenticeships as access
from jiedui.mentoring.access.reach import WRITE, may_manage, own_person
from jiedui.mentoring.domain.apprenticeships import months_later
from jiedui.mentoring.domain.states import ACTIVE, DRAFT
from jiedui.mentoring.forms.apprenticeships import (
    AnswerForm,
    ApprenticeshipForm,
    PairForm,
    PlanReasonForm,
    StepForm,
    goal_forms,
)
from jiedui.mentoring.models import Apprenticeship
from jiedui.mentoring.queries import studios
from jiedui.mentoring.queries.apprenticeships import may_begin, own_posts, pairs_of, tied
from jiedui.mentoring.views import learning_words as words
from jiedui.mentoring.views.apprenticeships import list_way, title_of, way_to
from jiedui.mentoring.views.base import Request, not_visible, url
from jiedui.programmes.access import get_pairing, sides
from jiedui.web.forms import refused_to_form, sentence
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.templatetags.jiedui import day, named


def _pair_of(viewer: Viewer, text: str) -> tuple[Any, Any, Any] | None:
    """Programme, supporter and recipient out of ``programme:giver:receiver``; the viewer's own."""
    try:
        programme, giver, receiver = (UUID(part) for part in text.split(":"))
    except ValueError:
        return None
    return tied(viewer, programme, giver, receiver)


@require_http_methods(["GET", "POST"])
def apprenticeship_new(request: Request) -> HttpResponseBase:
    """Propose an apprenticeship: first between whom, then who teaches whom."""
    viewer = request.viewer
    viewer.must(WRITE)
    if not may_begin(viewer):
        viewer.must("programmes.send")
    asked = request.GET.get("pair", "")
    if not asked and (text := request.GET.get("pairing", "")):
        try:
            pairing = get_pairing(viewer, UUID(text))
        except ValueError:
            raise not_visible() from None
        asked = f"{pairing.programme_id}:{pairing.giver_id}:{pairing.receiver_id}"
    found = _pair_of(viewer, asked)
    if found is None:
        return _choose(request)
    programme, giver, receiver = found
    manages = may_manage(viewer, giver.id, receiver.id)
    mine = own_posts(viewer).filter(programme_id=programme.id, receiver_id=receiver.id)
    form = ApprenticeshipForm(
        programme, giver, receiver,
        studios.open_at(viewer, programme.id, receiver.id), request.POST or None,
        initial={
            "starts_on": today(), "ends_on": months_later(today(), 12), "least_months": 6,
            "postings": [] if manages else [str(row.id) for row in mine],
        },
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        me = own_person(viewer)
        if not manages and (
            me is None or me.id not in {each.person.id for each in data["mentors"]}
        ):
            raise InvalidInput(
                "draft-without-oneself", "You draft for yourself: stand among the mentors.",
                field="postings",
            )  # fmt: skip
        held = actions.create_apprenticeship(
            by=viewer.user, programme=programme, giver=giver, receiver=receiver, **data
        )
        return url("learning-plan", held.id)

    return submitted(
        request, form, act,
        title=_("Propose an apprenticeship"), submit=_("Go on to the plan"),
        done=_("The draft is kept; now say what is to be learned."),
        intro=f"{named(giver)} → {named(receiver)} · {named(programme)}",
        cancel_url=url("apprenticeships"), crumbs=list_way(_("Propose an apprenticeship")),
        example=programme.example,
    )  # fmt: skip


def _choose(request: Request) -> HttpResponseBase:
    viewer = request.viewer
    pairs = [
        (f"{row.programme.id}:{row.giver.id}:{row.receiver.id}",
         f"{named(row.giver)} → {named(row.receiver)}（{named(row.programme)}）")
        for row in pairs_of(viewer)
    ]  # fmt: skip
    form = PairForm(pairs, request.POST or None)

    def act(data: dict[str, Any]) -> str:
        return f"{url('apprenticeship-new')}?pair={data['pair']}"

    return submitted(
        request, form, act,
        title=_("Propose an apprenticeship"), submit=pgettext("button", "Go on"),
        done=_("Now say who teaches."),
        intro=_("Between a supporter and a recipient that are paired today."),
        cancel_url=url("apprenticeships"), crumbs=list_way(_("Propose an apprenticeship")),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def apprenticeship_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Change a draft."""
    viewer = request.viewer
    held = access.get_apprenticeship(viewer, id)
    manages = access.may_edit_apprenticeship(viewer, held) or access.is_mentor(viewer, held)
    if not manages or held.state != DRAFT:
        raise not_visible()
    mentors = list(held.mentors.select_related("posting", "person").order_by("-lead", "id"))
    other = next((row.person for row in mentors if row.posting_id is None), None)
    learners = list(held.apprentices.select_related("person").order_by("joined_on", "id"))
    form = ApprenticeshipForm(
        held.programme, held.giver, held.receiver,
        studios.open_at(viewer, held.programme_id, held.receiver_id), request.POST or None,
        held=held,
        initial={
            "form": held.form, "specialty": held.specialty, "team": held.team, "aim": held.aim,
            "department": str(held.department_id or ""), "studio": str(held.studio_id or ""),
            "postings": [str(row.posting_id) for row in mentors if row.posting_id],
            "mentor": other, "apprentices": "\n".join(row.person.name for row in learners),
            "selection": learners[0].selection if learners else "",
            "starts_on": held.starts_on, "ends_on": held.ends_on,
            "least_months": held.least_months,
        },
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        actions.edit_apprenticeship(by=viewer.user, apprenticeship=held, **data)
        return url("apprenticeship", held.id)

    return submitted(
        request, form, act,
        title=_("Change the draft"), submit=_("Save"), done=_("It was saved."),
        cancel_url=url("apprenticeship", held.id), crumbs=way_to(held, _("Change the draft")),
        example=held.programme.example,
    )  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What a step is called, and what happens by it."""

    button: Any
    intro: Any
    done: Any
    wants: tuple[str, ...] = ()
    wrong: bool = False


STEPS: dict[str, Said] = {
    "propose": Said(
        gettext_lazy("Sign and propose"),
        gettext_lazy("You sign for your side; the other side signs, and it begins."),
        gettext_lazy("It was proposed to the other side."),
        ("on",),
    ),
    "sign": Said(
        pgettext_lazy("verb", "Sign"),
        gettext_lazy("With your signature both sides have signed, and it begins."),
        gettext_lazy("It was signed; cases can be recorded now."),
        ("on",),
    ),
    "send-back": Said(
        gettext_lazy("Send back"),
        gettext_lazy("It becomes a draft again; say what is to be changed."),
        gettext_lazy("It was sent back."),
        ("reason",),
        True,
    ),
    "withdraw": Said(
        pgettext_lazy("verb", "Withdraw"),
        gettext_lazy("It will not take place."),
        gettext_lazy("It was withdrawn."),
        ("reason",),
        True,
    ),
    "extend": Said(
        gettext_lazy("Extend"),
        gettext_lazy("It lasts longer; both sides see by whom and why."),
        gettext_lazy("It was extended."),
        ("until", "reason"),
    ),
    "complete": Said(
        pgettext_lazy("verb", "Complete"),
        gettext_lazy("Say how each apprentice stands. Cases can still be recorded afterwards."),
        gettext_lazy("It was completed."),
        ("on", "outcomes"),
    ),
    "end": Said(
        gettext_lazy("End early"),
        gettext_lazy("It ends before it is done; say why."),
        gettext_lazy("It was ended."),
        ("on", "reason"),
        True,
    ),
}


@require_http_methods(["GET", "POST"])
def apprenticeship_step(request: Request, id: UUID, verb: str) -> HttpResponseBase:
    """Take one step of an apprenticeship."""
    viewer = request.viewer
    held = access.get_apprenticeship(viewer, id)
    if verb not in STEPS or not access.may_edit_apprenticeship(viewer, held):
        raise not_visible()
    said = STEPS[verb]
    own = sides(viewer, held.giver_id, held.receiver_id)
    wants = list(said.wants)
    if verb == "propose" and len(own & {"giver", "receiver"}) != 1:
        wants.insert(0, "side")
    learners = (
        list(held.apprentices.filter(left_on__isnull=True).select_related("person"))
        if "outcomes" in wants
        else []
    )
    form = StepForm(wants, request.POST or None, learners=learners, initial={"on": today()})

    def act(data: dict[str, Any]) -> str:
        _acts(viewer, held, learners)[verb](data)
        return url("apprenticeship", held.id)

    return submitted(
        request, form, act,
        title=_("%(step)s: %(what)s") % {"step": said.button, "what": title_of(held)},
        submit=str(said.button), done=str(said.done), intro=str(said.intro),
        cancel_url=url("apprenticeship", held.id), crumbs=way_to(held, str(said.button)),
        tone="wrong" if said.wrong else "", example=held.programme.example,
    )  # fmt: skip


def _acts(
    viewer: Viewer, held: Apprenticeship, learners: Sequence[Any]
) -> dict[str, Callable[[dict[str, Any]], Any]]:
    said: dict[str, Any] = {"by": viewer.user, "apprenticeship": held}
    return {
        "propose": lambda data: actions.propose_apprenticeship(
            **said, side=data.get("side", ""), on=data["on"]
        ),
        "sign": lambda data: actions.sign_apprenticeship(**said, on=data["on"]),
        "send-back": lambda data: actions.send_back_apprenticeship(**said, reason=data["reason"]),
        "withdraw": lambda data: actions.withdraw_apprenticeship(**said, reason=data["reason"]),
        "extend": lambda data: actions.extend_apprenticeship(
            **said, until=data["until"], reason=data["reason"]
        ),
        "complete": lambda data: actions.complete_apprenticeship(
            **said, on=data["on"],
            outcomes={row.id: data[f"outcome-{row.id}"] for row in learners},
        ),
        "end": lambda data: actions.end_apprenticeship(
            **said, on=data["on"], reason=data["reason"]
        ),
    }  # fmt: skip


@dataclass(frozen=True)
class PlanPage:
    """The plan as lines to be changed."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    lead: str
    lines: Any
    form: PlanReasonForm | None
    submit: str
    cancel_url: str


@require_http_methods(["GET", "POST"])
def plan(request: Request, id: UUID) -> HttpResponseBase:
    """What is to be learned, how many, at which level, by when?"""
    viewer = request.viewer
    held = access.get_apprenticeship(viewer, id)
    manages = access.may_edit_apprenticeship(viewer, held)
    drafts = held.state == DRAFT and (manages or access.is_mentor(viewer, held))
    if not drafts and not (manages and held.state == ACTIVE):
        raise not_visible()
    own = sides(viewer, held.giver_id, held.receiver_id)
    signed = held.state == ACTIVE
    lines = goal_forms(held, list(held.goals.order_by("position", "id")), request.POST or None)
    reason = (
        PlanReasonForm(request.POST or None, both=len(own & {"giver", "receiver"}) != 1)
        if signed
        else None
    )
    if request.method == "POST" and lines.is_valid() and (reason is None or reason.is_valid()):
        told = [(each, goal) for each in lines if (goal := each.said()) is not None]
        goals = [goal for _each, goal in told]
        try:
            if reason is None:
                actions.set_plan(by=viewer.user, apprenticeship=held, goals=goals)
                messages.success(request, _("The plan is kept."))
            else:
                actions.propose_plan_change(
                    by=viewer.user, apprenticeship=held, goals=goals,
                    reason=reason.cleaned_data["reason"],
                    side=reason.cleaned_data.get("side", ""),
                )  # fmt: skip
                messages.success(request, _("The change waits for the other side's signature."))
            return redirect(url("apprenticeship", held.id))
        except (InvalidInput, InvalidState) as refused:
            line = refused.details.get("line")
            if isinstance(line, int):
                # The action counts the goals, the page its lines, blank ones among them.
                field = "goal" if refused.field == "code" else refused.field
                told[line][0].add_error(field, sentence(refused))
            else:
                first = lines.forms[0] if lines.forms else reason or lines.empty_form
                refused_to_form(first, refused)
    wrong = lines.is_bound and (
        any(each.errors for each in lines) or (reason is not None and bool(reason.errors))
    )
    lead = (
        _("Both sides have signed this plan: a change holds once the other side signs it too.")
        if signed
        else _("Procedures and entrustable activities, how many cases, which level, by when.")
    )
    page = PlanPage(
        _("Learning plan"), way_to(held, _("Learning plan")), held.programme.example, lead, lines,
        reason, _("Propose the change") if signed else _("Save the plan"),
        url("apprenticeship", held.id),
    )  # fmt: skip
    return render(request, "mentoring/learning_plan.html", page, status=422 if wrong else 200)


@dataclass(frozen=True)
class ChangePage:
    """A change of the plan: as it is, as it shall be, and the other side's answer."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    lead: str
    rows: Sequence[tuple[str, str, str, str]]
    reason: str
    answer: str
    form: AnswerForm | None
    submit: str
    cancel_url: str
    intro: str = ""
    tone: str = ""


def _told(row: Any) -> str:
    if row is None:
        return "–"
    cases = ""
    if row["kind"] == "procedure":
        cases = ngettext("%(n)s case", "%(n)s cases", row["cases"]) % {"n": row["cases"]}
    level = words.level_short(row["level"])
    due = day(date.fromisoformat(row["due_on"]))
    return "，".join(part for part in (cases, level, due) if part)


@require_http_methods(["GET", "POST"])
def plan_change(request: Request, id: UUID) -> HttpResponseBase:
    """What shall change, why, and do we sign it?"""
    viewer = request.viewer
    change = access.get_plan_change(viewer, id)
    held = change.apprenticeship
    own = sides(viewer, held.giver_id, held.receiver_id) if viewer.may(WRITE) else frozenset()
    other = "receiver" if change.side == "giver" else "giver"
    mine = change.proposed_by == viewer.user.id
    may = change.answered_on is None and (mine or other in own or "coordinator" in own)
    form = AnswerForm(request.POST or None) if may else None
    if form is not None and mine:
        form.fields["accept"].choices = [  # type: ignore[attr-defined]
            ("no", _("Take the proposal back")),
        ]  # fmt: skip
    if form is not None and request.method == "POST" and form.is_valid():
        try:
            actions.answer_plan_change(
                by=viewer.user, change=change, accept=form.cleaned_data["accept"] == "yes",
                answer=form.cleaned_data["answer"],
            )  # fmt: skip
        except (InvalidInput, InvalidState) as refused:
            refused_to_form(form, refused)
        else:
            messages.success(request, _("Your answer was recorded."))
            return redirect(url("apprenticeship", held.id))
    before = change.before if change.before is not None else [
        {"kind": goal.kind, "code": goal.code, "cases": goal.cases, "level": goal.level,
         "due_on": goal.due_on.isoformat()}
        for goal in held.goals.order_by("position", "id")
    ]  # fmt: skip
    old = {(row["kind"], row["code"]): row for row in before}
    new = {(row["kind"], row["code"]): row for row in change.goals}
    rows = []
    for key in dict.fromkeys([*old, *new]):
        was, shall = _told(old.get(key)), _told(new.get(key))
        tone = "plain" if was == shall else "wait"
        rows.append((words.learned(key[1], key[0]), was, shall, tone))
    page = ChangePage(
        _("Change of the plan"), way_to(held, _("Change of the plan")), held.programme.example,
        _("Proposed for %(side)s on %(day)s") % {
            "side": words.SIDES[change.side], "day": day(change.proposed_on),
        },
        rows, change.reason, change.answer, form, _("Answer"), url("apprenticeship", held.id),
    )  # fmt: skip
    status = 422 if form is not None and form.errors else 200
    return render(request, "mentoring/plan_change.html", page, status=status)
