"""A dispatch problem small enough to be held in the head.

Two recipients in region R: 甲 on the plain, which wants a team of a leader and
one core post, and 乙 high up. 东 may send there, 西 may not. Twelve months.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jiedui.planning.domain.dispatch.problem import (
    Expert,
    Post,
    Problem,
    Recipient,
    Settings,
    Supporter,
    Tour,
)

SETTINGS = Settings(
    months=12,
    start_step=3,
    tour_months=(6, 12),
    flexible_tour_months=(1, 2, 3),
    handover_months=1,
    team_core=1,
    monthly_cost=1.0,
    altitude_surcharge=0.5,
    travel_cost=2.0,
    cross_region_cost=1.0,
    fairness=((0.5, 1.2), (0.5, 0.8)),
    preferred_bonus=0.1,
    title_quality=(0.9, 0.95, 1.0),
    team_bonus=0.2,
    mentor_bonus=0.25,
    budget=100.0,
)


def expert(id_: str, **other: Any) -> Expert:
    """A senior of 内科 at 东 who can do everything but lead, all year."""
    plain = Expert(
        id=id_, supporter="东", specialty="内科", title=2, can_lead=False, altitude_ok=True,
        from_month=0, to_month=13, max_tours=2, max_months=12, flexible_ok=True,
    )  # fmt: skip
    return replace(plain, **other)


def post(id_: str, **other: Any) -> Post:
    """A post of 内科 at 甲, all year."""
    plain = Post(
        id=id_, recipient="甲", specialty="内科", leader=False, core=False, flexible=False,
        from_month=0, to_month=12, min_months=6, min_title=0, mentor_months=0, capacity=1,
        weight=1.0,
    )  # fmt: skip
    return replace(plain, **other)


LEADER = expert("领队", specialty="", can_lead=True)
DOCTOR = expert("内科医")
SURGEON = expert("外科医", specialty="外科", title=1, altitude_ok=False)
STRANGER = expert("西医", supporter="西")

P_LEADER = post("队长", leader=True, specialty="")
P_CORE = post("内科岗", core=True, mentor_months=12, weight=2.0)
P_HIGH = post("高原岗", recipient="乙", specialty="外科")


def problem(**other: Any) -> Problem:
    """The problem of the module's text; settings and tables may be replaced."""
    tables: dict[str, Any] = {
        "recipients": (Recipient("甲", "R", False, True), Recipient("乙", "R", True, False)),
        "supporters": (Supporter("东", "E"), Supporter("西", "W")),
        "experts": (LEADER, DOCTOR, SURGEON, STRANGER),
        "posts": (P_LEADER, P_CORE, P_HIGH),
        "allowed": frozenset({("E", "R")}),
        "preferred": frozenset({("东", "甲")}),
        "settings": SETTINGS,
    }
    names = {name: other.pop(name) for name in list(other) if name in tables}
    tables.update(names)
    tables["settings"] = replace(tables["settings"], **other)
    return Problem(**tables)


FULL = (Tour("领队", "队长", 0, 12), Tour("内科医", "内科岗", 0, 12))
