"""``settings.json`` of a covering problem."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from jiedui.core.errors import InvalidInput
from jiedui.planning.sources.faults import Faults
from jiedui.planning.sources.tables import read_text, too_small

FILE = "settings.json"
MOST_MONEY = Decimal(10) ** 12
FINEST = 4
"""Decimals of money."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for the whole problem."""

    budget: Decimal | None = None
    detour: float = 1.0
    """Ways on the ground are this much longer than as the crow flies."""
    speed: float | None = None
    """Kilometres an hour, by which minutes are told from kilometres."""
    weights: dict[str, float] = field(default_factory=dict)


def read_settings(path: Path, faults: Faults) -> Settings:
    """The settings; all may be missing, the file too. Other names are left aside."""
    if not path.exists():
        return Settings()
    text = read_text(path, faults)
    if text is None:
        return Settings()
    try:
        found = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError) as broken:
        line = broken.lineno if isinstance(broken, json.JSONDecodeError) else 1
        column = str(broken.colno) if isinstance(broken, json.JSONDecodeError) else None
        faults.add(InvalidInput("json-broken", "This is not valid JSON."), FILE, line, column)
        return Settings()
    if not isinstance(found, dict):
        faults.add(InvalidInput("json-no-object", "The file must hold one JSON object."), FILE, 1)
        return Settings()
    at = _Values(text, found, faults)
    budget = at.number("budget", None, 0)
    if budget is not None and (refusal := money_fault(budget)):
        at.fault("budget", refusal)
        budget = None
    detour = at.number("detour", Decimal(1), 1)
    speed = at.number("speed_kmh", None, 1)
    return Settings(
        budget, float(detour or 1), None if speed is None else float(speed), at.weights("weights")
    )


def money_fault(amount: Decimal) -> InvalidInput | None:
    """Why an amount of money is not taken."""
    if amount < 0:
        return too_small(amount, 0)
    if amount > MOST_MONEY or Decimal(amount).normalize().as_tuple().exponent < -FINEST:  # type: ignore[operator]
        return InvalidInput(
            "money-out-of-range",
            "%(text)s: money has at most %(decimals)s decimals and is not above %(most)s.",
            text=str(amount),
            decimals=FINEST,
            most=f"{MOST_MONEY:,}",
        )
    return None


class _Values:
    """Takes values by name; what is wrong is a fault at the line where the name stands."""

    def __init__(self, text: str, found: dict[str, Any], faults: Faults) -> None:
        self.lines, self.found, self.faults = text.splitlines(), found, faults

    def fault(self, name: str, refusal: InvalidInput) -> None:
        """Note a fault of a value."""
        quoted = json.dumps(name, ensure_ascii=False)
        line = next((n for n, text in enumerate(self.lines, 1) if quoted in text), 1)
        self.faults.add(refusal, FILE, line, name)

    def number(self, name: str, otherwise: Decimal | None, low: int) -> Decimal | None:
        """A finite number not below another; ``otherwise`` where there is none."""
        value = self.found.get(name)
        if value is None:
            return otherwise
        if not isinstance(value, Decimal) or not math.isfinite(float(value)):
            self.fault(
                name,
                InvalidInput("not-a-number", "“%(text)s” is not a number.", text=str(value)[:40]),
            )
            return otherwise
        if value < low:
            self.fault(name, too_small(value, low))
            return otherwise
        return value

    def weights(self, name: str) -> dict[str, float]:
        """What a person's service counts, by service."""
        value = self.found.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(
            isinstance(one, Decimal) and 0 <= one < 10**6 for one in value.values()
        ):
            self.fault(
                name,
                InvalidInput(
                    "weights-unreadable",
                    "The weights must be one object of services and numbers, none negative.",
                ),
            )
            return {}
        return {service: float(one) for service, one in value.items()}
