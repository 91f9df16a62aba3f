"""Planning again after a change: keep what can stay, fill what fell out, and say what changed.

A plan that people have signed is changed as little as it can be: every tour
that still keeps the rules stays as it is, only what broke them leaves, and the
money and the people set free are planned anew around that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jiedui.planning.domain.changes import Change, changes
from jiedui.planning.domain.dispatch.bans import Banned
from jiedui.planning.domain.dispatch.problem import Ban, Problem, Tour
from jiedui.planning.domain.dispatch.rules import Rule, clash, tour_faults
from jiedui.planning.domain.dispatch.standing import Standing
from jiedui.planning.domain.runs import Progress, Run

if TYPE_CHECKING:
    from jiedui.planning.domain.dispatch.solve import Plan


@dataclass(frozen=True, slots=True)
class Removed:
    """A tour that is no longer in the plan, and the rules that it would break now."""

    tour: Tour
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """What of a plan can stay, and why the rest cannot."""

    tours: tuple[Tour, ...]
    removed: tuple[Removed, ...]


def keep(
    problem: Problem,
    before: Iterable[Tour],
    *,
    pinned: Collection[Tour] = (),
    bans: Collection[Ban] = (),
) -> Kept:
    """As many tours of a plan as keep the rules of the problem as it is now.

    What breaks a rule by itself leaves. Of tours that exclude one another the
    ones fixed by hand stay, then those without which the plan would lose most.
    Where the money is too little the fewest tours leave, and among those about
    as dear the ones that are worth least.
    """
    removed: list[Removed] = []
    banned = Banned(bans)
    wanted = [*pinned, *sorted(set(before) - set(pinned))]
    able: list[Tour] = []
    for tour in wanted:
        faults = tour_faults(problem, tour)
        if banned.forbids(tour):
            faults = (*faults, Rule.FORBIDDEN)
        if faults:
            removed.append(Removed(tour, faults))
        else:
            able.append(tour)
    standing = Standing(problem, able)
    fixed = set(pinned)
    loss = {}
    for tour in able:
        loss[tour] = -standing.change(remove=(tour,)).total
    order = sorted(able, key=lambda tour: (tour not in fixed, -loss[tour], tour))
    kept = _together(problem, order, removed)
    over = problem.total_cost(kept) - problem.settings.budget * (1 + 1e-9)
    if over > 0:
        for tour in _too_dear(problem, [t for t in kept if t not in fixed], loss, over):
            kept.remove(tour)
            removed.append(Removed(tour, (Rule.BUDGET,)))
    return Kept(tuple(sorted(kept)), tuple(sorted(removed, key=lambda each: each.tour)))


def _together(problem: Problem, order: Iterable[Tour], removed: list[Removed]) -> list[Tour]:
    """Those of the tours, first come first served, that keep the rules among themselves."""
    kept: list[Tour] = []
    of: dict[str, list[Tour]] = defaultdict(list)
    at: dict[str, list[Tour]] = defaultdict(list)
    for tour in order:
        own, there = of[tour.expert], at[tour.post]
        full = any(
            sum(other.start <= month < other.end for other in there)
            >= problem.post[tour.post].capacity
            for month in range(tour.start, tour.end)
        )
        broken = {
            Rule.MAX_TOURS: len(own) >= problem.expert[tour.expert].max_tours,
            Rule.TWO_PLACES: any(clash(problem, tour, other) for other in own),
            Rule.CAPACITY: full,
        }
        rules = tuple(rule for rule, holds in broken.items() if holds)
        if rules:
            removed.append(Removed(tour, rules))
        else:
            kept.append(tour)
            own.append(tour)
            there.append(tour)
    return kept


def _too_dear(
    problem: Problem, tours: Collection[Tour], loss: dict[Tour, float], over: float
) -> list[Tour]:
    """The fewest tours that together cost at least so much, cheap losses preferred."""
    cost = {tour: problem.tour_cost(tour) for tour in tours}
    by_cost = sorted(tours, key=lambda tour: (-cost[tour], loss[tour], tour))
    leave: list[Tour] = []
    freed = 0.0
    for tour in by_cost:
        if freed >= over:
            break
        leave.append(tour)
        freed += cost[tour]
    others = sorted((t for t in tours if t not in set(leave)), key=lambda t: (loss[t], t))
    for better in others:
        spare = freed - over
        worst = max(
            (t for t in leave if cost[t] - cost[better] <= spare and loss[t] > loss[better]),
            key=lambda t: (loss[t], t),
            default=None,
        )
        if worst is not None:
            leave[leave.index(worst)] = better
            freed += cost[better] - cost[worst]
    return leave


@dataclass(frozen=True, slots=True)
class Replanned:
    """A new plan and how it differs from the one before.

    The plan's own bounds hold of the plans that keep ``held`` tours of the one before.
    """

    plan: Plan
    kept: tuple[Tour, ...]
    held: int
    """Tours of the plan before, beside those fixed by hand, that the search left alone."""
    changes: tuple[Change, ...]
    why: dict[Tour, tuple[Rule, ...]]
    """Rules that a tour of the old plan would break now."""


def again(
    problem: Problem,
    before: Collection[Tour],
    run: Run,
    *,
    seed: int = 0,
    floor: bool = False,
    pinned: Collection[Tour] = (),
    bans: Collection[Ban] = (),
    forbidden: Collection[Tour] = (),
) -> Replanned:
    """Plan again around everything of the old plan that can stay."""
    from jiedui.planning.domain.dispatch.solve import plan

    kept = keep(problem, before, pinned=pinned, bans=bans)
    held, tell = len(set(kept.tours) - set(pinned)), run.tell

    def told(progress: Progress) -> None:
        tell(replace(progress, kept=held))

    run.tell = told
    new = plan(
        problem,
        run,
        seed=seed,
        floor=floor,
        pinned=kept.tours,
        forbidden=forbidden,
        start=kept.tours,
    )
    run.tell = tell
    return Replanned(
        new,
        tuple(sorted(set(before) & set(new.tours))),
        held,
        changes(before, new.tours),
        {each.tour: each.rules for each in kept.removed},
    )


def floor_of_all(
    problem: Problem, run: Run, *, pinned: Collection[Tour] = (), forbidden: Collection[Tour] = ()
) -> float | None:
    """What no plan lifts all recipients within reach above, whatever stood before.

    None where the run ends before anything is known.
    """
    from jiedui.planning.domain.dispatch import columns as all_columns
    from jiedui.planning.domain.dispatch import model
    from jiedui.planning.domain.dispatch.crew import Crew
    from jiedui.planning.domain.dispatch.districts import Context
    from jiedui.planning.domain.dispatch.floor import most
    from jiedui.planning.domain.dispatch.solve import SMALL, WORKERS

    columns = all_columns.around(all_columns.build(problem, forbidden), pinned)
    fixed = [j for j in columns.places(pinned) if j is not None]
    context = Context(columns, model.build(columns, fixed, 0.0))
    with Crew(context, WORKERS if len(columns) > SMALL else 0) as crew:
        return most(columns, crew, run)
