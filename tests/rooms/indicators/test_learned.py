"""What learning tells, counted by the same engine: who led, certificates in force, cohorts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from jiedui.core.identifiers import new_id
from jiedui.core.periods import Period
from jiedui.indicators.actions import compact_figures
from jiedui.indicators.domain.facts import LEARNING, LEDGER
from jiedui.indicators.domain.question import Question
from jiedui.indicators.queries import engine, stream
from jiedui.mentoring.actions._facts import Said, tell
from tests.lasting import lasting
from tests.ledger_cast import Stage, stage

MARCH = Period(date(2025, 3, 1), date(2025, 3, 31))
ONE, TWO = UUID(int=71), UUID(int=72)


@dataclass
class Told:
    """A programme of which learning tells."""

    cast: Stage

    def says(self, kind: str, lines: Sequence[Said], record: UUID | None = None) -> UUID:
        """One record, told as the actions tell it."""
        record = record or new_id()
        with transaction.atomic():
            tell(
                by=None, record_id=record, programme_id=self.cast.programme.id, kind=kind,
                giver_id=self.cast.giver.id, receiver_id=self.cast.receiver.id, lines=lines,
            )  # fmt: skip
        return record

    def value(self, indicator: str, **cut: Any) -> Decimal | None:
        """A figure of the programme, which is its list."""
        asked = Question(indicator=indicator, programme=self.cast.programme.id, **cut)
        found = engine.total(None, asked)
        assert found.records == len(engine.records(None, asked))
        return found.value


def teller() -> Told:
    return Told(stage())


the_cast, told = lasting(teller)


def test_who_led_is_a_share_of_all_cases(told: Told) -> None:
    day = date(2025, 3, 5)
    for measure in ("cases_expert_led", "cases_joint", "cases_supervised", "cases_local_alone"):
        told.says("pci", [Said(measure, day, day, item="03.04")])
    one = told.says("pci", [Said("cases_local_alone", day, day, item="03.04")])
    assert told.value("local_lead_share", period=MARCH) == Decimal(3) / 5
    assert told.value("cases_taught", period=MARCH) == 2
    told.says("pci", [], one)
    assert told.value("local_lead_share", period=MARCH) == Decimal(1) / 2


def test_a_certificate_is_in_force_until_it_is_revoked(told: Told) -> None:
    first, last = date(2025, 2, 1), date(2027, 1, 31)
    kept = [Said("certificates_in_force", first, last, person_id=ONE)]
    held = told.says("pci", kept)
    told.says("pci", [Said("certificates_in_force", first, last, person_id=TWO)])
    assert told.value("certificates_in_force", period=MARCH) == 2
    ended = [Said("certificates_in_force", first, date(2025, 3, 20), person_id=ONE)]
    told.says("pci", ended, held)
    assert told.value("certificates_in_force", period=MARCH) == 1


def test_attachments_are_followed_as_one_cohort(told: Told) -> None:
    on = date(2025, 3, 9)
    accepted = [Said("attachments_accepted", on, on, person_id=who) for who in (ONE, TWO)]
    told.says("attachment", accepted[:1])
    told.says("attachment", [accepted[1], Said("attachments_independent", on, on, person_id=TWO)])
    assert told.value("attachments_independent_share", period=MARCH) == Decimal(1) / 2
    assert told.value("attachments_independent_share", period=Period(on, on)) == Decimal(1) / 2


def test_three_streams_are_one_and_the_store_holds_them(told: Told, settings: Any) -> None:
    day = date(2025, 3, 5)
    told.cast.confirmed()
    told.says("pci", [Said("cases_expert_led", day, day)])
    told.cast.confirmed()
    rows = list(stream.facts(0))
    assert [row.sequence for row in rows] == sorted(row.sequence for row in rows)
    assert {row.stream for row in rows} >= {LEDGER, LEARNING}
    before = told.value("cases_expert_led"), told.value("events")
    assert compact_figures().rows == len(rows)
    engine.engine().keeper.forget()
    assert (told.value("cases_expert_led"), told.value("events")) == before == (1, 2)
