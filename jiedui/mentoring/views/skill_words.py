"""How standings, curves, conditions and certificates are told in words, and their tones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from jiedui.core.packs import Term, vocabulary
from jiedui.mentoring.domain.certificates import (
    ASSESSORS,
    CRITERION,
    EXPIRED,
    MONTHS,
    PRACTICE,
    REVOKED,
    SAFETY,
    VALID,
    Condition,
)
from jiedui.mentoring.domain.curves import (
    ALARM,
    INSUFFICIENT,
    LEARNING,
    MINIMUM,
    MISSED,
    MONITORING,
    REACHED,
    SignOff,
    over_series,
)
from jiedui.mentoring.domain.rules import ACTIVITIES, PROCEDURES, Procedure, is_procedure
from jiedui.mentoring.views.base import url
from jiedui.web.pages import Tab
from jiedui.web.templatetags.jiedui import day, term

if TYPE_CHECKING:
    from jiedui.accounts.permissions import Viewer
    from jiedui.mentoring.domain.curves import Curve

# A number as an exponent.
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
STANDINGS: dict[str, Any] = {
    LEARNING: pgettext_lazy("learning curve", "Learning"),
    REACHED: pgettext_lazy("learning curve", "Criterion met"),
    ALARM: pgettext_lazy("learning curve", "Alarm"),
    MISSED: pgettext_lazy("learning curve", "Not met in the planned cases"),
    INSUFFICIENT: pgettext_lazy("learning curve", "Insufficient cases"),
}
STANDING_TONES = {REACHED: "ok", ALARM: "wrong", MISSED: "wait", INSUFFICIENT: "wait"}
CERTIFICATE_STATES: dict[str, Any] = {
    VALID: pgettext_lazy("certificate", "Valid"),
    EXPIRED: pgettext_lazy("certificate", "Expired"),
    REVOKED: pgettext_lazy("certificate", "Revoked"),
}
CERTIFICATE_TONES = {VALID: "ok", EXPIRED: "wait", REVOKED: "wrong"}
CRITERIA: dict[str, Any] = {
    "statistic": pgettext_lazy("criterion", "Learning statistic"),
    MINIMUM: pgettext_lazy("criterion", "Minimum of cases, no alarm"),
}
RESTARTS: dict[str, Any] = {
    MONITORING: _later("Goes on independently; monitoring starts anew"),
    LEARNING: _later("Learns anew; what was certified is revoked"),
}
CONDITIONS: dict[str, Any] = {
    CRITERION: _later("The series of cases"),
    ASSESSORS: _later("Two assessors"),
    SAFETY: _later("Safety"),
    MONTHS: _later("Least time of the apprenticeship"),
    PRACTICE: _later("In practice"),
}


def language() -> str:
    """The reader's language."""
    return get_language() or "zh-hans"


def learned(code: str) -> str:
    """What a procedure or an activity is called."""
    return term(code, PROCEDURES if is_procedure(code) else ACTIVITIES)


def levels() -> list[tuple[int, str]]:
    """The levels as choices, in the prospective wording."""
    rows = vocabulary().tables.get("entrustment_levels", {})
    return [(int(code), f"{code}. {row.label(language())}") for code, row in rows.items()]


def procedure_choices() -> list[tuple[str, str]]:
    """The pack's procedures as choices of a filter."""
    return [(c, t.label(language())) for c, t in vocabulary().tables.get(PROCEDURES, {}).items()]


def outcome_of(row: Term) -> str:
    """What counts as a success, in the reader's language."""
    english = language().startswith("en")
    return row.extra["outcome_en"] if english else row.extra["outcome"]


def percent(share: float) -> str:
    """A share of 1 in whole percents; what is not all is never told as all."""
    text = f"{100 * share:.0f}"
    return "99.9%" if text == "100" and share < 1 else f"{text}%"


def standing_said(curve: Curve) -> str:
    """What the chart says, in a sentence or two."""
    rule = curve.criterion
    numbers = {
        "cases": curve.counted, "failed": curve.failed, "planned": rule.planned,
        "wanting": curve.wanting or 0, "left": curve.left, "minimum": rule.minimum,
    }  # fmt: skip
    done = ngettext(
        "%(cases)s case counts, %(failed)s of them not successful.",
        "%(cases)s cases count, %(failed)s of them not successful.",
        curve.counted,
    ) % numbers  # fmt: skip
    return f"{done} {_standing(curve) % numbers}"


def _standing(curve: Curve) -> str:
    if curve.standing == INSUFFICIENT:
        return _(
            "Insufficient cases: even without a failure no limit can be reached within the"
            " %(planned)s planned cases. The curve decides nothing here; assessors and a"
            " simulator must, and nobody is certified."
        )
    if curve.standing == MISSED:
        return _(
            "The limit can no longer be reached within the %(planned)s planned cases for which it"
            " holds. A review decides whether a new series begins."
        )
    if curve.standing == ALARM and curve.alarm is not None:
        told = _(
            "At case %(n)s (%(day)s) the failures had become more than chance explains at the"
            " acceptable rate. A review of safety is open; after it learning or monitoring"
            " starts anew."
        )
        return told % {"n": curve.alarm.number, "day": day(curve.alarm.on)}
    if curve.standing == REACHED and curve.reached is not None:
        told = _(
            "The criterion was met at case %(n)s (%(day)s). Since then the cases are monitored."
            " The chart never decides alone: two assessors do, and no question of safety may be"
            " open."
        )
        return told % {"n": curve.reached.number, "day": day(curve.reached.on)}
    if curve.criterion.kind == MINIMUM:
        return _("At least %(wanting)s more, without an alarm, to the minimum of %(minimum)s.")
    return _(
        "At least %(wanting)s more without a failure to the limit; a failure takes back what"
        " several successes gave. %(left)s of the planned cases are left."
    )


def worth_said(found: Procedure) -> str:
    """What the criterion is worth: false and true sign-off, in words."""
    worth, rule = found.worth, found.criterion
    if worth is None:
        return _("Insufficient cases: no limit can be reached within the planned cases.")
    told = {
        "planned": worth.planned, "false": percent(worth.false_rate),
        "true": percent(worth.true_rate), "acceptable": percent(rule.rates.acceptable),
        "unacceptable": percent(rule.rates.unacceptable), "least": worth.least,
    }  # fmt: skip
    if rule.kind == MINIMUM:
        return _(
            "Of those who truly fail in %(unacceptable)s of cases, %(false)s would come through"
            " %(planned)s cases without an alarm; of those who fail in %(acceptable)s,"
            " %(true)s. A minimum proves little: the assessors carry the decision."
        ) % told  # fmt: skip
    return _(
        "Within %(planned)s planned cases, %(false)s of those who truly fail in"
        " %(unacceptable)s of cases would be signed off wrongly, and %(true)s of those who fail"
        " in %(acceptable)s rightly. Nobody before case %(least)s."
    ) % told  # fmt: skip


def fine(share: float) -> str:
    """A share of 1 in percents, to the tenth."""
    return f"{100 * share:.1f}%"


def repeated(found: Procedure, series: int, *, ahead: bool = False) -> str:
    """What so many series come to, with the formula; blank for one, or where no limit is.

    ``ahead`` tells it to who is about to let the last of them begin.
    """
    if found.worth is None or series < 2:
        return ""
    rate = found.worth.false_rate
    if ahead:
        told = _(
            "If learning begins anew, it is series %(series)s: the chance that somebody who truly"
            " fails in %(unacceptable)s of cases is signed off wrongly in at least one of them is"
            " then 1 − (1 − %(one)s)%(power)s = %(all)s."
        )
    else:
        told = _(
            "Learning began %(series)s times. The chance that somebody who truly fails in"
            " %(unacceptable)s of cases is signed off wrongly in at least one of %(series)s series"
            " is 1 − (1 − %(one)s)%(power)s = %(all)s."
        )
    return told % {
        "series": series, "unacceptable": percent(found.criterion.rates.unacceptable),
        "one": fine(rate), "power": str(series).translate(RAISED),
        "all": fine(over_series(rate, series)),
    }  # fmt: skip


def adding_up(found: Procedure) -> str:
    """How the rate grows with every series that begins anew."""
    if found.worth is None:
        return ""
    rate = found.worth.false_rate
    return _(
        "Where a review lets learning begin anew, every series is another chance to be signed off"
        " wrongly: over n series 1 − (1 − %(one)s)ⁿ, that is %(two)s over two and %(three)s over"
        " three."
    ) % {
        "one": fine(rate), "two": fine(over_series(rate, 2)),
        "three": fine(over_series(rate, 3)),
    }  # fmt: skip


def weak(worth: SignOff | None) -> str:
    """A warning where the criterion finds fewer than half of the adequate."""
    if worth is None or worth.true_rate >= 0.5:
        return ""
    return _(
        "With so few planned cases only %(true)s of those who are adequate are found: not to"
        " reach the limit says little against anybody."
    ) % {"true": percent(worth.true_rate)}  # fmt: skip


def condition_said(condition: Condition) -> str:
    """Why a condition is met or not."""
    told = dict(condition.details)
    if condition.code == CRITERION:
        return str(STANDINGS[told["standing"]])
    if condition.code == ASSESSORS:
        return _(
            "%(found)s of %(needed)s different assessors found level %(level)s or above in the"
            " last %(months)s months."
        ) % told  # fmt: skip
    if condition.code == SAFETY:
        if not told["open"]:
            return _("No review of safety is open.")
        return ngettext(
            "%(open)s review of safety is open.", "%(open)s reviews of safety are open.",
            told["open"],
        ) % told  # fmt: skip
    if condition.code == MONTHS:
        if told["earliest"] is None:
            return _("Not learned in an apprenticeship: no least time is set.")
        return _("%(months)s months at least: from %(day)s on.") % {
            "months": told["months"], "day": day(told["earliest"]),
        }  # fmt: skip
    if told["open"]:
        return _("A refresher is owed after a lapse.")
    if told["last"] is None:
        return _("No case yet.")
    return _("Last case or refresher on %(day)s; not longer ago than %(months)s months.") % {
        "day": day(told["last"]), "months": told["months"],
    }  # fmt: skip


def tabs(viewer: Viewer, current: str) -> Sequence[Tab]:
    """The lists of who can do what, as tabs."""
    names = [
        ("skills", _("Skills and curves")),
        ("certificates", _("Certificates")),
        ("decisions", pgettext("entrustment", "Decisions")),
        ("safety-reviews", _("Reviews of safety")),
        ("refreshers", _("Refreshers")),
        ("criteria", _("Criteria of procedures")),
    ]
    return [Tab(label, url(name), name == current) for name, label in names]


def review_state(closed: Any) -> tuple[str, str]:
    """Whether a review is open, with its tone."""
    if closed:
        return pgettext("review of safety", "Closed"), "plain"
    return pgettext("review of safety", "Open"), "wrong"
