"""What the planner's pages say in sentences: a message id with the details that fill it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from jiedui.core.errors import Refused
from jiedui.planning.domain.dispatch.rules import Rule

_ = str  # marks message ids for the catalogue


@dataclass(frozen=True)
class Reason:
    """Why something is as it is; ``message`` is a message id, ``details`` fill it."""

    code: str
    message: str
    details: Mapping[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """JSON values; ``Reason(**plain)`` is the reason again."""
        return {"code": self.code, "message": self.message, "details": dict(self.details)}


def of_refusal(refused: Refused) -> Reason:
    """A refusal, kept to be shown later."""
    details = {key: str(value) for key, value in refused.details.items()}
    return Reason(refused.code, refused.message, details)


BROKEN: dict[Rule, str] = {
    Rule.SPECIALTY: _("The person's specialty is not the post's, or they do not lead teams."),
    Rule.TITLE: _("The post asks for a higher title."),
    Rule.ALTITUDE: _("The person is not fit for this altitude."),
    Rule.REGION: _("The two hospitals are not paired."),
    Rule.FLEXIBLE: _("The person does not take posts of coming and going."),
    Rule.LENGTH: _("The plan's rules have no tour of this length."),
    Rule.START_STEP: _("The plan's rules let no tour begin in this month."),
    Rule.WINDOW: _("The post is not free, or not needed, in all of these months."),
    Rule.POST_MINIMUM: _("The post asks for a longer stay."),
    Rule.EXPERT_MAXIMUM: _("The person does not stay as long as this."),
    Rule.AVAILABLE: _("The person is not available for all of these months and the handover."),
    Rule.MAX_TOURS: _("The person would be sent more often than they agreed to."),
    Rule.TWO_PLACES: _("The person would be in two places at once."),
    Rule.CAPACITY: _("The post would have more people than it asks for."),
    Rule.BUDGET: _("The budget does not reach."),
    Rule.PINNED: _("Something fixed by hand would be left out."),
    Rule.FORBIDDEN: _("It was excluded by hand, or the pairing or agreement has ended by then."),
    Rule.UNKNOWN: _("The person or the post is no longer part of this plan."),
}


def of_rule(rule: Rule) -> Reason:
    """A rule that a tour would break."""
    return Reason(rule.value, BROKEN[rule])


# How near a plan is to the best one, in words: up to which gap each holds.
GAPS = (
    ("proven", 1e-9, _("This is the best plan that these rules allow.")),
    (
        "close",
        0.01,
        _("At most %(percent)s %% more could be reached by any other plan: it is as good as best."),
    ),
    ("fair", 0.05, _("At most %(percent)s %% more could be reached; planning longer may find it.")),
    ("far", float("inf"), _("Up to %(percent)s %% more may be possible: plan for longer.")),
)
UNKNOWN_GAP = _("How near this plan is to the best one is not known.")
# Of a plan that was made around tours that stood before, longer searching finds no more.
BESIDE_KEPT = _(
    "Up to %(percent)s %% more could be reached by a plan that is computed from nothing."
)
AMONG_KEPT = (
    _(
        "The %(kept)s tours that stood before were kept; of the plans that keep them none is"
        " better."
    ),
    _(
        "The %(kept)s tours that stood before were kept; of the plans that keep them another could"
        " reach at most %(percent)s %% more."
    ),
    _("The %(kept)s tours that stood before were kept; what other plans with them reach is not"
      " known."),
)  # fmt: skip
BY_HAND = _("What is pinned (%(pins)s) or forbidden (%(bans)s) by hand was taken as given.")
ABOVE_FLOOR = _(
    "It was compared with the plans that leave nobody within reach below %(share)s %% of the need."
)


def gap_in_words(gap: float | None, *, kept: int = 0) -> Reason:
    """The proven distance to the best plan for people who have to sign it.

    The gap is a share of the bound; what could be more is a share of the plan, and taken up.
    With tours ``kept`` from a plan before, the gap is that to plans which need not keep them.
    """
    if gap is None or gap >= 1:
        return Reason("unknown", UNKNOWN_GAP)
    code, _limit, message = next(each for each in GAPS if _more(gap) <= each[1])
    if kept and code in ("fair", "far"):
        message = BESIDE_KEPT
    return Reason(code, message, {"percent": _percent(gap)})


def _more(gap: float) -> float:
    return gap / (1 - gap)


def _percent(gap: float) -> str:
    return f"{ceil(1000 * _more(gap) - 1e-9) / 10:g}"


def gap_among(
    *, kept: int, gap_kept: float | None, pins: int, bans: int, floor: float | None
) -> tuple[Reason, ...]:
    """Among which plans the distance to the best was proven, where not among all."""
    told = []
    if kept:
        best, near, unknown = AMONG_KEPT
        if gap_kept is None or gap_kept >= 1:
            told.append(Reason("kept-unknown", unknown, {"kept": kept}))
        elif gap_kept <= GAPS[0][1]:
            told.append(Reason("kept-best", best, {"kept": kept}))
        else:
            details = {"kept": kept, "percent": _percent(gap_kept)}
            told.append(Reason("kept-near", near, details))
    if pins or bans:
        told.append(Reason("by-hand", BY_HAND, {"pins": pins, "bans": bans}))
    if floor and not kept:
        told.append(Reason("above-floor", ABOVE_FLOOR, {"share": f"{int(1000 * floor) / 10:g}"}))
    return tuple(told)


CHANGED_BY = {
    "pinned": _("It was pinned there by hand."),
    "by-hand": _("It was forbidden by hand."),
    "room-freed": _("It fills a place that became free by another change."),
    "means-freed": _("Money or people that had become free now suffice for it."),
    "from-nothing": _("The plan was computed from nothing, without regard to what stood."),
}


def why_changed(
    rules: Iterable[str], *, freed: bool, pinned: bool, fresh: bool
) -> tuple[Reason, ...]:
    """Why a run changed a tour: rules broken by what stood, or what made room for what is new."""
    told = [
        Reason(rule, CHANGED_BY[rule]) if rule in CHANGED_BY else of_rule(Rule(rule))
        for rule in rules
    ]
    if pinned:
        told.append(Reason("pinned", CHANGED_BY["pinned"]))
    if told:
        return tuple(told)
    code = "from-nothing" if fresh else "room-freed" if freed else "means-freed"
    return (Reason(code, CHANGED_BY[code]),)
