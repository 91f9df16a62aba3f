"""Curves of a person's cases of one procedure: learning, monitoring after it, and why.

Every failure and success of a series moves a statistic by a weight; where it crosses its
limit something is said. Three are known here:

- LC-CUSUM (Biau & Porcher, Statistics in Medicine 2010, doi 10.1002/sim.3947; Biau, British
  Journal of Surgery 2008;95:925): nobody is taken to be adequate until the series shows it.
- CUSUM for monitoring somebody adequate (Page, Biometrika 1954;41:100): alarm where the
  series shows that the failures have become too many.
- the CUSUM of many papers, drawn from Wald's sequential probability ratio test (Bolsin &
  Colson, International Journal for Quality in Health Care 2000;12:433).

The statistic never decides alone: domain.certificates asks for two assessors beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, log

from jiedui.core.errors import InvalidInput

# Rounding of sums must not decide whether a limit is crossed.
SLACK = 1e-9

LEARNING, REACHED, ALARM, INSUFFICIENT, MISSED = (
    "learning",
    "reached",
    "alarm",
    "insufficient",
    "missed",
)
STATISTIC, MINIMUM = "statistic", "minimum"


@dataclass(frozen=True)
class Rates:
    """The share of failures that is acceptable, and the larger one that is not."""

    acceptable: float
    unacceptable: float

    def __post_init__(self) -> None:
        """InvalidInput ``rates-unusable`` unless 0 < acceptable < unacceptable < 1."""
        if not 0 < self.acceptable < self.unacceptable < 1:
            raise InvalidInput(
                "rates-unusable",
                "Shares of failures lie between 0 and 1, the acceptable one below the other:"
                " %(acceptable)s, %(unacceptable)s.",
                field="unacceptable",
                acceptable=self.acceptable, unacceptable=self.unacceptable,
            )  # fmt: skip

    @property
    def failure(self) -> float:
        """How much a failure speaks for the unacceptable rate: ln(p_u / p_a), above 0."""
        return log(self.unacceptable / self.acceptable)

    @property
    def success(self) -> float:
        """How much a success speaks for the acceptable one: ln((1−p_a) / (1−p_u)), above 0."""
        return log((1 - self.acceptable) / (1 - self.unacceptable))


@dataclass(frozen=True)
class Series:
    """A statistic after each case, and the number (from 1) of the case that crossed."""

    values: tuple[float, ...]
    crossed: int | None


def lc_cusum(outcomes: Sequence[bool], rates: Rates, limit: float) -> Series:
    """LC-CUSUM: S = max(0, S + W), W = success weight or minus failure weight; competent at ≥ h.

    Biau & Porcher 2010, equations 2 and 3. ``outcomes`` are true for success.
    """
    return _walk([rates.success if good else -rates.failure for good in outcomes], limit)


def monitoring(outcomes: Sequence[bool], rates: Rates, limit: float) -> Series:
    """Monitoring CUSUM: failures raise, successes lower, never below 0; alarm at ≥ h.

    Page 1954; the weights are the log-likelihood ratio (Steiner et al., Biostatistics
    2000;1:441, without adjustment for risk).
    """
    return _walk([-rates.success if good else rates.failure for good in outcomes], limit)


def _walk(steps: Sequence[float], limit: float) -> Series:
    value, values, crossed = 0.0, [], None
    for number, step in enumerate(steps, 1):
        value = max(0.0, value + step)
        values.append(value)
        if crossed is None and value >= limit - SLACK:
            crossed = number
    return Series(tuple(values), crossed)


@dataclass(frozen=True)
class Sprt:
    """The CUSUM that papers print: s on success down, 1−s on failure up, between h0 and h1."""

    step: float
    lower: float
    upper: float
    values: tuple[float, ...]
    # What is decided at which case: adequate (at or below −h0), inadequate (at or above h1).
    decision: str
    decided: int | None


def sprt(outcomes: Sequence[bool], rates: Rates, alpha: float = 0.1, beta: float = 0.1) -> Sprt:
    """P = ln(p1/p0), Q = ln((1−p0)/(1−p1)), s = Q/(P+Q), h0 and h1 from α and β (Wald 1945).

    ``alpha`` is the chance to call an adequate series inadequate, ``beta`` the reverse.
    """
    if not (0 < alpha < 1 and 0 < beta < 1 and alpha + beta < 1):
        raise InvalidInput(
            "errors-unusable", "The two error rates lie above 0 and make less than 1.",
            field="alpha",
        )  # fmt: skip
    both = rates.failure + rates.success
    step = rates.success / both
    lower, upper = log((1 - alpha) / beta) / both, log((1 - beta) / alpha) / both
    value, values, decision, decided = 0.0, [], "", None
    for number, good in enumerate(outcomes, 1):
        value += -step if good else 1 - step
        values.append(value)
        if decided is None and (value <= -lower + SLACK or value >= upper - SLACK):
            decision, decided = ("adequate" if value < 0 else "inadequate"), number
    return Sprt(step, lower, upper, tuple(values), decision, decided)


def least_cases(rates: Rates, limit: float, value: float = 0.0) -> int:
    """How many successes in a row bring the LC-CUSUM from a value to its limit."""
    return max(0, ceil((limit - value) / rates.success - SLACK))


@dataclass(frozen=True)
class Criterion:
    """By what a procedure's series is judged: the pack's parameters with their limits.

    ``limit`` is blank where no limit keeps the false sign-off rate within the planned cases.
    """

    kind: str
    rates: Rates
    planned: int
    minimum: int
    limit: float | None
    monitor_limit: float

    @property
    def reachable(self) -> bool:
        """Whether a series without any failure can fulfil it within the planned cases."""
        if self.kind == MINIMUM:
            return 0 < self.minimum <= self.planned
        return self.limit is not None and least_cases(self.rates, self.limit) <= self.planned


@dataclass(frozen=True)
class SignOff:
    """What a limit is worth within the planned cases."""

    limit: float
    planned: int
    # Of those truly at the unacceptable rate, and of those at the acceptable one, signed off.
    false_rate: float
    true_rate: float
    # The case by which half of the adequate are signed off; None where fewer are.
    median: int | None
    # The case by which somebody without a failure is.
    least: int


def over_series(rate: float, series: int) -> float:
    """The chance to be signed off in at least one of so many series: 1 − (1 − rate)^series.

    Each begins at 0 with other cases, so that one says nothing of the next; a series that ended
    before its planned cases gave a smaller chance, and this is then the most that it can be.
    """
    return float(1 - (1 - rate) ** series)


@dataclass(frozen=True)
class Watch:
    """How long monitoring runs until its alarm: where all is well, and where it no longer is.

    Mean numbers of cases; runs are cut off at calibration.LONGEST.
    """

    limit: float
    well: float
    worse: float


@dataclass(frozen=True)
class Outcome:
    """A case as the curve sees it."""

    on: date
    success: bool


@dataclass(frozen=True)
class Restart:
    """The conclusion of a review: from the day after, learning or monitoring starts anew."""

    on: date
    phase: str


MONITORING = "monitoring"
RESTARTS = (LEARNING, MONITORING)


@dataclass(frozen=True)
class Point:
    """A case on the curve: which statistic stood where after it, and what it brought about."""

    number: int
    on: date
    success: bool
    phase: str
    value: float
    # "" or reached or alarm, and whether the series starts anew with this case.
    event: str = ""
    restarted: bool = False


@dataclass(frozen=True)
class Curve:
    """A whole series: every case, where it stands now, and what is missing."""

    criterion: Criterion
    points: tuple[Point, ...]
    standing: str
    # Cases since learning began or began anew; how many of them failed.
    counted: int
    failed: int
    reached: Point | None
    alarm: Point | None
    # The statistic as it stands, and the fewest further cases, all successes, to fulfil it.
    value: float
    wanting: int | None
    # How often learning began, each time with the planned cases before it (over_series).
    series: int = 1

    @property
    def left(self) -> int:
        """Cases of the planned ones that are still to come."""
        return max(0, self.criterion.planned - self.counted)


@dataclass
class _Walker:
    """One pass over the cases; ``since`` counts from the last beginning of learning."""

    criterion: Criterion
    value: float = 0.0
    since: int = 0
    failed: int = 0
    reached: Point | None = None
    alarm: Point | None = None
    series: int = 1

    def restart(self, phase: str) -> None:
        self.value, self.alarm = 0.0, None
        # A minimum is a number of cases with no alarm: none of before the alarm counts for it.
        alarmed = self.criterion.kind == MINIMUM and self.reached is None
        if phase == LEARNING or alarmed:
            # A series without a case was no chance to be signed off.
            self.series += self.since > 0
            self.since, self.failed, self.reached = 0, 0, None

    def take(self, number: int, case: Outcome, restarted: bool) -> Point:
        rule, rates = self.criterion, self.criterion.rates
        self.since += 1
        self.failed += not case.success
        # The count of a minimum is watched from its first case on; a statistic once reached.
        monitored = rule.kind == MINIMUM or self.reached is not None
        event = ""
        if monitored:
            step = -rates.success if case.success else rates.failure
            self.value = max(0.0, self.value + step)
            if self.alarm is None and self.value >= rule.monitor_limit - SLACK:
                event = ALARM
            elif self._enough():
                event = REACHED
        else:
            step = rates.success if case.success else -rates.failure
            self.value = max(0.0, self.value + step)
            if (
                rule.limit is not None
                and self.since <= rule.planned
                and self.value >= rule.limit - SLACK
            ):
                event = REACHED
        phase = MONITORING if monitored else LEARNING
        point = Point(number, case.on, case.success, phase, self.value, event, restarted)
        if event == ALARM:
            self.alarm = point
        elif event == REACHED:
            self.reached = point
            if rule.kind == STATISTIC:
                # What was gathered in learning says nothing of monitoring.
                self.value = 0.0
        return point

    def _enough(self) -> bool:
        rule = self.criterion
        return (
            rule.kind == MINIMUM
            and rule.reachable
            and self.reached is None
            and self.alarm is None
            and self.since >= rule.minimum
        )

    def wanting(self) -> int | None:
        """The fewest further successes, or None where no number of them would do."""
        rule = self.criterion
        if self.reached is not None:
            return 0
        if not rule.reachable or self.alarm is not None:
            return None
        if rule.kind == MINIMUM or rule.limit is None:
            return max(1, rule.minimum - self.since)
        needed = max(1, least_cases(rule.rates, rule.limit, self.value))
        return needed if self.since + needed <= rule.planned else None

    def standing(self) -> str:
        if self.alarm is not None:
            return ALARM
        if self.reached is not None:
            return REACHED
        if not self.criterion.reachable:
            return INSUFFICIENT
        return LEARNING if self.wanting() is not None else MISSED


def curve_of(
    cases: Sequence[Outcome], criterion: Criterion, restarts: Sequence[Restart] = ()
) -> Curve:
    """The curve of cases in the order in which they happened.

    A restart holds from the first case after its day, so that a case told later but done
    before it belongs to what was reviewed.
    """
    walker, points = _Walker(criterion), []
    due = sorted(restarts, key=lambda each: each.on)
    for number, case in enumerate(cases, 1):
        restarted = False
        while due and due[0].on < case.on:
            walker.restart(due.pop(0).phase)
            restarted = True
        points.append(walker.take(number, case, restarted))
    for each in due:
        walker.restart(each.phase)
    return Curve(
        criterion, tuple(points), walker.standing(), walker.since, walker.failed, walker.reached,
        walker.alarm, walker.value, walker.wanting(), walker.series,
    )  # fmt: skip
