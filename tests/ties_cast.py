"""Ties, agreements, plans and meetings of the ledger's cast, for the pages' tests."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from jiedui.core.clock import today
from jiedui.directory import actions as directory
from jiedui.programmes import actions
from jiedui.programmes.actions import Attending, Party
from tests.ledger_cast import SINCE, Stage

SECRET = "不外传的结对"


def structured(stage: Stage) -> dict[str, Any]:
    """One of everything between giver and receiver; ids by the words of the outsiders' table."""
    by, programme = stage.coordinator, stage.programme
    both = {"by": by, "programme": programme, "giver": stage.giver, "receiver": stage.receiver}
    ward = directory.add_department(
        by=None, organisation=stage.receiver, specialty="03.04", name="示例密心内科"
    )
    several = actions.pair(
        **both, kind="hospitals_department", department=ward, duties=["clinical"], valid_from=SINCE
    )
    network = actions.create_network(
        by=by, programme=programme, kind="specialty_alliance", name=f"{SECRET}联盟",
        lead=stage.giver, specialty="07", valid_from=SINCE,
    )  # fmt: skip
    actions.pair(**both, kind="specialty_alliance", network=network, valid_from=SINCE)
    agreement = actions.create_agreement(
        by=by, programme=programme, kind="paired_assistance", title=f"{SECRET}协议", number="1",
        parties=[Party(stage.giver, "giver"), Party(stage.receiver, "receiver")],
        pairings=[several], valid_from=SINCE, valid_to=today() + timedelta(days=30),
    )  # fmt: skip
    file = actions.attach_agreement_file(
        by=by, agreement=agreement, name=f"{SECRET}.pdf",
        file=SimpleUploadedFile("a", b"%PDF-1.7 agreement"),
    )  # fmt: skip
    target = actions.add_target(
        by=by, agreement=agreement, title=f"{SECRET}目标", measure="surgeries", unit="例",
        value=Decimal(60), due_on=date(2026, 6, 30), owner=stage.giver,
    )  # fmt: skip
    review = actions.plan_review(by=by, agreement=agreement, due_on=date(2024, 7, 1))
    plan = actions.create_plan(
        by=by, programme=programme, title=f"{SECRET}计划", owner=stage.receiver
    )
    goal = actions.add_plan_item(by=by, plan=plan, level="goal", title=f"{SECRET}总目标")
    act = actions.add_plan_item(
        by=by, plan=plan, level="action", parent=goal, title="建绿道", due_on=date(2024, 6, 1)
    )
    meeting = actions.create_meeting(
        by=by, programme=programme, kind="exchange_visit", title=f"{SECRET}互访", delegation=17,
        held_from=date(2024, 5, 6), decisions="一、互派\n二、共建",
        bodies=[Attending(stage.giver, "organiser"), Attending(stage.receiver, "host")],
    )  # fmt: skip
    task = actions.add_task(
        by=by, programme=programme, owner=stage.receiver, title=f"{SECRET}任务", meeting=meeting,
        due_on=date(2024, 6, 1),
    )  # fmt: skip
    return {
        "tie": several.id,
        "duty": several.duties.get().id,
        "network": network.id,
        "agreement": agreement.id,
        "paper": file.sha256,
        "target": target.id,
        "review": review.id,
        "plan": plan.id,
        "planned": act.id,
        "meeting": meeting.id,
        "task": task.id,
    }
