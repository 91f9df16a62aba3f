"""What the planner's pages say in sentences: a message id with the details that fill it."""

from __future__ import annotations

from collections.abc import Mapping
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


def gap_in_words(gap: float | None) -> Reason:
    """The proven distance to the best plan for people who have to sign it.

    The gap is a share of the bound; what could be more is a share of the plan, and taken up.
    """
    if gap is None or gap >= 1:
        return Reason("unknown", UNKNOWN_GAP)
    more = gap / (1 - gap)
    code, _limit, message = next(each for each in GAPS if more <= each[1])
    return Reason(code, message, {"percent": f"{ceil(1000 * more - 1e-9) / 10:g}"})
