"""Two invented years of daily entries, with the gaps and the disorder of real life.

Pure: a seed and a last day give the same events everywhere. What goes wrong is
meant: a receiver without a team for six weeks, one that stopped reporting, late
reports, corrections, withdrawals, entries returned or still waiting.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from jiedui.config.example.bodies import (
    PAIRINGS,
    RECEIVERS,
    SUPPORTERS,
    ExamplePairing,
    ExamplePerson,
    example_id,
    people,
)

DAYS = 730
BODIES = {body.code: body for body in (*SUPPORTERS, *RECEIVERS)}

# Kind, share at the start and at the end of the two years: from doing to teaching to enabling.
KINDS: tuple[tuple[str, float, float], ...] = (
    ("outpatient_session", 30, 17),
    ("surgery", 15, 7),
    ("inpatient_care", 12, 7),
    ("critical_rescue", 4, 2.5),
    ("joint_rescue", 0.6, 0.6),
    ("consultation", 7, 6),
    ("remote_consultation", 3, 6),
    ("free_clinic", 2.4, 2),
    ("touring_clinic", 1.6, 1.6),
    ("teaching_free_clinic", 0.8, 1.6),
    ("teaching_round", 9, 15),
    ("lecture", 4, 7),
    ("surgical_demo", 3, 6),
    ("case_conference", 3, 6),
    ("coaching", 3, 6),
    ("drug_donation", 0.3, 0.3),
    ("technique_introduced", 0.6, 1.2),
    ("protocol", 0.3, 0.8),
    ("local_lead", 0.4, 6),
)


@dataclass(frozen=True)
class ExampleQuantity:
    """One output of an event."""

    measure: str
    value: Decimal
    precision: str = "exact"


@dataclass(frozen=True)
class ExampleEvent:
    """One event, when it was recorded and confirmed, and what became of it.

    ``fate`` is the state it ends in: confirmed, submitted, returned, withdrawn,
    or corrected (a second version with ``corrected`` as its quantities).
    """

    id: UUID
    kind: str
    day: date
    pairing: ExamplePairing
    specialty: str
    people: tuple[ExamplePerson, ...]
    quantities: tuple[ExampleQuantity, ...]
    recorded_on: date
    settled_on: date
    fate: str
    corrected: tuple[ExampleQuantity, ...] = field(default=())


# Outputs of one event of a kind: measure, least, most, whether people round it.
_CLINIC = (("free_clinic_sessions", 1, 1, False), ("free_clinic_beneficiaries", 30, 320, True))
OUTPUTS: dict[str, tuple[tuple[str, int, int, bool], ...]] = {
    "outpatient_session": (("outpatient_visits", 6, 34, False),),
    "surgery": (("surgeries", 1, 4, False),),
    "inpatient_care": (("inpatients", 1, 7, False),),
    "critical_rescue": (("critical_rescues", 1, 2, False),),
    "joint_rescue": (("critical_rescues", 1, 1, False),),
    "consultation": (("consultations", 1, 4, False),),
    "remote_consultation": (("consultations", 1, 3, False),),
    "free_clinic": _CLINIC,
    "touring_clinic": _CLINIC,
    "teaching_free_clinic": (*_CLINIC, ("trainees", 4, 22, False)),
    "teaching_round": (("teaching_rounds", 1, 2, False),),
    "lecture": (("lectures", 1, 1, False), ("lecture_attendances", 12, 90, True)),
    "surgical_demo": (
        ("surgical_demos", 1, 1, False),
        ("surgical_demo_attendances", 3, 18, False),
    ),
    "case_conference": (("consultations", 1, 3, False), ("trainees", 4, 16, False)),
    "coaching": (("teaching_activities", 1, 2, False),),
    "drug_donation": (("donated_medicine_value", 800, 26000, False),),
    "technique_introduced": (("new_techniques", 1, 1, False),),
    "protocol": (("management_protocols", 1, 1, False),),
    "local_lead": (("surgeries", 1, 3, False),),
}


def _quantities(chance: random.Random, kind: str) -> tuple[ExampleQuantity, ...]:
    """Plausible outputs of one event of a kind, now and then rounded as people do."""
    return tuple(
        ExampleQuantity(
            measure,
            Decimal(chance.randint(least, most)),
            "at_least" if rounded and chance.random() < 0.25 else "exact",
        )
        for measure, least, most, rounded in OUTPUTS[kind]
    )


def _silent(receiver: str, day: int) -> bool:
    """The gaps: six weeks between two batches, and a receiver that stopped reporting."""
    return (receiver == "yc3" and 330 <= day < 372) or (receiver == "kq21" and day >= DAYS - 95)


def _fate(chance: random.Random, age: int) -> str:
    """What becomes of an entry that was recorded so many days ago."""
    if age < 12:
        return "submitted" if chance.random() < 0.55 else "confirmed"
    roll = chance.random()
    if roll < 0.012:
        return "corrected"
    if roll < 0.015:
        return "withdrawn"
    if roll < 0.018:
        return "returned"
    return "submitted" if roll < 0.021 else "confirmed"


def events(last_day: date, *, scale: float = 1.0, seed: int = 20240) -> Iterator[ExampleEvent]:
    """About 60,000 events at ``scale`` 1, in order of days; ``last_day`` is the newest."""
    chance = random.Random(seed)  # noqa: S311 - invented history, no secret
    staff: dict[str, list[ExamplePerson]] = {}
    for person in people():
        staff.setdefault(person.body, []).append(person)
    first = last_day - timedelta(days=DAYS - 1)
    for number in range(DAYS):
        day, progress = first + timedelta(days=number), number / DAYS
        weekend = 0.35 if day.weekday() >= 5 else 1.0
        weights = [start + (end - start) * progress for _, start, end in KINDS]
        for pairing in PAIRINGS:
            last = DAYS if pairing.last_day is None else pairing.last_day
            if not pairing.first_day <= number < last or _silent(pairing.receiver, number):
                continue
            mean = 8.2 * pairing.weight * weekend * scale
            count = int(mean) + (chance.random() < mean % 1)
            for index, (kind, _, _) in enumerate(chance.choices(KINDS, weights, k=count)):
                yield _event(chance, staff, pairing, kind, day, index, last_day)


def _event(
    chance: random.Random,
    staff: dict[str, list[ExamplePerson]],
    pairing: ExamplePairing,
    kind: str,
    day: date,
    index: int,
    last_day: date,
) -> ExampleEvent:
    late = chance.random() < 0.05
    recorded = min(
        day + timedelta(days=chance.randint(20, 60) if late else chance.randint(0, 2)), last_day
    )
    settled = min(recorded + timedelta(days=chance.randint(0, 9)), last_day)
    fate = _fate(chance, (last_day - recorded).days)
    quantities = _quantities(chance, kind)
    corrected: tuple[ExampleQuantity, ...] = ()
    if fate == "corrected":
        head = quantities[0]
        corrected = (
            ExampleQuantity(head.measure, head.value + chance.randint(1, 3), "exact"),
            *quantities[1:],
        )
    lead = chance.choice(staff[pairing.giver])
    helpers = (chance.choice(staff[pairing.receiver]),) if kind != "outpatient_session" else ()
    if kind == "joint_rescue":
        others = [
            p for p in PAIRINGS if p.receiver == pairing.receiver and p.giver != pairing.giver
        ]
        if others:
            helpers = (*helpers, chance.choice(staff[others[0].giver]))
    return ExampleEvent(
        id=example_id("entry", pairing.giver, pairing.receiver, day, index),
        kind=kind,
        day=day,
        pairing=pairing,
        specialty=chance.choice(BODIES[pairing.receiver].specialties),
        people=(lead, *helpers),
        quantities=quantities,
        recorded_on=recorded,
        settled_on=settled,
        fate=fate,
        corrected=corrected,
    )
