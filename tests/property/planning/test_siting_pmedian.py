"""The p-median against every choice of sites, on instances small enough for that."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedui.planning.domain.runs import Run
from jiedui.planning.domain.siting.graph import Matrix, shortest_paths
from jiedui.planning.domain.siting.pmedian import PMedian, solve
from jiedui.planning.domain.siting.pmedian_dual import ascend
from jiedui.planning.domain.siting.pmedian_search import greedy, interchange
from jiedui.planning.domain.siting.pmedian_state import State, lagrangian
from jiedui.planning.domain.siting.pmedian_tree import branch


@st.composite
def problems(draw: st.DrawFn, *, roads: bool = True) -> PMedian:
    clients, sites = draw(st.integers(1, 9)), draw(st.integers(1, 8))
    lengths: list[float] = [0, 1, 2, 3, 5, 8, 13, 40]
    if draw(st.booleans()):
        lengths = [each + 0.37 for each in lengths]
    if roads and draw(st.booleans()):
        lengths.append(float("inf"))
    cells = st.lists(st.sampled_from(lengths), min_size=sites, max_size=sites)
    rows = draw(st.lists(cells, min_size=clients, max_size=clients))
    return PMedian(np.array(rows, dtype=float), draw(st.integers(1, sites)))


def best_of_all(cost: Matrix, p: int) -> tuple[int, float]:
    """Fewest clients without a way, then the shortest ways: over every choice."""
    found = []
    for sites in itertools.combinations(range(cost.shape[1]), min(p, cost.shape[1])):
        ways = [min(row[site] for site in sites) for row in cost.tolist()]
        served = [way for way in ways if way < float("inf")]
        found.append((len(ways) - len(served), sum(served)))
    return min(found)


@settings(max_examples=150)
@given(problems())
def test_the_plan_is_the_best_of_all_choices(problem: PMedian) -> None:
    found = solve(problem, Run())
    unserved, value = best_of_all(problem.cost, problem.p)
    assert found.proven
    assert len(found.unserved) == unserved
    assert abs(found.objective - value) < 1e-6
    assert found.bound == found.objective


@settings(max_examples=60)
@given(problems(roads=False), st.integers(0, 12))
def test_a_run_cut_short_has_a_true_bound_and_repeats(problem: PMedian, work: int) -> None:
    found, again = (solve(problem, Run(work_limit=work), seed=3) for _ in range(2))
    _unserved, value = best_of_all(problem.cost, problem.p)
    assert found.bound is not None
    assert found.bound - 1e-6 <= value <= found.objective + 1e-6
    assert (found.sites, found.bound, found.work) == (again.sites, again.bound, again.work)
    assert not found.proven or abs(found.objective - value) < 1e-6


@settings(max_examples=60)
@given(problems(roads=False))
def test_the_tree_alone_finds_and_proves_the_best(problem: PMedian) -> None:
    worst = np.arange(problem.p)
    state = State(problem.cost, problem.p, worst)
    branch(state, Run())
    _unserved, value = best_of_all(problem.cost, problem.p)
    assert state.proven
    assert abs(state.value - value) < 1e-6


@settings(max_examples=60)
@given(problems(roads=False))
def test_the_dual_drops_no_site_of_a_better_plan(problem: PMedian) -> None:
    state = State(problem.cost, problem.p, greedy(problem.cost, problem.p))
    interchange(state, Run())
    ascend(state, Run(work_limit=40))
    _unserved, value = best_of_all(problem.cost, problem.p)
    assert state.bound <= value + 1e-6
    if value < state.value - 1e-6:
        left = state.cost[:, state.alive]
        assert best_of_all(left, problem.p) == (0, value)


@given(
    st.lists(st.integers(-9, 0), min_size=1, max_size=7),
    st.data(),
)
def test_bounds_by_site_are_those_of_the_best_choice(saved: list[int], data: st.DataObject) -> None:
    p = data.draw(st.integers(1, len(saved)))
    forced = data.draw(
        st.lists(st.booleans(), min_size=len(saved), max_size=len(saved)).filter(
            lambda each: sum(each) <= p
        )
    )
    choices = [
        (100 + sum(saved[site] for site in sites), set(sites))
        for sites in itertools.combinations(range(len(saved)), p)
        if {site for site, must in enumerate(forced) if must} <= set(sites)
    ]
    bound, use, leave = lagrangian(100.0, np.array(saved, dtype=float), np.array(forced), p)
    assert bound == min(value for value, _sites in choices)
    inf = float("inf")
    for site in range(len(saved)):
        if not forced[site]:
            using = min((value for value, sites in choices if site in sites), default=inf)
            leaving = min((value for value, sites in choices if site not in sites), default=inf)
            assert max(bound, use[site]) == using
            assert max(bound, leave[site]) == leaving


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 9)), max_size=14))
def test_shortest_ways_are_those_of_bellman_and_ford(edges: list[tuple[int, int, float]]) -> None:
    last = {}
    for one, other, length in edges:
        last[frozenset((one, other))] = length
    found = shortest_paths(6, edges)
    for start in range(6):
        ways = [float("inf")] * 6
        ways[start] = 0
        for _ in range(6):
            for ends, length in last.items():
                for one, other in itertools.permutations(sorted(ends), 2):
                    ways[other] = min(ways[other], ways[one] + length)
        assert found[start].tolist() == ways
