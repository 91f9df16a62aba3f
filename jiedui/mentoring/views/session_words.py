"""Words of teaching sessions and attachments."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from jiedui.core.packs import vocabulary
from jiedui.mentoring.domain.kirkpatrick import (
    BANDS,
    KNOWN,
    NO_ANSWERS,
    NO_LEARNERS,
    NO_PAIRS,
    NO_PROCEDURE,
    NO_RECORDS,
    OPEN,
    UNKNOWN,
)
from jiedui.web.templatetags.jiedui import term

SESSION_STATES: dict[str, Any] = {
    "planned": pgettext_lazy("session", "Planned"),
    "held": pgettext_lazy("session", "Held"),
    "cancelled": pgettext_lazy("session", "Cancelled"),
}
SESSION_TONES = {"planned": "wait", "held": "ok", "cancelled": "plain"}

ATTACHMENT_STATES: dict[str, Any] = {
    "planned": pgettext_lazy("attachment", "Asked"),
    "accepted": pgettext_lazy("attachment", "Accepted"),
    "away": pgettext_lazy("attachment", "Away"),
    "returned": pgettext_lazy("attachment", "Returned"),
    "not_returned": pgettext_lazy("attachment", "Not returned"),
    "declined": pgettext_lazy("attachment", "Declined"),
    "withdrawn": pgettext_lazy("attachment", "Withdrawn"),
}
ATTACHMENT_TONES = {
    "planned": "wait", "accepted": "wait", "away": "plain", "returned": "ok",
    "not_returned": "wrong", "declined": "plain", "withdrawn": "plain",
}  # fmt: skip
STEPS: dict[str, Any] = {
    "ask": gettext_lazy("Asked of the host"),
    "accept": pgettext_lazy("attachment step", "Accepted"),
    "decline": pgettext_lazy("attachment step", "Declined"),
    "withdraw": pgettext_lazy("attachment step", "Withdrawn"),
    "leave": gettext_lazy("Left for the host"),
    "extend": gettext_lazy("Extended"),
    "return": gettext_lazy("Back at work"),
    "not_return": gettext_lazy("Did not come back"),
}

LEVELS: dict[int, Any] = {
    1: gettext_lazy("1 Reaction"),
    2: gettext_lazy("2 Learning"),
    3: gettext_lazy("3 Behaviour"),
    4: gettext_lazy("4 Results"),
}
RESTS_ON: dict[int, Any] = {
    1: gettext_lazy("the learners' answers to the questions after the session"),
    2: gettext_lazy("the tests before and after, of those who took both"),
    3: gettext_lazy("confirmed cases and certificates of the learners after the session"),
    4: gettext_lazy("the department's confirmed cases of the procedure, before and after"),
}
LEVEL_STATES: dict[str, Any] = {
    KNOWN: pgettext_lazy("level", "Known"),
    OPEN: pgettext_lazy("level", "So far"),
    UNKNOWN: pgettext_lazy("level", "Not known"),
}
LEVEL_TONES = {KNOWN: "ok", OPEN: "wait", UNKNOWN: "plain"}
WHY: dict[str, Any] = {
    NO_ANSWERS: gettext_lazy("Nobody's answers were recorded."),
    NO_PAIRS: gettext_lazy("Nobody has marks both before and after."),
    NO_PROCEDURE: gettext_lazy("The session names no procedure whose cases could be looked at."),
    NO_LEARNERS: gettext_lazy("No learner is named; unnamed attendances cannot be followed."),
    NO_RECORDS: gettext_lazy("No case of the procedure is recorded there for the time."),
}
WAYS: dict[str, Any] = {
    "apprenticeship": gettext_lazy("as a mentor"),
    "certificate": gettext_lazy("up to a certificate"),
    "session": gettext_lazy("in a session"),
}


def bands() -> list[str]:
    """The bands of a change of marks, in words."""
    found = []
    for place, edge in enumerate(BANDS):
        following = BANDS[place + 1] if place + 1 < len(BANDS) else None
        if place == 0:
            found.append(_("below %(n)s") % {"n": following})
        elif following is None:
            found.append(_("%(n)s and more") % {"n": f"+{edge}"})
        else:
            one, two = (f"+{n}" if n > 0 else str(n) for n in (edge, following))
            found.append(_("%(one)s to below %(two)s") % {"one": one, "two": two})
    return found


def terms(table: str) -> list[tuple[str, str]]:
    """Codes of a pack's table with their names."""
    return [(code, term(code, table)) for code in vocabulary().tables.get(table, {})]


def states(words: dict[str, Any]) -> list[tuple[str, Any]]:
    """States as the choices of a filter."""
    return list(words.items())
