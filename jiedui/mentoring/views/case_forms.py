"""Pages that record a case on a phone, correct it, confirm several, return or withdraw one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, Refused
from jiedui.mentoring import actions
from jiedui.mentoring.access import apprenticeships as ties
from jiedui.mentoring.access import cases as access
from jiedui.mentoring.access.reach import WRITE, own_person, teaching
from jiedui.mentoring.domain.states import CASE_STATES, CONFIRMED, RECORDED
from jiedui.mentoring.forms.cases import CaseForm, ReasonForm
from jiedui.mentoring.models import Apprenticeship, Case, Technique
from jiedui.mentoring.queries import cases as queries
from jiedui.mentoring.queries.apprenticeships import own_logbooks
from jiedui.mentoring.views import learning_words as words
from jiedui.mentoring.views.apprenticeships import title_of
from jiedui.mentoring.views.base import Request, not_visible, outside, url
from jiedui.mentoring.views.cases import case_name, case_way
from jiedui.web.forms import refused_to_form, sentence
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.templatetags.jiedui import day, named, term

if TYPE_CHECKING:
    from jiedui.directory.models import Person


@dataclass(frozen=True)
class Card:
    """A choice as a card for the thumb: its radio button, its name, a word under it."""

    widget: Any
    name: str
    note: str = ""


@dataclass(frozen=True)
class CaseFormPage:
    """A case to be recorded in a few taps."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    lead: str
    form: CaseForm
    procedures: Sequence[Card]
    outcomes: Sequence[Card]
    groups: Sequence[tuple[Any, Sequence[Card]]]
    others: Sequence[Any]
    submit: str
    cancel_url: str


@dataclass(frozen=True)
class ChoosePage:
    """Of which apprenticeship or technique the case is."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    lead: str
    logbooks: Sequence[tuple[str, str, str]]
    techniques: Sequence[tuple[str, str, str]]


def _people(rows: Sequence[Any]) -> dict[str, Person]:
    return {str(row.person_id): row.person for row in rows}


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise not_visible() from None


@require_http_methods(["GET", "POST"])
def case_new(request: Request) -> HttpResponseBase:
    """Record a case."""
    viewer = request.viewer
    viewer.must(WRITE)
    if text := request.GET.get("technique", ""):
        found = queries.techniques_for_cases(viewer, _id(text))
        if not found:
            raise not_visible()
        return _of_technique(request, found[0])
    if text := request.GET.get("apprenticeship", ""):
        return _of_logbook(request, ties.get_apprenticeship(viewer, _id(text)))
    logbooks = own_logbooks(viewer)
    running = [row for row in logbooks if row.state == "active"] or logbooks
    techniques = queries.techniques_for_cases(viewer)
    if len(running) == 1 and request.GET.get("choose") is None:
        return _of_logbook(request, running[0])
    page = ChoosePage(
        _("Record a case"), case_way(_("Record a case")),
        any(row.receiver.example for row in running), _("Of which apprenticeship or technique?"),
        [
            (title_of(row), f"?apprenticeship={row.id}", term(row.specialty, "specialties"))
            for row in running
        ],
        [
            (row.name, f"?technique={row.id}", named(row.receiver))
            for row in techniques
        ],
    )  # fmt: skip
    return render(request, "mentoring/case_choose.html", page)


def _logbook_form(
    viewer: Viewer, held: Apprenticeship, data: Any, case: Case | None = None
) -> CaseForm:
    me = own_person(viewer)
    learners = _people(
        list(held.apprentices.select_related("person").order_by("left_on", "joined_on", "id"))
    )
    mentors = _people(list(held.mentors.select_related("person").order_by("last_day", "-lead")))
    mine = str(me.id) if me is not None and str(me.id) in learners else ""
    if mine and case is None:
        learners = {mine: learners[mine]}
    one = UUID(next(iter(learners))) if len(learners) == 1 else None
    habit = queries.habit_of(one, held.id)
    # Who leads the teaching on the day; whom a successor follows comes before the successor.
    leading = held.mentors.filter(teaching(), lead=True).order_by("first_day")
    lead = next((str(row.person_id) for row in leading), "")
    initial: dict[str, Any] = {
        "role": habit.role or "first_operator", "supervision": habit.supervision or "in_room",
        "mentor": str(me.id) if me is not None and str(me.id) in mentors else lead,
    }  # fmt: skip
    return CaseForm(
        data, procedures=habit.procedures, learners=learners, leaders=mentors, mentors=mentors,
        logbook=True, corrects=case.state if case else "",
        initial=initial | (_said(case) if case else {}),
    )  # fmt: skip


def _said(case: Case) -> dict[str, Any]:
    return {
        "learner": str(case.learner_id or ""), "procedure": case.procedure,
        "success": "yes" if case.success else "no", "outcome_note": case.outcome_note,
        "role": case.role, "supervision": case.supervision, "difficulty": case.difficulty,
        "leader": "" if case.leader_id == case.learner_id and case.apprenticeship_id
        else str(case.leader_id),
        "mentor": str(case.mentor_id or ""), "happened_on": case.happened_on,
    }  # fmt: skip


def _of_logbook(request: Request, held: Apprenticeship) -> HttpResponseBase:
    viewer = request.viewer
    form = _logbook_form(viewer, held, request.POST or None)
    people = tuple(row.person for row in held.apprentices.select_related("person"))
    if not access.may_record(viewer, apprenticeship=held, technique=None, people=people):
        raise not_visible()

    def act(data: dict[str, Any]) -> Case:
        data["learner"] = data["learner"] or form.only_learner
        return actions.record_case(by=viewer.user, apprenticeship=held, **data)

    return _case_form(
        request, form, act, title=_("Record a case"), lead=title_of(held),
        example=held.programme.example, cancel=url("cases"), done=_("The case was recorded."),
        way=case_way(_("Record a case")),
    )  # fmt: skip


def _technique_form(
    viewer: Viewer, technique: Technique, data: Any, case: Case | None = None
) -> CaseForm:
    people = {str(row.id): row for row in queries.people_around(technique)}
    me = own_person(viewer)
    return CaseForm(
        data, procedures=[technique.procedure] if technique.procedure else [],
        fixed=bool(technique.procedure), learners={}, leaders=people, mentors=people,
        logbook=False, corrects=case.state if case else "",
        initial={"leader": str(me.id) if me is not None and str(me.id) in people else ""}
        | (_said(case) if case else {}),
    )  # fmt: skip


def _of_technique(request: Request, technique: Technique) -> HttpResponseBase:
    viewer = request.viewer
    form = _technique_form(viewer, technique, request.POST or None)

    def act(data: dict[str, Any]) -> Case:
        return actions.record_case(by=viewer.user, technique=technique, **data)

    return _case_form(
        request, form, act, title=_("Record a case"), lead=technique.name,
        example=technique.programme.example,
        cancel=outside("mentoring:technique", technique.id) or url("cases"),
        done=_("The case was recorded."), way=case_way(_("Record a case")),
    )  # fmt: skip


def _case_form(
    request: Request, form: CaseForm, act: Any, *, title: str, lead: str, example: bool,
    cancel: str, done: str, way: Sequence[Crumb],
) -> HttpResponseBase:  # fmt: skip
    """Show the cards, or record and go to the case."""
    if request.method == "POST" and form.is_valid():
        try:
            case = act(dict(form.cleaned_data))
        except (InvalidInput, InvalidState, NotAllowed) as refused:
            refused_to_form(form, refused)
        else:
            messages.success(request, done)
            return redirect(url("case", case.id))
    groups = [
        (form[name], [Card(each.tag(), str(each.choice_label)) for each in form[name]])
        for name in ("learner", "role", "supervision", "difficulty")
        if name in form.fields
    ]
    page = CaseFormPage(
        title, way, example, lead, form,
        [
            Card(each.tag(), str(each.choice_label),
                 words.criterion_of(str(each.data["value"])))
            for each in form["procedure"]
        ],
        [Card(each.tag(), str(each.choice_label)) for each in form["success"]],
        groups,
        [form[name] for name in ("mentor", "leader", "happened_on", "reason")
         if name in form.fields],
        _("Record") if "reason" not in form.fields else _("Save the correction"),
        cancel,
    )  # fmt: skip
    return render(request, "mentoring/case_form.html", page, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def case_correct(request: Request, id: UUID) -> HttpResponseBase:
    """Say a case anew; what it said before is kept."""
    viewer = request.viewer
    case = access.get_case(viewer, id)
    tie, technique = case.apprenticeship, case.technique
    may = access.may_record(
        viewer, apprenticeship=tie, technique=technique, people=(case.learner, case.leader)
    )
    verbs = {step.verb for step in CASE_STATES.verbs(case.state)}
    if not may or "correct" not in verbs:
        raise not_visible()
    if tie is not None:
        form = _logbook_form(viewer, tie, request.POST or None, case)
    elif technique is not None:
        form = _technique_form(viewer, technique, request.POST or None, case)
    else:
        raise not_visible()

    def act(data: dict[str, Any]) -> Case:
        return actions.correct_case(by=viewer.user, case=case, **data)

    return _case_form(
        request, form, act, title=_("Correct the case"), lead=case_name(case),
        example=case.programme.example, cancel=url("case", case.id),
        done=_("It was corrected and awaits the mentor."), way=case_way(_("Correct the case")),
    )  # fmt: skip


@dataclass(frozen=True)
class Awaiting:
    """A case to be confirmed."""

    case: Case
    name: str
    who: str
    said: Sequence[str]
    met: bool
    outcome: Any
    criterion: str
    flags: Sequence[Any]
    asks_level: bool
    chosen: str
    error: str
    url: str
    return_url: str


@dataclass(frozen=True)
class WaitingPage:
    """Cases that the viewer may confirm, each with its level."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    lead: str
    rows: Sequence[Awaiting]
    levels: Sequence[tuple[str, str]]
    more: bool


@require_http_methods(["GET", "POST"])
def cases_waiting(request: Request) -> HttpResponseBase:
    """Which cases do I confirm, and how much supervision does the next one need?"""
    viewer = request.viewer
    viewer.must(WRITE)
    found = queries.awaiting(viewer)
    if text := request.GET.get("case", ""):
        found = found.filter(pk=_id(text))
    rows = list(found.select_related("programme")[: queries.MOST + 1])
    errors: dict[UUID, str] = {}
    if request.method == "POST":
        errors, count = _confirm(viewer, rows, request.POST)
        if count:
            text = ngettext("%(n)s case was confirmed.", "%(n)s cases were confirmed.", count)
            messages.success(request, text % {"n": count})
        if not errors:
            if not count:
                messages.info(request, _("Choose a level at the cases that you confirm."))
            return redirect(url("cases-waiting"))
        rows = list(queries.awaiting(viewer).select_related("programme")[: queries.MOST + 1])
    page = WaitingPage(
        _("Confirm cases"), case_way(_("Confirm cases")),
        any(row.programme.example for row in rows),
        _("Choose for each case how much supervision the next one needs; what you leave open stays"
          " here."),
        [_awaiting(row, request.POST, errors) for row in rows[: queries.MOST]],
        words.table_of("entrustment_levels"),
        len(rows) > queries.MOST,
    )  # fmt: skip
    return render(request, "mentoring/cases_waiting.html", page, status=422 if errors else 200)


def _asks_level(case: Case) -> bool:
    return case.apprenticeship_id is not None and case.learner_id is not None


def _confirm(
    viewer: Viewer, rows: Sequence[Case], said: Mapping[str, Any]
) -> tuple[dict[UUID, str], int]:
    """Confirm what was chosen; the refusals by case, and how many were confirmed."""
    picks = []
    for case in rows:
        text = str(said.get(f"level-{case.id}", ""))
        if text in {"1", "2", "3", "4", "5"} and _asks_level(case):
            picks.append(actions.Pick(case, int(text)))
        elif text == "yes" and not _asks_level(case):
            picks.append(actions.Pick(case))
    answers = actions.confirm_cases(by=viewer.user, picks=picks)
    errors = {
        pick.case.id: sentence(answer)
        for pick, answer in zip(picks, answers, strict=True)
        if isinstance(answer, Refused)
    }
    return errors, len(picks) - len(errors)


def _awaiting(case: Case, said: Mapping[str, Any], errors: Mapping[UUID, str]) -> Awaiting:
    told = [
        term(case.role, "case_roles") if case.role else str(words.LEADS[case.lead]),
        term(case.supervision, "supervision_levels") if case.supervision else "",
        term(case.difficulty, "case_difficulties"),
        case.outcome_note,
    ]
    who = case.learner or case.leader
    return Awaiting(
        case, f"{words.learned(case.procedure)}", f"{who.name} · {day(case.happened_on)}",
        [each for each in told if each], case.success, words.OUTCOMES[case.success],
        words.criterion_of(case.procedure), words.flags_of(case.flags), _asks_level(case),
        str(said.get(f"level-{case.id}", "")), errors.get(case.id, ""), url("case", case.id),
        url("case-return", case.id),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def case_return(request: Request, id: UUID) -> HttpResponseBase:
    """Give a case back with what is to be put right."""
    viewer = request.viewer
    case = access.get_case(viewer, id)
    if case.state != RECORDED or not access.confirms(viewer, case):
        raise not_visible()
    return _reasoned(
        request, case, actions.return_case, _("Return the case"), _("Return"),
        _("It was returned."), _("Who recorded it corrects it; then it awaits you again."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def case_withdraw(request: Request, id: UUID) -> HttpResponseBase:
    """Take a case back."""
    viewer = request.viewer
    case = access.get_case(viewer, id)
    may = (
        bool(access.confirms(viewer, case))
        if case.state == CONFIRMED
        else access.may_record(
            viewer, apprenticeship=case.apprenticeship, technique=case.technique,
            people=(case.learner, case.leader),
        )
    )  # fmt: skip
    if not may or "withdraw" not in {step.verb for step in CASE_STATES.verbs(case.state)}:
        raise not_visible()
    return _reasoned(
        request, case, actions.withdraw_case, _("Withdraw the case"), _("Withdraw"),
        _("It was withdrawn."), _("It counts no longer; what it said is kept."),
    )  # fmt: skip


def _reasoned(
    request: Request, case: Case, act: Any, title: str, submit: str, done: str, intro: str
) -> HttpResponseBase:
    def then(data: dict[str, Any]) -> str:
        act(by=request.viewer.user, case=case, reason=data["reason"])
        return url("case", case.id)

    return submitted(
        request, ReasonForm(request.POST or None), then,
        title=title, submit=submit, done=done, intro=f"{case_name(case)}。{intro}",
        cancel_url=url("case", case.id), crumbs=case_way(title), tone="wrong",
        example=case.programme.example,
    )  # fmt: skip
