"""What siting plans say: known optima, reasons, impossible problems, runs that repeat."""

from __future__ import annotations

import itertools
import json
import os
import signal
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from jiedui.planning.bench.siting_problems import Size, invent_cover, invent_graph
from jiedui.planning.commands.running import Teller
from jiedui.planning.commands.siting import cover, pmedian
from jiedui.planning.domain.runs import Progress, Run
from jiedui.planning.domain.siting import cover_reasons as reasons
from jiedui.planning.domain.siting import referee
from jiedui.planning.domain.siting.cover import CoverProblem, Kind, Place, Site
from jiedui.planning.domain.siting.cover_plan import solve
from jiedui.planning.domain.siting.pmedian import CUT_OFF, NO_SITES, TOO_FEW, PMedian
from jiedui.planning.domain.siting.pmedian import solve as solve_pmedian
from jiedui.planning.sources.pmedian_files import read_pmedian
from jiedui.planning.sources.siting_files import PLAN_COLUMNS, read_cover

REPO = Path(__file__).resolve().parents[3]
GRAPHS = REPO / "tests/data/planning/pmedian"
EXAMPLE = REPO / "packs/siting-example"


@pytest.mark.parametrize(("name", "optimum"), [("pmed1", 5819), ("pmed2", 4093), ("pmed6", 7824)])
def test_published_optima_are_found_and_proven(name: str, optimum: int) -> None:
    found = solve_pmedian(read_pmedian(GRAPHS / f"{name}.txt"), Run())
    assert (found.objective, found.bound, found.proven, found.gap) == (optimum, optimum, True, 0)


def test_what_the_dual_leaves_open_is_proven_by_the_tree() -> None:
    stages = []
    problem = read_pmedian(GRAPHS / "pmed2.txt")
    found = solve_pmedian(problem, Run(tell=lambda progress: stages.append(progress.stage)))
    assert found.proven
    assert stages[-1] == "Prove the plan"


class Clock:
    """A clock that moves on with every look at it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


@pytest.mark.parametrize("seconds", [3.0, 60.0, 400.0, 2000.0])
def test_a_run_stopped_by_the_clock_is_repeated_by_its_work(seconds: float) -> None:
    graph = invent_graph(60, 6, 1)
    stopped = solve_pmedian(graph, Run(seconds=seconds, clock=Clock()))
    again = solve_pmedian(graph, Run(work_limit=stopped.work))
    assert (stopped.sites, stopped.work) == (again.sites, again.work)
    problem = invent_cover(Size(300, 40, 12, 90.0, 0.1), 1)
    first = solve(problem, Run(seconds=seconds, clock=Clock()), gap=0.0)
    second = solve(problem, Run(work_limit=first.work), gap=0.0)
    assert (first.placed, first.work) == (second.placed, second.work)


def test_somebody_may_cancel_and_keeps_the_best_plan() -> None:
    told: list[Progress] = []
    run = Run(tell=told.append, cancelled=lambda: len(told) > 1)
    plan = solve(invent_cover(Size(300, 40, 12, 90.0, 0.1), 2), run)
    assert plan.objective > 0
    assert plan.bound >= plan.objective


@pytest.mark.parametrize(
    ("p", "sites", "unserved", "said"),
    [
        (0, (), (0, 1, 2, 3), NO_SITES),
        (1, (0,), (2, 3), TOO_FEW),
        (2, (0, 2), (), None),
        (9, (0, 1, 2, 3), (), None),
    ],
)
def test_a_graph_in_two_pieces(
    p: int, sites: tuple[int, ...], unserved: tuple[int, ...], said: str | None
) -> None:
    away = float("inf")
    cost = np.array(
        [[0, 1, away, away], [1, 0, away, away], [away, away, 0, 2], [away, away, 2, 0]]
    )
    found = solve_pmedian(PMedian(cost, p), Run())
    assert (found.sites, found.unserved, found.proven) == (sites, unserved, True)
    assert [message for message, _details in found.reasons] == ([said] if said else [])


def test_a_client_without_any_way_is_told() -> None:
    found = solve_pmedian(PMedian(np.array([[1.0, 2.0], [np.inf, np.inf]]), 1), Run())
    assert (found.sites, found.objective, found.unserved) == ((0,), 1.0, (1,))
    assert found.reasons == ((CUT_OFF, {"count": 1}),)


def line(*sites: Site, budget: str = "3", kinds: tuple[Kind, ...] = ()) -> CoverProblem:
    """Five places at 0, 10, 20, 30 and 100 km; sites at the first ones."""
    at = np.array([0.0, 10.0, 20.0, 30.0, 100.0])
    places = tuple(Place(f"p{n}", people) for n, people in enumerate((40.0, 10.0, 5.0, 20.0, 7.0)))
    ways = np.abs(at[: len(sites), None] - at[None, :])
    return CoverProblem(
        places, sites, kinds or (Kind("k", Decimal(2), 12.0),), Decimal(budget), ways
    )


def test_a_plan_tells_whom_it_misses_and_what_more_money_buys() -> None:
    plan = solve(line(Site("a"), Site("b"), Site("c"), budget="2.99"), Run())
    assert [(kit.site, kit.people, kit.alone) for kit in plan.placed] == [(1, 55, 55)]
    assert (plan.objective, plan.bound, plan.proven) == (55, 55, True)
    assert plan.cost == 2
    missed = [(each.place, each.people, each.nearest, each.cheapest) for each in plan.unreached]
    assert missed == [(3, 20, 2, (2, 0)), (4, 7, 2, None)]
    more = plan.next_percent
    assert (more.buys, more.gain, more.first_useful) == ((), 0, Decimal("1.01"))
    assert more.money == Decimal("1.0199")
    why = {each.site: (each.reason, each.gain) for each in plan.not_chosen}
    assert why == {0: (reasons.SERVED, 0), 2: (reasons.ELSEWHERE, 20)}


def test_one_per_cent_may_suffice() -> None:
    plan = solve(line(Site("a"), Site("b"), Site("c"), budget="3.99"), Run())
    assert plan.objective == 55
    assert plan.next_percent.buys == ((2, 0),)
    assert plan.next_percent.gain == 20


def test_standing_kits_serve_and_cost_nothing() -> None:
    plan = solve(line(Site("a", existing=frozenset("k")), Site("b"), Site("c"), budget="2"), Run())
    assert [(kit.site, kit.existing) for kit in plan.placed] == [(0, True), (2, False)]
    assert plan.objective == 75
    assert plan.cost == 2


def test_kinds_of_one_service_stand_in_for_each_other_and_of_others_do_not() -> None:
    kinds = (Kind("k", Decimal(1), 12.0), Kind("far", Decimal(2), 50.0))
    one = solve(line(Site("a"), budget="9", kinds=kinds), Run())
    assert [kit.kind for kit in one.placed] == [1]
    assert one.objective == 75
    two = replace(kinds[1], service="echo")
    both = solve(line(Site("a"), budget="9", kinds=(kinds[0], two)), Run())
    assert [kit.kind for kit in both.placed] == [0, 1]
    assert both.reached == {"": 50, "echo": 75}


def test_no_more_of_a_kind_than_can_be_had() -> None:
    kinds = (Kind("k", Decimal(1), 1.0, available=1),)
    plan = solve(line(Site("a"), Site("b"), budget="9", kinds=kinds), Run())
    assert [kit.site for kit in plan.placed] == [0]
    assert [each.reason for each in plan.not_chosen] == [reasons.NONE_LEFT]


def test_a_service_that_counts_nothing_is_told_of_as_any_other() -> None:
    free = (Kind("k", Decimal(0), 12.0),)
    problem = line(Site("a", required=frozenset("k")), Site("b"), kinds=free)
    plan = solve(replace(problem, weights={"": 0.0}), Run())
    assert (plan.objective, plan.reached) == (0, {"": 50})
    assert [(each.place, each.cheapest) for each in plan.unreached] == [
        (3, None),
        (4, None),
        (2, (1, 0)),
    ]


def test_a_required_kit_comes_first_and_is_told_where_it_cannot() -> None:
    must = frozenset("k")
    plan = solve(line(Site("a"), Site("b", required=must), Site("c", required=must)), Run())
    assert [kit.site for kit in plan.placed] == [1]
    assert [message for message, _details in plan.reasons] == [reasons.REQUIRED_DEAR]


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (line(Site("a"), budget="0"), reasons.NO_MONEY),
        (line(Site("a"), budget="1"), reasons.ALL_TOO_DEAR),
        (line(), reasons.NOTHING_TO_BUY),
        (line(Site("a", kinds=frozenset())), reasons.NOTHING_TO_BUY),
        (replace(line(Site("a")), places=()), reasons.NOBODY_THERE),
        (replace(line(Site("a")), km=np.full((1, 5), np.nan)), reasons.OUT_OF_REACH),
        (line(Site("a", existing=frozenset("k"))), reasons.NOTHING_TO_BUY),
    ],
)
def test_an_impossible_problem_gives_an_empty_plan_with_its_reason(
    problem: CoverProblem, said: str
) -> None:
    if not problem.places:
        problem = replace(problem, km=problem.km[:, :0])
    plan = solve(problem, Run())
    assert [kit for kit in plan.placed if not kit.existing] == []
    assert plan.gap == 0
    assert [message for message, _details in plan.reasons] == [said]


def test_the_referee_refuses_false_plans() -> None:
    problem = line(Site("a"), Site("b"), Site("c"))
    plan = solve(problem, Run())
    referee.check_cover(problem, plan)
    kit = plan.placed[0]
    for false in (
        replace(plan, objective=plan.objective + 1),
        replace(plan, bound=plan.objective - 1),
        replace(plan, cost=plan.cost + 1),
        replace(plan, placed=(kit, kit)),
        replace(plan, placed=(replace(kit, existing=True),)),
        replace(plan, placed=(kit, replace(kit, site=2))),
        replace(plan, reached={"": plan.reached[""] - 1}),
        replace(plan, unreached=plan.unreached[1:]),
    ):
        with pytest.raises(referee.BrokenPlan):
            referee.check_cover(problem, false)
    graph = invent_graph(20, 3, 1)
    found = solve_pmedian(graph, Run())
    for untrue in (
        replace(found, objective=found.objective + 1),
        replace(found, bound=found.objective + 1),
        replace(found, sites=found.sites[1:]),
        replace(found, sites=(0, 0, 1)),
        replace(found, unserved=(1,)),
        replace(found, bound=None),
    ):
        with pytest.raises(referee.BrokenPlan):
            referee.check_medians(graph, untrue)


def test_the_worked_example_reads_and_plans() -> None:
    problem = read_cover(EXAMPLE)
    assert len(problem.places) == len(problem.sites) == 497
    assert sum(place.people for place in problem.places) == 11_377_239
    plan = solve(problem, Run(work_limit=120))
    assert plan.objective > 10_000_000
    assert plan.bound >= plan.objective > plan.greedy
    assert len(plan.not_chosen) + len({kit.site for kit in plan.placed}) == 497


def test_larger_coverings_are_proven_and_beat_greedy_choice() -> None:
    for seed in range(3):
        plan = solve(invent_cover(Size(200, 30, 10, 80.0, 0.08), seed), Run(), gap=0.0)
        assert plan.proven
        assert plan.objective >= plan.greedy


def test_the_command_for_graphs_prints_json() -> None:
    done = CliRunner().invoke(pmedian, [str(GRAPHS / "pmed1.txt"), "--format", "json"])
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (told["objective"], told["proven"]) == (5819, True)
    ways = read_pmedian(GRAPHS / "pmed1.txt").cost[:, [site - 1 for site in told["sites"]]]
    assert ways.min(axis=1).sum() == 5819


def test_the_commands_tell_how_far_they_are_and_may_be_interrupted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Progress on stderr; what is least is not told as proven too early; Ctrl-C keeps the best."""
    graph = [str(GRAPHS / "pmed1.txt"), "--format", "json", "--lang", "en"]
    done = CliRunner().invoke(pmedian, graph)
    assert "Exchange sites" in done.stderr
    first = Progress("", 0, 10.0, 8.0, least=True)
    assert first.gap == pytest.approx(0.25)

    def interrupted(self: Teller, progress: Progress) -> None:
        if not self.stage:
            self.stage = progress.stage
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr(Teller, "__call__", interrupted)
    for command, arguments in ((pmedian, graph), (cover, [str(EXAMPLE), "--lang", "en"])):
        done = CliRunner().invoke(command, arguments)
        assert done.exit_code == 0, done.output
        assert "Stopping with the best plan so far" in done.stderr
    assert "Cost:" in done.stdout


def test_the_command_for_covering_writes_its_plan(tmp_path: Path) -> None:
    out, missed = tmp_path / "PLAN.csv", tmp_path / "missed.csv"
    options = ["--budget", "30", "--out", str(out), "--unreached", str(missed)]
    done = CliRunner().invoke(cover, [str(EXAMPLE), *options, "--format", "json"])
    told = json.loads(done.stdout)
    lines = out.read_text("utf-8").splitlines()
    assert done.exit_code == 0
    assert lines[0] == ",".join(PLAN_COLUMNS)
    assert len(lines) == 1 + len(told["sites"])
    assert len(missed.read_text("utf-8").splitlines()) == 1 + len(told["unreached"])
    assert told["cost"] <= 30
    text = CliRunner().invoke(cover, [str(EXAMPLE), "--budget", "30", "--lang", "en"]).output
    assert f"Reached: {told['objective']:,} of 11,377,239 people" in text
    spent = sum(Decimal(line.split(",")[3]) for line in itertools.islice(lines, 1, None))
    assert spent == Decimal(str(told["cost"]))
