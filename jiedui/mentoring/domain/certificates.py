"""Whether somebody may be certified to work independently, condition by condition.

The criterion that the pack names for the procedure, and two assessors, and no open question of
safety, and the least time of the apprenticeship: every one of them, the statistic never alone.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from jiedui.mentoring.domain.curves import INSUFFICIENT, REACHED, Curve
from jiedui.mentoring.domain.months import same_day

CRITERION, ASSESSORS, SAFETY, MONTHS, PRACTICE = (
    "criterion",
    "assessors",
    "safety",
    "months",
    "practice",
)
CONDITIONS = (CRITERION, ASSESSORS, SAFETY, MONTHS, PRACTICE)

VALID, EXPIRED, REVOKED = "valid", "expired", "revoked"

# Without what is easily mistaken for another: I, L, O, U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 12
GROUP = 4
# A renewal may be issued this long before the end of what it renews.
RENEWED_BEFORE = timedelta(days=90)


@dataclass(frozen=True)
class Told:
    """A formal decision that was not withdrawn."""

    id: Any
    assessor_id: Any
    on: date
    level: int


@dataclass(frozen=True)
class Asked:
    """What a certificate asks for, by the pack."""

    assessors: int
    level: int
    decision_months: int
    lapse_months: int


@dataclass(frozen=True)
class Condition:
    """One condition: met or not, and the numbers that say why."""

    code: str
    met: bool
    details: Mapping[str, Any] = field(default_factory=dict)


def counted_decisions(decisions: Iterable[Told], asked: Asked, day: date) -> list[Told]:
    """Each assessor's newest decision of late, if it is at the level; the newest first.

    A level is ordinal: assessors are counted who found it reached, nothing is averaged.
    """
    newest: dict[Any, Told] = {}
    for each in sorted(decisions, key=lambda told: (told.on, str(told.id))):
        if each.on <= day:
            newest[each.assessor_id] = each
    since = same_day(day, -asked.decision_months)
    fit = [each for each in newest.values() if each.level >= asked.level and each.on >= since]
    return sorted(fit, key=lambda told: (told.on, str(told.id)), reverse=True)


def conditions(
    curve: Curve,
    decisions: Iterable[Told],
    asked: Asked,
    *,
    open_reviews: int,
    open_refreshers: int,
    joined_on: date | None,
    least_months: int,
    last_practice: date | None,
    day: date,
) -> tuple[Condition, ...]:
    """Every condition with its answer, in the order in which they are told."""
    fit = counted_decisions(decisions, asked, day)
    earliest = None if joined_on is None else same_day(joined_on, least_months)
    practised = last_practice is not None and same_day(last_practice, asked.lapse_months) > day
    return (
        Condition(
            CRITERION,
            curve.standing == REACHED,
            {
                "standing": curve.standing,
                "insufficient": curve.standing == INSUFFICIENT,
                "cases": curve.counted,
                "planned": curve.criterion.planned,
                "wanting": curve.wanting,
            },
        ),
        Condition(
            ASSESSORS,
            len(fit) >= asked.assessors,
            {"found": len(fit), "needed": asked.assessors, "level": asked.level,
             "months": asked.decision_months},
        ),
        Condition(SAFETY, open_reviews == 0, {"open": open_reviews}),
        Condition(
            MONTHS,
            earliest is None or day >= earliest,
            {"months": least_months, "earliest": earliest},
        ),
        Condition(
            PRACTICE,
            practised and open_refreshers == 0,
            {"last": last_practice, "months": asked.lapse_months, "open": open_refreshers},
        ),
    )  # fmt: skip


def met(found: Sequence[Condition]) -> bool:
    """Whether every condition is met, and none is missing."""
    return tuple(each.code for each in found) == CONDITIONS and all(each.met for each in found)


def state_of(valid_to: date, revoked_on: date | None, day: date) -> str:
    """Whether a certificate holds on a day."""
    if revoked_on is not None and revoked_on <= day:
        return REVOKED
    return EXPIRED if valid_to < day else VALID


def new_code() -> str:
    """A code of sixty bits of chance: it is found in no list and tells nothing by itself."""
    return "".join(secrets.choice(ALPHABET) for _letter in range(LETTERS))


def shown_code(code: str) -> str:
    """The code as it is printed, in groups of four."""
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


_MISTAKEN = str.maketrans("OILＯＩ", "01101")


def read_code(text: str) -> str:
    """A code as somebody typed it; blank where it cannot be one."""
    plain = "".join(text.split()).replace("-", "").replace("－", "").upper().translate(_MISTAKEN)
    return plain if len(plain) == LETTERS and set(plain) <= set(ALPHABET) else ""


@dataclass(frozen=True)
class Owed:
    """A refresher that a lapse of so many months makes due."""

    lapsed_since: date
    months: int
    from_on: date


def owed(last_practice: date, months: Sequence[int], day: date) -> list[Owed]:
    """The refreshers that a lapse has made due by the day, one a number of months."""
    found = [Owed(last_practice, each, same_day(last_practice, each)) for each in months]
    return [each for each in found if each.from_on <= day]
