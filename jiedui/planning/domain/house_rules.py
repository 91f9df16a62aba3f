"""The planner's rules as a pack gives them and a plan keeps them: texts, read into values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiedui.core.errors import InvalidInput
from jiedui.core.packs import Term
from jiedui.planning.domain.dispatch.problem import Settings

# The pack's table, and the rules of it that a dispatch plan keeps.
TABLE = "planning_rules"
RULES = (
    "start_step", "tour_months", "flexible_tour_months", "handover_months", "team_core",
    "monthly_cost", "altitude_surcharge", "travel_cost", "altitude_limit",
    "priority_1", "priority_2", "priority_3", "priority_4", "priority_5",
    "mentor_months", "mentor_bonus", "team_bonus", "preferred_bonus", "title_quality",
    "fairness", "posting_kind", "posting_kind_flexible",
)  # fmt: skip
PRIORITIES = 5


def taken(terms: Mapping[str, Term], own: Mapping[str, str]) -> dict[str, str]:
    """The rules of a plan: the pack's, and those that the plan says otherwise, all checked.

    InvalidInput ``rule-unknown`` or ``rule-unreadable`` at the rule's code.
    """
    for code in own:
        if code not in RULES:
            raise InvalidInput(
                "rule-unknown", "“%(code)s” is no rule of a plan.", field=code, code=code
            )
    rules = {code: own.get(code, "").strip() or terms[code].extra["value"] for code in RULES}
    for code, text in rules.items():
        read(terms[code], text)
    return rules


def read(term: Term, text: str) -> Any:
    """The value of a rule; InvalidInput ``rule-unreadable`` at its code."""
    kind = term.extra["kind"]
    try:
        if kind == "code":
            return text
        if kind == "steps":
            return _fairness(text)
        numbers = [float(part) for part in text.split()]
        single = kind not in ("lengths", "ladder")
        if not numbers or (single and len(numbers) != 1):
            raise ValueError
        low, high = float(term.extra["low"]), float(term.extra["high"])
        if not all(low <= number <= high for number in numbers):
            raise ValueError
        if kind == "ladder" and len(numbers) != len(_numbers(term.extra["value"])):
            raise ValueError
        if kind in ("whole", "lengths") and any(number != int(number) for number in numbers):
            raise ValueError
    except ValueError as wrong:
        raise InvalidInput(
            "rule-unreadable",
            "“%(text)s” cannot be used here; give something like %(example)s, from %(low)s to"
            " %(high)s.",
            field=term.code, text=text, example=term.extra["value"], low=term.extra["low"],
            high=term.extra["high"],
        ) from wrong  # fmt: skip
    return numbers[0] if single else tuple(numbers)


def _fairness(text: str) -> tuple[tuple[float, float], ...]:
    """Steps of need, whose shares make one and whose values never rise."""
    parts = [part.partition(":") for part in text.split()]
    steps = tuple((float(share), float(value)) for share, _, value in parts)
    values = [value for _, value in steps]
    whole = abs(sum(share for share, _ in steps) - 1) < 1e-9
    if not (steps and whole and values == sorted(values, reverse=True) and min(values) >= 0):
        raise ValueError(text)
    return steps


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(float(part) for part in text.split())


def weight(rules: Mapping[str, str], priority: int) -> float:
    """The need of a month at a post of this priority."""
    return float(rules[f"priority_{priority}"])


def whole(rules: Mapping[str, str], code: str) -> int:
    """A rule that is a whole number."""
    return int(float(rules[code]))


def settings_of(rules: Mapping[str, str], months: int, budget: float) -> Settings:
    """What the planner is told of the rules.

    Whoever is sent in a programme crosses from one region to another, so that the
    journey's cost says it all and there is none beside it for crossing.
    """

    def lengths(code: str) -> tuple[int, ...]:
        return tuple(sorted({int(number) for number in _numbers(rules[code])}))

    return Settings(
        months=months,
        start_step=whole(rules, "start_step"),
        tour_months=lengths("tour_months"),
        flexible_tour_months=lengths("flexible_tour_months"),
        handover_months=whole(rules, "handover_months"),
        team_core=whole(rules, "team_core"),
        monthly_cost=float(rules["monthly_cost"]),
        altitude_surcharge=float(rules["altitude_surcharge"]),
        travel_cost=float(rules["travel_cost"]),
        cross_region_cost=0.0,
        fairness=_fairness(rules["fairness"]),
        preferred_bonus=float(rules["preferred_bonus"]),
        title_quality=_numbers(rules["title_quality"]),
        team_bonus=float(rules["team_bonus"]),
        mentor_bonus=float(rules["mentor_bonus"]),
        budget=budget,
    )


def tour_lengths(rules: Mapping[str, str]) -> list[int]:
    """Every length that a tour of a plan may have, in months."""
    told = f"{rules['tour_months']} {rules['flexible_tour_months']}"
    return sorted({int(number) for number in _numbers(told)})
