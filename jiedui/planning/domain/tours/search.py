"""The search by PyVRP, kept alive between rounds, and every route it passes by.

Each option is an optional client, the options of one site a mutually exclusive
group; each kind of vehicle-day a vehicle type with its shift. A kind that may not
visit some sites has travel times of its own, in which they are out of reach. The
prize outweighs the way (a unit of travel costs 1): with no cost for the way the
search has no reason to make room for another visit.

The loop is PyVRP's iterated local search with late acceptance (Wouda, Lan and Kool
2024, *PyVRP: a high-performance VRP solver package*; Burke and Bykov 2017), cut into
portions of iterations that do not look at the clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from warnings import catch_warnings, simplefilter

import numpy as np

from jiedui.planning.domain.tours.network import Network
from jiedui.planning.domain.tours.problem import Problem

HISTORY = 300
PATIENCE = 4_000
"""Iterations without a better plan before the search starts somewhere else."""
FAR = 1 << 30
REMEMBERED = 200_000
PRIZE = 6


class Search:
    """One stream of PyVRP iterations; the same seed and portions give the same routes."""

    def __init__(self, network: Network, seed: int) -> None:
        import pyvrp
        from pyvrp import search as pieces
        from pyvrp.PenaltyManager import PenaltyParams

        self.pyvrp = pyvrp
        self.network = network
        self.data, self.clients = model(network)
        self.sites = [site for site, _ in self.clients]
        self.random = pyvrp.RandomNumberGenerator(seed=seed)
        neighbours = pieces.compute_neighbours(self.data, pieces.NeighbourhoodParams())
        self.descent = pieces.LocalSearch(
            self.data, self.random, neighbours, pieces.PerturbationManager()
        )
        for operator in pieces.OPERATORS:
            if operator.supports(self.data):
                self.descent.add_operator(operator(self.data))
        params = PenaltyParams()
        self.penalties = pyvrp.PenaltyManager(params.midpoint_penalties(self.data), params)
        self.history: list[Any] = []
        # Not told again; forgotten now and then, so that long runs do not fill the memory.
        self.known: set[tuple[int, tuple[int, ...]]] = set()
        self.client_of = {option: at for at, option in enumerate(self.clients)}
        self.start(None)

    def start(self, routes: Sequence[tuple[int, Sequence[tuple[int, int]]]] | None) -> None:
        """Begin at these routes (kind, and site and window of each stop), or at random."""
        if routes is None:
            fresh = self.pyvrp.Solution.make_random(self.data, self.random)
        else:
            visits = [
                self.pyvrp.Route(self.data, [self.client_of[stop] for stop in stops], kind)
                for kind, stops in routes
            ]
            fresh = self.pyvrp.Solution(self.data, visits)
        self.current = self.descent(fresh, self.penalties.max_cost_evaluator(), exhaustive=True)
        self.origin = self.top = self.current
        self.history, self.turn, self.idle = [], 0, 0

    def advance(self, iterations: int) -> list[tuple[int, tuple[int, ...]]]:
        """Go on for so many iterations; the routes (kind, sites) not told before."""
        told: list[tuple[int, tuple[int, ...]]] = []
        with catch_warnings():
            # PyVRP warns of penalties at their limit; what it finds is judged by us anyway.
            simplefilter("ignore")
            for _ in range(iterations):
                self._step(told)
        return told

    def _step(self, told: list[tuple[int, tuple[int, ...]]]) -> None:
        costs = self.penalties.cost_evaluator()
        candidate = self.descent(self.current, costs, exhaustive=False)
        self.penalties.register(candidate)
        self.idle += 1
        if costs.cost(candidate) < costs.cost(self.top):
            self.top, self.idle = candidate, 0
            better = self.descent(candidate, costs, exhaustive=True)
            if better.is_feasible():
                self.top = candidate = better
        self._tell(candidate, told)
        cost, present = costs.penalised_cost(candidate), costs.penalised_cost(self.current)
        late = self.history[self.turn] if len(self.history) == HISTORY else None
        bar = costs.penalised_cost(late if late is not None else self.origin)
        if cost < bar or cost < present:
            self.current, present = candidate, cost
        if len(self.history) < HISTORY:
            self.history.append(self.current)
        else:
            if present < bar:
                self.history[self.turn] = self.current
            self.turn = (self.turn + 1) % HISTORY
        if self.idle >= PATIENCE:
            self.start(None)

    def _tell(self, solution: Any, told: list[tuple[int, tuple[int, ...]]]) -> None:
        for route in solution.routes():
            if route.has_time_warp():
                continue
            order = tuple(self.sites[activity.idx] for activity in route if activity.is_client())
            key = (route.vehicle_type(), order)
            if order and key not in self.known:
                if len(self.known) >= REMEMBERED:
                    self.known.clear()
                self.known.add(key)
                told.append(key)


def model(network: Network) -> tuple[Any, list[tuple[int, int]]]:
    """PyVRP's data, and the (site, window) of each client."""
    import pyvrp

    problem = network.problem
    spots = used_sites(network)
    locations, matrices, depots, types = _roads(problem, network, spots)
    options = network.options()
    prizes = prizes_of(network, spots)
    groups: list[Any] = []
    group_of: dict[int, int] = {}
    for site in spots:
        copies = [at for at, option in enumerate(options) if option[0] == site]
        if len(copies) > 1:
            group_of[site] = len(groups)
            groups.append(pyvrp.ClientGroup(copies, required=False))
    place = {site: len(depots) + at for at, site in enumerate(spots)}
    clients = [
        pyvrp.Client(
            location=place[site],
            service_duration=problem.sites[site].service,
            tw_early=problem.sites[site].windows[window][0],
            tw_late=problem.sites[site].windows[window][1],
            prize=prizes[site],
            required=False,
            group=group_of.get(site),
        )
        for site, window in options
    ]
    data = pyvrp.ProblemData(locations, clients, depots, types, matrices, matrices, groups)
    return data, options


def prizes_of(network: Network, spots: Sequence[int]) -> dict[int, int]:
    """Prizes against a way that costs 1 a tick: PRIZE shifts' lengths for the mean site.

    Much less, and the search drives home early; much more, and it would rather break
    a window than leave a site out. A pinned site has twenty times the mean.
    """
    problem = network.problem
    length = max((shift.end - shift.start for shift in problem.shifts), default=1)
    plain = [problem.sites[site].profit for site in spots]
    rate = PRIZE * length * len(spots) / max(1, sum(plain))
    return {
        site: 20 * PRIZE * length
        if site in network.pinned
        else min(20 * PRIZE * length, round(profit * rate))
        for site, profit in zip(spots, plain, strict=True)
    }


def used_sites(network: Network) -> list[int]:
    """Sites that some vehicle-day can reach."""
    return sorted({int(site) for kind in network.kinds for site in kind.site})


def _roads(
    problem: Problem, network: Network, spots: Sequence[int]
) -> tuple[list[Any], list[Any], list[Any], list[Any]]:
    """Locations (depots, then sites), a matrix for each profile, depots, vehicle types."""
    import pyvrp

    kinds = network.kinds
    first = [problem.shifts[kind.shifts[0]] for kind in kinds]
    bases = sorted({place for shift in first for place in (shift.depart, shift.home)})
    places = [*bases, *(problem.sites[site].place for site in spots)]
    matrices: list[Any] = []
    profile_of: dict[tuple[int, frozenset[int]], int] = {}
    types = []
    for kind, shift in zip(kinds, first, strict=True):
        mine = frozenset(int(site) for site in kind.site)
        key = (shift.roads, mine)
        if key not in profile_of:
            matrix = problem.travel[shift.roads][np.ix_(places, places)].astype(np.int64)
            for at, site in enumerate(spots, len(bases)):
                if site not in mine:
                    matrix[at, :] = matrix[:, at] = FAR
            np.fill_diagonal(matrix, 0)
            profile_of[key] = len(matrices)
            matrices.append(matrix)
        types.append(
            pyvrp.VehicleType(
                num_available=len(kind.shifts),
                start_depot=bases.index(shift.depart),
                end_depot=bases.index(shift.home),
                tw_early=shift.start,
                tw_late=shift.end,
                profile=profile_of[key],
            )
        )
    depots = [pyvrp.Depot(location=at) for at in range(len(bases))]
    locations = [pyvrp.Location(float(at), 0.0) for at in range(len(places))]
    return locations, matrices, depots, types
