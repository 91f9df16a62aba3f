"""The cast of rounds: a county with eight townships, and who sends a vehicle out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from jiedui.directory.actions import attach_place, seat_organisation
from jiedui.directory.models import Place
from jiedui.planning.actions import rounds as actions
from jiedui.planning.actions import touring
from jiedui.planning.models import Round
from tests.ledger_cast import Stage
from tests.ledger_cast import stage as set_stage

FIRST, LAST = date(2027, 3, 1), date(2027, 3, 2)


@dataclass
class RoundCast:
    """Who makes rounds, and where to."""

    stage: Stage
    depot: Place
    townships: list[Place]

    def begin(self, **changes: object) -> Round:
        """A round of two days with one vehicle."""
        said: dict[str, object] = {
            "programme": self.stage.programme, "organiser": self.stage.receiver,
            "name": "三月巡回医疗", "starts_on": FIRST, "ends_on": LAST, "depot": self.depot,
            "seconds": 2,
        }  # fmt: skip
        made = actions.create_round(by=self.stage.manager, **said | changes)  # type: ignore[arg-type]
        actions.put_vehicle(
            by=self.stage.manager, round=made, name="一号车", leaves_at=480, back_by=1020
        )
        actions.add_round_places(by=self.stage.manager, round=made, places=self.townships)
        return made

    def planned(self, round: Round) -> Round:
        """What the worker does, here."""
        touring.ask_round_run(by=self.stage.manager, round=round)
        done = touring.run_round(by=None, round_id=round.id)
        assert done.run == "done", done.progress
        return done


def place(name: str, latitude: float | None, longitude: float | None) -> Place:
    """An invented place."""

    def degrees(value: float | None) -> Decimal | None:
        return None if value is None else Decimal(str(value))

    return Place.objects.create(
        name=name, latitude=degrees(latitude), longitude=degrees(longitude), example=True
    )


def set_cast(stage: Stage | None = None) -> RoundCast:
    """The receiver is seated in the county, the townships lie below it; sets or takes a stage."""
    stage = stage or set_stage()
    county = place("示例县城", 40.0, 80.0)
    seat_organisation(by=None, organisation=stage.receiver, place=county)
    townships = [
        place(f"示例{n}乡", 40 + 0.08 * k, 80 + 0.05 * (k % 3))
        for k, n in enumerate("甲乙丙丁戊己庚辛")
    ]
    for township in townships:
        attach_place(by=None, tree="administrative", place=township, parent=county)
    return RoundCast(stage, county, townships)
