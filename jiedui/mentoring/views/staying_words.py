"""What stayed, in words: labels, definitions, sentences made from the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import (
    get_language,
    gettext_lazy,
    ngettext,
    npgettext,
    pgettext_lazy,
)
from django.utils.translation import gettext as _

from jiedui.mentoring.domain import states, staying
from jiedui.mentoring.domain.retention import KEPT, LOST, NO_DEMAND, OPEN, THERE, Kept
from jiedui.mentoring.domain.staying_rules import retention, share_cases
from jiedui.mentoring.domain.survival import Step, at, median
from jiedui.mentoring.queries.staying.summary import Summary, share
from jiedui.web.charts import ChartData, Series
from jiedui.web.templatetags.jiedui import CLASSES, term

LEADS: dict[str, Any] = {
    "expert": pgettext_lazy("who led", "Led by the expert"),
    "joint": pgettext_lazy("who led", "Done together"),
    "supervised": pgettext_lazy("who led", "Led locally, supervised"),
    "independent": pgettext_lazy("who led", "Led locally, alone"),
}
# Doing, teaching (with an expert's eyes on it), enabling: the hues of the house.
TONES = {
    "expert": "do",
    "joint": "teach",
    "supervised": "teach-local",
    "independent": "enable",
}
VERDICTS: dict[str, Any] = {
    KEPT: pgettext_lazy("technique", "Retained"),
    LOST: pgettext_lazy("technique", "Not retained"),
    OPEN: pgettext_lazy("technique", "Not yet known"),
    NO_DEMAND: pgettext_lazy("technique", "No patients"),
    THERE: pgettext_lazy("technique", "An expert is still there"),
}
VERDICT_TONES = {KEPT: "ok", LOST: "wrong", OPEN: "wait", NO_DEMAND: "plain", THERE: "plain"}
AFTER: dict[str, Any] = {
    staying.HOLDS: pgettext_lazy("department", "Holds"),
    staying.FALLEN: pgettext_lazy("department", "Fewer than before"),
    staying.COLLAPSED: pgettext_lazy("department", "Collapsed"),
    staying.TOO_EARLY: pgettext_lazy("department", "Too early to say"),
    staying.TOO_FEW: pgettext_lazy("department", "Insufficient cases"),
}
AFTER_TONES = {
    staying.HOLDS: "ok", staying.FALLEN: "wait", staying.COLLAPSED: "wrong",
    staying.TOO_EARLY: "plain", staying.TOO_FEW: "plain",
}  # fmt: skip
STATES: dict[str, Any] = {
    states.PROPOSED: pgettext_lazy("technique", "Proposed"),
    states.APPROVED: pgettext_lazy("technique", "Approved"),
    states.EXPERT: pgettext_lazy("technique", "Performed by the expert"),
    states.JOINT: pgettext_lazy("technique", "Performed together"),
    states.SUPERVISED: pgettext_lazy("technique", "Led locally, supervised"),
    states.INDEPENDENT: pgettext_lazy("technique", "Led locally, alone"),
    states.SUSTAINED: pgettext_lazy("technique", "Sustained without experts"),
    states.DORMANT: pgettext_lazy("technique", "Dormant"),
    states.STOPPED: pgettext_lazy("technique", "Stopped"),
    states.WITHDRAWN: pgettext_lazy("technique", "Withdrawn"),
}
MISSING = gettext_lazy(
    "Volume and demand come from the confirmed cases recorded here, not from discharge data;"
    " who was sent out (outflow) is not yet known."
)


def month_told(month: date) -> str:
    """2026年3月, or 2026-03."""
    if (get_language() or "").startswith("en"):
        return f"{month:%Y-%m}"
    return f"{month.year}年{month.month}月"


@dataclass(frozen=True)
class Number:
    """A large number with what it is of, its definition, and where its records are."""

    label: str
    value: int | None
    unit: str
    detail: str
    definition: str
    url: str


def _of(kept: Kept) -> str:
    parts = [
        _("%(kept)s of %(known)s whose time is over") % {"kept": kept.kept, "known": kept.known}
    ]
    if kept.open:
        parts.append(_("%(n)s not yet known") % {"n": kept.open})
    if kept.there:
        parts.append(_("with an expert still there: %(n)s") % {"n": kept.there})
    if kept.no_demand:
        parts.append(_("without patients: %(n)s") % {"n": kept.no_demand})
    return "；".join(parts) if not (get_language() or "").startswith("en") else "; ".join(parts)


def _people(kept: Kept) -> str:
    said = _("%(kept)s of %(known)s first certificates of a year ago or longer") % {
        "kept": kept.kept,
        "known": kept.known,
    }
    return (
        said if not kept.open else f"{said}{_comma()}{_('%(n)s not yet a year') % {'n': kept.open}}"
    )


def _comma() -> str:
    return ", " if (get_language() or "").startswith("en") else "，"


def percent(kept: Kept) -> int | None:
    """The ratio in percent, never rounded up to all of it."""
    if kept.share is None:
        return None
    return int(100 * kept.share) if kept.share < 1 else 100


def numbers(summary: Summary, lists: str, certificates: str) -> list[Number]:
    """The large numbers of a page; the addresses of the lists behind them."""
    rules = retention()
    window = _(
        "Techniques with at least k local-led cases in months %(first)s to %(last)s after the last"
        " expert left, of those performed whose months are over; k is %(share)s %% of the"
        " expected cases of half a year, at least %(least)s."
    )
    found = [
        Number(
            _("Techniques retained at %(n)s months") % {"n": ends},
            percent(kept), "%", _of(kept),
            window % {
                "first": ends - 5, "last": ends, "share": round(100 * rules.share),
                "least": rules.least,
            },
            f"{lists}?kept_{ends}={KEPT}" if lists else "",
        )
        for ends, kept in sorted(summary.techniques.items(), reverse=True)
    ]  # fmt: skip
    led = summary.led
    local = share(led)
    found.append(
        Number(
            _("Led by local people, last 12 months"), local, "%",
            ngettext("%(local)s of %(all)s case", "%(local)s of %(all)s cases", led.all)
            % {"local": led.local, "all": led.all}
            if local is not None
            else ngettext(
                "insufficient: %(n)s case, at least %(least)s are needed",
                "insufficient: %(n)s cases, at least %(least)s are needed",
                led.all,
            )
            % {"n": led.all, "least": share_cases()},
            _("Confirmed cases with a local first operator (supervised or alone), of all confirmed"
              " cases of the last twelve whole months."),
            lists,
        )
    )  # fmt: skip
    held = summary.certified
    found.append(
        Number(
            _("Certificates held by people in post"), held.in_post,
            npgettext("unit of certificates", "certificate", "certificates", held.in_post),
            _("People who hold them: %(people)s; certificates in force in all: %(n)s")
            % {"people": held.people, "n": held.in_force},
            _("Certificates of independence in force today, whose holder has a post at the"
              " hospital today."),
            f"{certificates}?force=yes" if certificates else "",
        )
    )  # fmt: skip
    trained = summary.trainees
    found.append(
        Number(
            _("Trainees still there and doing it after 12 months"), percent(trained), "%",
            _people(trained),
            _("First certificates of a year ago or longer whose holder was still in post a year"
              " after it and led a case in the second half of that year or later."),
            f"{certificates}?kept={KEPT}" if certificates else "",
        )
    )  # fmt: skip
    return found


def sentences(summary: Summary) -> list[str]:
    """A few sentences made from the numbers; nothing is said that is not known."""
    said = []
    year = summary.techniques[12]
    introduced = year.all
    if introduced:
        text = ngettext(
            "%(n)s technique was brought in and performed.",
            "%(n)s techniques were brought in and performed.",
            introduced,
        ) % {"n": introduced}
        said.append(text)
    if year.known:
        text = ngettext(
            "Of the %(known)s whose last expert left a year ago or longer, %(kept)s is still"
            " led by local people.",
            "Of the %(known)s whose last expert left a year ago or longer, %(kept)s are still"
            " led by local people.",
            year.kept,
        )
        said.append(text % {"known": year.known, "kept": year.kept})
    elif introduced:
        said.append(_("For none of them a year has passed since the last expert left."))
    first, last = summary.led_first, summary.led
    if first is not None and share(first[1]) is not None and share(last) is not None:
        said.append(
            _("In %(year)s local people led %(before)s %% of the cases, in the last twelve months"
              " %(now)s %%.")
            % {"year": first[0], "before": share(first[1]), "now": share(last)}
        )  # fmt: skip
    held = summary.certified
    if held.people:
        said.append(
            ngettext(
                "%(people)s person in post holds a certificate of independence.",
                "%(people)s people in post hold certificates of independence.",
                held.people,
            )
            % {"people": held.people}
        )
    half = at(summary.survival, 12)
    if half is not None and half.low is not None and half.high is not None:
        said.append(
            _("By the curve below %(share)s %% of techniques live a year after the departure (95 %%"
              " interval %(low)s to %(high)s %%).")
            % {"share": round(100 * half.share), "low": round(100 * half.low),
               "high": round(100 * half.high)}
        )  # fmt: skip
    return said


MONTHS = 36


def survival_chart(curve: Sequence[Step]) -> ChartData | None:
    """The survival of techniques month by month, as far as anybody was followed."""
    if not curve:
        return None
    last = min(MONTHS, curve[-1].time)
    told = [(month, at(curve, month)) for month in range(last + 1)]

    def line(of: str) -> list[float | None]:
        return [
            None if step is None or getattr(step, of) is None
            else round(100 * getattr(step, of), 1)
            for _month, step in told
        ]  # fmt: skip

    return ChartData(
        title=_("Techniques that go on after the departure"),
        category=_("Months since the last expert left"),
        categories=[str(month) for month, _step in told],
        series=[
            Series(_("Go on"), line("share"), "enable"),
            Series(_("95 % interval, low"), line("low"), "ink", dashed=True),
            Series(_("95 % interval, high"), line("high"), "ink", dashed=True),
        ],
        unit="%",
    )


def at_risk_told(curve: Sequence[Step]) -> str:
    """How many are still followed at some months."""
    if not curve:
        return ""
    said = [
        _("month %(month)s: %(n)s")
        % {"month": month, "n": next((s.at_risk for s in curve if s.time >= month), 0)}
        for month in (0, 6, 12, 24, 36)
    ]
    return _("Techniques still followed at the beginning of %(list)s.") % {
        "list": _comma().join(said)
    }


def median_told(curve: Sequence[Step]) -> str:
    """The median life in words."""
    if not curve:
        return ""
    found = median(curve)
    if found is None:
        return _("More than half go on as long as they were followed.")
    return ngettext(
        "Half of them had stopped after %(n)s month.",
        "Half of them had stopped after %(n)s months.",
        found,
    ) % {"n": found}


def led_chart(summary: Summary) -> ChartData | None:
    """Who led the cases, year by year."""
    years = summary.years
    if not years:
        return None
    return ChartData(
        title=_("Who led the cases"),
        category=_("Year"),
        categories=[str(year) for year in years],
        series=[
            Series(str(label), [getattr(led, each) for led in years.values()], TONES[each])
            for each, label in LEADS.items()
        ],
        kind="stacked",
        unit=_("confirmed cases"),
    )


def classes_told() -> str:
    """How who led reads as do, teach, enable."""
    return _(
        "%(do)s: led by the expert; %(teach)s: together, or led locally under supervision;"
        " %(enable)s: led locally alone."
    ) % {each: CLASSES[each] for each in ("do", "teach", "enable")}


def procedure_told(code: str) -> str:
    """A procedure or an entrustable activity in words."""
    found = term(code, "procedures")
    return found if found != code else term(code, "entrustable_activities")


def survival_told() -> str:
    """By which method the curve is drawn."""
    return _(
        "Kaplan–Meier; a technique stops with the sixth month on end without a local-led case; 95 %"
        " interval by Greenwood's variance of ln(−ln S)."
    )
