"""How states, shares, money and months of plans are told, and their tones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from math import ceil
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiedui.planning.domain.counted import fitting
from jiedui.planning.domain.reasons import BROKEN
from jiedui.web.templatetags.jiedui import MONTHS, amount, term

if TYPE_CHECKING:
    from jiedui.planning.queries import Price, Reason

PLAN_STATES: dict[str, Any] = {
    "draft": pgettext_lazy("dispatch plan", "Being drafted"),
    "submitted": pgettext_lazy("dispatch plan", "Waits for consent"),
    "approved": pgettext_lazy("dispatch plan", "All have consented"),
    "adopted": pgettext_lazy("dispatch plan", "Adopted"),
    "abandoned": pgettext_lazy("dispatch plan", "Abandoned"),
}
PLAN_TONES = {"submitted": "wait", "approved": "ok", "adopted": "ok"}
RUN_STATES: dict[str, Any] = {
    "idle": pgettext_lazy("run", "Not computed yet"),
    "waiting": pgettext_lazy("run", "Waits to be computed"),
    "running": pgettext_lazy("run", "Being computed"),
    "done": pgettext_lazy("run", "Computed"),
    "cancelled": pgettext_lazy("run", "Stopped, best so far kept"),
    "failed": pgettext_lazy("run", "Computing failed"),
}
RUN_TONES = {"waiting": "wait", "running": "wait", "done": "ok", "failed": "wrong"}
POST_STATES: dict[str, Any] = {
    "filled": pgettext_lazy("post in a plan", "Covered"),
    "partly": pgettext_lazy("post in a plan", "Partly covered"),
    "empty": pgettext_lazy("post in a plan", "Empty"),
}
POST_TONES = {"filled": "ok", "partly": "wait", "empty": "wrong"}
ANSWERS: dict[str, Any] = {
    "asked": pgettext_lazy("consent", "Waits for an answer"),
    "given": pgettext_lazy("consent", "Consented"),
    "refused": pgettext_lazy("consent", "Refused"),
}
ANSWER_TONES = {"asked": "wait", "given": "ok", "refused": "wrong"}
SIDES: dict[str, Any] = {"giver": _("Sends"), "receiver": _("Receives")}
CHANGES: dict[str, Any] = {
    "added": pgettext_lazy("tour", "New"),
    "dropped": pgettext_lazy("tour", "Gone"),
    "moved": pgettext_lazy("tour", "Moved"),
}
CHANGE_TONES = {"added": "ok", "dropped": "wrong", "moved": "wait"}
RULINGS: dict[str, Any] = {
    "pin": pgettext_lazy("ruling", "Pinned"),
    "forbid": pgettext_lazy("ruling", "Forbidden"),
}
GAP_TONES = {"proven": "ok", "close": "ok", "fair": "wait", "far": "wrong"}


def language() -> str:
    """The reader's language."""
    return get_language() or "zh-hans"


def chinese() -> bool:
    """Whether the reader reads Chinese."""
    return not language().startswith("en")


def said(reason: Reason | None) -> str:
    """A reason as a sentence in the reader's language."""
    if reason is None:
        return ""
    text = gettext(fitting(reason.message, reason.details))
    details = dict(reason.details)
    for name in {"extra", "missing"} & details.keys():
        details[name] = amount(round(Decimal(str(details[name]))))
    for name, value in details.items():
        if isinstance(value, tuple):
            details[name] = gettext(", ").join(value)
    if "rules" in details:
        # Codes of rules are told as what they say.
        said_of = {rule.value: gettext(BROKEN[rule]) for rule in BROKEN}
        codes = details["rules"].split(", ")
        details["rules"] = " ".join(said_of.get(code, code) for code in codes)
    return text % details if details else text


def groups(told: Iterable[Iterable[Reason]]) -> list[list[str]]:
    """Rules that exclude each other, as sentences."""
    return [[said(each) for each in group] for group in told]


def percent(share: float | None) -> str:
    """A share of 1 as a percentage; small ones with a decimal."""
    if share is None:
        return "–"
    value = 100 * share
    text = f"{value:.0f}" if value >= 10 or value == 0 else f"{value:.1f}"
    # What is not all is never told as all, nor something as nothing.
    if text == "100" and share < 1:
        text = "99.9"
    return f"{'<0.1' if text == '0.0' and share > 0 else text}%"


def percent_up(share: float) -> str:
    """A share as a percentage, a tenth of a percent taken up: what it is at most."""
    return f"{ceil(1000 * share - 1e-9) / 10:g}%"


def percent_down(share: float) -> str:
    """A share as a percentage, the rest of a tenth left off: what it is at least."""
    return f"{int(1000 * share + 1e-9) / 10:g}%"


def done_of(progress: Mapping[str, Any], limit: float) -> tuple[float, str]:
    """The share of a run that is done, by its stop rule, and how far it is in words."""
    seconds, steps = float(progress.get("seconds") or 0), progress.get("work_limit")
    if steps is not None:
        work = int(progress.get("work") or 0)
        told = _("%(work)s of %(limit)s steps") % {"work": work, "limit": steps}
        return min(1.0, work / max(1, steps)), told
    told = _("%(seconds)s of %(limit)s s") % {"seconds": f"{seconds:.0f}", "limit": f"{limit:.0f}"}
    return min(1.0, seconds / limit), told


def searched(result: Mapping[str, Any], seed: int | None = None) -> str:
    """How something was found: seconds, steps of work, the number that it began with."""
    if result.get("seconds") is None or result.get("work") is None:
        return ""
    told = {"seconds": f"{result['seconds']:.0f}", "work": result["work"], "seed": seed}
    if seed is not None:
        told_of = ngettext(
            "Searched for %(seconds)s s, %(work)s step, starting number %(seed)s.",
            "Searched for %(seconds)s s, %(work)s steps, starting number %(seed)s.",
            result["work"],
        )
        return told_of % told
    return (
        ngettext(
            "Searched for %(seconds)s s, %(work)s step.",
            "Searched for %(seconds)s s, %(work)s steps.",
            result["work"],
        )
        % told
    )


def at_most(gap: float, kept: int = 0) -> str:
    """How far a plan is from the best at most: of those that keep what stood, if it keeps any."""
    told = {"gap": percent_up(gap), "kept": kept}
    if kept:
        near = ngettext(
            "at most %(gap)s from the best that keeps the tour from before",
            "at most %(gap)s from the best that keeps the %(kept)s tours from before",
            kept,
        )
        return near % told
    return _("at most %(gap)s from the best") % told


def price(told: Price | None) -> str:
    """What would fill an empty post, in short."""
    if told is None:
        return ""
    ways = []
    if told.money is not None:
        # With less it would stay empty: never rounded down.
        step = 1_000 if chinese() and told.money >= 10_000 else 1
        enough = ceil(told.money / step - 1e-6) * step
        ways.append(_("%(money)s more budget") % {"money": money(enough)})
    if told.priority is not None:
        ways.append(_("priority %(n)s") % {"n": told.priority})
    elif told.weight is not None:
        ways.append(_("a need of %(weight)s a month") % {"weight": f"{told.weight:.3g}"})
    return gettext(" or ").join(ways)


def money_parts(value: Any) -> tuple[str, str]:
    """An amount of yuan and its unit, 万元 for Chinese readers where it is large."""
    if value is None:
        return "–", ""
    number = Decimal(str(value))
    if chinese() and abs(number) >= 10_000:
        return amount(round(number / 10_000, 1)), "万元"
    return amount(round(number)), pgettext("unit", "yuan")


def money(value: Any) -> str:
    """An amount with its unit."""
    return " ".join(part for part in money_parts(value) if part)


def month(day: date) -> str:
    """2026年3月, or Mar 2026."""
    return f"{day.year}年{day.month}月" if chinese() else f"{MONTHS[day.month - 1]} {day.year}"


def month_at(first: date, count: int) -> date:
    """The first day of the month so many months after the plan's first."""
    number = first.year * 12 + first.month - 1 + count
    return date(number // 12, number % 12 + 1, 1)


def months_long(count: int) -> str:
    """How many months."""
    return ngettext("%(n)s month", "%(n)s months", count) % {"n": count}


def person_months(count: float) -> str:
    """How many months of people."""
    return ngettext("%(n)s person-month", "%(n)s person-months", round(count)) % {
        "n": amount(round(count, 1))
    }


def remark(reason: Reason) -> str:
    """A reason that holds of several, with how many."""
    text, count = said(reason), reason.details.get("count")
    if count is None or "%(count)s" in reason.message:
        return text
    return gettext("%(text)s (%(n)s)") % {"text": text.rstrip("。."), "n": count}


def span(first: date, start: int, months: int) -> str:
    """The months of a tour, and how many they are."""
    begin, end = month_at(first, start), month_at(first, start + months - 1)
    told = month(begin) if months == 1 else f"{month(begin)} – {month(end)}"
    return gettext("%(months)s (%(long)s)") % {"months": told, "long": months_long(months)}


def post_name(row: Any) -> str:
    """What a post is for: its specialty, or leading the team."""
    name = specialty_name(row.specialty)
    if row.leader and row.specialty:
        return gettext("%(specialty)s (leader)") % {"specialty": name}
    return name


def specialty_name(code: str) -> str:
    """A specialty without the ending that all of them have; a leader's post has none."""
    return (
        term(code, "specialties").removesuffix("专业")
        if code
        else pgettext("post in a plan", "Leader of the team")
    )
