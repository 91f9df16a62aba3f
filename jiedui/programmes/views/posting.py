"""One posting's page: how it stands, what comes next, and all that is its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.directory import access as directory
from jiedui.programmes import access, queries
from jiedui.programmes.domain.postings import days_on_site
from jiedui.programmes.domain.states import DECIDED, EITHER, ENDED, PRESENT, RECEIVER
from jiedui.programmes.models import Posting, SelfEvaluation, WelfareItem
from jiedui.programmes.queries.postings import Detail, last_step
from jiedui.programmes.queries.rules import unbroken_days
from jiedui.programmes.views import words
from jiedui.programmes.views.posting_words import STEPS
from jiedui.programmes.views.postings import (
    Step,
    batch_name,
    dotted,
    next_steps,
    office_name,
    posting_way,
    told_days,
)
from jiedui.programmes.views.posts import link
from jiedui.programmes.views.structure import Request
from jiedui.web.pages import Crumb, Moment, render
from jiedui.web.parts import Pair, Side
from jiedui.web.templatetags.jiedui import day, named, period, term


@dataclass(frozen=True)
class Fact:
    """One line of what is known; ``url`` where it leads on."""

    label: Any
    value: str
    url: str = ""


@dataclass(frozen=True)
class StayLine:
    """Days on site without a break."""

    days: str
    count: str
    present: bool


@dataclass(frozen=True)
class Office:
    """A host appointment."""

    name: str
    days: str
    document: str
    authority: str
    end_url: str


@dataclass(frozen=True)
class CareLine:
    """A line of the welfare list."""

    item: str
    owner: str
    state: Any
    tone: str
    issue: str
    raised: str
    edit_url: str
    raise_url: str
    resolve_url: str


@dataclass(frozen=True)
class HandoverLine:
    """A handover, told from this posting's side."""

    text: str
    url: str
    state: Any
    tone: str


@dataclass(frozen=True)
class PostingPage:
    """A posting: how it stands, what comes next, and all that is its own."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    programme: Any
    posting: Posting
    state: Any
    tone: str
    notice: str
    pair: Pair
    steps: Sequence[Step]
    facts: Sequence[Fact]
    other_title: str
    title_url: str
    stays: Sequence[StayLine]
    on_site: str
    unbroken: str
    credentials: Sequence[Any]
    lacking: Sequence[str]
    offices: Sequence[Office]
    appoint_url: str
    welfare: Sequence[CareLine]
    evaluation: SelfEvaluation | None
    evaluate_url: str
    handovers: Sequence[HandoverLine]
    handover_url: str
    entries_url: str
    moments: Sequence[Moment]
    take_back_url: str
    person_url: str
    stayed_url: str
    own: bool


@require_GET
def posting_page(request: Request, id: UUID) -> HttpResponseBase:
    """How does this posting stand, and what comes next?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    posting = access.get_posting(viewer, id)
    detail = queries.postings.detail(viewer, posting)
    own = access.is_own(viewer, posting)
    sides = (posting.giver_id, posting.receiver_id)
    hosts = access.may_act(viewer, RECEIVER, *sides)
    either = own or access.may_act(viewer, EITHER, *sides)
    begun = posting.state in (*PRESENT, *ENDED)
    until = posting.departed_on or today()
    held = directory.reach(viewer)
    other = queries.credentials.other_title(posting) if begun else ""
    page = PostingPage(
        title=posting.person.name,
        crumbs=posting_way(posting),
        example=posting.programme.example,
        programme=posting.programme,
        posting=posting,
        state=words.POSTING_STATES[posting.state],
        tone=words.POSTING_TONES[posting.state],
        notice=_notice(posting),
        pair=Pair(
            _side(posting.giver, held), _side(posting.receiver, held),
            term(posting.kind, "posting_kinds"), period(posting.starts_on, posting.ends_on),
        ),
        steps=next_steps(viewer, posting),
        facts=_facts(posting),
        other_title=term(other, "titles"),
        title_url=reverse("programmes:posting-title", args=[posting.id])
        if other and access.may_act(viewer, EITHER, *sides) else "",
        stays=[
            StayLine(period(*stay), told_days(stay.length(until)), stay.last is None)
            for stay in detail.stays
        ],
        on_site=told_days(days_on_site(detail.stays, until)),
        unbroken=told_days(unbroken_days(posting.kind, detail.stays, until)),
        credentials=detail.credentials,
        lacking=[term(kind, "credential_kinds") for kind in queries.credentials.lacking(posting)],
        offices=_offices(posting, detail, hosts),
        appoint_url=reverse("programmes:posting-appoint", args=[posting.id])
        if hosts and posting.state in (*DECIDED, *PRESENT) else "",
        welfare=[_care(item, hosts, either) for item in detail.welfare],
        evaluation=detail.evaluation,
        evaluate_url=reverse("programmes:posting-evaluate", args=[posting.id])
        if own and begun and detail.evaluation is None else "",
        handovers=_handovers(detail),
        handover_url=reverse("programmes:handover-new", args=[posting.id])
        if either and begun and detail.handover is None else "",
        entries_url=_entries(posting) if begun else "",
        moments=_moments(detail),
        take_back_url=_take_back(viewer, posting),
        person_url=_person_url(request, posting),
        stayed_url=reverse("mentoring:staying-person", args=[posting.person_id])
        if begun and (own or viewer.may("learning.people")) else "",
        own=own,
    )  # fmt: skip
    return render(request, "programmes/posting.html", page)


def _side(body: Any, held: directory.Reach) -> Side:
    url = reverse("directory:organisation", args=[body.id]) if held.covers(body.id) else ""
    return Side(named(body), url)


def _person_url(request: Request, posting: Posting) -> str:
    seen = directory.visible_people(request.viewer).filter(pk=posting.person_id).exists()
    return reverse("directory:person", args=[posting.person_id]) if seen else ""


def _notice(posting: Posting) -> str:
    """What the reader should know before anything else."""
    if posting.reason:
        return posting.reason
    if posting.state in PRESENT and posting.ends_on < today():
        return _("Still there after the last day (%(day)s): extend it or record the departure.") % {
            "day": day(posting.ends_on)
        }
    if posting.state in DECIDED and posting.starts_on < today():
        return _("Expected since %(day)s.") % {"day": day(posting.starts_on)}
    return ""


def _facts(posting: Posting) -> list[Fact]:
    """What was agreed of the posting, line by line; blank ones are left out."""
    rows = [
        Fact(_("Specialty"), term(posting.specialty, "specialties")),
        Fact(_("Department"), posting.department.name if posting.department else ""),
        Fact(_("Title on the first day"), term(posting.title, "titles")),
        Fact(_("Category of expert"), term(posting.category, "expert_categories")),
        Fact(_("Planned"), period(posting.planned_from, posting.planned_to)),
        Fact(
            _("Share of full time"),
            f"{posting.workload}%" if posting.workload != 100 else "",
        ),
        Fact(
            _("Team"),
            dotted(posting.team.name, term(posting.team_role, "team_roles"))
            if posting.team else _("none: posted alone"),
            link("team", posting.team_id) if posting.team_id else "",
        ),
        Fact(
            _("Batch"),
            batch_name(posting.batch) if posting.batch else "",
            link("batch", posting.batch_id) if posting.batch_id else "",
        ),
        Fact(
            _("Post"),
            _("open the post") if posting.post_id else "",
            link("post", posting.post_id) if posting.post_id else "",
        ),
        Fact(
            _("Agreement"),
            posting.agreement.title if posting.agreement else _("none covers these days"),
            link("agreement", posting.agreement_id) if posting.agreement_id else "",
        ),
    ]  # fmt: skip
    return [row for row in rows if row.value]


def _offices(posting: Posting, detail: Detail, hosts: bool) -> list[Office]:
    return [
        Office(
            office_name(one),
            period(one.valid_from, one.valid_to),
            one.document,
            one.authority,
            reverse("programmes:appointment-end", args=[one.id])
            if hosts and posting.state in PRESENT and one.valid_to is None
            else "",
        )
        for one in detail.appointments
    ]


def _care(item: WelfareItem, hosts: bool, either: bool) -> CareLine:
    is_open = item.raised_on is not None and item.resolved_on is None
    if is_open:
        state, tone = _("Issue open"), "wrong"
    elif item.done_on:
        state, tone = _("Done %(day)s") % {"day": day(item.done_on)}, "ok"
    else:
        state, tone = _("To do"), "wait"

    def url(name: str, allowed: bool) -> str:
        return reverse(f"programmes:welfare-{name}", args=[item.id]) if allowed else ""

    raised = ""
    if item.raised_on:
        raised = period(item.raised_on, item.resolved_on)
    return CareLine(
        term(item.item, "welfare_items"),
        named(item.owner),
        state,
        tone,
        item.issue,
        raised,
        url("edit", hosts),
        url("raise", either and not is_open),
        url("resolve", either and is_open),
    )


def _handovers(detail: Detail) -> list[HandoverLine]:
    found = []
    if (own := detail.handover) is not None:
        who = own.incoming.person.name if own.incoming else _("nobody named yet")
        found.append(_handover_line(own, _("Handed over to %(name)s") % {"name": who}))
    found += [
        _handover_line(one, _("Taken over from %(name)s") % {"name": one.outgoing.person.name})
        for one in detail.taken_over
    ]
    return found


def _handover_line(one: Any, text: str) -> HandoverLine:
    state, tone = handover_state(one)
    return HandoverLine(text, reverse("programmes:handover", args=[one.id]), state, tone)


def handover_state(one: Any) -> tuple[Any, str]:
    """How a handover stands today, and the tone of it."""
    if one.incoming_signed_at:
        return _("Signed by both"), "ok"
    if one.due_on < today():
        return _("Overdue"), "wrong"
    if one.outgoing_signed_at:
        return _("Waits for who comes"), "wait"
    return _("Waits for who leaves"), "wait"


def _entries(posting: Posting) -> str:
    query = {
        "who": str(posting.person_id),
        "receiver": posting.receiver.name,
        "happened_from": posting.starts_on.isoformat(),
        "happened_to": posting.ends_on.isoformat(),
    }
    return reverse("ledger:entries") + "?" + urlencode(query)


def _moments(detail: Detail) -> list[Moment]:
    """The steps, the latest first: the day each holds for, and who told it."""
    found = []
    for step in reversed(detail.steps):
        said = STEPS[step.verb]
        holds = step.number in detail.holding
        more = [step.reason] if holds else [_("taken back"), step.reason]
        if step.until:
            more.insert(0, _("until %(day)s") % {"day": day(step.until)})
        found.append(
            Moment(
                step.on,
                str(said.told),
                dotted(*more),
                detail.who(step.by) or _("the system"),
                said.tone if holds else "plain",
            )
        )
    return found


def _take_back(viewer: Viewer, posting: Posting) -> str:
    """Where the last step is taken back, for who may take it."""
    last = last_step(posting)
    if last is None or not access.may_act(viewer, last.side, posting.giver_id, posting.receiver_id):
        return ""
    return reverse("programmes:posting-take-back", args=[posting.id])
