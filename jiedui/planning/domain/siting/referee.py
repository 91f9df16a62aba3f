"""Rules and objectives of siting plans recomputed plainly, from the problem alone.

Nothing here knows a solver, a matrix product or a cleverness: loops over sites and
places, so that one can read that it is right.
"""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from jiedui.planning.domain.siting.cover import EDGE, CoverPlan, CoverProblem

if TYPE_CHECKING:
    from jiedui.planning.domain.siting.pmedian import Medians, PMedian


class BrokenPlan(Exception):
    """A plan breaks a rule or claims what is not so: a fault of the planner, never of its input."""


def _hold(fact: bool, fault: str) -> None:
    if not fact:
        raise BrokenPlan(fault)


def _near(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)


def check_medians(problem: PMedian, found: Medians) -> None:
    """As many sites as were asked for, each once; the ways summed; the bound not above them."""
    sites = problem.cost.shape[1]
    wanted = max(0, min(problem.p, sites)) if problem.cost.shape[0] else 0
    _hold(len(found.sites) == len(set(found.sites)) == wanted, "not p different sites")
    _hold(all(0 <= site < sites for site in found.sites), "no such site")
    total, unserved = 0.0, []
    for client, ways in enumerate(problem.cost.tolist()):
        nearest = min((ways[site] for site in found.sites), default=math.inf)
        if math.isinf(nearest):
            unserved.append(client)
        else:
            total += nearest
    _hold(tuple(unserved) == found.unserved, "others are without a way")
    _hold(_near(total, found.objective), "the ways sum to another length")
    if found.bound is not None:
        _hold(found.bound <= found.objective + 1e-6 * max(1.0, total), "bound above a plan")
        _hold(not found.proven or _near(found.bound, found.objective), "not proven")
    else:
        _hold(not found.proven, "not proven")


def check_cover(problem: CoverProblem, plan: CoverPlan) -> None:
    """Kits where they may stand, once each, paid for and in stock; people counted anew."""
    spent = Decimal(0)
    bought = [0] * len(problem.kinds)
    seen = set()
    for kit in plan.placed:
        site, kind = problem.sites[kit.site], problem.kinds[kit.kind]
        _hold((kit.site, kit.kind) not in seen, "two kits of a kind at a site")
        seen.add((kit.site, kit.kind))
        _hold(kit.existing == (kind.code in site.existing), "standing or new")
        if not kit.existing:
            allowed = site.kinds is None or kind.code in site.kinds | site.required
            _hold(allowed, "a kind that may not stand there")
            spent += kind.cost
            bought[kit.kind] += 1
    standing = sum(len(_standing(problem, site)) for site in range(len(problem.sites)))
    _hold(sum(kit.existing for kit in plan.placed) == standing, "a standing kit forgotten")
    _hold(spent == plan.cost, "another cost")
    _hold(spent <= max(problem.budget, Decimal(0)), "over the budget")
    for kind, count in zip(problem.kinds, bought, strict=True):
        _hold(kind.available is None or count <= kind.available, "more than can be had")
    objective = 0.0
    unreached = []
    ways = {
        (kit.site, kit.kind): problem.ways(problem.kinds[kit.kind])[kit.site].tolist()
        for kit in plan.placed
    }
    for service in problem.services:
        kits = [kit for kit in plan.placed if problem.kinds[kit.kind].service == service]
        reached = 0.0
        for number, place in enumerate(problem.places):
            if any(
                ways[kit.site, kit.kind][number] <= problem.kinds[kit.kind].reach * (1 + EDGE)
                for kit in kits
            ):
                reached += place.people
            elif place.people > 0:
                unreached.append((number, service))
        _hold(_near(reached, plan.reached[service]), "others are reached")
        objective += reached * problem.weight(service)
    _hold(_near(objective, plan.objective), "another objective")
    _hold(
        sorted((each.place, each.service) for each in plan.unreached) == sorted(unreached),
        "others are not reached",
    )
    _hold(plan.bound >= plan.objective - 1e-6 * max(1.0, objective), "bound below a plan")


def _standing(problem: CoverProblem, site: int) -> set[str]:
    return {kind.code for kind in problem.kinds} & problem.sites[site].existing
