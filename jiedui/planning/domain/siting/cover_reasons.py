"""What a coverage plan says for itself: whom it misses, what more money buys, why not here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiedui.planning.domain.runs import Run
from jiedui.planning.domain.siting.cover import (
    CoverPlan,
    CoverProblem,
    NextPercent,
    NotChosen,
    Placed,
    Unreached,
)
from jiedui.planning.domain.siting.cover_model import Prices
from jiedui.planning.domain.siting.cover_units import Bools, Core, Floats, Ints, Numbers, Units

_ = str  # marks message ids for the catalogue

# Why a site has no new kit.
NO_KIND = _("No kind of kit may be placed here.")
NOBODY = _("No kit placed here would reach anybody.")
SERVED = _("Everybody whom a kit here would reach is reached already.")
TOO_DEAR = _("A kit here costs %(cost)s, more than the whole budget.")
NONE_LEFT = _("All kits of this kind that can be had (%(count)s) are placed elsewhere.")
ELSEWHERE = _(
    "A kit here would reach %(people)s more for %(cost)s; the same money reaches more elsewhere."
)
# Why a plan is empty or not whole.
NO_MONEY = _("There is no budget, so that nothing can be bought.")
ALL_TOO_DEAR = _("Every kit costs more than the budget.")
NOTHING_TO_BUY = _("There are no sites or no kinds of kit to choose from.")
NOBODY_THERE = _("No place has people who could be reached.")
OUT_OF_REACH = _("No kit reaches anybody from any site.")
ALL_SERVED = _("The standing kits reach everybody who can be reached.")
REQUIRED_DEAR = _("%(kind)s is required at %(site)s, but neither money nor stock are left for it.")


def explained(
    problem: CoverProblem,
    units: Units,
    core: Core,
    prices: Prices,
    chosen: Numbers,
    bound: float,
    greedy: float,
    run: Run,
) -> CoverPlan:
    """The plan with its reasons."""
    served: Bools = np.asarray(units.covers[chosen].any(axis=0))
    gain: Floats = units.covers[:, ~served] @ units.weight[~served]
    gain[chosen] = 0.0
    spent = int(units.cost[chosen].sum())
    placed, by_kind, times = _placed(problem, units, chosen)
    people = np.array([place.people for place in problem.places], dtype=float)
    reached = {service: float(people[count > 0].sum()) for service, count in times.items()}
    objective = sum(count * problem.weight(service) for service, count in reached.items())
    return CoverPlan(
        placed,
        objective,
        max(bound, objective),
        greedy,
        spent * units.part,
        float(people.sum()),
        reached,
        by_kind,
        _unreached(problem, units, {service: count > 0 for service, count in times.items()}),
        _next_percent(units, core, prices, chosen, ~served, gain, objective),
        _not_chosen(problem, units, core, prices, chosen, gain),
        _reasons(problem, units, core, chosen),
        run.work,
        run.elapsed,
    )


def _placed(
    problem: CoverProblem, units: Units, chosen: Numbers
) -> tuple[tuple[Placed, ...], dict[str, float], dict[str, NDArray[np.int_]]]:
    """The kits, how many people each kind reaches, how many kits give each place a service."""
    codes = {kind.code: number for number, kind in enumerate(problem.kinds)}
    kits = [
        (number, codes[code], True)
        for number, site in enumerate(problem.sites)
        for code in site.existing
        if code in codes
    ]
    kits += [(int(units.site[unit]), int(units.kind[unit]), False) for unit in chosen]
    kits.sort()
    people = np.array([place.people for place in problem.places], dtype=float)
    within = [problem.within(kind) for kind in problem.kinds]
    times = {service: np.zeros(people.size, dtype=np.int_) for service in problem.services}
    by_kind = {kind.code: np.zeros(people.size, dtype=bool) for kind in problem.kinds}
    for site, kind, _ in kits:
        times[problem.kinds[kind].service] += within[kind][site]
        by_kind[problem.kinds[kind].code] |= within[kind][site]
    placed = tuple(
        Placed(
            site,
            kind,
            existing,
            float(people[within[kind][site]].sum()),
            float(people[within[kind][site] & (times[problem.kinds[kind].service] == 1)].sum()),
        )
        for site, kind, existing in kits
    )
    return (
        placed,
        {code: float(people[them].sum()) for code, them in by_kind.items()},
        times,
    )


def _unreached(
    problem: CoverProblem, units: Units, served: Mapping[str, Bools]
) -> tuple[Unreached, ...]:
    """Places not reached, most people first."""
    km = np.where(np.isfinite(problem.km), problem.km, np.inf)
    within = [problem.within(kind) for kind in problem.kinds]
    found = []
    for service in problem.services:
        kinds = [kind.service == service for kind in problem.kinds]
        mine = np.flatnonzero(np.array(kinds, dtype=bool)[units.kind])
        reaches = np.zeros((mine.size, len(problem.places)), dtype=bool)
        for row, unit in enumerate(mine):
            reaches[row] = within[units.kind[unit]][units.site[unit]]
        open_ = [
            number
            for number, place in enumerate(problem.places)
            if place.people > 0 and not served[service][number]
        ]
        for number in open_:
            nearest = int(km[:, number].argmin()) if km.shape[0] else None
            away = np.inf if nearest is None else float(km[nearest, number])
            known = bool(np.isfinite(away))
            able = mine[reaches[:, number]]
            order = np.lexsort((able, km[units.site[able], number], units.cost[able]))
            best = able[order[0]] if able.size else None
            found.append(
                Unreached(
                    number,
                    service,
                    problem.places[number].people,
                    nearest if known else None,
                    away if known else None,
                    None if best is None else (int(units.site[best]), int(units.kind[best])),
                )
            )
    return tuple(sorted(found, key=lambda each: (-each.people, each.place, each.service)))


def _next_percent(
    units: Units,
    core: Core,
    prices: Prices,
    chosen: Numbers,
    open_: Bools,
    gain: Floats,
    objective: float,
) -> NextPercent:
    """Kits that could be added for a hundredth of the budget and what is left of it."""
    percent = units.budget / 100
    left = units.budget - int(units.cost[chosen].sum())
    stock = units.available - np.bincount(units.kind[chosen], minlength=units.available.size)
    useful = (gain > 1e-9) & (stock[units.kind] > 0)
    plans = [_added(units, gain, open_, left + percent, stock, by) for by in (True, False)]
    bought, more = max(plans, key=lambda plan: plan[1])
    dearer = (units.cost > units.budget) & (units.cost <= units.budget + percent)
    at_most = None
    if not (dearer & units.covers.any(axis=1)).any():
        roof = core.base + float(core.weight.sum())
        at_most = max(more, min(roof, prices.bound + prices.money * percent) - objective)
    lacking = int(units.cost[useful].min()) - left if useful.any() else None
    return NextPercent(
        (units.budget * units.part / 100) + left * units.part,
        tuple((int(units.site[unit]), int(units.kind[unit])) for unit in bought),
        more,
        at_most,
        None if lacking is None else max(0, lacking) * units.part,
    )


def _added(
    units: Units, gain: Floats, open_: Bools, money: float, stock: Ints, by_money: bool
) -> tuple[list[int], float]:
    """Units added greedily to the plan, and what they gain together."""
    gain, stock, open_ = gain.copy(), stock.copy(), open_.copy()
    bought: list[int] = []
    total = 0.0
    while True:
        can = (units.cost <= money) & (stock[units.kind] > 0) & (gain > 1e-9)
        if not can.any():
            return bought, total
        worth = gain / np.maximum(units.cost, 1) if by_money else gain
        unit = int(np.where(can, worth, -1.0).argmax())
        bought.append(unit)
        total += float(gain[unit])
        money -= int(units.cost[unit])
        stock[units.kind[unit]] -= 1
        fresh = np.flatnonzero(units.covers[unit] & open_)
        open_[fresh] = False
        gain -= units.covers[:, fresh] @ units.weight[fresh]
        gain[unit] = 0.0


def _not_chosen(
    problem: CoverProblem,
    units: Units,
    core: Core,
    prices: Prices,
    chosen: Numbers,
    gain: Floats,
) -> tuple[NotChosen, ...]:
    """Every site without a new kit, and why its best kit was not bought."""
    left = units.available - np.bincount(units.kind[chosen], minlength=units.available.size)
    reaches: Bools = np.asarray(units.covers.any(axis=1))
    rate: Floats = gain / np.maximum(1, units.cost)
    worth = core.worth_of(units, prices.rows)
    holding = set(units.site[chosen].tolist())
    at: dict[int, list[int]] = {}
    for unit, site in enumerate(units.site.tolist()):
        at.setdefault(site, []).append(unit)
    people = _people(problem)
    somebody = np.array([problem.within(kind)[:, people].any(axis=1) for kind in problem.kinds])
    found = []
    for number, site in enumerate(problem.sites):
        if number in holding:
            continue
        mine = at.get(number, [])
        if not mine:
            if not site.existing:
                found.append(NotChosen(number, None, 0.0, NO_KIND, {}, None))
            continue
        best = max(mine, key=lambda unit: (rate[unit], reaches[unit], -unit))
        kind = int(units.kind[best])
        cost = units.cost[best] * units.part
        reason, details = ELSEWHERE, {"people": float(gain[best]), "cost": cost}
        if gain[best] <= 1e-9:
            reaching = any(somebody[units.kind[unit], number] for unit in mine)
            reason, details = (SERVED if reaching else NOBODY), {}
        elif units.cost[best] > units.budget:
            reason, details = TOO_DEAR, {"cost": cost}
        elif left[kind] <= 0:
            reason, details = NONE_LEFT, {"count": int(units.available[kind])}
        price = None
        if prices.money > 0 and gain[best] > 1e-9:
            price = float(worth[best]) / prices.money * float(units.part)
        found.append(NotChosen(number, kind, float(gain[best]), reason, details, price))
    return tuple(found)


def _people(problem: CoverProblem) -> Bools:
    return np.array([place.people > 0 for place in problem.places], dtype=bool)


def _reasons(
    problem: CoverProblem, units: Units, core: Core, chosen: Numbers
) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """Why there is nothing to buy, and which required kits are missing."""
    found: list[tuple[str, Mapping[str, Any]]] = []
    for unit in units.too_dear:
        site = problem.sites[units.site[unit]]
        kind = problem.kinds[units.kind[unit]]
        found.append(
            (REQUIRED_DEAR, {"kind": kind.name or kind.code, "site": site.name or site.code})
        )
    if chosen.size:
        return tuple(found)
    if not _people(problem).any():
        found.append((NOBODY_THERE, {}))
    elif not units.site.size:
        found.append((NOTHING_TO_BUY, {}))
    elif units.weight.size == 0:
        found.append((ALL_SERVED, {}))
    elif not units.covers.any():
        found.append((ALL_SERVED if units.base > 0 else OUT_OF_REACH, {}))
    elif units.budget <= 0:
        found.append((NO_MONEY, {}))
    elif (units.cost > units.budget)[units.covers.any(axis=1)].all():
        found.append((ALL_TOO_DEAR, {}))
    return tuple(found)
