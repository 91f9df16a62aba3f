"""An import in its own process, killed within a batch: broken_off FOLDER kill|finish|look."""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import date
from typing import Any
from uuid import UUID

ROWS, BATCH = 18, 4


def rows() -> list[Any]:
    """The same rows each time, under ids of their own."""
    from jiedui.ledger.actions import EntryInput, QuantityInput
    from jiedui.programmes.models import Pairing

    pairing = Pairing.objects.get()
    return [
        EntryInput(
            programme=pairing.programme_id,
            kind="course",
            happened_from=date(2024, 3, 1 + n),
            happened_to=date(2024, 3, 1 + n),
            giver=pairing.giver_id,
            receiver=pairing.receiver_id,
            quantities=[QuantityInput("trainees", 1 + n)],
            id=UUID(int=1 + n, version=5),
        )
        for n in range(ROWS)
    ]


def set_stage() -> None:
    """A programme with one pairing."""
    from django.core.management import call_command

    from jiedui.directory.actions import create_organisation
    from jiedui.programmes.actions import create_programme, pair

    call_command("migrate", verbosity=0)
    one, two = (
        create_organisation(by=None, name=name, kind="hospital", example=True)
        for name in ("示例甲省医院", "示例东州医院")
    )
    programme = create_programme(
        by=None, code="demo", name="示例结对", kind="paired_assistance", example=True
    )
    pair(by=None, programme=programme, kind="hospital_hospital", giver=one, receiver=two)


def main(what: str) -> None:
    """Do one of the three."""
    from jiedui.accounts.models import AuditRow
    from jiedui.accounts.queries import verify_chain
    from jiedui.ledger.actions import bulk
    from jiedui.ledger.models import EntryQuantity, EntryVersion

    bulk.BATCH = BATCH
    if what == "look":
        audited = AuditRow.objects.filter(action="ledger.record-many").order_by("sequence")
        told = {
            "versions": EntryVersion.objects.count(),
            "quantities": EntryQuantity.objects.count(),
            "audited": [row.details["count"] for row in audited],
            "whole": verify_chain().whole,
        }
        print(json.dumps(told))
        return
    if what == "kill":
        set_stage()
        real, told = bulk.record, []

        def third_kills(**row: Any) -> Any:
            told.append(row)
            if len(told) == 3:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(**row)

        bulk.record = third_kills
    bulk.record_many(by=None, rows=rows(), source="台账.xlsx")


if __name__ == "__main__":
    os.environ.update(JIEDUI_HOME=sys.argv[1], DATABASE_URL="")
    os.environ["DJANGO_SETTINGS_MODULE"] = "jiedui.config.settings"
    import django

    django.setup()
    main(sys.argv[2])
