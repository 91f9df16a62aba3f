"""The invented entries and statements as the ledger takes them in."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from jiedui.config.example.bodies import RECEIVERS
from jiedui.config.example.events import ExampleEvent, ExampleQuantity, events
from jiedui.config.example.evidence import Papers
from jiedui.config.example.load import Loaded
from jiedui.ledger.actions import (
    EntryInput,
    ParticipantInput,
    PastEntry,
    PastVersion,
    QuantityInput,
    add_evidence,
)

SEATS = {body.code: body.seat for body in RECEIVERS}
_DAYS_BEFORE = re.compile(r"@-?(\d+)")
_RETURN_REASONS = (
    "缺少手术记录单，请补充佐证。",
    "人次与签到表不符，请核对。",
    "重复上报，请说明。",
)


def _content(
    event: ExampleEvent,
    loaded: Loaded,
    quantities: tuple[ExampleQuantity, ...],
    evidence: tuple[str, ...] = (),
) -> EntryInput:
    giver = loaded.bodies[event.pairing.giver]
    receiver = loaded.bodies[event.pairing.receiver]
    own_work = event.kind == "local_lead"
    return EntryInput(
        id=event.id,
        programme=loaded.programme.id,
        kind=event.kind,
        happened_from=event.day,
        happened_to=event.day,
        giver=receiver.id if own_work else giver.id,
        receiver=receiver.id,
        place=loaded.places[SEATS[event.pairing.receiver]].id,
        department=loaded.departments[event.pairing.receiver, event.specialty].id,
        quantities=[QuantityInput(q.measure, q.value, precision=q.precision) for q in quantities],
        participants=[
            ParticipantInput(loaded.people[person.name].id)
            for person in dict.fromkeys(event.people)
        ],
        evidence=evidence,
    )


def past_entries(
    loaded: Loaded, last_day: date, *, scale: float, recorder: UUID, confirmer: UUID
) -> Iterator[PastEntry]:
    """Every invented event with its versions, as the ledger replays it; its evidence is stored."""
    papers = Papers()
    for number, event in enumerate(events(last_day, scale=scale)):
        paper = papers.of(event)
        evidence = (add_evidence(by=None, name=paper.name, file=paper).sha256,) if paper else ()
        first = _content(event, loaded, event.quantities, evidence)
        state, reason = "confirmed", ""
        confirmed_on: date | None = event.settled_on
        ended_on: date | None = None
        versions: list[PastVersion] = []
        if event.fate in ("submitted", "returned"):
            confirmed_on, state = None, event.fate
            reason = _RETURN_REASONS[number % 3] if event.fate == "returned" else ""
        elif event.fate == "withdrawn":
            ended_on, state, reason = (
                event.settled_on,
                "withdrawn",
                "误报，同一活动已由另一方上报。",
            )
        elif event.fate == "corrected":
            ended_on, state = event.settled_on, "superseded"
        versions.append(
            PastVersion(
                first, state, event.recorded_on, recorder, confirmed_on,
                confirmer if confirmed_on else None, ended_on, reason,
            )
        )  # fmt: skip
        if event.fate == "corrected":
            versions.append(
                PastVersion(
                    _content(event, loaded, event.corrected), "confirmed", event.settled_on,
                    recorder, event.settled_on, confirmer, None, "",
                )
            )  # fmt: skip
        yield PastEntry(event.id, versions)


def statement_rows(path: Path, last_day: date) -> list[tuple[int, dict[str, str]]]:
    """The invented statements with their days counted back from the newest one."""

    def day(match: re.Match[str]) -> str:
        return (last_day - timedelta(days=int(match[1]))).isoformat()

    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return [
            (reader.line_num, {key: _DAYS_BEFORE.sub(day, value) for key, value in row.items()})
            for row in reader
        ]
