"""What the page of one technique shows, put together from its reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.mentoring.access import techniques as access
from jiedui.mentoring.access.cases import visible_cases
from jiedui.mentoring.access.reach import WRITE
from jiedui.mentoring.domain.adoption import (
    BEHIND,
    NO_CASES,
    ON_PLAN,
    TO_COME,
    Tapered,
    demand,
)
from jiedui.mentoring.domain.months import between, month_of
from jiedui.mentoring.domain.states import AT_REST, IN_USE, STOPPED
from jiedui.mentoring.models import NoveltyReview, PlatformNeed, Technique, TechniqueStep
from jiedui.mentoring.queries import techniques as queries
from jiedui.mentoring.queries.cases import techniques_for_cases
from jiedui.mentoring.views import technique_words as words
from jiedui.mentoring.views.base import outside, url
from jiedui.mentoring.views.technique_charts import cases_chart, curve_note, share_chart
from jiedui.programmes.queries.postings import user_names
from jiedui.web.charts import ChartData
from jiedui.web.pages import Crumb, Moment
from jiedui.web.parts import Pair, Side
from jiedui.web.templatetags.jiedui import day as told_day
from jiedui.web.templatetags.jiedui import named, term

RECENT = 8


@dataclass(frozen=True)
class Fact:
    """A line of what is known."""

    label: str
    value: Any
    url: str = ""


@dataclass(frozen=True)
class Step:
    """A step that the viewer may take now."""

    label: Any
    url: str
    forward: bool = False


@dataclass(frozen=True)
class Notice:
    """What asks for attention, and where to see to it."""

    text: str
    tone: str
    url: str = ""
    action: Any = ""


@dataclass(frozen=True)
class CaseLine:
    """A case in short."""

    on: date
    lead: Any
    leader: str
    success: bool
    state: Any
    tone: str
    url: str


@dataclass(frozen=True)
class ReviewLine:
    """What a reviewer found."""

    on: date
    who: str
    found: str
    tone: str
    note: str
    holds: bool


@dataclass(frozen=True)
class NeedLine:
    """A platform department that it depends on."""

    platform: str
    need: str
    state: str
    tone: str
    edit_url: str
    drop_url: str


@dataclass(frozen=True)
class TaperLine:
    """A stretch of the taper plan against what happened."""

    months: str
    days_planned: str
    days: str
    share_planned: str
    share: str
    cases: int
    state: Any
    tone: str


@dataclass(frozen=True)
class TechniquePage:
    """One technique."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    state: Any
    tone: str
    since: str
    pair: Pair
    steps: Sequence[Step]
    notices: Sequence[Notice]
    facts: Sequence[Fact]
    numbers: Sequence[Fact]
    cases_chart: ChartData | None
    share_chart: ChartData | None
    curve_note: str
    cases: Sequence[CaseLine]
    cases_url: str
    case_new_url: str
    # Of a technique that was stopped, only cases of before are still told.
    stopped: bool
    claim: Sequence[Fact]
    reviews: Sequence[ReviewLine]
    review_url: str
    claim_url: str
    needs: Sequence[NeedLine]
    need_url: str
    taper: Sequence[TaperLine]
    taper_url: str
    moments: Sequence[Moment]
    correct_url: str


def case_new_url(viewer: Viewer, technique: Technique) -> str:
    """Where the viewer records a case of the technique, if they may."""
    if not viewer.may(WRITE) or not techniques_for_cases(viewer, technique.id):
        return ""
    return f"{url('case-new')}?technique={technique.id}"


def technique_parts(viewer: Viewer, technique: Technique) -> TechniquePage:
    """The page, in a number of reads that no number of cases changes."""
    followed = queries.followed(technique)
    needs = list(technique.needs.order_by("platform"))

    def may(verb: str) -> bool:
        return access.may_act_on_technique(
            viewer, verb, technique.giver_id, technique.receiver_id, technique.introduced_by
        )

    open_still = technique.state not in ("stopped", "withdrawn")
    asks = may("platform") and open_still
    taper = [_taper_line(row) for row in followed.taper]
    steps = list(technique.steps.all())
    reviews = list(access.reviews_of(technique))
    names = user_names([*(row.by for row in steps), *(row.by for row in reviews)])
    return TechniquePage(
        title=technique.name,
        crumbs=words.way(technique),
        example=technique.programme.example,
        state=words.STATES[technique.state],
        tone=words.TONES[technique.state],
        since=told_day(technique.state_on),
        pair=_pair(technique),
        steps=[
            Step(words.STEPS[verb].button, url("technique-step", technique.id, verb),
                 verb in words.FORWARD)
            for verb in access.steps_open(viewer, technique)
        ],
        notices=_notices(viewer, technique, needs, followed.taper),
        facts=_facts(technique),
        numbers=_numbers(technique),
        cases_chart=cases_chart(technique, followed),
        share_chart=share_chart(technique, followed),
        curve_note=curve_note(followed.months),
        cases=_cases(viewer, technique),
        cases_url=url("technique-cases", technique.id),
        case_new_url=case_new_url(viewer, technique),
        stopped=technique.state == STOPPED,
        claim=_claim(technique),
        reviews=_reviews(technique, reviews, names),
        review_url=(
            url("technique-review", technique.id) if access.may_review(viewer, technique) else ""
        ),
        claim_url=url("technique-claim", technique.id) if may("claim") and open_still else "",
        needs=[_need_line(technique, row, asks) for row in needs],
        need_url=url("technique-need", technique.id) if asks else "",
        taper=taper,
        taper_url=url("technique-taper", technique.id) if may("taper") and open_still else "",
        moments=_moments(steps, names),
        correct_url=url("technique-correct", technique.id) if may("propose") else "",
    )  # fmt: skip


def _pair(technique: Technique) -> Pair:
    return Pair(
        Side(named(technique.giver), detail=technique.introduced_by.name),
        Side(named(technique.receiver), detail=words.where(technique)),
        term(technique.category, "technique_categories"),
    )


def _facts(technique: Technique) -> list[Fact]:
    codes = " ".join(technique.codes.order_by("code").values_list("code", flat=True))
    posting = technique.posting_id
    found = [
        Fact(_("Programme"), named(technique.programme)),
        Fact(_("Category"), term(technique.category, "technique_categories")),
        Fact(_("Specialty"), term(technique.specialty, "specialties")),
        Fact(_("Brought by"), technique.introduced_by.name,
             outside("programmes:posting", posting) if posting else ""),
        Fact(_("Proposed on"), told_day(technique.proposed_on)),
    ]  # fmt: skip
    if technique.grade is not None:
        found.append(Fact(_("Grade of surgery"), term(str(technique.grade), "technique_grades")))
    if codes:
        found.append(Fact(_("Procedure codes (ICD-9-CM-3)"), codes))
    if technique.procedure:
        found.append(Fact(_("Procedure of the logbook"), term(technique.procedure, "procedures")))
    for label, on in (
        (pgettext("technique", "Approved"), technique.approved_on),
        (_("Authorised on (licence, filing)"), technique.licence_on),
        (_("Reviewed by the ethics committee on"), technique.ethics_on),
    ):
        if on is not None:
            found.append(Fact(label, told_day(on)))
    found.append(Fact(_("Cases to be expected a year"), technique.expected_cases))
    if technique.stop_reason:
        found.append(Fact(_("Reason"), term(technique.stop_reason, "stop_reasons")))
    return found


def _numbers(technique: Technique) -> list[Fact]:
    found = [
        Fact(_("Confirmed cases"), technique.cases),
        Fact(_("Led locally"), technique.local_cases),
    ]
    if technique.cases:
        found.append(
            Fact(_("Local-lead share"), words.share(technique.local_cases, technique.cases))
        )
    for label, on in (
        (_("First case"), technique.first_case_on),
        (_("First local-led case"), technique.first_local_on),
        (_("Last case"), technique.last_case_on),
        (_("Last day of an expert"), technique.departed_on),
    ):
        if on is not None:
            found.append(Fact(label, told_day(on)))
    return found


def _notices(
    viewer: Viewer, technique: Technique, needs: Sequence[PlatformNeed], taper: Sequence[Tapered]
) -> list[Notice]:
    found = []
    missing = [row for row in needs if row.ready_on is None]
    if missing and technique.state not in ("stopped", "withdrawn"):
        names = _(", ").join(term(row.platform, "platform_departments") for row in missing)
        found.append(
            Notice(_("Platform departments not ready: %(names)s.") % {"names": names}, "wrong")
        )
    first, approved = technique.first_case_on, technique.approved_on
    if first is not None and (approved is None or first < approved):
        found.append(
            Notice(
                _("The first case (%(day)s) lies before the approval.") % {"day": told_day(first)},
                "wrong",
            )
        )
    last = technique.last_case_on
    if technique.state in IN_USE and last is not None:
        months = between(month_of(last), month_of(today()))
        if queries.is_asleep(technique, today()):
            text = _(
                "No case since %(day)s, although about %(n)s were to be expected (from the expected"
                " cases; no discharge data yet). Is it dormant?"
            ) % {"day": told_day(last), "n": round(demand(technique.expected_cases, months))}
            rest = "rest" in access.steps_open(viewer, technique)
            found.append(
                Notice(text, "wrong",
                       url("technique-step", technique.id, "rest") if rest else "",
                       words.STEPS["rest"].button if rest else "")
            )  # fmt: skip
    if technique.state in AT_REST and last is not None and last > technique.state_on:
        found.append(
            Notice(
                _("A case of %(day)s was confirmed since; take the technique up again.")
                % {"day": told_day(last)},
                "wait",
            )
        )
    behind = [row for row in taper if row.standing == BEHIND]
    if behind:
        row = behind[-1]
        found.append(
            Notice(
                _("Behind the taper plan: %(share)s%% led locally, %(plan)s%% planned.")
                % {"share": row.share, "plan": row.planned_share},
                "wrong",
            )
        )
    return found


def _cases(viewer: Viewer, technique: Technique) -> list[CaseLine]:
    rows = visible_cases(viewer).filter(technique=technique).select_related("leader")
    return [
        CaseLine(
            row.happened_on, words.LEADS[row.lead], row.leader.name, row.success,
            words.CASE_STATES[row.state], words.CASE_TONES[row.state],
            outside("mentoring:case", row.id),
        )
        for row in rows.exclude(state="withdrawn").order_by("-happened_on", "-id")[:RECENT]
    ]  # fmt: skip


def _claim(technique: Technique) -> list[Fact]:
    if not technique.scope_claimed:
        return []
    if technique.reviewed_on is None:
        found = _("Not reviewed yet; the figures do not count it as new")
    elif technique.scope_confirmed:
        found = term(technique.scope_confirmed, "novelty_scopes")
    else:
        found = _("The claim does not hold")
    facts = [
        Fact(_("Claimed to be new"), term(technique.scope_claimed, "novelty_scopes")),
        Fact(_("What is new, compared with what"), technique.claim),
    ]
    if technique.evidence:
        facts.append(Fact(_("Evidence"), technique.evidence))
    return [*facts, Fact(_("Found to be new"), found)]


def _reviews(
    technique: Technique, rows: Sequence[NoveltyReview], names: Mapping[UUID, str]
) -> list[ReviewLine]:
    return [
        ReviewLine(
            row.on,
            row.reviewer.name if row.reviewer else names.get(row.by, "") if row.by else "",
            term(row.scope, "novelty_scopes") if row.scope else _("The claim does not hold"),
            "ok" if row.scope else "wrong",
            row.note,
            place == 0 and technique.reviewed_on is not None,
        )
        for place, row in enumerate(rows)
    ]  # fmt: skip


def _need_line(technique: Technique, row: PlatformNeed, asks: bool) -> NeedLine:
    if row.ready_on is not None:
        state, tone = _("Ready since %(day)s") % {"day": told_day(row.ready_on)}, "ok"
    elif row.due_on is None:
        state, tone = _("Not ready"), "wrong"
    else:
        late = row.due_on < today()
        text = _("Overdue since %(day)s") if late else _("To be ready by %(day)s")
        state, tone = text % {"day": told_day(row.due_on)}, "wrong" if late else "wait"
    edit = f"{url('technique-need', technique.id)}?platform={row.platform}" if asks else ""
    return NeedLine(
        term(row.platform, "platform_departments"), row.need, state, tone, edit,
        url("technique-need-drop", row.id) if asks else "",
    )  # fmt: skip


def _taper_line(row: Tapered) -> TaperLine:
    states = {
        TO_COME: (_("Not begun"), "plain"), ON_PLAN: (_("On plan"), "ok"),
        BEHIND: (_("Behind the plan"), "wrong"), NO_CASES: (_("No case"), "wait"),
    }  # fmt: skip
    state, tone = states[row.standing]
    first, last = words.told_month(row.months.first), words.told_month(row.months.last)
    return TaperLine(
        first if first == last else f"{first} – {last}",
        _("%(n)s a month") % {"n": row.planned_days},
        ""
        if row.standing == TO_COME
        else _("%(days)s of %(planned)s so far")
        % {"days": row.days, "planned": row.days_planned_so_far},
        f"{row.planned_share}%",
        f"{row.share}%" if row.share is not None else "",
        row.led.all,
        state,
        tone,
    )


def _moments(steps: Sequence[TechniqueStep], names: Mapping[UUID, str]) -> list[Moment]:
    """The steps, the newest first, and who took each."""
    found = []
    for row in sorted(steps, key=lambda step: step.number, reverse=True):
        said = words.STEPS[row.verb]
        detail = str(words.STATES[row.state]) if row.verb == "take_back" else row.reason
        who = names.get(row.by, "") if row.by else ""
        found.append(Moment(row.on, str(said.told), detail, who, said.tone))
    return found
