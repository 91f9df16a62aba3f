"""The rules of presence and the kinds of posting, as the packs in use have them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jiedui.core.packs import vocabulary
from jiedui.programmes.domain import compliance
from jiedui.programmes.domain.compliance import Rule
from jiedui.programmes.domain.postings import Span


def presence_rules() -> list[Rule]:
    """Every rule of presence."""
    tables = vocabulary().tables
    return compliance.rules(tables.get("presence_rules", {}), tables.get("posting_kinds", {}))


def unbroken_days(kind: str, stays: Sequence[Span], until: date) -> int:
    """The longest of the stays of a posting of a kind up to a day; 0 where there is none.

    As the rules see it (``domain.compliance.unbroken``): a page tells what the figures count.
    """
    if not stays:
        return 0
    told = [(stay.first, stay.last or until) for stay in stays]
    return compliance.unbroken(presence_rules(), kind, told, until)


def expert_kinds() -> frozenset[str]:
    """The kinds of posting by which experts are sent: not those of local people."""
    return compliance.experts(vocabulary().tables.get("posting_kinds", {}))
