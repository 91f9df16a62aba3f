"""What a pack's tables offer in a form."""

from __future__ import annotations

from django.utils.translation import get_language

from jiedui.core.packs import vocabulary


def terms(table: str) -> list[tuple[str, str]]:
    """Codes and names of a pack's table, for a choice."""
    language = get_language() or "zh-hans"
    return [(t.code, t.label(language)) for t in vocabulary().tables.get(table, {}).values()]
