"""The pack's numbers for what stays (learning_rules)."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

from jiedui.mentoring.domain.rules import whole
from jiedui.mentoring.domain.staying import Rules


class Retention(NamedTuple):
    """What a half year must have for a technique to be retained."""

    share: float
    least: int


def retention() -> Retention:
    """The share of the expected demand, and the least number of local-led cases."""
    return Retention(whole("retention_share") / 100, whole("retention_least"))


def collapse() -> Rules:
    """When a fall is called a collapse."""
    return Rules(
        ratio=whole("collapse_ratio") / 100,
        alpha=whole("collapse_chance") / 100,
        months=whole("collapse_months"),
        cases=whole("collapse_cases"),
    )


def share_cases() -> int:
    """Cases below which no share is told."""
    return whole("share_cases")


def use_months() -> int:
    """Months within which a case shows that a procedure is in use."""
    return whole("use_months")


def leave_days() -> timedelta:
    """How long before somebody leaves it is warned of."""
    return timedelta(days=whole("leave_days"))


def expiry_days() -> timedelta:
    """How long before a certificate ends it is warned of."""
    return timedelta(days=whole("expiry_days"))
