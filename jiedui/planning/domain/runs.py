"""What the three planners share: when a run stops, how much work it did, and who is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: for a progress bar with the gap, never for the plan itself."""

    stage: str
    """Name of the present step, an English message id."""
    work: int
    objective: float | None = None
    bound: float | None = None
    kept: int = 0
    """Tours of the plan before that this run leaves alone: the bound holds of plans with them."""
    least: bool = False
    """Whether the least is looked for, so that the bound lies below."""

    @property
    def gap(self) -> float | None:
        """Proven distance to the best, as a share of the bound."""
        if self.least and self.objective is not None and self.bound is not None:
            return proven_gap(-self.objective, -self.bound)
        return proven_gap(self.objective, self.bound)


def proven_gap(objective: float | None, bound: float | None) -> float | None:
    """``(bound - objective) / |bound|`` of a maximisation; None while either is unknown."""
    if objective is None or bound is None:
        return None
    if bound == 0:
        return 0.0 if objective >= 0 else None
    return max(0.0, (bound - objective) / abs(bound))


@dataclass(slots=True)
class Run:
    """Stop rule of one run: seconds by the clock, units of work, or somebody's cancel.

    A unit of work is one step whose result does not depend on the clock (one
    block solved, one round of a search). A step that the clock cuts short is
    thrown away and not counted, so that the same seed with ``work_limit`` equal
    to the ``work`` of a run stopped by the clock gives the same plan again.
    """

    seconds: float | None = None
    work_limit: int | None = None
    clock: Callable[[], float] = monotonic
    tell: Callable[[Progress], None] = lambda progress: None
    cancelled: Callable[[], bool] = lambda: False
    work: int = 0
    started: float = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()

    @property
    def elapsed(self) -> float:
        """Seconds since the start."""
        return self.clock() - self.started

    @property
    def left(self) -> float:
        """Seconds until the clock stops the run; infinite without such a rule."""
        return float("inf") if self.seconds is None else max(0.0, self.seconds - self.elapsed)

    def over(self) -> bool:
        """Whether to stop now with the best plan so far."""
        return self.left <= 0 or self.spent() or self.cancelled()

    def spent(self) -> bool:
        """Whether all the allowed work is done."""
        return self.work_limit is not None and self.work >= self.work_limit

    def done(self, units: int = 1) -> None:
        """Count finished work."""
        self.work += units
