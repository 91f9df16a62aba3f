"""Loads the example's round: a county hospital's mobile clinic and the townships it may visit."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from jiedui.config.example.bodies import example_id
from jiedui.config.example.load import Loaded
from jiedui.core.clock import stopped_at
from jiedui.directory import actions as directory
from jiedui.directory.models import Place
from jiedui.planning.actions import rounds, touring
from jiedui.planning.models import Round

COUNTY, ORGANISER = "EX-YC1", "yc1"
SECONDS, DAYS = 3, 3


class Township(NamedTuple):
    """An invented township: how far east and north of the county town, in degrees."""

    name: str
    name_en: str
    east: float
    north: float
    people: int
    priority: int = 3
    ago: int | None = 120
    """Days since the last visit; None is never."""


TOWNSHIPS = (
    Township("示例石泉乡", "Example Shiquan", 0.16, 0.10, 6_400),
    Township("示例北沟乡", "Example Beigou", 0.05, 0.31, 3_900, 2, 200),
    Township("示例红土乡", "Example Hongtu", -0.18, 0.22, 5_100),
    Township("示例长岭乡", "Example Changling", -0.30, -0.04, 4_800, 3, 60),
    Township("示例大坪乡", "Example Daping", -0.21, -0.26, 7_200, 4, 45),
    Township("示例清溪乡", "Example Qingxi", 0.02, -0.24, 8_300, 3, 90),
    Township("示例东湾乡", "Example Dongwan", 0.34, -0.12, 5_600),
    Township("示例雪岭乡", "Example Xueling", 0.48, 0.36, 1_900, 1, None),
    Township("示例松台乡", "Example Songtai", 0.28, 0.29, 2_700, 2, 240),
    Township("示例河口乡", "Example Hekou", -0.42, 0.19, 3_300, 2, 300),
)


def load_round(loaded: Loaded, last_day: date) -> None:
    """Load it unless it is there; what somebody did with it meanwhile is theirs."""
    if Round.objects.filter(pk=example_id("round", ORGANISER)).exists():
        return
    with stopped_at(datetime.combine(last_day, time(6), UTC)):
        round = _frame(loaded, last_day)
        touring.ask_round_run(by=None, round=round)
        touring.run_round(by=None, round_id=round.id)


@transaction.atomic
def _frame(loaded: Loaded, last_day: date) -> Round:
    depot = Place.objects.get(pk=example_id("place", COUNTY))
    first = last_day + timedelta(days=21)
    round = rounds.create_round(
        by=None, id=example_id("round", ORGANISER), programme=loaded.programme,
        organiser=loaded.bodies[ORGANISER], name="示例青石县巡回医疗", starts_on=first,
        ends_on=first + timedelta(days=DAYS - 1), depot=depot, seconds=SECONDS,
    )  # fmt: skip
    for name in ("示例一号车", "示例二号车"):
        # The second is lent out on the last day.
        days = () if "一" in name else (first, first + timedelta(days=1))
        rounds.put_vehicle(
            by=None, round=round, name=name, leaves_at=8 * 60, back_by=17 * 60 + 30, days=days
        )
    known = {township.name: _place(depot, township) for township in TOWNSHIPS}
    rounds.add_round_places(by=None, round=round, places=known.values())
    for township in TOWNSHIPS:
        rounds.edit_round_place(
            by=None, place=round.places.get(place=known[township.name]), minutes=150,
            priority=township.priority, people=township.people,
            last_visited_on=first - timedelta(days=township.ago) if township.ago else None,
            # On market days only the mornings are worth the way.
            windows=[(None, 8 * 60, 12 * 60)] if township.priority == 4 else (),
        )  # fmt: skip
    return round


def _place(depot: Place, township: Township) -> Place:
    """The township below its county, in both trees."""
    latitude, longitude = depot.latitude or Decimal(0), depot.longitude or Decimal(0)
    place = directory.create_place(
        by=None, id=example_id("place", township.name), name=township.name,
        name_en=township.name_en, code_scheme="custom",
        code=f"{COUNTY}-{TOWNSHIPS.index(township) + 1}", tier="township",
        latitude=latitude + Decimal(str(township.north)),
        longitude=longitude + Decimal(str(township.east)), example=True,
    )  # fmt: skip
    for tree in ("administrative", "health"):
        directory.attach_place(
            by=None, id=example_id("edge", tree, township.name), tree=tree, place=place,
            parent=depot,
        )  # fmt: skip
    return place
