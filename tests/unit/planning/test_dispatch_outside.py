"""Our referee agrees with an outside one, whose verdicts on two plans are kept beside them.

``tests/data/planning/dispatch`` holds an invented problem, a plan that keeps every
rule, one that breaks nearly all, and what a referee that is not ours said of both.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jiedui.planning.domain.dispatch.greedy import spreadsheet_plan
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.rules import Rule
from jiedui.planning.sources.dispatch_files import read_plan, read_problem

DATA = Path(__file__).resolve().parents[2] / "data/planning/dispatch"
VERDICTS = json.loads((DATA / "verdicts.json").read_text("utf-8"))
NAMES = {
    "length not allowed": Rule.LENGTH,
    "start not on a start step": Rule.START_STEP,
    "outside the post's window": Rule.WINDOW,
    "shorter than the post's minimum": Rule.POST_MINIMUM,
    "longer than the expert can stay": Rule.EXPERT_MAXIMUM,
    "expert not available": Rule.AVAILABLE,
    "wrong specialty": Rule.SPECIALTY,
    "title too low": Rule.TITLE,
    "not fit for altitude": Rule.ALTITUDE,
    "region not paired": Rule.REGION,
    "no flexible posting": Rule.FLEXIBLE,
    "too many tours": Rule.MAX_TOURS,
    "expert in two places": Rule.TWO_PLACES,
    "post over capacity": Rule.CAPACITY,
    "over budget": Rule.BUDGET,
}


@pytest.mark.parametrize("name", sorted(VERDICTS))
def test_the_outside_referee_says_the_same(name: str) -> None:
    problem = read_problem(DATA)
    outside = VERDICTS[name]
    verdict = judge(problem, read_plan(DATA / name, problem))

    ours = {
        "objective": verdict.objective,
        "fairness": verdict.fairness,
        "quality": verdict.quality,
        "team_bonus": verdict.teams,
        "mentor_bonus": verdict.mentoring,
        "coverage_p10": verdict.share_below(0.1),
    }
    assert ours == pytest.approx({key: outside[key] for key in ours}, abs=1e-4)
    assert verdict.cost == pytest.approx(outside["cost"], abs=0.006)
    assert verdict.tours == outside["tours"]
    assert verdict.team_months == outside["team_months"]
    assert len(verdict.mentored) == outside["mentored_posts"]
    assert len(verdict.with_nothing) == outside["recipients_with_nothing"]
    assert verdict.feasible is outside["feasible"]
    assert verdict.times_broken() == {
        str(NAMES[rule]): times for rule, times in outside["broken"].items()
    }


def test_the_spreadsheets_plan_is_the_one_that_is_kept() -> None:
    problem = read_problem(DATA)

    assert spreadsheet_plan(problem) == read_plan(DATA / "plan.csv", problem)
    assert VERDICTS["plan.csv"]["team_months"] > 0
    assert len(VERDICTS["broken.csv"]["broken"]) == len(NAMES)
