"""Counted amounts and the classes that keep unlike amounts apart."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class UnitClass(StrEnum):
    """What a number counts; numbers of two classes are never added."""

    PERSONS = "persons"
    PERSON_TIMES = "person_times"
    CASES = "cases"
    MONEY = "money"
    THINGS = "things"


class Precision(StrEnum):
    """How exactly a number is stated: 40, 40余, 近40, 40至50."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    ABOUT = "about"
    RANGE = "range"


class FigureKind(StrEnum):
    """Done in a period, there at a time, intended, or the price of one."""

    FLOW = "flow"
    STOCK = "stock"
    PLAN = "plan"
    PRICE = "price"


class OutputClass(StrEnum):
    """输血 to 造血: the giver does it, teaches it, or enables the receiver to."""

    DO = "do"
    TEACH = "teach"
    ENABLE = "enable"


@dataclass(frozen=True)
class Quantity:
    """So many of a unit, as exactly as it was stated; ``high`` ends a range."""

    value: Decimal
    unit: str
    unit_class: UnitClass
    precision: Precision = Precision.EXACT
    high: Decimal | None = None
