"""Figures to ask for: the ledger's stage with entries, and reports that state figures."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.identifiers import new_id
from jiedui.directory.actions import create_bodies
from jiedui.indicators.domain.question import Question
from jiedui.ledger.actions import (
    EntryInput,
    PastEntry,
    PastVersion,
    QuantityInput,
    import_statements,
    replay_entries,
)
from jiedui.ledger.models import EntryVersion
from jiedui.programmes.actions import create_programme
from tests.ledger_cast import Stage, account, stage

HISTORY = Path(__file__).resolve().parents[3] / "packs" / "history"


@dataclass
class Figures:
    """The stage, and a reader who sees everything."""

    cast: Stage
    reader: User

    @property
    def viewer(self) -> Viewer:
        """The reader's view today."""
        return viewer_of(self.reader)

    def asks(self, measure: str = "surgeries", **cut: Any) -> Question:
        """A question to the stage's programme."""
        return Question(measure=measure, programme=self.cast.programme.id, **cut)

    def operations(self, day: date, value: int, **changes: Any) -> EntryVersion:
        """A confirmed operation session."""
        return self.cast.confirmed(
            kind="surgery",
            happened_from=day,
            happened_to=day,
            quantities=[QuantityInput("surgeries", value)],
            **changes,
        )

    def states(self, claim: str, value: int, precision: str = "exact", **changes: str) -> None:
        """A report that states operations of the receiver in 2024."""
        row = {
            "claim": claim,
            "report": claim.split("-")[0],
            "published_by": "示例日报",
            "published_on": "2025-02-01",
            "measure": "surgeries",
            "item": "",
            "value": str(value),
            "precision": precision,
            "unit": "台次",
            "unit_class": "cases",
            "kind": "flow",
            "giver": self.cast.giver.name,
            "receiver": self.cast.receiver.name,
            "period_text": "",
            "period_start": "2024",
            "period_end": "2024",
            "part_of": "",
            "same_as": "",
            "note": "",
        } | changes
        outcome = import_statements(
            by=None, rows=[(2, row)], programmes={row["report"]: self.cast.programme}
        )
        assert outcome.read == 1, outcome


def figures() -> Figures:
    """Five operation sessions in 2024 at one receiver, one session at the other."""
    cast = stage()
    found = Figures(cast, account("reader", "读者己", "viewer", None))
    past = [
        _session(cast, date(2024, month, 5), value)
        for month, value in ((3, 4), (3, 2), (4, 7), (6, 5), (11, 12))
    ]
    replay_entries(by=None, entries=past)
    return found


def _session(cast: Stage, day: date, value: int) -> PastEntry:
    """An operation session that was recorded and confirmed on its day."""
    content = EntryInput(
        programme=cast.programme.id,
        kind="surgery",
        happened_from=day,
        happened_to=day,
        giver=cast.giver.id,
        receiver=cast.receiver.id,
        quantities=[QuantityInput("surgeries", value)],
    )
    return PastEntry(
        new_id(),
        [PastVersion(content, "confirmed", day, cast.expert.id, day, cast.manager.id)],
    )


def history() -> None:
    """The published history of five reports, each in a programme of its own."""
    rows = _table("published_figures.csv")
    create_bodies(by=None, rows=_table("organisations.csv"))
    programmes = {
        code: create_programme(
            by=None, code=f"report-{code}", name=f"报道{code}", kind="paired_assistance"
        )
        for code in sorted({row["report"] for row in rows})
    }
    import_statements(by=None, rows=list(enumerate(rows, 2)), programmes=programmes)


def _table(name: str) -> list[dict[str, str]]:
    with (HISTORY / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))
