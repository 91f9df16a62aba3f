"""A covering plan as a document: what its pages tell, in JSON values, with names and points."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiedui.planning.domain.siting.cover import CoverPlan, CoverProblem, Kind, Placed

Degrees = tuple[float, float] | None
Sites = NDArray[np.int_]


def outcome_of(
    problem: CoverProblem, plan: CoverPlan, places: Sequence[Degrees], sites: Sequence[Degrees]
) -> dict[str, Any]:
    """What the pages show of a plan."""
    chosen = {kit.site for kit in plan.placed}
    missed = {each.place for each in plan.unreached}
    standing = np.array(sorted(chosen), dtype=int)
    return {
        "kinds": [_kind(problem, plan, kind) for kind in problem.kinds],
        "placed": [_placed(problem, kit) for kit in plan.placed],
        "unreached": [
            {
                "code": problem.places[each.place].code,
                "place": _name(problem.places[each.place]),
                "service": each.service,
                "people": _number(each.people),
                **_nearest(problem, each.place, standing),
                "cheapest": None if each.cheapest is None else _kit(problem, *each.cheapest),
            }
            for each in plan.unreached
        ],
        "not_chosen": [
            {
                "code": problem.sites[each.site].code,
                "site": _name(problem.sites[each.site]),
                "kind": None if each.kind is None else _name(problem.kinds[each.kind]),
                "cost": None if each.kind is None else str(problem.kinds[each.kind].cost),
                "gain": _number(each.gain),
                "reason": [each.reason, _details(each.details)],
                "price": None if each.price is None else round(each.price, 2),
            }
            for each in plan.not_chosen
        ],
        "next": {
            "money": str(plan.next_percent.money),
            "buys": [_kit(problem, *each) for each in plan.next_percent.buys],
            "gain": _number(plan.next_percent.gain),
            "at_most": _known(plan.next_percent.at_most),
            "first_useful": _text(plan.next_percent.first_useful),
        },
        "reasons": [[message, _details(details)] for message, details in plan.reasons],
        "points": [
            *(
                [_name(place), *where, "missed" if number in missed else "reached"]
                for number, (place, where) in enumerate(zip(problem.places, places, strict=True))
                if where is not None
            ),
            *(
                [_name(site), *where, "chosen"]
                for number, (site, where) in enumerate(zip(problem.sites, sites, strict=True))
                if where is not None and number in chosen
            ),
        ],
    }


def numbers_of(problem: CoverProblem, plan: CoverPlan, *, work: int) -> dict[str, Any]:
    """The numbers of a plan, for lists and for comparing with the run before."""
    missed = {each.place for each in plan.unreached}
    lacking = sum(problem.places[number].people for number in missed)
    return {
        "people": _number(plan.people),
        # Who has every service that the kits give.
        "served": _number(plan.people - lacking),
        "reached": {service: _number(people) for service, people in plan.reached.items()},
        "objective": plan.objective,
        "bound": plan.bound,
        "gap": plan.gap,
        "greedy": plan.greedy,
        "cost": str(plan.cost),
        "budget": str(problem.budget),
        "kits": sum(not kit.existing for kit in plan.placed),
        "sites": len({kit.site for kit in plan.placed}),
        "places": len(problem.places),
        "missed": len(missed),
        "seconds": round(plan.seconds, 1),
        "work": work,
    }


def _nearest(problem: CoverProblem, place: int, standing: Sites) -> dict[str, Any]:
    """The nearest site with a kit, and the kilometres to it."""
    ways = problem.km[standing, place]
    if not np.isfinite(ways).any():
        return {"nearest": None, "distance": None}
    at = int(np.nanargmin(ways))
    return {
        "nearest": _name(problem.sites[int(standing[at])]), "distance": round(float(ways[at]), 1)
    }  # fmt: skip


def _name(thing: Any) -> str:
    return str(thing.name or thing.code)


def _kind(problem: CoverProblem, plan: CoverPlan, kind: Kind) -> dict[str, Any]:
    mine = [kit for kit in plan.placed if problem.kinds[kit.kind].code == kind.code]
    return {
        "name": _name(kind),
        "service": kind.service,
        "cost": str(kind.cost),
        "reach": kind.reach,
        "minutes": kind.minutes,
        "new": sum(not kit.existing for kit in mine),
        "standing": sum(kit.existing for kit in mine),
        "people": _number(plan.by_kind.get(kind.code, 0.0)),
    }


def _placed(problem: CoverProblem, kit: Placed) -> dict[str, Any]:
    site, kind = problem.sites[kit.site], problem.kinds[kit.kind]
    return {
        "code": site.code,
        "site": _name(site),
        "kind": _name(kind),
        "cost": "0" if kit.existing else str(kind.cost),
        "existing": kit.existing,
        "people": _number(kit.people),
        "alone": _number(kit.alone),
    }


def _kit(problem: CoverProblem, site: int, kind: int) -> dict[str, Any]:
    return {
        "site": _name(problem.sites[site]),
        "kind": _name(problem.kinds[kind]),
        "cost": str(problem.kinds[kind].cost),
    }


def _details(details: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _number(value) if isinstance(value, float) else _text(value)
        for key, value in details.items()
    }


def _text(value: Any) -> Any:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _known(value: float | None) -> int | float | None:
    return None if value is None else _number(value)


def _number(value: float) -> int | float:
    """Whole numbers without a decimal point."""
    return int(value) if value == int(value) else round(value, 2)
