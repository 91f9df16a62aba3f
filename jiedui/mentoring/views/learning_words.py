"""What apprenticeships and cases are called on their pages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext as _

from jiedui.core.packs import vocabulary
from jiedui.mentoring.domain import apprenticeships as learning
from jiedui.mentoring.domain import cases
from jiedui.web.templatetags.jiedui import term

STATES: dict[str, Any] = {
    "draft": pgettext_lazy("apprenticeship", "Draft"),
    "proposed": pgettext_lazy("apprenticeship", "Waits for a signature"),
    "active": pgettext_lazy("apprenticeship", "Running"),
    "completed": pgettext_lazy("apprenticeship", "Completed"),
    "ended": pgettext_lazy("apprenticeship", "Ended early"),
    "withdrawn": pgettext_lazy("apprenticeship", "Withdrawn"),
}
TONES = {
    "draft": "plain", "proposed": "wait", "active": "ok", "completed": "ok", "ended": "plain",
    "withdrawn": "plain",
}  # fmt: skip
CASE_STATES: dict[str, Any] = {
    "recorded": pgettext_lazy("case", "Waits for the mentor"),
    "confirmed": pgettext_lazy("case", "Confirmed"),
    "returned": pgettext_lazy("case", "Returned"),
    "withdrawn": pgettext_lazy("case", "Withdrawn"),
}
CASE_TONES = {"recorded": "wait", "confirmed": "ok", "returned": "wrong", "withdrawn": "plain"}
LEADS: dict[str, Any] = {
    cases.EXPERT: gettext_lazy("Led by the expert"),
    cases.JOINT: gettext_lazy("Led jointly"),
    cases.SUPERVISED: gettext_lazy("Led locally under supervision"),
    cases.INDEPENDENT: gettext_lazy("Led locally, independent"),
}
CASE_FLAGS: dict[str, Any] = {
    cases.NOT_IN_PLAN: gettext_lazy("The procedure is not in the plan"),
    cases.MENTOR_AWAY: gettext_lazy("The mentor is not recorded as on site that day"),
    cases.OTHER_MENTOR: gettext_lazy("The mentor does not teach in this apprenticeship that day"),
    cases.AFTER_END: gettext_lazy("After the end of the apprenticeship"),
    cases.BEFORE_APPROVAL: gettext_lazy("Before the technique was approved"),
}
STANDS: dict[str, Any] = {
    learning.REACHED: gettext_lazy("Reached"),
    learning.ON_TIME: gettext_lazy("On its way"),
    learning.BEHIND: gettext_lazy("Behind an even pace"),
    learning.OVERDUE: gettext_lazy("Past its day"),
    learning.NOT_BEGUN: pgettext_lazy("plan", "Not begun"),
}
STAND_TONES = {
    learning.REACHED: "ok", learning.ON_TIME: "plain", learning.BEHIND: "wait",
    learning.OVERDUE: "wrong", learning.NOT_BEGUN: "plain",
}  # fmt: skip
MENTORED: dict[str, Any] = {
    learning.TAUGHT: "",
    learning.LEAVING: gettext_lazy("The mentor leaves before the end"),
    learning.GONE: gettext_lazy("The mentor's posting has ended: name a successor"),
    learning.NOBODY: gettext_lazy("Nobody teaches: name a mentor"),
}
MENTORED_TONES = {
    learning.TAUGHT: "plain", learning.LEAVING: "wait", learning.GONE: "wrong",
    learning.NOBODY: "wrong",
}  # fmt: skip
OUTCOMES: dict[bool, Any] = {
    True: gettext_lazy("Met the criterion"),
    False: gettext_lazy("Did not meet the criterion"),
}
SIDES: dict[str, Any] = {
    "giver": pgettext_lazy("side", "The supporter"),
    "receiver": pgettext_lazy("side", "The recipient"),
}


def learned(code: str, kind: str = "procedure") -> str:
    """The name of a procedure or of an entrustable activity."""
    return term(code, "procedures" if kind == "procedure" else "entrustable_activities")


def criterion_of(code: str) -> str:
    """The procedure's own criterion of success, in the reader's language."""
    table = vocabulary().tables.get("procedures", {})
    if code not in table:
        return ""
    extra = table[code].extra
    english = (get_language() or "").startswith("en")
    return (extra.get("outcome_en", "") if english else "") or extra.get("outcome", "")


def level_name(level: int | None) -> str:
    """An entrustment level in its prospective wording."""
    return "" if level is None else term(str(level), "entrustment_levels")


def level_short(level: int | None) -> str:
    """An entrustment level with its number, in a word or two."""
    table = vocabulary().tables.get("entrustment_levels", {})
    found = table.get(str(level))
    if found is None:
        return ""
    english = (get_language() or "").startswith("en")
    word = found.extra["short_en" if english else "short"]
    return _("Level %(n)s: %(word)s") % {"n": level, "word": word}


def flags_of(text: str) -> list[Any]:
    """The doubts with which a case was taken in, in words."""
    return [CASE_FLAGS[code] for code in text.split() if code in CASE_FLAGS]


def table_of(codes: str) -> list[tuple[str, str]]:
    """A pack's table as choices."""
    return [(code, term(code, codes)) for code in vocabulary().tables.get(codes, {})]
