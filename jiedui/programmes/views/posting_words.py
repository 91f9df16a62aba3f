"""What each step of a posting is called: on its button, its form and in the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Words(NamedTuple):
    """A step's button, what the timeline says of it, what the form says beside it, its tone."""

    button: Any
    told: Any
    intro: Any
    done: Any
    tone: str = "plain"


STEPS: Mapping[str, Words] = {
    "nominate": Words(_("Nominate"), _("Nominated"), "", "", "wait"),
    "screen": Words(
        _("Pass on to the recipient"), _("Screened and passed on"),
        _("The recipient then approves or declines."), _("The nomination was passed on."), "wait",
    ),
    "approve": Words(
        _("Approve"), pgettext_lazy("posting", "Approved"),
        _("From now on the expert may set out."), _("The posting was approved."), "ok",
    ),
    "decline": Words(
        _("Decline"), pgettext_lazy("posting", "Declined"),
        _("The giver sees the reason; the nomination ends here."),
        _("The nomination was declined."), "wrong",
    ),
    "withdraw": Words(
        pgettext_lazy("posting", "Withdraw"), pgettext_lazy("posting", "Withdrawn"),
        _("The recipient sees the reason; the expert does not come."),
        _("The person was withdrawn."), "wrong",
    ),
    "travel": Words(
        _("Set out"), _("Set out"), _("The expert is on the way."), _("The journey was recorded."),
        "wait",
    ),
    "arrive": Words(
        _("Record the arrival"), _("Arrived"),
        _("Days on site count from this day on; the welfare list begins."),
        _("The arrival was recorded."), "ok",
    ),
    "extend": Words(
        _("Extend"), _("Extended"), _("Within the agreement and the pairing."),
        _("The posting was extended."), "wait",
    ),
    "leave": Words(
        _("Record a leave"), _("Went on leave"),
        _("The last day on site still counts; the days of the leave do not."),
        _("The leave was recorded."), "wait",
    ),
    "return": Words(
        _("Record the return"), _("Back from leave"), _("Days on site count again from this day."),
        _("The return was recorded."), "ok",
    ),
    "depart": Words(
        _("Record the departure"), pgettext_lazy("posting", "Departed"),
        _("The last day on site still counts; host appointments end with it."),
        _("The departure was recorded."), "ok",
    ),
    "return_early": Words(
        _("Record an early return"), pgettext_lazy("posting", "Returned early"),
        _("Before the planned end; the reason stays with the posting."),
        _("The early return was recorded."), "wrong",
    ),
    "take_back": Words(
        _("Take back the step"), _("Took back the step before"), "",
        _("The step was taken back."), "wrong",
    ),
}  # fmt: skip
# The step that is usually next, in the order in which they are offered.
FORWARD = ("screen", "approve", "arrive", "return", "depart")
