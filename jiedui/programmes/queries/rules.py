"""The rules of presence and the kinds of posting, as the packs in use have them."""

from __future__ import annotations

from jiedui.core.packs import vocabulary
from jiedui.programmes.domain import compliance
from jiedui.programmes.domain.compliance import Rule


def presence_rules() -> list[Rule]:
    """Every rule of presence."""
    tables = vocabulary().tables
    return compliance.rules(tables.get("presence_rules", {}), tables.get("posting_kinds", {}))


def expert_kinds() -> frozenset[str]:
    """The kinds of posting by which experts are sent: not those of local people."""
    return compliance.experts(vocabulary().tables.get("posting_kinds", {}))
