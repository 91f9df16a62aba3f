"""Words for states and outputs, said the same on every page of the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.ledger.models import EntryVersion
from jiedui.web.templatetags.jiedui import amount, mark

STATES = {
    "draft": _("Draft"),
    "submitted": _("To be confirmed"),
    "returned": _("Returned"),
    "confirmed": _("Confirmed"),
    "superseded": _("Corrected"),
    "withdrawn": _("Withdrawn"),
}
TONES = {"submitted": "wait", "returned": "wrong", "confirmed": "ok"}


def viewer_in(request: HttpRequest) -> Viewer:
    """Who asks."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    return viewer


def user_in(request: HttpRequest) -> User:
    """The account that asks; every page of the room needs a log-in."""
    return viewer_in(request).user


def state_word(version: EntryVersion) -> Any:
    """The state in a word."""
    return STATES.get(version.state, version.state)


def state_tone(version: EntryVersion) -> str:
    """The badge's tone for the state."""
    return TONES.get(version.state, "plain")


def label(table: str, code: str) -> str:
    """A code's name in the reader's language."""
    found = vocabulary().tables.get(table, {}).get(code)
    return found.label(get_language() or "zh-hans") if found else code


def number(quantity: Any) -> str:
    """A quantity's number with its mark: ≥40, ≈1,000, 40–50."""
    text = f"{mark(quantity.precision)}{amount(quantity.value)}"
    return f"{text}–{amount(quantity.high)}" if quantity.high is not None else text


def outputs(quantities: Iterable[Any]) -> str:
    """All outputs of an event in a line."""
    return joined(
        f"{label('measures', one.measure)} {number(one)} {label('units', one.unit)}"
        for one in quantities
    )


def joined(parts: Iterable[str]) -> str:
    """Parts of a list in a line, as the reader's language parts them."""
    return pgettext("list", "; ").join(parts)
