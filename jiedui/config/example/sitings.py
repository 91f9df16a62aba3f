"""Loads the example's siting proposal: the worked example's real places with invented kits."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from jiedui.config.example.bodies import example_id
from jiedui.config.example.load import Loaded
from jiedui.core.clock import stopped_at
from jiedui.planning.actions import sitings
from jiedui.planning.models import SitingProposal
from jiedui.planning.sources.siting_archive import worked_example

SECONDS = 5


def load_siting(loaded: Loaded, last_day: date) -> None:
    """Load it unless it is there or its data are not installed; what became of it is theirs."""
    id = example_id("siting", "worked")
    if SitingProposal.objects.filter(pk=id).exists() or not worked_example():
        return
    with stopped_at(datetime.combine(last_day, time(6), UTC)):
        siting = sitings.create_siting(
            by=None, id=id, programme=loaded.programme, owner=None, name="示例终端与巡诊包选址",
            seconds=SECONDS,
        )  # fmt: skip
        sitings.ask_siting_run(by=None, siting=siting)
        sitings.run_siting(by=None, siting_id=siting.id)
