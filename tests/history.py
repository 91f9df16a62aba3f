"""The published history as plain rows, straight from its two CSV files: no database."""

from __future__ import annotations

import csv
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from jiedui.core.periods import Period
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.statements import Bodies
from jiedui.ledger.domain.statements import StatementRow

FOLDER = Path(__file__).resolve().parent.parent / "packs" / "history"
_SPACE = uuid.UUID("0198f0a0-0000-7000-8000-000000000000")
PROGRAMME = uuid.uuid5(_SPACE, "programme")


class Lies(NamedTuple):
    """One pair of a lineage, without dates unless a test gives some."""

    descendant: uuid.UUID
    ancestor: uuid.UUID
    valid_from: date | None = None
    valid_to: date | None = None


def _table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def body(name: str) -> uuid.UUID:
    """The id of a body by its own name, made up bodies included."""
    return uuid.uuid5(_SPACE, name)


@cache
def bodies_by_name() -> dict[str, uuid.UUID]:
    """Every name and other name in organisations.csv."""
    found: dict[str, uuid.UUID] = {}
    for row in _table("organisations.csv"):
        for name in (row["name"], *row["aliases"].split(";")):
            if name:
                found[name] = body(row["name"])
    return found


def lineage(pairs: dict[str, str]) -> list[Lies]:
    """All pairs from each body's direct whole."""
    rows = []
    for name in {*pairs, *pairs.values()} - {""}:
        above, seen = name, {""}
        while above not in seen:
            rows.append(Lies(body(name), body(above)))
            seen.add(above)
            above = pairs.get(above, "")
    return rows


@cache
def bodies() -> Bodies:
    """The lineage of organisations.csv."""
    return Bodies(lineage({row["name"]: row["part_of"] for row in _table("organisations.csv")}))


@cache
def statements() -> tuple[StatementRow, ...]:
    """The 109 rows; three of them stay unplaced."""
    names = bodies_by_name()
    rows = []
    for number, row in enumerate(_table("published_figures.csv"), 1):
        sides = [row["giver"], row["receiver"]]
        placed = all(not side or side in names for side in sides)
        givers, receivers = (
            frozenset({names[side]}) if side and placed else frozenset[uuid.UUID]()
            for side in sides
        )
        days = Period.read(row["period_start"], row["period_end"])
        rows.append(
            statement(
                row["claim"],
                report=row["report"],
                publisher=row["published_by"],
                published_on=date.fromisoformat(row["published_on"]),
                measure=row["measure"],
                item=row["item"],
                value=Decimal(row["value"]),
                precision=row["precision"],
                unit=row["unit"],
                unit_class=row["unit_class"],
                kind=row["kind"],
                givers=givers,
                receivers=receivers,
                giver_text=row["giver"],
                receiver_text=row["receiver"],
                start=days.start,
                end=days.end,
                start_text=row["period_start"],
                end_text=row["period_end"],
                period_text=row["period_text"],
                part_of=row["part_of"] or None,
                same_as=row["same_as"] or None,
                note=row["note"],
                placed=placed,
                sequence=number,
            )
        )
    return tuple(rows)


PLAIN = StatementRow(
    id=body("plain"),
    claim="",
    report="900",
    publisher="示例日报",
    published_on=date(2020, 1, 1),
    programme_id=PROGRAMME,
    example=False,
    measure="surgeries",
    item="",
    value=Decimal(1),
    high=None,
    precision="exact",
    unit="台次",
    unit_class="cases",
    kind="flow",
    givers=frozenset(),
    receivers=frozenset(),
    giver_text="",
    receiver_text="",
    start=None,
    end=None,
    start_text="",
    end_text="",
    period_text="",
    part_of=None,
    same_as=None,
    note="",
    placed=True,
    sequence=1,
)


def statement(claim: str, **fields: Any) -> StatementRow:
    """A statement of 1 operation unless said otherwise; sides may be given by name.

    ``giver="甲省"``, ``receiver="乙院"`` place it; ``period="2016..2017-04"`` dates it.
    """
    if "giver" in fields:
        fields["givers"] = _side(fields.pop("giver"))
    if "receiver" in fields:
        fields["receivers"] = _side(fields.pop("receiver"))
    if "period" in fields:
        days = Period.read(*fields.pop("period").split(".."))
        fields |= {"start": days.start, "end": days.end}
    fields["value"] = Decimal(fields.get("value", 1))
    return replace(PLAIN, claim=claim, id=body(claim), **fields)


def _side(names: str | Sequence[str]) -> frozenset[uuid.UUID]:
    return frozenset(body(name) for name in ([names] if isinstance(names, str) else names) if name)


def ask(measure: str, **fields: Any) -> Question:
    """A question in which bodies are named as the reports name them."""
    names = bodies_by_name()
    for side in ("giver", "receiver"):
        if isinstance(fields.get(side), str):
            fields[side] = names.get(fields[side]) or body(fields[side])
    if isinstance(fields.get("as_of"), str):
        fields["as_of"] = date.fromisoformat(fields["as_of"])
    if isinstance(fields.get("period"), str):
        fields["period"] = Period.read(*fields["period"].split(".."))
    return Question(measure=measure, **fields)
