"""Whether a target can be judged: achievable, sustainable, evaluable (可实现、可持续、可评价)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import NamedTuple

_ = str  # marks message ids for the catalogue

ACHIEVABLE, SUSTAINABLE, EVALUABLE = "achievable", "sustainable", "evaluable"


class Target(NamedTuple):
    """What an agreement wants to reach, as far as it is said."""

    measure: str = ""
    unit: str = ""
    baseline: Decimal | None = None
    baseline_on: date | None = None
    value: Decimal | None = None
    due_on: date | None = None
    source: str = ""
    after_exit: str = ""
    owned: bool = False
    # Whether the owner is a giver only, who leaves in the end.
    owner_leaves: bool = False


class Failing(NamedTuple):
    """What a target lacks: in which respect, and why it matters."""

    aspect: str
    code: str
    reason: str


def failings(target: Target, ends: date | None = None) -> list[Failing]:
    """Everything that keeps a target from being judged; ``ends`` is the agreement's last day."""
    return list(_failings(target, ends))


def _failings(target: Target, ends: date | None) -> Iterable[Failing]:
    if target.baseline is None:
        yield Failing(
            ACHIEVABLE, "no-baseline", _("No baseline: nobody sees from where it starts.")
        )
    elif target.baseline_on is None:
        yield Failing(ACHIEVABLE, "baseline-undated", _("The baseline has no day."))
    if target.due_on is None:
        yield Failing(ACHIEVABLE, "no-day", _("No day by which it is to be reached."))
    else:
        if target.baseline_on is not None and target.due_on <= target.baseline_on:
            yield Failing(
                ACHIEVABLE, "due-before-baseline", _("It is due before the day of its baseline.")
            )
        if ends is not None and target.due_on > ends:
            yield Failing(
                ACHIEVABLE, "due-after-end", _("It is due only after the agreement has ended.")
            )
    if target.value is not None and target.value == target.baseline:
        yield Failing(ACHIEVABLE, "no-change", _("Its value is the baseline: nothing changes."))
    if not target.measure:
        yield Failing(
            EVALUABLE, "no-measure", _("No measure: two people would count different things.")
        )
    if target.value is None:
        yield Failing(EVALUABLE, "no-value", _("No value: it can never be said to be reached."))
    elif not target.unit:
        yield Failing(EVALUABLE, "no-unit", _("No unit: the value says nothing."))
    if not target.source:
        yield Failing(EVALUABLE, "no-source", _("No source: nobody knows where to read it."))
    if not target.owned:
        yield Failing(EVALUABLE, "no-owner", _("No owner: nobody answers for it."))
    if not target.after_exit:
        yield Failing(
            SUSTAINABLE,
            "no-after-exit",
            _("It does not say how one sees that it holds when the experts have left."),
        )
    if target.owner_leaves:
        yield Failing(
            SUSTAINABLE, "owner-leaves", _("Its owner is a giver, who leaves in the end.")
        )
