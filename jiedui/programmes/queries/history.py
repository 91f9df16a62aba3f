"""Pairings and batches that published reports state, read from a pack's two tables."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jiedui.core.errors import InvalidInput
from jiedui.core.periods import read_day

PAIRINGS, BATCHES = "pairings.csv", "batches.csv"


@dataclass(frozen=True)
class StatedTie:
    """A pairing that a report states; a blank day is one that it does not state."""

    name: str
    report: str
    kind: str
    giver: str
    receiver: str
    valid_from: date | None
    valid_to: date | None
    source: str


@dataclass(frozen=True)
class StatedBatch:
    """A batch that a report states, under its sender's number."""

    name: str
    report: str
    sender: str
    number: int
    title: str
    valid_from: date | None
    valid_to: date | None
    people: int | None
    source: str


def _rows(path: Path, needed: set[str]) -> list[dict[str, str]]:
    """The rows of a table; none where there is no such file. InvalidInput ``ties-unreadable``."""
    if not path.exists():
        return []
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = needed - set(reader.fieldnames or ())
            rows = [{k: (v or "").strip() for k, v in row.items() if k} for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise _unreadable(path, str(fault)) from fault
    if missing:
        raise _unreadable(path, ", ".join(sorted(missing)))
    return rows


def _unreadable(path: Path, fault: str) -> InvalidInput:
    return InvalidInput(
        "ties-unreadable",
        "%(file)s cannot be read as a list of pairings or batches: %(fault)s.",
        field=path.name,
        file=path.name,
        fault=fault,
    )


def _day(text: str, *, last: bool = False) -> date | None:
    return read_day(text, last=last) if text else None


def _number(path: Path, text: str) -> int:
    if not text.isdecimal():
        raise _unreadable(path, text)
    return int(text)


def stated_ties(folder: Path) -> tuple[list[StatedTie], list[StatedBatch]]:
    """What ``pairings.csv`` and ``batches.csv`` of a folder say."""
    of_ties, of_batches = folder / PAIRINGS, folder / BATCHES
    ties = [
        StatedTie(
            row["tie"], row["report"], row["kind"], row["giver"], row["receiver"],
            _day(row["valid_from"]), _day(row["valid_to"], last=True), row["source"],
        )
        for row in _rows(of_ties, {"tie", "report", "kind", "giver", "receiver", "valid_from",
                                   "valid_to", "source"})
    ]  # fmt: skip
    batches = [
        StatedBatch(
            row["batch"], row["report"], row["sender"], _number(of_batches, row["number"]),
            row["name"], _day(row["valid_from"]), _day(row["valid_to"], last=True),
            _number(of_batches, row["stated_people"]) if row["stated_people"] else None,
            row["source"],
        )
        for row in _rows(of_batches, {"batch", "report", "sender", "number", "name", "valid_from",
                                      "valid_to", "stated_people", "source"})
    ]  # fmt: skip
    return ties, batches
