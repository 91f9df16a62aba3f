"""``settings.json`` of a dispatch problem."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from jiedui.core.errors import InvalidInput
from jiedui.planning.domain.dispatch.problem import Settings
from jiedui.planning.sources.faults import Faults
from jiedui.planning.sources.tables import out_of_range, read_text, too_small

FILE = "settings.json"
# Fifty years: a longer horizon is a slip of the pen, and would fill the memory.
MOST_MONTHS = 600
TITLES = 3
MOST = 1e15


def read_settings(path: Path, faults: Faults) -> Settings | None:
    """The settings; None after a fault. Names that it does not know are left aside."""
    text = read_text(path, faults)
    if text is None:
        return None
    before = len(faults.found)
    try:
        found = json.loads(text, object_pairs_hook=_Pairs)
    except (ValueError, RecursionError) as broken:
        line = broken.lineno if isinstance(broken, json.JSONDecodeError) else 1
        column = str(broken.colno) if isinstance(broken, json.JSONDecodeError) else None
        faults.add(InvalidInput("json-broken", "This is not valid JSON."), FILE, line, column)
        return None
    if not isinstance(found, _Pairs):
        faults.add(InvalidInput("json-no-object", "The file must hold one JSON object."), FILE, 1)
        return None
    at = _Reader(text, found, faults)
    settings = Settings(
        months=at.whole("months", 1, MOST_MONTHS),
        start_step=at.whole("start_step", 1, MOST_MONTHS),
        tour_months=at.lengths("tour_months"),
        flexible_tour_months=at.lengths("flexible_tour_months"),
        handover_months=at.whole("handover_months", 0, MOST_MONTHS),
        team_core=at.whole("team_core", 0, 1000),
        monthly_cost=at.number("monthly_cost"),
        altitude_surcharge=at.number("altitude_surcharge"),
        travel_cost=at.number("travel_cost"),
        cross_region_cost=at.number("cross_region_cost"),
        fairness=at.fairness("fairness"),
        preferred_bonus=at.number("preferred_bonus"),
        title_quality=at.titles("title_quality"),
        team_bonus=at.number("team_bonus"),
        mentor_bonus=at.number("mentor_bonus"),
        budget=at.number("budget"),
    )
    return settings if len(faults.found) == before else None


class _Pairs(dict[str, Any]):
    """An object that remembers the names that stood twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        names = [name for name, _value in pairs]
        self.twice = sorted({name for name in names if names.count(name) > 1})


class _Reader:
    """Takes values by name; what is wrong is a fault at the line where the name stands."""

    def __init__(self, text: str, found: _Pairs, faults: Faults) -> None:
        self.lines, self.found, self.faults = text.splitlines(), found, faults
        for name in found.twice:
            self.fault(name, InvalidInput("setting-twice", "This name stands twice."))

    def fault(self, name: str, refusal: InvalidInput) -> None:
        """Note a fault of a value."""
        quoted = json.dumps(name, ensure_ascii=False)
        line = next((n for n, text in enumerate(self.lines, 1) if quoted in text), 1)
        self.faults.add(refusal, FILE, line, name)

    def _value(self, name: str) -> Any:
        if name not in self.found:
            self.fault(name, InvalidInput("setting-missing", "This name is missing."))
        return self.found.get(name)

    def _is_number(self, name: str, value: Any, low: float) -> bool:
        """Whether this is a finite number not below ``low``."""
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(value) or abs(value) > MOST:
            refusal = InvalidInput(
                "not-a-number", "“%(text)s” is not a number.", text=_shown(value)
            )
        elif value < low:
            refusal = too_small(value, low)
        else:
            return True
        self.fault(name, refusal)
        return False

    def _is_whole(self, name: str, value: Any, low: int, high: int) -> bool:
        if isinstance(value, bool) or not isinstance(value, int):
            refusal = InvalidInput(
                "number-not-whole", "“%(text)s” is not a whole number.", text=_shown(value)
            )
        elif not low <= value <= high:
            refusal = out_of_range(value, low, high)
        else:
            return True
        self.fault(name, refusal)
        return False

    def whole(self, name: str, low: int, high: int) -> int:
        """A whole number between two."""
        value = self._value(name)
        present = name in self.found
        return value if present and self._is_whole(name, value, low, high) else low

    def number(self, name: str) -> float:
        """A finite number, not negative."""
        value = self._value(name)
        return float(value) if name in self.found and self._is_number(name, value, 0) else 0.0

    def _list(self, name: str) -> list[Any]:
        value = self._value(name)
        if name in self.found and not isinstance(value, list):
            self.fault(name, InvalidInput("json-no-list", "This must be a list."))
        return value if isinstance(value, list) else []

    def lengths(self, name: str) -> tuple[int, ...]:
        """Lengths of tours in months; none is allowed, for then nobody can be sent."""
        found = self._list(name)
        whole = [value for value in found if self._is_whole(name, value, 1, MOST_MONTHS)]
        return tuple(sorted(set(whole)))

    def titles(self, name: str) -> tuple[float, ...]:
        """Quality by title, from the lowest on."""
        found = self._list(name)
        numbers = tuple(float(value) for value in found if self._is_number(name, value, 0))
        if len(numbers) == len(found) < TITLES:
            self.fault(
                name,
                InvalidInput(
                    "titles-missing", "There must be a value for each of %(titles)s titles.",
                    titles=TITLES,
                ),
            )  # fmt: skip
        return numbers

    def fairness(self, name: str) -> tuple[tuple[float, float], ...]:
        """Shares of the need and the value of each, which never rises."""
        pieces = []
        for pair in self._list(name):
            if not isinstance(pair, list) or len(pair) != 2:
                self.fault(
                    name,
                    InvalidInput("fairness-no-pair", "Each piece is a pair of share and value."),
                )
                return ()
            if not all(self._is_number(name, value, 0) for value in pair):
                return ()
            pieces.append((float(pair[0]), float(pair[1])))
        slopes = [slope for _share, slope in pieces]
        if slopes != sorted(slopes, reverse=True):
            self.fault(
                name,
                InvalidInput(
                    "fairness-rises", "The values must not rise: further coverage is worth less."
                ),
            )
        return tuple(pieces)


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 40 else text[:39] + "…"
