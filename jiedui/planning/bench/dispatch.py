"""Dispatch: countries, provinces, and one expert who drops out.

A country is planned for ten minutes and read at five as well; its plan is held
against the spreadsheet's. Every plan goes before the referee; where the outside
referee ``check_dispatch.py`` lies in the folder, before that one too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jiedui.planning.bench.dispatch_problems import COUNTRY, PROVINCE, Size, invent
from jiedui.planning.bench.measure import Instance, Result, Target, Tell, most_memory
from jiedui.planning.domain.dispatch.greedy import spreadsheet_plan
from jiedui.planning.domain.dispatch.problem import Problem, Tour
from jiedui.planning.domain.dispatch.referee import Verdict, judge
from jiedui.planning.domain.dispatch.replan import again
from jiedui.planning.domain.dispatch.standing import Standing
from jiedui.planning.domain.runs import Progress, Run, proven_gap
from jiedui.planning.sources.dispatch_files import read_plan, read_problem
from jiedui.planning.sources.dispatch_writing import write_plan, write_problem

if TYPE_CHECKING:
    from jiedui.planning.domain.dispatch.solve import Plan

TIGHT, LOOSE = 0.31, 0.6
READ_AT, MOST = 300.0, 600.0
PROVINCE_SECONDS, AGAIN_SECONDS = 20.0, 5.0
# A run ends a little before its time is up: what is under way must be put down, too.
SPARE = 0.5
MEMORY_MB = 4096
CHECKER = "check_dispatch.py"


class Readings:
    """The last objective and bound that were told before each moment."""

    def __init__(self, run: Run, moments: Sequence[float], tell: Tell) -> None:
        self.run, self.tell = run, tell
        self.at: dict[float, Progress | None] = dict.fromkeys(moments)

    def __call__(self, progress: Progress) -> None:
        """Note what a run tells."""
        now = self.run.elapsed
        for moment in self.at:
            if now <= moment and progress.objective is not None:
                self.at[moment] = progress
        gap = "" if progress.gap is None else f" gap {100 * progress.gap:.3f} %"
        self.tell(f"{now:7.1f} s  {progress.stage}{gap}")


def problem_in(folder: Path, name: str, size: Size, seed: int) -> Path:
    """The folder of an instance; it is invented where it is missing."""
    path = folder / name
    if not (path / "settings.json").exists():
        write_problem(path, invent(size, seed))
    return path


def checked(folder: Path, name: str, problem: Problem, tours: Sequence[Tour]) -> Verdict:
    """Keep a plan and judge it; RuntimeError where an outside referee sees it otherwise."""
    (folder / "plans").mkdir(exist_ok=True)
    path = folder / "plans" / f"{name}.csv"
    write_plan(path, tours)
    verdict = judge(problem, tours)
    if (folder / CHECKER).exists():
        done = subprocess.run(  # noqa: S603 - the referee that lies beside the data
            [sys.executable, folder / CHECKER, folder / name, path],
            stdout=subprocess.PIPE,
            check=False,
        )
        outside = json.loads(done.stdout)
        same = abs(outside["objective"] - verdict.objective) <= 1e-3
        if not same or outside["feasible"] != verdict.feasible:
            raise RuntimeError(f"the referees differ on {path}: {outside}")
    return verdict


def of_plan(plan: Plan, verdict: Verdict, run: Run) -> dict[str, Any]:
    """What is kept of every plan."""
    return {
        "objective": round(verdict.objective, 4),
        "bound": plan.bound,
        "gap": proven_gap(verdict.objective, plan.bound),
        "tours": verdict.tours,
        "cost": round(verdict.cost, 2),
        "budget": verdict.budget,
        "team_months": verdict.team_months,
        "mentored_posts": len(verdict.mentored),
        "with_nothing": len(verdict.with_nothing),
        "work": run.work,
        "planning_seconds": round(run.elapsed, 2),
        "broken": verdict.times_broken(),
    }


def country(seed: int, share: float, name: str, folder: Path, tell: Tell) -> Result:
    """A country in ten minutes, read at five, and against the spreadsheet."""
    from jiedui.planning.domain.dispatch import solve

    path = problem_in(folder, name, replace(COUNTRY, budget_share=share), seed)
    run = Run(seconds=MOST)
    readings = Readings(run, (READ_AT, MOST), tell)
    run.tell = readings
    with most_memory() as memory:
        problem = read_problem(path)
        plan = solve.plan(problem, run, seed=seed)
    verdict = checked(folder, name, problem, plan.tours)
    greedy = judge(problem, spreadsheet_plan(problem))
    half = readings.at[READ_AT]
    values = of_plan(plan, verdict, run) | {
        "gap_5_minutes": half.gap if half else None,
        "objective_5_minutes": half.objective if half else None,
        "greedy_objective": round(greedy.objective, 4),
        "greedy_team_months": greedy.team_months,
        "greedy_mentored_posts": len(greedy.mentored),
    }
    return Result(
        values,
        (
            Target("gap at 5 minutes", values["gap_5_minutes"], at_most=0.02),
            Target("gap at 10 minutes", values["gap"], at_most=0.01),
            Target(
                "worth / spreadsheet's", _ratio(verdict.objective, greedy.objective), None, 1.05
            ),
            Target("team-months / its", _ratio(verdict.team_months, greedy.team_months), None, 2.0),
            Target("broken rules", sum(verdict.times_broken().values()), at_most=0),
            Target("memory, MB", round(memory.megabytes), at_most=MEMORY_MB),
        ),
    )


def province(seed: int, name: str, folder: Path, tell: Tell) -> Result:
    """A province in twenty seconds."""
    from jiedui.planning.domain.dispatch import solve

    path = problem_in(folder, name, PROVINCE, seed)
    run = Run(seconds=PROVINCE_SECONDS - SPARE)
    run.tell = Readings(run, (), tell)
    problem = read_problem(path)
    plan = solve.plan(problem, run, seed=seed)
    seconds = run.elapsed
    verdict = checked(folder, name, problem, plan.tours)
    greedy = judge(problem, spreadsheet_plan(problem))
    values = of_plan(plan, verdict, run) | {
        "greedy_objective": round(greedy.objective, 4),
        "greedy_team_months": greedy.team_months,
    }
    return Result(
        values,
        (
            Target("gap", values["gap"], at_most=0.005),
            Target("seconds", round(seconds, 2), at_most=PROVINCE_SECONDS),
            Target("broken rules", sum(verdict.times_broken().values()), at_most=0),
        ),
    )


def drop_out(seed: int, name: str, folder: Path, tell: Tell) -> Result:
    """The person of a province's plan who is missed most drops out; plan again in five seconds."""
    from jiedui.planning.domain.dispatch import solve

    planned = f"dispatch-province-{seed}"
    path = problem_in(folder, planned, PROVINCE, seed)
    before_path = folder / "plans" / f"{planned}.csv"
    whole = read_problem(path)
    if not before_path.exists():
        tell("a plan is made first")
        plan = solve.plan(whole, Run(seconds=PROVINCE_SECONDS), seed=seed)
        checked(folder, planned, whole, plan.tours)
    before = read_plan(before_path, whole)
    missed = most_missed(whole, before)
    left = tuple(one for one in whole.experts if one.id != missed)
    write_problem(folder / name, replace(whole, experts=left))
    run = Run(seconds=AGAIN_SECONDS - SPARE)
    run.tell = Readings(run, (), tell)
    problem = read_problem(folder / name)
    old = read_plan(before_path, problem, strangers=True)
    new = again(problem, old, run, seed=seed)
    seconds = run.elapsed
    verdict = checked(folder, name, problem, new.plan.tours)
    stay = [tour for tour in before if tour.expert != missed]
    values = of_plan(new.plan, verdict, run) | {
        "before": round(judge(whole, before).objective, 4),
        "without": round(judge(problem, stay).objective, 4),
        "kept": len(new.kept),
        "changes": len(new.changes),
    }
    return Result(
        values,
        (
            Target("seconds", round(seconds, 2), at_most=AGAIN_SECONDS),
            Target("tours kept of those that can be", len(new.kept) / len(stay), at_least=1.0),
            Target("broken rules", sum(verdict.times_broken().values()), at_most=0),
        ),
    )


def most_missed(problem: Problem, tours: Sequence[Tour]) -> str:
    """The person without whom the plan would lose most."""
    standing = Standing(problem, tours)
    return min(
        sorted(standing.of), key=lambda name: standing.change(remove=standing.of[name]).total
    )


def _ratio(value: float, base: float) -> float | None:
    return value / base if base else None


def _instances() -> dict[str, Instance]:
    found: dict[str, Instance] = {}
    for seed in (1, 2, 3):
        name = f"dispatch-province-{seed}"
        found[name] = partial(province, seed, name)
    for seed in (1, 2, 3):
        name = f"dispatch-drop-out-{seed}"
        found[name] = partial(drop_out, seed, name)
    for seed, share, word in (
        (1, TIGHT, "tight"),
        (2, TIGHT, "tight"),
        (3, TIGHT, "tight"),
        (1, LOOSE, "loose"),
        (2, LOOSE, "loose"),
    ):
        name = f"dispatch-country-{word}-{seed}"
        found[name] = partial(country, seed, share, name)
    return found


INSTANCES = _instances()
