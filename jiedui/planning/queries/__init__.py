"""Reads of candidates, dispatch plans and scenarios, for their pages."""

from jiedui.planning.domain.reasons import Reason
from jiedui.planning.queries.alerts import alerts
from jiedui.planning.queries.cards import run_progress
from jiedui.planning.queries.comparing import comparison
from jiedui.planning.queries.plans import (
    candidates_of,
    consent_lines,
    counts_requested,
    own_rules,
    plan_overview,
    plans_of,
)
from jiedui.planning.queries.shapes import (
    Alert,
    Bar,
    ChangeLine,
    Choice,
    Comparison,
    ConsentLine,
    HeldBar,
    Measure,
    PlanOverview,
    PostLine,
    RecipientLine,
    Result,
    RuleLine,
    RulingLine,
    RunProgress,
    ScenarioCard,
    ScenarioSummary,
    Shares,
    Timeline,
    TimelineRow,
    TourLine,
    Unopened,
)
from jiedui.planning.queries.summary import scenario_changes, scenario_summary
from jiedui.planning.queries.timeline import timeline
from jiedui.planning.queries.why import (
    tour_faults,
    why_at_home,
    why_this_person,
    why_this_post,
)

__all__ = [
    "Alert",
    "Bar",
    "ChangeLine",
    "Choice",
    "Comparison",
    "ConsentLine",
    "HeldBar",
    "Measure",
    "PlanOverview",
    "PostLine",
    "Reason",
    "RecipientLine",
    "Result",
    "RuleLine",
    "RulingLine",
    "RunProgress",
    "ScenarioCard",
    "ScenarioSummary",
    "Shares",
    "Timeline",
    "TimelineRow",
    "TourLine",
    "Unopened",
    "alerts",
    "candidates_of",
    "comparison",
    "consent_lines",
    "counts_requested",
    "own_rules",
    "plan_overview",
    "plans_of",
    "run_progress",
    "scenario_changes",
    "scenario_summary",
    "timeline",
    "tour_faults",
    "why_at_home",
    "why_this_person",
    "why_this_post",
]
