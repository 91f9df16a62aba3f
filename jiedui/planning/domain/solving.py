"""From a frozen question to a plan, by the planner: anew, or as near as can be to what stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import inf, isfinite

from jiedui.core.errors import InvalidInput
from jiedui.planning.domain.dispatch.bans import forbidden_tours
from jiedui.planning.domain.dispatch.explain import Case
from jiedui.planning.domain.dispatch.money import MoreMoney, Price, more_money, price_of_money
from jiedui.planning.domain.dispatch.problem import Tour
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.replan import again, floor_of_all
from jiedui.planning.domain.dispatch.rules import Rule
from jiedui.planning.domain.dispatch.solve import plan
from jiedui.planning.domain.frozen import Question
from jiedui.planning.domain.reasons import Reason
from jiedui.planning.domain.runs import Run

_ = str  # marks message ids for the catalogue

# The part of the budget of which is told what it would buy.
MORE = 0.01


@dataclass(frozen=True)
class Solved:
    """The tours of a plan, how near it is proven to be to the best, what more money would buy."""

    tours: tuple[Tour, ...]
    bound: float | None = None
    """Of every plan that the question allows; None where the run ended before it was known."""
    kept: int = 0
    """Tours of the plan before that were left alone, beside those fixed by hand."""
    bound_kept: float | None = None
    """Of the plans that keep them."""
    floor: float | None = None
    floor_bound: float | None = None
    """What no plan that the question allows lifts everybody within reach above."""
    crowded_out: frozenset[str] = frozenset()
    """Recipients that the floor passes over: what is kept or pinned leaves nothing for them."""
    more: MoreMoney | None = None
    reachable: frozenset[str] = frozenset()
    """Posts to which somebody could be sent."""
    why: Mapping[Tour, tuple[Rule, ...]] = field(default_factory=dict)
    """Rules that a tour of the plan before would break now."""


def solve(question: Question, run: Run) -> Solved:
    """A plan that keeps every rule, what is fixed and what is excluded.

    InvalidInput ``pins-impossible`` where what is fixed cannot be, alone or together.
    """
    problem, bans = question.problem, question.all_bans
    _possible(question)
    forbidden = forbidden_tours(problem, bans)
    kept, why = 0, {}
    if question.before:
        new = again(
            problem, question.before, run, seed=question.seed, floor=question.floor,
            pinned=question.pins, bans=bans, forbidden=forbidden,
        )  # fmt: skip
        found, kept, why = new.plan, new.held, new.why
    else:
        found = plan(
            problem, run, seed=question.seed, floor=question.floor, pinned=question.pins,
            forbidden=forbidden,
        )  # fmt: skip
    case = Case(problem, found.tours, question.pins, bans, floor=found.floor)
    price: Price | None = Price(found.money_price, found.relaxed_bound)
    bound: float | None = found.bound
    highest = found.floor_bound
    if kept:
        price = None if run.over() else price_of_money(case, run)
        if price is not None and not price.priced:
            price = None
        bound = max(price.bound, found.objective) if price else None
        if question.floor:
            over = run.over()
            highest = None if over else floor_of_all(
                problem, run, pinned=question.pins, forbidden=forbidden
            )  # fmt: skip
    return Solved(
        tours=found.tours,
        bound=_known(bound),
        kept=kept,
        # What no plan exceeds, none that keeps them does.
        bound_kept=_known(min(found.bound, bound or inf)) if kept else None,
        floor=_known(found.floor),
        floor_bound=_known(highest),
        crowded_out=found.crowded_out,
        more=more_money(case, MORE, price=price),
        reachable=found.reachable,
        why=why,
    )


def _known(value: float | None) -> float | None:
    """A number that is none yet, when a run ends before it was found, is not known."""
    # No minus before a nought.
    return value + 0.0 if value is not None and isfinite(value) else None


def _possible(question: Question) -> None:
    broken = [each.rule.value for each in judge(question.problem, question.pins).broken]
    if any(ban.forbids(pin) for ban in question.all_bans for pin in question.pins):
        broken.append("forbidden")
    if broken:
        raise InvalidInput(
            "pins-impossible",
            "What is fixed by hand can no longer be, or not together (%(rules)s): lift or move"
            " something.",
            rules=", ".join(sorted(set(broken))),
        )


def told_more(more: MoreMoney) -> Reason:
    """What a hundredth of the budget more would buy, in a sentence."""
    details = {
        "extra": f"{more.extra:.0f}", "tours": len(more.tours), "cost": f"{more.cost:.0f}",
        "unspent": f"{max(0.0, more.unspent):.0f}",
    }  # fmt: skip
    if not more.tours:
        return Reason(
            "more-buys-nothing",
            _("1 %% more budget (%(extra)s) would add no tour to this plan."),
            details,
        )
    return Reason(
        "more-buys",
        _("1 %% more budget (%(extra)s) would pay for %(tours)s more tours in this plan."),
        details,
    )
