"""What a siting problem is: places with people, sites, kinds of kit, money; and what a plan is.

Maximal covering (Church and ReVelle 1974) under a budget: a place has a service
when a kit that gives the service stands at a site within the kit's reach. A site
holds at most one kit of a kind. Kits that stand already cost nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jiedui.planning.domain.runs import proven_gap
from jiedui.planning.domain.siting.graph import Matrix

EDGE = 1e-9
"""A way longer than the reach by this share is within it still."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of kit: a terminal, a rounds kit, an ambulance."""

    code: str
    cost: Decimal
    reach: float
    minutes: bool = False
    """The reach is in minutes, not kilometres."""
    service: str = ""
    """Kinds with one service stand in for each other."""
    available: int | None = None
    """How many can be had at most, beside those that stand already."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where people live."""

    code: str
    people: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    """Where kits may stand."""

    code: str
    name: str = ""
    kinds: frozenset[str] | None = None
    """Kinds that may come here; any of them if None."""
    existing: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False, slots=True)
class CoverProblem:
    """Ways are from sites (rows) to places (columns); nan or inf where there is none known."""

    places: tuple[Place, ...]
    sites: tuple[Site, ...]
    kinds: tuple[Kind, ...]
    budget: Decimal
    km: Matrix
    minutes: Matrix | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    """What a person's service counts; 1 where nothing is said."""

    @property
    def services(self) -> tuple[str, ...]:
        """Services of the kinds, in their order."""
        return tuple(dict.fromkeys(kind.service for kind in self.kinds))

    def weight(self, service: str) -> float:
        """What a person's service counts."""
        return self.weights.get(service, 1.0)

    def ways(self, kind: Kind) -> Matrix:
        """Ways in the measure of a kind's reach."""
        if not kind.minutes:
            return self.km
        return np.full_like(self.km, np.nan) if self.minutes is None else self.minutes

    def within(self, kind: Kind) -> NDArray[np.bool_]:
        """Which places (columns) a kit of this kind reaches from which sites (rows)."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.ways(kind) <= kind.reach * (1 + EDGE))


@dataclass(frozen=True, slots=True)
class Placed:
    """A kit of the plan."""

    site: int
    kind: int
    existing: bool
    people: float
    """Whom it reaches."""
    alone: float
    """Of them, who would be without its service if it were not there."""


@dataclass(frozen=True, slots=True)
class Unreached:
    """People of a place who stay without a service."""

    place: int
    service: str
    people: float
    nearest: int | None
    """The nearest site, chosen or not."""
    distance: float | None
    """Kilometres to it."""
    cheapest: tuple[int, int] | None
    """Site and kind that would reach them for least money; None: no kit does from any site."""


@dataclass(frozen=True, slots=True)
class NextPercent:
    """What one per cent more of the budget buys."""

    money: Decimal
    """What there would be to spend: the per cent, and what the plan left over."""
    buys: tuple[tuple[int, int], ...]
    """Sites and kinds that could be added to the plan as it is."""
    gain: float
    at_most: float | None
    """More than this no plan of that budget can gain, however it is laid anew."""
    first_useful: Decimal | None
    """The least addition to the budget for which anything more can be reached by adding."""


@dataclass(frozen=True, slots=True)
class NotChosen:
    """Why a site has no new kit: its most promising kind."""

    site: int
    kind: int | None
    gain: float
    reason: str
    """An English message id, filled from ``details``."""
    details: Mapping[str, Any]
    price: float | None
    """At which cost the kit would be worth as much as what was chosen (by the prices of the
    linear relaxation)."""


@dataclass(frozen=True, slots=True)
class CoverPlan:
    """Kits and where they stand, what they reach, and how near that is to the best."""

    placed: tuple[Placed, ...]
    objective: float
    """People with a service, each service by its weight, summed."""
    bound: float
    greedy: float
    """What adding the best kit for its money, one after the other, reaches."""
    cost: Decimal
    people: float
    reached: Mapping[str, float]
    """People with each service."""
    by_kind: Mapping[str, float]
    """People within reach of the kits of each kind."""
    unreached: tuple[Unreached, ...]
    next_percent: NextPercent
    not_chosen: tuple[NotChosen, ...]
    reasons: tuple[tuple[str, Mapping[str, Any]], ...]
    """Why the plan is empty or a required kit is missing."""
    work: int
    seconds: float

    @property
    def gap(self) -> float | None:
        """Proven distance to the best, as a share of the bound."""
        return proven_gap(self.objective, self.bound)

    @property
    def proven(self) -> bool:
        """Whether no plan is better."""
        return self.objective >= self.bound - 1e-9 * max(1.0, abs(self.bound))
