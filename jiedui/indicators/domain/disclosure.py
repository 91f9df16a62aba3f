"""Small numbers of patients are not shown to those outside: the whole rule.

From 1 to 9 patients of one place and time may be recognised by who knows the
place. Zero is shown: it is about nobody. Counts of staff and of activities are
not about patients; which measures are is the column ``patients`` of the packs'
table ``measures``. The rule is design.md's, “Privacy”.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

THRESHOLD = 10


@dataclass(frozen=True)
class Protected:
    """A breakdown that may be shown: None stands where a count is withheld."""

    parts: tuple[Decimal | None, ...]
    total: Decimal | None


def small(value: Decimal) -> bool:
    """Whether a count of patients is too small to be shown."""
    return 0 < value < THRESHOLD


def shown(value: Decimal | None) -> Decimal | None:
    """A single count as it may be shown, None where it is withheld."""
    return None if value is None or small(value) else value


def protect(parts: Sequence[Decimal], total: Decimal | None = None) -> Protected:
    """Withhold small parts, and as many more as keep them from being worked out.

    Where a total that is the sum of the parts is shown beside them, a single
    withheld part is total less the others: so the next smallest is withheld too.
    Where there is no other part to withhold, the total is.
    """
    withheld = {index for index, value in enumerate(parts) if small(value)}
    total = shown(total)
    if withheld and total is not None and len(withheld) == 1:
        others = [i for i, value in enumerate(parts) if i not in withheld and value > 0]
        if others:
            withheld.add(min(others, key=lambda index: (parts[index], index)))
        else:
            total = None
    return Protected(
        tuple(None if index in withheld else value for index, value in enumerate(parts)), total
    )
