"""From a frozen question to a plan, judged by the referee, with the reasons for what is empty."""

from __future__ import annotations

from dataclasses import dataclass

from jiedui.planning.domain.dispatch.greedy import spreadsheet_plan
from jiedui.planning.domain.dispatch.problem import Tour
from jiedui.planning.domain.dispatch.rules import tour_faults
from jiedui.planning.domain.dispatch.standing import Standing
from jiedui.planning.domain.frozen import Question
from jiedui.planning.domain.runs import Run


@dataclass(frozen=True)
class Solved:
    """The tours of a plan, and how near it is proven to be to the best."""

    tours: tuple[Tour, ...]
    bound: float | None = None
    floor: float | None = None
    floor_bound: float | None = None


def solve(question: Question, run: Run) -> Solved:
    """A plan that keeps every rule, what is fixed and what is excluded."""
    problem = question.problem
    standing = Standing(problem, question.pins)
    for tour in (*question.before, *spreadsheet_plan(problem)):
        banned = any(ban.forbids(tour) for ban in question.all_bans)
        free = not tour_faults(problem, tour) and not banned
        if tour not in question.pins and free and not standing.hindrances(tour):
            standing.add(tour)
            run.done()
    return Solved(tuple(standing.tours))
