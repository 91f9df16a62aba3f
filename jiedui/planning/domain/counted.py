"""Sentences that read otherwise of one than of several, for reasons that are kept and told later.

A reason keeps the message of several; whoever tells it asks here which one fits its number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ = str  # marks message ids for the catalogue

# Message of several: the detail that counts, and the message of one.
ONE: dict[str, tuple[str, str]] = {
    "%(count)s are of another specialty, or may not lead.": (
        "count", _("%(count)s is of another specialty, or may not lead."),
    ),
    "%(count)s more have too low a title.": ("count", _("%(count)s more has too low a title.")),
    "%(count)s more are not fit for altitude.": (
        "count", _("%(count)s more is not fit for altitude."),
    ),
    "%(count)s more come from regions that are not paired with this one.": (
        "count", _("%(count)s more comes from a region that is not paired with this one."),
    ),
    "%(count)s more take no flexible postings.": (
        "count", _("%(count)s more takes no flexible postings."),
    ),
    "%(count)s more find no allowed tour in the post's window.": (
        "count", _("%(count)s more finds no allowed tour in the post's window."),
    ),
    "%(count)s more are not free for a whole tour in the post's window.": (
        "count", _("%(count)s more is not free for a whole tour in the post's window."),
    ),
    "%(count)s more are forbidden by hand.": ("count", _("%(count)s more is forbidden by hand.")),
    "%(count)s posts are of another specialty.": (
        "count", _("%(count)s post is of another specialty."),
    ),
    "%(count)s more ask for a higher title.": (
        "count", _("%(count)s more asks for a higher title."),
    ),
    "%(count)s more lie too high.": ("count", _("%(count)s more lies too high.")),
    "%(count)s more are in regions that are not paired.": (
        "count", _("%(count)s more is in a region that is not paired."),
    ),
    "%(count)s more are flexible postings.": (
        "count", _("%(count)s more is a flexible posting."),
    ),
    "%(count)s more have no tour in this person's time.": (
        "count", _("%(count)s more has no tour in this person's time."),
    ),
    "None of %(people)s people may be sent here.": (
        "people", _("The only person there is may not be sent here."),
    ),
    "The windows of %(count)s posts end before they begin, first %(first)s.": (
        "count", _("The window of the post %(first)s ends before it begins."),
    ),
    "%(people)s people who could come are sent elsewhere in these months.": (
        "people", _("%(people)s person who could come is sent elsewhere in these months."),
    ),
    "%(people)s people are free, but the money is not there: the cheapest tour needs %(missing)s"
    " more (a budget of %(factor)s %%).": (
        "people",
        _("%(people)s person is free, but the money is not there: the cheapest tour needs"
          " %(missing)s more (a budget of %(factor)s %%)."),
    ),
    "What was chosen is worth more: %(tour)s would bring %(own)s, but %(count)s tours worth"
    " %(lost)s would have to go for it (first %(first)s).": (
        "count",
        _("What was chosen is worth more: %(tour)s would bring %(own)s, but a tour worth %(lost)s"
          " would have to go for it (%(first)s)."),
    ),
    "%(tour)s would bring %(own)s and cost %(count)s other tours worth %(lost)s (first %(first)s):"
    " the plan would gain by it.": (
        "count",
        _("%(tour)s would bring %(own)s and cost another tour worth %(lost)s (%(first)s): the plan"
          " would gain by it."),
    ),
    "1 %% more budget (%(extra)s) would pay for %(tours)s more tours in this plan.": (
        "tours", _("1 %% more budget (%(extra)s) would pay for %(tours)s more tour in this plan."),
    ),
    "The %(kept)s tours that stood before were kept; of the plans that keep them none is better.": (
        "kept",
        _("The tour that stood before was kept; of the plans that keep it none is better."),
    ),
    "The %(kept)s tours that stood before were kept; of the plans that keep them another could"
    " reach at most %(percent)s %% more.": (
        "kept",
        _("The tour that stood before was kept; of the plans that keep it another could reach at"
          " most %(percent)s %% more."),
    ),
    "The %(kept)s tours that stood before were kept; what other plans with them reach is not"
    " known.": (
        "kept",
        _("The tour that stood before was kept; what other plans with it reach is not known."),
    ),
    "Fixed by hand: %(expert)s at %(post)s from month %(start)s for %(months)s months.": (
        "months",
        _("Fixed by hand: %(expert)s at %(post)s from month %(start)s for %(months)s month."),
    ),
    "The post %(post)s takes %(has)s people at most at a time.": (
        "has", _("The post %(post)s takes one person at a time."),
    ),
    "%(expert)s may go on %(has)s tours at most.": (
        "has", _("%(expert)s may go on one tour at most."),
    ),
    "%(expert)s can stay for %(has)s months at most.": (
        "has", _("%(expert)s can stay for %(has)s month at most."),
    ),
    "%(expert)s is available from month %(from)s to %(to)s, and %(hand)s months of handover follow"
    " a tour.": (
        "hand",
        _("%(expert)s is available from month %(from)s to %(to)s, and a month of handover follows"
          " a tour."),
    ),
    "%(expert)s is available from %(since)s to %(until)s; %(hand)s months of handover follow a"
    " tour.": (
        "hand",
        _("%(expert)s is available from %(since)s to %(until)s; a month of handover follows a"
          " tour."),
    ),
    "The post %(post)s asks for tours of %(asked)s months at least.": (
        "asked", _("The post %(post)s asks for tours of %(asked)s month at least."),
    ),
    "%(count)s tours last longer than the agreement of their hospitals: renew it before the plan"
    " is adopted.": (
        "count",
        _("%(count)s tour lasts longer than the agreement of its hospitals: renew it before the"
          " plan is adopted."),
    ),
    "%(count)s places have no way to any of the sites that could be chosen.": (
        "count", _("%(count)s place has no way to any of the sites that could be chosen."),
    ),
    "%(count)s places stay without a way to a site: %(sites)s sites are too few.": (
        "count", _("%(count)s place stays without a way to a site: %(sites)s sites are too few."),
    ),
}  # fmt: skip


def fitting(message: str, details: Mapping[str, Any]) -> str:
    """The message that fits the number among the details."""
    name, one = ONE.get(message, ("", message))
    return one if str(details.get(name)) == "1" else message
