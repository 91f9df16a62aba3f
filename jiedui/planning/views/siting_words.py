"""How siting proposals are told: their sentence, what more money buys, the change since before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from jiedui.directory.domain.projection import Globe, project
from jiedui.planning.domain.counted import fitting
from jiedui.planning.views import words
from jiedui.web.templatetags.jiedui import amount

if TYPE_CHECKING:
    from jiedui.planning.queries.sitings import MissedLine, SitingOverview

# What is drawn last lies on top and has the least rank.
RANKS = {"chosen": "1", "missed": "2", "reached": "3"}


def told(message: str, details: Mapping[str, Any]) -> str:
    """A reason of the planner in a sentence, numbers as people write them."""
    text = _(fitting(message, details))
    return text % {key: amount(value) for key, value in details.items()} if details else text


def sentence_of(result: Mapping[str, Any]) -> str:
    """What the plan does, in one sentence."""
    people, served = result["people"], result["served"]
    return _(
        "%(served)s of %(people)s people (%(share)s) are reached with %(kits)s, for %(cost)s of a"
        " budget of %(budget)s; not reached: %(missed)s, %(lacking)s."
    ) % {
        "served": amount(served),
        "people": amount(people),
        "share": words.percent(served / people if people else None),
        "kits": ngettext("%(n)s new kit", "%(n)s new kits", result["kits"])
        % {"n": amount(result["kits"])},
        "cost": amount(result["cost"]),
        "budget": amount(result["budget"]),
        "missed": ngettext("%(n)s place", "%(n)s places", result["missed"])
        % {"n": amount(result["missed"])},
        "lacking": people_of(people - served),
    }


def people_of(count: float) -> str:
    """How many people."""
    return ngettext("%(n)s person", "%(n)s people", round(count)) % {"n": amount(count)}


def nearness_of(result: Mapping[str, Any]) -> tuple[str, str]:
    """How near the plan is proven to be to the best, and its tone; people count, not shares."""
    lacking = result["bound"] - result["objective"]
    if lacking < 1e-9 * max(1.0, abs(result["bound"])):
        return _("No plan for this money reaches more."), "ok"
    gap = words.percent(result["gap"])
    tone = "ok" if (result["gap"] or 0) <= 0.01 else "wait"
    if result["objective"] != result["served"]:
        return _("Another plan could be better by %(gap)s at most.") % {"gap": gap}, tone
    return _("Another plan for this money could reach at most %(people)s more (%(gap)s).") % {
        "people": amount(int(lacking)), "gap": gap
    }, tone  # fmt: skip


def next_of(next: Mapping[str, Any]) -> list[str]:
    """What one per cent more buys, and what the first useful addition is."""
    if not next:
        return []
    first = next["first_useful"]
    found = []
    if next["buys"]:
        kits = _(", ").join(f"{each['site']} ({each['kind']})" for each in next["buys"])
        found.append(
            _("1 %% more budget buys %(kits)s and reaches %(people)s more.")
            % {"kits": kits, "people": amount(next["gain"])}
        )
    elif first is None:
        found.append(_("More money reaches nobody more with these sites and kits."))
    else:
        found.append(_("One hundredth more budget buys nothing to add."))
        found.append(
            _("The least that reaches anybody more is %(money)s more.") % {"money": amount(first)}
        )
    if next["at_most"] is not None and first is not None:
        found.append(
            _("Even a plan laid anew could reach at most %(people)s more for 1 %% more.")
            % {"people": amount(int(next["at_most"]))}
        )
    return found


def way_of(line: MissedLine) -> str:
    """How a place that is missed could be reached for least money."""
    if not line.cheapest_site:
        return _("No kit reaches it from any site.")
    return _("%(kind)s at %(site)s, for %(cost)s") % {
        "kind": line.cheapest_kind, "site": line.cheapest_site, "cost": amount(line.cheapest_cost)
    }  # fmt: skip


def nearest_of(line: MissedLine) -> str:
    """The nearest site and how far it is."""
    if line.distance is None:
        return _("unknown")
    return _("%(site)s, %(km)s km") % {"site": line.nearest, "km": amount(line.distance)}


@dataclass(frozen=True)
class Change:
    """A number before and now."""

    label: str
    before: str
    now: str
    by: str


def changes_of(result: Mapping[str, Any]) -> list[Change]:
    """The run before beside this one."""
    before = result.get("before")
    if not before:
        return []
    labels = (
        ("budget", _("Budget")),
        ("cost", _("Cost")),
        ("served", _("People reached")),
        ("kits", _("New kits")),
        ("missed", _("Places not reached")),
    )
    return [
        Change(label, amount(before[key]), amount(result[key]), _by(before[key], result[key]))
        for key, label in labels
        if before.get(key) is not None
    ]


def _by(before: Any, now: Any) -> str:
    moved = Decimal(str(now)) - Decimal(str(before))
    return pgettext("change", "none") if not moved else f"{'+' if moved > 0 else ''}{amount(moved)}"


def map_of(overview: SitingOverview) -> Globe:
    """Places reached and not, and the sites chosen."""
    return project(
        [
            (str(number), name, latitude, longitude, RANKS[state])
            for number, (name, latitude, longitude, state) in enumerate(overview.points)
        ]
    )
