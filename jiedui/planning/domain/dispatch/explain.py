"""Why a post is empty: nobody may come, the money, or worth less than what was chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from jiedui.planning.domain.dispatch import reasons
from jiedui.planning.domain.dispatch.bans import Banned
from jiedui.planning.domain.dispatch.exchanges import Exchange, Losses, exchange, paying_weight
from jiedui.planning.domain.dispatch.problem import Ban, Post, Problem, Tour
from jiedui.planning.domain.dispatch.reasons import Funnel, Pools, Reason, funnel
from jiedui.planning.domain.dispatch.rules import Rule, possible_tours
from jiedui.planning.domain.dispatch.standing import Standing

_ = str  # marks message ids for the catalogue

# Exchanges that are worked out in full, of each kind.
LOOKED_AT = 20
PRICED = 3


@dataclass(frozen=True, slots=True)
class EmptyPost:
    """Why a post is empty, or empty for a time."""

    post: str
    weight: float
    filled: int
    """Months of people there."""
    wanted: int
    """Months of people that the window and the capacity ask for."""
    funnel: Funnel
    reasons: tuple[Reason, ...]
    best: Exchange | None = None
    """What would lose least if somebody had to be sent."""
    fill_weight: float | None = None
    """From this weight on an exchange that fills it pays for certain."""
    fill_budget: float | None = None
    """With this budget somebody free could go at no one's cost, and it would pay."""


@dataclass(frozen=True, slots=True)
class Case:
    """A plan with what was fixed and forbidden by hand, to ask questions about."""

    problem: Problem
    tours: tuple[Tour, ...]
    pinned: tuple[Tour, ...] = ()
    bans: tuple[Ban, ...] = ()
    floor: float | None = None
    """Share that every recipient within reach was to keep, where the worst-off came first."""
    known: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What was worked out for an earlier question."""

    @property
    def standing(self) -> Standing:
        """The plan as it stands; nobody changes this one."""
        found: Standing = self._once("standing", lambda: Standing(self.problem, self.tours))
        return found

    @property
    def losses(self) -> Losses:
        """What the plan's tours are worth."""
        found: Losses = self._once("losses", lambda: Losses(self.standing, self.pinned))
        return found

    @property
    def pools(self) -> Pools:
        """People by what they can be sent for."""
        found: Pools = self._once("pools", lambda: Pools(self.problem))
        return found

    def against_floor(self, swap: Exchange) -> bool:
        """Whether an exchange would leave somebody with less than what was kept for everybody."""
        if not self.floor:
            return False
        problem = self.problem
        for name in {problem.post[tour.post].recipient for tour in swap.remove}:
            stay = [tour for tour in self.standing.at[name] if tour not in swap.remove]
            if problem.post[swap.add.post].recipient == name:
                stay.append(swap.add)
            covered = sum(problem.post[tour.post].weight * tour.months for tour in stay)
            if covered < self.floor * problem.need(name) - 1e-9:
                return True
        return False

    def _once(self, name: str, make: Callable[[], Any]) -> Any:
        if name not in self.known:
            self.known[name] = make()
        return self.known[name]

    @property
    def banned(self) -> Banned:
        """What may not be."""
        found: Banned = self._once("banned", lambda: Banned(self.bans))
        return found

    def free(self, tours: Iterable[Tour]) -> list[Tour]:
        """Those that nobody forbade."""
        return [tour for tour in tours if not self.banned.forbids(tour)]


def why_empty(case: Case, post_id: str) -> EmptyPost:
    """Why nobody is at a post in some of its months, and what would change that."""
    problem, post = case.problem, case.problem.post[post_id]
    standing, pools = case.standing, case.pools
    forbidden = [
        tour
        for expert in (pools.pool(post) if case.bans else ())
        for tour in possible_tours(problem, expert, post)
        if case.banned.forbids(tour)
    ]
    found = funnel(problem, post, set(forbidden), pools=pools)
    there = [tour for tour in case.tours if tour.post == post_id]
    filled = sum(tour.months for tour in there)
    wanted = max(0, post.to_month - post.from_month) * post.capacity
    if filled >= wanted > 0:
        full = Reason("post-full", _("The post is filled all the time."))
        return EmptyPost(post_id, post.weight, filled, wanted, found, (full,))
    never = reasons.of_post(problem, post, found=found)
    if never:
        return EmptyPost(post_id, post.weight, filled, wanted, found, never)
    offers = _offers(case, standing, post, found)
    if not offers:
        gap = Reason(
            "no-gap-fits", _("No tour of anybody fits into the months that are still empty.")
        )
        return EmptyPost(post_id, post.weight, filled, wanted, found, (gap,))
    swaps = _swaps(standing, case.losses, offers)
    kept = [swap for swap in swaps if not case.against_floor(swap)]
    if swaps and not kept:
        told, fill_budget = _of_offers(case, standing, offers)
        told.append(of_swap(swaps[0], lifts_floor=True))
        return EmptyPost(
            post_id, post.weight, filled, wanted, found, tuple(told), None, None, fill_budget
        )
    swaps = kept
    told, fill_budget = _of_offers(case, standing, offers)
    best = swaps[0] if swaps else None
    weights = [
        weight
        for swap in swaps[:PRICED]
        if (weight := paying_weight(problem, case.tours, swap)) is not None
    ]
    if best is not None:
        told.append(of_swap(best))
    if weights:
        told.append(
            Reason(
                "fill-weight",
                _("From a weight of %(weight)s on (now %(now)s) an exchange that fills it pays."),
                {"weight": f"{min(weights):.4g}", "now": f"{post.weight:.4g}"},
            )
        )
    return EmptyPost(
        post_id,
        post.weight,
        filled,
        wanted,
        found,
        tuple(told),
        best,
        min(weights, default=None),
        fill_budget,
    )


@dataclass(frozen=True, slots=True)
class _Offer:
    """A tour that the post has room for, and what it would bring."""

    tour: Tour
    gain: float
    cost: float
    hindrances: tuple[Rule, ...]


def _offers(case: Case, standing: Standing, post: Post, found: Funnel) -> list[_Offer]:
    problem, offers = case.problem, []
    for name in found.left:
        for tour in case.free(possible_tours(problem, problem.expert[name], post)):
            hindrances = standing.hindrances(tour)
            if Rule.CAPACITY not in hindrances:
                gain = standing.change((tour,)).total
                offers.append(_Offer(tour, gain, problem.tour_cost(tour), hindrances))
    return offers


def _swaps(standing: Standing, losses: Losses, offers: list[_Offer]) -> list[Exchange]:
    """The best exchanges by gain, those that do not pay too."""
    by_gain = sorted(offers, key=lambda offer: (-offer.gain, offer.tour))[:LOOKED_AT]
    by_rate = sorted(offers, key=lambda offer: (-offer.gain / (offer.cost or 1), offer.tour))
    idle = [offer for offer in by_rate if not set(offer.hindrances) - {Rule.BUDGET}]
    tours = {offer.tour for offer in (*by_gain, *by_rate[:LOOKED_AT], *idle[:LOOKED_AT])}
    swaps = [exchange(standing, losses, tour) for tour in sorted(tours)]
    return sorted(
        (swap for swap in swaps if swap is not None), key=lambda swap: (-swap.gain, swap.add)
    )


def _of_offers(
    case: Case, standing: Standing, offers: list[_Offer]
) -> tuple[list[Reason], float | None]:
    """What stands between the post and those who could come; the budget that would do."""
    budget = case.problem.settings.budget
    told = []
    now = [offer for offer in offers if not offer.hindrances and offer.gain > 0]
    if now:
        best = max(now, key=lambda offer: (offer.gain, offer.tour))
        told.append(
            Reason(
                "could-be-filled", _("It could be filled at once: %(tour)s."), told_tour(best.tour)
            )
        )
    idle = [offer for offer in offers if offer.hindrances == (Rule.BUDGET,) and offer.gain > 0]
    fill_budget = None
    if idle and not now:
        cheapest = min(idle, key=lambda offer: (offer.cost, -offer.gain, offer.tour))
        fill_budget = standing.cost + cheapest.cost
        told.append(
            Reason(
                "budget-missing",
                _(
                    "%(people)s people are free, but the money is not there: the cheapest tour"
                    " needs %(missing)s more (a budget of %(factor)s %%)."
                ),
                {
                    "people": len({offer.tour.expert for offer in idle}),
                    "missing": f"{fill_budget - budget:.2f}",
                    "factor": f"{100 * fill_budget / budget:.2f}" if budget else "–",
                },
            )
        )
    free = {offer.tour.expert for offer in offers if not set(offer.hindrances) - {Rule.BUDGET}}
    busy = {offer.tour.expert for offer in offers} - free
    if busy:
        told.append(
            Reason(
                "people-busy",
                _("%(people)s people who could come are sent elsewhere in these months."),
                {"people": len(busy)},
            )
        )
    if all(offer.gain <= 0 for offer in offers):
        told.append(Reason("worth-nothing", _("Filling it would add nothing to the plan's worth.")))
    return told, fill_budget


def of_swap(swap: Exchange, *, lifts_floor: bool = False) -> Reason:
    """What an exchange would bring and cost; ``lifts_floor`` where the worst-off forbid it."""
    if lifts_floor:
        return Reason(
            "against-floor",
            _(
                "%(tour)s could come, but then a recipient would fall below what the worst-off"
                " keep."
            ),
            told_tour(swap.add),
        )
    if not swap.remove:
        return Reason(
            "swap-free",
            _("%(tour)s would add %(gain)s to the plan's worth."),
            {**told_tour(swap.add), "gain": f"{swap.gain:.2f}"},
        )
    values = {
        **told_tour(swap.add),
        "own": f"{swap.own.total:.2f}",
        "lost": f"{swap.own.total - swap.gain:.2f}",
        "count": len(swap.remove),
        "first": told_tour(swap.remove[0])["tour"],
    }
    if swap.gain > 0:
        return Reason(
            "swap-pays",
            _(
                "%(tour)s would bring %(own)s and cost %(count)s other tours worth %(lost)s"
                " (first %(first)s): the plan would gain by it."
            ),
            values,
        )
    return Reason(
        "worth-less",
        _(
            "What was chosen is worth more: %(tour)s would bring %(own)s, but %(count)s tours"
            " worth %(lost)s would have to go for it (first %(first)s)."
        ),
        values,
    )


def told_tour(tour: Tour) -> dict[str, str]:
    """A tour as sentences name it: who, where, first month + months."""
    return {"tour": f"{tour.expert} → {tour.post} {tour.start}+{tour.months}"}
