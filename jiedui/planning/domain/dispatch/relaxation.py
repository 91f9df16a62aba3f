"""The linear relaxation: prices of money and of people, and a bound that they prove.

With a price on the budget the programme falls apart into *ties*: groups of
recipients that share no expert (regions paired with one another). The prices are
found in two steps, each a task for a worker:

1. every district (the recipients of a region) alone, with a share of the budget
   and of the people whom several districts could have;
2. every tie at one common price of money, which then follows the spending by the
   secant rule. At the first price a tie is solved whole by the dual simplex; at
   the next ones by sifting (Bixby et al. 1992: solve over few columns, price all,
   add those that would pay), beginning with the columns that nearly paid. To sift
   from the start was slower: few columns of the right ones are known by then.

Any prices of the right sign prove a bound (weak duality), however early a run
is stopped: ``bound`` counts it anew from the prices alone, and lets no expert pay
more often than he or she may go.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from jiedui.planning.domain.dispatch.columns import Columns
from jiedui.planning.domain.dispatch.crew import Crew
from jiedui.planning.domain.dispatch.districts import Context, districts, rows_touched, ties
from jiedui.planning.domain.dispatch.draft import Draft
from jiedui.planning.domain.dispatch.model import EXPERT, Model
from jiedui.planning.domain.dispatch.programme import Floats, Ints, Programme, highs
from jiedui.planning.domain.runs import Progress, Run

NEAR = 120
"""Tours a recipient that a tie begins with at its next price, those that pay most nearly."""
ADDED = 20
"""Tours a recipient that one round of sifting may add."""
PAYS = 1e-6
CLOSE = 1e-4
"""Sifting ends where the bound is so near the value, as a share."""
SPENT = 0.02
"""The price of money is right where spending misses the budget by no more, as a share."""
PRICES_TRIED = 4
FEASIBLE, PRIMAL, AT_LOWER = 2, 4, 0
"""HiGHS's numbers: a point keeps all rows; the primal simplex; a column rests at its lower end."""
STAGE = "Finding the prices of money and people"


@dataclass(frozen=True, slots=True)
class Relaxed:
    """What the relaxation says, as far as it was carried."""

    bound: float
    prices: Floats
    """Of all rows of the model."""
    use: Floats
    """How far each tour takes place in the relaxation."""

    @property
    def money(self) -> float:
        """Price of a unit of budget."""
        return float(self.prices[0])


def bound(columns: Columns, model: Model, prices: Floats) -> float:
    """A value that no plan exceeds: prices · limits + what columns pay beyond the prices.

    Of an expert's tours the best pays, as often as the expert may go, or all of them.
    """
    programme = model.programme
    prices = programme.sound(prices)
    with np.errstate(invalid="ignore"):
        limits = np.where(prices > 0, prices * programme.row_upper, prices * programme.row_lower)
    total = float(limits[prices != 0].sum())
    reduced = programme.priced(prices)
    lower, upper = programme.lower, programme.upper
    at_least = np.where(lower != 0, reduced * lower, 0.0)
    total += float(at_least.sum())
    beyond = np.where(reduced > 0, reduced * (upper - lower), 0.0)
    total += float(beyond[model.tours :].sum())
    experts = columns.problem.experts
    best = np.zeros(len(experts))
    np.maximum.at(best, columns.expert, beyond[: model.tours])
    all_ = np.bincount(columns.expert, beyond[: model.tours], minlength=len(experts))
    often = np.array([one.max_tours for one in experts], dtype=float)
    return total + float(np.minimum(all_, best * often).sum())


@dataclass(frozen=True, slots=True)
class _District:
    recipients: Ints
    share: float
    """Of the budget."""
    people: Floats
    """Of each expert."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The tours that pay or nearly pay, and the basis over them."""

    active: Ints
    columns: Ints
    rows: Ints


@dataclass(frozen=True, slots=True)
class _Tie:
    recipients: Ints
    money: float
    known: _Known | None = None
    """Where it stood at another price."""


@dataclass(frozen=True, slots=True)
class _Priced:
    """A tie at a price of money."""

    rows: Ints
    prices: Floats
    tours: Ints
    use: Floats
    spent: float
    known: _Known


def _alone(context: Context, district: _District) -> float:
    """Price of money in a district alone."""
    columns, model = context
    part, ids, rows = _part(model, district.recipients)
    money = int(np.searchsorted(rows, 0))
    limits = part.row_upper.copy()
    limits[money] *= district.share
    of_people = (model.row_of[rows] == EXPERT)[part.row]
    tour = np.repeat(np.arange(len(ids)), np.diff(part.first))[of_people]
    row = part.row[of_people]
    limits[row] = part.row_upper[row] * district.people[columns.expert[ids[tour]]]
    solver = highs(replace(part, row_upper=limits), integers=False, presolve="off")
    solver.run()
    if solver.getInfo().primal_solution_status != FEASIBLE:
        solver = highs(part, integers=False, presolve="off")  # pins or a floor need more
        solver.run()
    return max(0.0, float(solver.getSolution().row_dual[money]))


def _part(model: Model, recipients: Ints) -> tuple[Programme, Ints, Ints]:
    """The programme of some recipients with all their tours; its columns and rows."""
    mine = np.zeros(int(model.of.max(initial=0)) + 1, dtype=bool)
    mine[recipients] = True
    ids = np.flatnonzero(mine[model.of])
    rows = rows_touched(model.programme, ids)
    return model.programme.part(ids, rows), ids, rows


def _tied(context: Context, tie: _Tie) -> _Priced:
    """The relaxation of a tie at a price of money: whole at first, then from where it was."""
    columns, model = context
    whole, ids, rows = _part(model, tie.recipients)
    rows = rows[rows != 0]
    tours = int((ids < model.tours).sum())
    objective = whole.objective.copy()
    objective[:tours] -= tie.money * columns.cost[ids[:tours]]
    whole = replace(model.programme.part(ids, rows), objective=objective)
    every = np.arange(whole.height)
    known = tie.known
    active = np.arange(tours) if known is None else np.searchsorted(ids, known.active)
    present = np.concatenate((np.arange(tours, len(ids)), active))
    inside = np.zeros(len(ids), dtype=bool)
    inside[present] = True
    solver = highs(whole.part(present, every), integers=False, presolve="off")
    if known is not None:
        _set_basis(solver, known)
        solver.setOptionValue("simplex_strategy", PRIMAL)
    while True:
        solver.run()
        prices = np.array(solver.getSolution().row_dual)
        reduced = whole.priced(whole.sound(prices))
        paying = np.flatnonzero(~inside & (reduced > PAYS))
        missing = _best_of_each(columns.expert[ids[paying]], reduced[paying])
        if missing <= CLOSE * abs(solver.getInfo().objective_function_value):
            break
        most = ADDED * len(tie.recipients)
        added = np.sort(paying[np.argsort(-reduced[paying], kind="stable")[:most]])
        _add(solver, whole.part(added, every))
        present = np.concatenate((present, added))
        inside[added] = True
        solver.setOptionValue("simplex_strategy", PRIMAL)
    use = np.zeros(len(ids))
    use[present] = solver.getSolution().col_value
    others = len(ids) - tours
    states, row_states = _basis(solver)
    held = present[others:]
    order = np.argsort(-reduced[held], kind="stable")[: NEAR * len(tie.recipients)]
    kept = (states[others:] != AT_LOWER) | (whole.lower[held] > 0)
    kept[order] = True
    return _Priced(
        rows, prices, ids[:tours], use[:tours],
        float(columns.cost[ids[:tours]] @ use[:tours]),
        _Known(
            ids[held[kept]], np.concatenate((states[:others], states[others:][kept])), row_states
        ),
    )  # fmt: skip


def _best_of_each(expert: Ints, reduced: Floats) -> float:
    if not len(expert):
        return 0.0
    best = np.zeros(int(expert.max()) + 1)
    np.maximum.at(best, expert, reduced)
    return float(best.sum())


def _add(solver: Any, part: Programme) -> None:
    solver.addCols(
        part.width, part.objective, part.lower, part.upper, len(part.row),
        part.first[:-1].astype(np.int32), part.row.astype(np.int32), part.entry,
    )  # fmt: skip


def _basis(solver: Any) -> tuple[Ints, Ints]:
    basis = solver.getBasis()
    return (
        np.array([int(one) for one in basis.col_status], dtype=np.int8),
        np.array([int(one) for one in basis.row_status], dtype=np.int8),
    )


def _set_basis(solver: Any, known: _Known) -> None:
    import highspy

    basis: Any = highspy.HighsBasis()
    states = [highspy.HighsBasisStatus(i) for i in range(5)]
    basis.col_status = [states[one] for one in known.columns]
    basis.row_status = [states[one] for one in known.rows]
    basis.valid = True
    solver.setBasis(basis)


def relax(context: Context, crew: Crew, run: Run, draft: Draft | None = None) -> Relaxed:
    """Prices, bound and fractional plan; weaker the sooner the run ends.

    What the ``draft`` is worth is only told with the progress.
    """
    columns, model = context
    draft = draft or Draft(columns)
    nothing = np.zeros(model.programme.height)
    found = Relaxed(bound(columns, model, nothing), nothing, np.zeros(model.tours))
    parts = districts(columns)
    people = _people(columns, parts)
    alone = [_District(own, share, people) for own, share in shares(columns, parts)]
    tried: list[float] = []
    for price in crew.each(_alone, alone, run):
        run.done()
        run.tell(Progress(STAGE, run.work, draft.objective, found.bound))
        tried.append(price)
        if run.over():
            break
    if len(tried) < len(alone) or not alone:
        return found
    money = sum(price * one.share for price, one in zip(tried, alone, strict=True))
    budget = float(columns.problem.settings.budget)
    spending: list[tuple[float, float]] = []
    groups = [_Tie(own, money) for own in ties(columns)]
    for _ in range(PRICES_TRIED):
        priced = list(_counted(crew.each(_tied, groups, run), run))
        prices = np.zeros(model.programme.height)
        use = np.zeros(model.tours)
        prices[0] = money
        for part in priced:
            prices[part.rows] = part.prices
            use[part.tours] = part.use
        proven = bound(columns, model, prices)
        spent = sum(part.spent for part in priced)
        if proven < found.bound or not spending:
            found = Relaxed(min(proven, found.bound), prices, use)
        spending.append((money, spent))
        run.tell(Progress(STAGE, run.work, draft.objective, found.bound))
        if len(priced) < len(groups) or run.over() or _settled(money, spent, budget):
            break
        money = _next_price(spending, budget, found.bound)
        groups = [
            replace(group, money=money, known=part.known)
            for group, part in zip(groups, priced, strict=True)
        ]
    return found


def shares(columns: Columns, parts: list[Ints]) -> list[tuple[Ints, float]]:
    """The parts with their shares of the budget, as their posts' months would cost."""
    settings = columns.problem.settings
    cost = np.zeros(len(columns.recipients))
    place = {name: i for i, name in enumerate(columns.recipients)}
    for post in columns.posts:
        high = columns.problem.recipient[post.recipient].high_altitude
        months = max(0, post.to_month - post.from_month) * post.capacity
        cost[place[post.recipient]] += months * (1 + settings.altitude_surcharge * high)
    total = sum(float(cost[own].sum()) for own in parts)
    return [(own, float(cost[own].sum()) / total if total else 0.0) for own in parts]


def _people(columns: Columns, parts: list[Ints]) -> Floats:
    """What part of each expert a district gets: between all of him and an equal share.

    Whole people for each district would make money look too dear, equal shares too cheap.
    """
    of = np.zeros(len(columns.recipients), dtype=np.int64)
    for place, own in enumerate(parts):
        of[own] = place
    pairs = np.unique(np.stack((columns.expert, of[columns.recipient])), axis=1)
    count = np.bincount(pairs[0], minlength=len(columns.problem.experts))
    people: Floats = 0.5 + 0.5 / np.maximum(count, 1)
    return people


def _counted(results: Iterator[_Priced], run: Run) -> Iterator[_Priced]:
    for result in results:
        run.done()
        yield result
        if run.over():
            return


def _settled(money: float, spent: float, budget: float) -> bool:
    return abs(spent - budget) <= SPENT * budget or (money <= 0 and spent <= budget)


def _next_price(spending: list[tuple[float, float]], budget: float, value: float) -> float:
    """Where the line through the last two spendings meets the budget."""
    money, spent = spending[-1]
    if len(spending) > 1:
        before, spent_before = spending[-2]
        if spent != spent_before:
            return max(0.0, money + (budget - spent) * (money - before) / (spent - spent_before))
    if money <= 0:
        return 0.02 * value / max(budget, PAYS)
    return money * min(2.0, float(np.sqrt(spent / max(budget, PAYS))) ** 3)
