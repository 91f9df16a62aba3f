"""Two slow writers and a compaction between them, with real transactions in threads."""

from __future__ import annotations

import sys
import threading
import time
from datetime import date
from decimal import Decimal
from uuid import UUID

DAY = date(2026, 3, 1)


def write(count: int, hold: float, begun: threading.Event) -> None:
    """One transaction: numbers reserved, facts appended, then a long wait before commit."""
    from django.db import connection, transaction

    from jiedui.accounts.audit import number_facts
    from jiedui.core.identifiers import new_id
    from jiedui.ledger.models import Fact

    body = UUID(int=7)
    try:
        with transaction.atomic():
            first = number_facts(count)
            Fact.objects.bulk_create(
                Fact(
                    sequence=first + n,
                    sign=1,
                    entry_id=new_id(),
                    version_id=new_id(),
                    number=1,
                    line=1,
                    programme_id=body,
                    kind="surgery",
                    output_class="do",
                    giver_id=body,
                    receiver_id=body,
                    happened_from=DAY,
                    happened_to=DAY,
                    known_from=DAY,
                    measure="surgeries",
                    value=Decimal(1),
                    precision="exact",
                    unit="台次",
                    unit_class="cases",
                )
                for n in range(count)
            )
            begun.set()
            time.sleep(hold)
    finally:
        connection.close()


def interleave() -> tuple[list[int], int, int]:
    """How far each compaction came, and at the end: facts in the store, facts in the database."""
    from django.conf import settings

    from jiedui.indicators.actions import compact_figures
    from jiedui.indicators.sources.store import manifest as manifests
    from jiedui.ledger.models import Fact

    one, two = threading.Event(), threading.Event()
    writers = [
        threading.Thread(target=write, args=(5, 0.6, one)),
        threading.Thread(target=write, args=(3, 0.3, two)),
    ]
    writers[0].start()
    assert one.wait(300)
    writers[1].start()
    came = []
    for _ in range(8):
        try:
            came.append(compact_figures().through)
        except Exception as busy:  # SQLite's one writer: the audit row waits its turn
            if "locked" not in str(busy):
                raise
        time.sleep(0.2)
    for writer in writers:
        writer.join()
    came.append(compact_figures().through)
    manifest = manifests.read(settings.STORE)
    assert manifest is not None
    return came, manifest.rows, Fact.objects.count()


if __name__ == "__main__":
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    found, stored, rows = interleave()
    print(found, stored, rows)
    sys.exit(0 if (stored, rows) == (8, 8) and found == sorted(found) else 1)
