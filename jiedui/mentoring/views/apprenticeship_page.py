"""The page of an apprenticeship: who teaches whom, how far it has come, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.directory import access as directory
from jiedui.mentoring.access import apprenticeships as access
from jiedui.mentoring.access.reach import READ, WRITE, own_person
from jiedui.mentoring.access.skills import may_decide
from jiedui.mentoring.domain.apprenticeships import GONE, NOBODY, months_later
from jiedui.mentoring.domain.states import ACTIVE, COMPLETED, DRAFT, PROPOSED
from jiedui.mentoring.models import Apprenticeship, Mentor, PlanChange
from jiedui.mentoring.queries import apprenticeships as queries
from jiedui.mentoring.views import learning_words as words
from jiedui.mentoring.views.apprenticeships import list_way, title_of
from jiedui.mentoring.views.base import Request, url
from jiedui.programmes.access import sides
from jiedui.web.pages import Crumb, Moment, render
from jiedui.web.parts import Pair, Side
from jiedui.web.templatetags.jiedui import day, named, period, term


@dataclass(frozen=True)
class Step:
    """Something the viewer may do now."""

    label: Any
    url: str
    primary: bool = False


@dataclass(frozen=True)
class MentorLine:
    """Who teaches, from when to when, and who follows."""

    name: str
    days: str
    note: str
    state: str
    tone: str
    succeed_url: str
    end_url: str


@dataclass(frozen=True)
class GoalLine:
    """A line of the plan for one apprentice."""

    name: str
    kind: str
    of_team: bool
    cases: str
    level: str
    formal: bool
    wanted: str
    due: Any
    before: str
    state: Any
    tone: str
    behind: bool


@dataclass(frozen=True)
class LearnerBlock:
    """An apprentice with the lines of the plan."""

    name: str
    days: str
    outcome: str
    selection: str
    baseline: str
    criteria: Sequence[tuple[str, bool]]
    lines: Sequence[GoalLine]
    logbook_url: str
    skills_url: str
    decide_url: str
    leave_url: str
    baseline_url: str


@dataclass(frozen=True)
class ChangeLine:
    """A change of the plan."""

    text: str
    state: Any
    tone: str
    url: str


@dataclass(frozen=True)
class Page:
    """An apprenticeship: who, what, how far, and what comes next."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    held: Apprenticeship
    state: Any
    tone: str
    notice: str
    pair: Pair
    steps: Sequence[Step]
    facts: Sequence[tuple[Any, str, str]]
    mentors: Sequence[MentorLine]
    learners: Sequence[LearnerBlock]
    changes: Sequence[ChangeLine]
    moments: Sequence[Moment]
    record_url: str
    awaiting: int
    confirm_url: str
    join_url: str
    mentor_url: str
    plan_url: str


@require_GET
def apprenticeship_page(request: Request, id: UUID) -> HttpResponseBase:
    """How far has it come, what is behind, and what comes next?"""
    viewer = request.viewer
    viewer.must(READ)
    held = access.get_apprenticeship(viewer, id)
    detail = queries.detail(held)
    manages = access.may_edit_apprenticeship(viewer, held)
    active = held.state == ACTIVE
    me = own_person(viewer)
    mine = me is not None and any(
        me.id == person
        for person in (
            *(row.person_id for row in detail.mentors),
            *(each.row.person_id for each in detail.learners),
        )
    )
    records = held.state in (ACTIVE, COMPLETED) and viewer.may(WRITE) and (manages or mine)
    teaches = me is not None and any(
        row.person_id == me.id and not _over(row) for row in detail.mentors
    )
    reach = directory.reach(viewer)
    page = Page(
        title=title_of(held),
        crumbs=list_way(title_of(held)),
        example=held.programme.example,
        held=held,
        state=words.STATES[held.state],
        tone=words.TONES[held.state],
        notice=_notice(held),
        pair=Pair(
            _side(held.giver, reach), _side(held.receiver, reach),
            term(held.form, "apprenticeship_forms"), period(held.starts_on, held.ends_on),
        ),
        steps=_steps(viewer, held, manages, teaches),
        facts=_facts(held),
        mentors=[_mentor(row, detail.mentors, manages and active) for row in detail.mentors],
        learners=[_learner(viewer, each, held, manages, active) for each in detail.learners],
        changes=[_change(row) for row in detail.changes],
        moments=_moments(held, detail),
        record_url=f"{url('case-new')}?apprenticeship={held.id}" if records else "",
        awaiting=detail.recorded,
        confirm_url=url("cases-waiting") if detail.recorded and (teaches or manages) else "",
        join_url=url("apprentice-join", held.id) if manages and active else "",
        mentor_url=url("mentor-add", held.id) if manages and active else "",
        plan_url=url("learning-plan", held.id)
        if (manages and held.state in (DRAFT, ACTIVE)) or (teaches and held.state == DRAFT)
        else "",
    )  # fmt: skip
    return render(request, "mentoring/apprenticeship.html", page)


def _side(body: Any, held: directory.Reach) -> Side:
    link = reverse("directory:organisation", args=[body.id]) if held.covers(body.id) else ""
    return Side(named(body), link)


def _notice(held: Apprenticeship) -> str:
    if held.state == ACTIVE:
        lack = queries.mentoring_of(held, today())
        if lack in (GONE, NOBODY):
            return str(words.MENTORED[lack])
        if held.ends_on < today():
            return _("Past its last day (%(day)s): complete it or extend it.") % {
                "day": day(held.ends_on)
            }
    return held.reason


def _steps(viewer: Viewer, held: Apprenticeship, manages: bool, teaches: bool) -> list[Step]:
    """What the viewer may do next, what leads forward first."""
    own = sides(viewer, held.giver_id, held.receiver_id) if viewer.may(WRITE) else frozenset()

    def step(label: str, name: str, primary: bool = False) -> Step:
        return Step(label, url("apprenticeship-step", held.id, name), primary)

    if held.state == DRAFT and (manages or teaches):
        edit = Step(_("Change the draft"), url("apprenticeship-edit", held.id))
        if not manages:
            return [edit]
        return [
            step(_("Sign and propose"), "propose", True), edit, step(_("Withdraw"), "withdraw"),
        ]  # fmt: skip
    if held.state == PROPOSED:
        waits = "giver" if held.signed_giver_on is None else "receiver"
        signed = "receiver" if waits == "giver" else "giver"
        found = []
        if waits in own or "coordinator" in own:
            found += [
                step(pgettext("verb", "Sign"), "sign", True), step(_("Send back"), "send-back"),
            ]  # fmt: skip
        if signed in own or "coordinator" in own:
            found.append(step(_("Withdraw"), "withdraw"))
        return found
    if held.state == ACTIVE and manages:
        found = [step(_("Extend"), "extend"), step(_("End early"), "end")]
        if "receiver" in own or "coordinator" in own:
            least = months_later(held.starts_on, held.least_months)
            done = held.ends_on <= today() and least <= today()
            found.insert(0, step(_("Complete"), "complete", done))
        return found
    return []


def _facts(held: Apprenticeship) -> list[tuple[Any, str, str]]:
    """What was agreed, line by line; blank ones are left out."""
    months = ngettext("%(n)s month", "%(n)s months", held.least_months) % {"n": held.least_months}
    rows = [
        (_("Programme"), named(held.programme), ""),
        (_("Department"), held.department.name if held.department else "", ""),
        (_("Specialty"), term(held.specialty, "specialties"), ""),
        (pgettext("learning", "Team"), held.team, ""),
        (_("Aim"), held.aim, ""),
        (_("Least time"), months if held.least_months else "", ""),
        (_("Studio"), held.studio.name if held.studio else "",
         url("studio", held.studio_id) if held.studio_id else ""),
        (_("Signed for the supporter"), day(held.signed_giver_on) if held.signed_giver_on else
         pgettext("signature", "not yet"), ""),
        (_("Signed for the recipient"), day(held.signed_receiver_on) if held.signed_receiver_on
         else pgettext("signature", "not yet"), ""),
    ]  # fmt: skip
    return [row for row in rows if row[1]]


def _over(row: Mentor) -> bool:
    return row.last_day is not None and row.last_day < today()


def _mentor(row: Mentor, rows: Sequence[Mentor], acts: bool) -> MentorLine:
    notes = []
    if row.took_over_from is not None:
        notes.append(_("took over from %(name)s") % {"name": row.took_over_from.person.name})
    if row.posting is not None:
        notes.append(_("posted %(days)s") % {
            "days": period(row.posting.starts_on, row.posting.ends_on)
        })  # fmt: skip
    followed = any(each.took_over_from_id == row.id for each in rows)
    open_row = not _over(row)
    lead = pgettext("mentor", "Leads the teaching") if row.lead else pgettext("mentor", "Teaches")
    return MentorLine(
        row.person.name,
        period(row.first_day, row.last_day),
        " · ".join(notes),
        lead if open_row else pgettext("mentor", "Taught"),
        "ok" if open_row else "plain",
        url("mentor-succeed", row.id) if acts and not followed else "",
        url("mentor-end", row.id) if acts and row.last_day is None else "",
    )


def _learner(
    viewer: Viewer, each: queries.Learner, held: Apprenticeship, manages: bool, active: bool
) -> LearnerBlock:
    row = each.row
    gone = row.left_on is not None
    decides = held.state in (ACTIVE, COMPLETED) and may_decide(
        viewer, held.giver_id, held.receiver_id, row.person_id
    )
    return LearnerBlock(
        row.person.name,
        period(row.joined_on, row.left_on),
        term(row.outcome, "apprentice_outcomes") if row.outcome else "",
        row.selection,
        row.baseline,
        [(term(one.criterion, "selection_criteria"), one.met) for one in row.answers.all()],
        [_goal(line) for line in each.lines],
        f"{url('cases')}?{urlencode({'apprenticeship': str(held.id), 'learner': row.person.name})}",
        f"{url('skills')}?{urlencode({'q': row.person.name})}",
        url("apprentice-decide", row.id) if decides else "",
        url("apprentice-leave", row.id) if manages and active and not gone else "",
        url("apprentice-baseline", row.id)
        if manages and not gone and held.state in (DRAFT, ACTIVE) else "",
    )  # fmt: skip


def _goal(line: queries.Progress) -> GoalLine:
    goal, before = line.goal, line.before
    counted = goal.kind == "procedure"
    said = ""
    if before is not None:
        said = words.level_short(before.level)
        if before.cases_before:
            told = ngettext("%(n)s case before", "%(n)s cases before", before.cases_before)
            said += " · " + told % {"n": before.cases_before}
    return GoalLine(
        words.learned(goal.code, goal.kind),
        _("Procedure") if counted else _("Entrustable activity"),
        goal.of_team,
        f"{line.cases} / {goal.cases}" if counted else "–",
        words.level_short(line.level) or "–",
        line.formal,
        words.level_short(goal.level),
        goal.due_on,
        said,
        words.STANDS[line.stands],
        words.STAND_TONES[line.stands],
        line.stands in ("behind", "overdue"),
    )


def _change(row: PlanChange) -> ChangeLine:
    if row.answered_on is None:
        state, tone = _("Waits for the other side's signature"), "wait"
    elif row.accepted:
        state, tone = _("Signed %(day)s") % {"day": day(row.answered_on)}, "ok"
    else:
        state, tone = _("Not taken %(day)s") % {"day": day(row.answered_on)}, "plain"
    who = words.SIDES[row.side]
    text = _("%(who)s, %(day)s: %(reason)s") % {
        "who": who, "day": day(row.proposed_on), "reason": row.reason,
    }  # fmt: skip
    return ChangeLine(text, state, tone, url("plan-change", row.id))


def _moments(held: Apprenticeship, detail: queries.Detail) -> list[Moment]:
    """What happened, the latest first."""
    found = []
    for side, on in (("giver", held.signed_giver_on), ("receiver", held.signed_receiver_on)):
        if on is not None:
            text = _("%(side)s signed") % {"side": words.SIDES[side]}
            found.append(Moment(on, text, tone="ok"))
    for row in detail.mentors:
        if row.took_over_from is not None:
            text = _("%(new)s took over from %(old)s") % {
                "new": row.person.name, "old": row.took_over_from.person.name,
            }  # fmt: skip
            found.append(Moment(row.first_day, text))
    for each in detail.learners:
        if each.row.left_on is not None:
            outcome = term(each.row.outcome, "apprentice_outcomes") if each.row.outcome else ""
            found.append(Moment(each.row.left_on, each.row.person.name, outcome))
    for change in detail.changes:
        if change.accepted and change.answered_on:
            text = _("The plan was changed")
            found.append(Moment(change.answered_on, text, change.reason))
    if held.ended_on is not None:
        found.append(Moment(held.ended_on, str(words.STATES[held.state]), held.reason, tone="ok"))
    return sorted(found, key=lambda one: one.at, reverse=True)
