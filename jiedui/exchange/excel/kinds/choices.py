"""What may be written in a column, as lists for the template."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.packs import vocabulary
from jiedui.directory.access import visible_organisations
from jiedui.programmes.queries import programmes


def names_of(table: str, **like: str) -> Callable[[User | None], Sequence[str]]:
    """The names of a pack's table; with ``like``, of the terms that say so in a column."""

    def names(by: User | None) -> Sequence[str]:
        return [
            term.name
            for term in vocabulary().tables.get(table, {}).values()
            if all(term.extra.get(key) == value for key, value in like.items())
        ]

    return names


def organisations_seen(by: User | None) -> Sequence[str]:
    """Names of the bodies that the person sees; none for a template of the house."""
    if by is None:
        return []
    rows = visible_organisations(viewer_of(by)).order_by("name")
    return list(rows.values_list("name", flat=True)[:2000])


def programmes_seen(by: User | None) -> Sequence[str]:
    """Codes of the programmes that the person sees."""
    if by is None:
        return []
    return [programme.code for programme in programmes(viewer_of(by))[:500]]
