"""Scenarios in short: what was asked, how the run goes, what was found."""

from __future__ import annotations

from typing import Any

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import now
from jiedui.planning.domain.reasons import Reason, gap_among, gap_in_words
from jiedui.planning.domain.states import RUNNING, WAITING
from jiedui.planning.models import DispatchPlan, Scenario
from jiedui.planning.queries.freshness import stale
from jiedui.planning.queries.shapes import Result, RunProgress, ScenarioCard


def result_of(scenario: Scenario) -> Result | None:
    """What was found, or None before the first run."""
    told: dict[str, Any] = scenario.result
    if not told:
        return None
    kept = told.get("kept", 0)
    words = gap_in_words(told["gap"], kept=kept)
    lines = [covered - needed for covered, needed, *_window in told["posts"].values()]
    empty = sum(1 for covered, *_rest in told["posts"].values() if covered == 0)
    filled = sum(1 for missing in lines if missing >= 0)
    return Result(
        objective=told["objective"],
        bound=told["bound"],
        gap=told["gap"],
        gap_level=words.code,
        gap_words=words,
        gap_among=gap_among(
            kept=kept,
            gap_kept=told.get("gap_kept"),
            pins=told.get("pins", 0),
            bans=told.get("forbidden", 0),
            floor=told["floor"],
        ),
        kept=kept,
        cost=told["cost"],
        tours=told["tours"],
        people=told["people"],
        posts=len(lines),
        filled=filled,
        partly=len(lines) - filled - empty,
        empty=empty,
        coverage=told["coverage"],
        smallest=told["smallest"],
        with_nothing=told["with_nothing"],
        team_months=told["team_months"],
        teams=sum(1 for months in told["teams"].values() if months),
        mentored=len(told["mentored"]),
        wanting_mentor=len(told["mentoring"]),
        floor=told["floor"],
        # Of runs kept before, what was proven around tours that stood says nothing of the others.
        floor_bound=told.get("floor_most", None if kept else told.get("floor_bound")),
        crowded_out=told.get("crowded_out", 0),
        seconds=told["seconds"],
        work=told["work"],
        cut=told.get("cut"),
        same=told.get("repeated", {}).get("same"),
    )


def card_of(plan: DispatchPlan, scenario: Scenario) -> ScenarioCard:
    """The scenario in short; its rulings are read unless they were fetched before."""
    based_on = scenario.based_on
    return ScenarioCard(
        id=scenario.id,
        name=scenario.name,
        note=scenario.note,
        floor=scenario.floor,
        budget=scenario.budget,
        seed=scenario.seed,
        seconds=scenario.seconds,
        state=scenario.state,
        running=scenario.state in (WAITING, RUNNING),
        stale=stale(plan, scenario, scenario.rulings.all()),
        chosen=plan.chosen_id == scenario.id,
        run_at=scenario.run_at,
        based_on=based_on.name if based_on else "",
        result=result_of(scenario),
    )


def run_progress(viewer: Viewer, scenario: Scenario) -> RunProgress:
    """How far the scenario's run is: of what ``access`` gave, nothing more is read."""
    told = scenario.progress
    running = scenario.state in (WAITING, RUNNING)
    error = told.get("error")
    seconds, steps = float(told.get("seconds") or 0), told.get("work_limit")
    if scenario.state == RUNNING:
        # Between two tellings the clock goes on.
        since = (now() - scenario.moved_at).total_seconds()
        seconds = max(seconds, since if steps is not None else min(since, scenario.seconds))
    share = seconds / scenario.seconds
    if steps is not None:
        share = int(told.get("work") or 0) / max(steps, 1)
    return RunProgress(
        state=scenario.state,
        stage=told.get("stage") or "",
        work=int(told.get("work") or 0),
        gap=told.get("gap"),
        kept=int(told.get("kept") or 0),
        seconds=round(seconds, 1),
        limit=scenario.seconds,
        work_limit=steps,
        share=min(1.0, share) if running else 1.0,
        running=running,
        stopping=scenario.stopping,
        error=Reason(**error) if error else None,
    )
