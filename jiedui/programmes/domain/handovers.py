"""When a handover is to be begun: rules of the pack (table handover_rules)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jiedui.core.packs import Term


@dataclass(frozen=True)
class HandoverRule:
    """From when before the end of which postings a handover is missed, and until when after.

    ``posting_kinds`` blank means every kind; a posting of fewer than ``least_days`` hands
    nothing over; after ``forget_days`` nobody who knows is there any more.
    """

    posting_kinds: frozenset[str]
    least_days: int
    begin_days: int
    forget_days: int


def handover_rules(terms: Mapping[str, Term]) -> list[HandoverRule]:
    """The rules of the pack's table."""
    return [
        HandoverRule(
            frozenset(term.extra["posting_kinds"].split()),
            *(int(term.extra[name]) for name in ("least_days", "begin_days", "forget_days")),
        )
        for term in terms.values()
    ]
