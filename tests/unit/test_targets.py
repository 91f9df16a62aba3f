"""What keeps a target from being judged, and how an agreement stands on a day."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from jiedui.programmes.domain.agreements import (
    COMING,
    ENDED,
    ENDING,
    EXPIRED,
    IN_FORCE,
    standing,
)
from jiedui.programmes.domain.targets import Target, failings

WHOLE = Target(
    "surgeries", "例", Decimal(40), date(2024, 1, 1), Decimal(60), date(2025, 12, 31),
    "手术登记", "撤出后每季度看本院登记", True, False,
)  # fmt: skip
ENDS = date(2026, 12, 31)


def test_a_whole_target_lacks_nothing() -> None:
    assert failings(WHOLE, ENDS) == []
    assert failings(WHOLE) == []


def test_an_empty_target_lacks_everything() -> None:
    found = {each.code for each in failings(Target(), ENDS)}
    assert found == {
        "no-baseline", "no-day", "no-measure", "no-value", "no-source", "no-owner",
        "no-after-exit",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code", "aspect"),
    [
        ({"measure": ""}, "no-measure", "evaluable"),
        ({"unit": ""}, "no-unit", "evaluable"),
        ({"value": None}, "no-value", "evaluable"),
        ({"source": ""}, "no-source", "evaluable"),
        ({"owned": False}, "no-owner", "evaluable"),
        ({"baseline": None}, "no-baseline", "achievable"),
        ({"baseline_on": None}, "baseline-undated", "achievable"),
        ({"due_on": None}, "no-day", "achievable"),
        ({"due_on": date(2024, 1, 1)}, "due-before-baseline", "achievable"),
        ({"due_on": date(2027, 1, 1)}, "due-after-end", "achievable"),
        ({"value": Decimal("40.00")}, "no-change", "achievable"),
        ({"after_exit": ""}, "no-after-exit", "sustainable"),
        ({"owner_leaves": True}, "owner-leaves", "sustainable"),
    ],
)
def test_each_failing_is_told_with_its_reason(change: dict, code: str, aspect: str) -> None:
    found = failings(WHOLE._replace(**change), ENDS)
    assert [(each.code, each.aspect) for each in found] == [(code, aspect)]
    assert found[0].reason


def test_how_an_agreement_stands() -> None:
    first, last = date(2024, 1, 1), date(2024, 12, 31)

    def on(day: date, **more: bool) -> str:
        said = {"renewed": False, "ended_early": False} | more
        return standing(day, first, last, warn_days=90, **said)

    assert on(first - timedelta(days=1)) == COMING
    assert on(first) == IN_FORCE
    assert on(last - timedelta(days=91)) == IN_FORCE
    assert on(last - timedelta(days=90)) == on(last) == ENDING
    assert on(last, renewed=True) == on(last, ended_early=True) == IN_FORCE
    assert on(last + timedelta(days=1)) == EXPIRED
    assert on(last + timedelta(days=1), ended_early=True) == ENDED
    assert standing(last, None, None, warn_days=90, renewed=False, ended_early=False) == IN_FORCE
