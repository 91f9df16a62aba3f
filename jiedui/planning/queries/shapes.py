"""What pages of dispatch plans are drawn from: plain values, names ready, codes as codes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from jiedui.planning.domain.reasons import Reason
from jiedui.planning.models import DispatchPlan

Days = tuple[date, date]


@dataclass(frozen=True)
class Result:
    """What was found for a scenario, by the referee's count."""

    objective: float
    bound: float | None
    gap: float | None
    gap_level: str
    gap_words: Reason
    gap_among: tuple[Reason, ...]
    """Among which plans it was proven, where not among all."""
    kept: int
    cost: float
    tours: int
    people: int
    posts: int
    filled: int
    partly: int
    empty: int
    coverage: float | None
    """Covered share of the weighted need."""
    smallest: float | None
    """Share of the worst-off recipient."""
    with_nothing: int
    team_months: int
    teams: int
    """Recipients whose team stands in some month."""
    mentored: int
    wanting_mentor: int
    floor: float | None
    floor_bound: float | None
    crowded_out: int
    """Recipients within reach that the floor passes over."""
    seconds: float
    work: int
    cut: bool | None
    """Whether the clock ended the search; None where that was not noted."""
    same: bool | None
    """Whether a repeated run found the same plan; None where none was made."""


@dataclass(frozen=True)
class ScenarioCard:
    """A scenario on a plan's page and in comparisons."""

    id: UUID
    name: str
    note: str
    floor: bool
    budget: Decimal
    seed: int
    seconds: int
    state: str
    running: bool
    stale: bool
    chosen: bool
    run_at: datetime | None
    based_on: str
    result: Result | None


@dataclass(frozen=True)
class RuleLine:
    """A rule of a plan; ``own`` where it is not the pack's."""

    code: str
    name: str
    value: str
    unit: str
    source: str
    own: bool


@dataclass(frozen=True)
class ConsentLine:
    """An organisation's answer; ``tours`` of its side of the plan."""

    id: UUID
    organisation_id: UUID
    organisation: str
    side: str
    answer: str
    reason: str
    answered_at: datetime | None
    tours: int
    may_answer: bool


@dataclass(frozen=True)
class Unopened:
    """A tour of an adopted plan that could not be opened."""

    tour_id: UUID
    person: str
    giver: str
    recipient: str
    reason: Reason


@dataclass(frozen=True)
class PlanOverview:
    """A plan's own page."""

    plan: DispatchPlan
    area: str
    last_day: date
    may_edit: bool
    verbs: frozenset[str]
    posts: int
    places: int
    candidates: int
    scenarios: tuple[ScenarioCard, ...]
    consents: tuple[ConsentLine, ...]
    asked: int
    given: int
    remarks: tuple[Reason, ...]
    rules: tuple[RuleLine, ...]
    unopened: tuple[Unopened, ...]


@dataclass(frozen=True)
class RecipientLine:
    """What a plan does for a recipient."""

    id: UUID
    name: str
    share: float
    posts: int
    filled: int
    months_covered: int
    months_needed: int
    team_months: int | None
    """None where no team is asked for."""
    reason: Reason | None


class Price(NamedTuple):
    """What would fill an empty post: money beyond the budget, or a higher priority."""

    money: float | None
    priority: int | None
    """The least that would do; None where none does."""
    weight: float | None


class MoreTour(NamedTuple):
    """A tour that more money would pay for."""

    person: str
    giver: str
    recipient: str
    specialty: str
    days: Days


@dataclass(frozen=True)
class More:
    """What a hundredth of the budget more would buy; shares are of what the plan is worth."""

    told: Reason
    tours: tuple[MoreTour, ...]
    others: int
    """Tours that are not the viewer's to see."""
    gain: float | None
    most: float | None


@dataclass(frozen=True)
class OutOfReach:
    """A recipient to whom no plan can send anybody: why, by post."""

    id: UUID
    name: str
    posts: tuple[tuple[str, tuple[Reason, ...]], ...]
    """Specialty (blank: a leader's) and reasons."""


@dataclass(frozen=True)
class PostLine:
    """A post in a plan; months are months of people."""

    id: UUID
    recipient_id: UUID
    recipient: str
    specialty: str
    leader: bool
    core: bool
    flexible: bool
    mode: str
    capacity: int
    first_day: date
    last_day: date
    months_covered: int
    months_needed: int
    state: str
    reason: Reason | None
    reasons: tuple[Reason, ...]
    mentor: bool
    mentored: bool
    price: Price | None = None


@dataclass(frozen=True)
class TourLine:
    """A tour of a plan; the last day is that of the handover, where somebody follows."""

    id: UUID
    candidate_id: UUID
    person: str
    giver_id: UUID
    giver: str
    post_id: UUID
    recipient_id: UUID
    recipient: str
    specialty: str
    start: int
    months: int
    first_day: date
    last_day: date
    handover: int
    cost: float | None
    pinned: bool
    posting_id: UUID | None
    refusal: Reason | None


@dataclass(frozen=True)
class RulingLine:
    """Something settled by hand."""

    id: UUID
    verb: str
    candidate_id: UUID | None
    person: str
    giver: str
    post_id: UUID | None
    recipient: str
    specialty: str
    start: int | None
    months: int | None
    reason: str
    kept: bool
    """Of a pin: whether the plan that stands holds it; of an exclusion: whether it keeps to it."""


@dataclass(frozen=True)
class ChangeLine:
    """One thing that a run changed of the plan before."""

    kind: str
    person: str
    giver: str
    recipient: str
    specialty: str
    before: Days | None
    after: Days | None
    why: tuple[Reason, ...]


@dataclass(frozen=True)
class ScenarioSummary:
    """A scenario's own page; not ``whole``, it lists only what is the viewer's."""

    card: ScenarioCard
    whole: bool
    others: int
    recipients: tuple[RecipientLine, ...]
    worst: tuple[RecipientLine, ...]
    posts: tuple[PostLine, ...]
    tours: tuple[TourLine, ...]
    rulings: tuple[RulingLine, ...]
    changes: tuple[ChangeLine, ...]
    more: More | None
    out_of_reach: tuple[OutOfReach, ...]
    remarks: tuple[Reason, ...]


@dataclass(frozen=True)
class RunProgress:
    """How far a run is."""

    state: str
    stage: str
    work: int
    gap: float | None
    kept: int
    seconds: float
    limit: int
    work_limit: int | None
    share: float
    running: bool
    stopping: bool
    error: Reason | None


@dataclass(frozen=True)
class Measure:
    """A line of a comparison; ``best`` are the places of the best values."""

    code: str
    label: str
    unit: str
    values: tuple[float | None, ...]
    best: frozenset[int]


class Shares(NamedTuple):
    """A recipient's covered share in each scenario."""

    id: UUID
    name: str
    shares: tuple[float | None, ...]


@dataclass(frozen=True)
class Comparison:
    """Scenarios side by side."""

    scenarios: tuple[ScenarioCard, ...]
    measures: tuple[Measure, ...]
    recipients: tuple[Shares, ...]


@dataclass(frozen=True)
class Bar:
    """A tour on a timeline, or a pin that the plan does not hold yet (``tour_id`` None)."""

    tour_id: UUID | None
    candidate_id: UUID
    person: str
    giver: str
    start: int
    months: int
    handover: int
    lane: int
    pinned: bool
    changed: str


class HeldBar(NamedTuple):
    """A posting that is at the post already; the name blank where it is not the viewer's."""

    first: date
    last: date
    name: str


@dataclass(frozen=True)
class TimelineRow:
    """A post on a timeline, its window in months, half open."""

    post_id: UUID
    recipient_id: UUID
    recipient: str
    specialty: str
    leader: bool
    flexible: bool
    capacity: int
    start: int
    end: int
    lanes: int
    step: int
    lengths: tuple[int, ...]
    bars: tuple[Bar, ...]
    held: tuple[HeldBar, ...] = ()
    others: tuple[tuple[int, int], ...] = ()
    """Start and months of tours there that are not the viewer's to see."""


@dataclass(frozen=True)
class Choice:
    """A candidate who can be put on a timeline."""

    candidate_id: UUID
    person: str
    giver: str
    specialty: str
    title: str
    start: int
    end: int
    max_months: int
    tours: int


@dataclass(frozen=True)
class Timeline:
    """Who is where when."""

    months: tuple[date, ...]
    step: int
    rows: tuple[TimelineRow, ...]
    candidates: tuple[Choice, ...]
    editable: bool
    hidden: int = 0
    """Tours that are not the viewer's to see."""


@dataclass(frozen=True)
class Alert:
    """Something of plans that waits for the viewer, or that happened to them."""

    kind: str
    plan_id: UUID
    scenario_id: UUID | None
    programme_id: UUID
    subject: str
    body: str
    day: date
    count: int = 1
    consent_id: UUID | None = None
    details: tuple[str, ...] = field(default=())
