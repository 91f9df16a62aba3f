"""What the programmes tell, counted by the same engine: spans, persons, compliance, coverage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.db import transaction

from jiedui.core.clock import today
from jiedui.core.identifiers import new_id
from jiedui.core.periods import Period
from jiedui.indicators.actions import compact_figures
from jiedui.indicators.domain.facts import PROGRAMMES
from jiedui.indicators.domain.question import Question
from jiedui.indicators.queries import engine, stream
from jiedui.indicators.queries.answer import answer
from jiedui.indicators.sources.store import manifest as manifests
from jiedui.programmes.actions.facts import Said, tell
from tests.lasting import lasting
from tests.ledger_cast import Stage, stage

MARCH = Period(date(2025, 3, 1), date(2025, 3, 31))
ONE, TWO = UUID(int=71), UUID(int=72)


@dataclass
class Told:
    """A programme that tells of postings and posts."""

    cast: Stage

    def says(
        self,
        kind: str,
        lines: Sequence[Said],
        record: UUID | None = None,
        known: date | None = None,
    ) -> UUID:
        """One record, told as the actions tell it."""
        record = record or new_id()
        with transaction.atomic():
            tell(
                by=None, record_id=record, programme_id=self.cast.programme.id, kind=kind,
                giver_id=self.cast.giver.id, receiver_id=self.cast.receiver.id, lines=lines,
                known_from=known,
            )  # fmt: skip
        return record

    def stay(self, person: UUID, first: date, last: date | None, **more: Any) -> UUID:
        """A posting of one stay."""
        lines = [Said("days_present", first, last, Decimal(1), "03", person)]
        return self.says("planned", lines, **more)

    def value(self, indicator: str, **cut: Any) -> Decimal | None:
        """A figure of the programme."""
        asked = Question(indicator=indicator, programme=self.cast.programme.id, **cut)
        found = engine.total(None, asked)
        listed = engine.records(None, asked)
        assert found.records == len(listed)
        return found.value

    def by(self, indicator: str, key: str, **cut: Any) -> dict[Any, Decimal | None]:
        """A figure of the programme, divided."""
        asked = Question(indicator=indicator, programme=self.cast.programme.id, **cut)
        return {group.key[0]: group.value for group in engine.breakdown(None, asked, key)}


def teller() -> Told:
    return Told(stage())


the_cast, told = lasting(teller)


def test_days_are_those_within_the_period_and_not_after_the_day_asked_for(told: Told) -> None:
    told.stay(ONE, date(2025, 2, 20), date(2025, 3, 10), known=date(2025, 3, 11))
    told.stay(TWO, date(2025, 3, 30), None, known=date(2025, 3, 30))
    assert told.value("days_present", period=MARCH) == 10 + 2
    assert told.value("days_present", period=MARCH, as_of=date(2025, 3, 30)) == 10 + 1
    assert told.value("days_present", as_of=date(2025, 3, 12)) == 19
    assert told.value("days_present", period=Period(today() + timedelta(1), None)) is None
    assert told.by("days_present", "month", as_of=date(2025, 4, 2)) == {
        date(2025, 2, 1): 9,
        date(2025, 3, 1): 12,
        date(2025, 4, 1): 2,
    }
    assert told.by("days_present", "item", period=MARCH) == {"03": 12}


def test_persons_are_counted_once_in_each_part(told: Told) -> None:
    told.stay(ONE, date(2025, 2, 20), date(2025, 3, 10))
    told.stay(ONE, date(2025, 3, 20), date(2025, 3, 21))
    told.stay(TWO, date(2025, 4, 1), date(2025, 4, 30))
    assert told.value("experts") == 2
    assert told.value("experts", period=MARCH) == 1
    assert told.by("experts", "month") == {
        date(2025, 2, 1): 1,
        date(2025, 3, 1): 1,
        date(2025, 4, 1): 1,
    }


def test_a_last_day_known_later_leaves_the_former_figure_as_it_was(told: Told) -> None:
    held = told.stay(ONE, date(2025, 3, 1), None, known=date(2025, 3, 1))
    told.stay(ONE, date(2025, 3, 1), date(2025, 3, 20), record=held, known=date(2025, 3, 25))
    assert told.value("days_present", as_of=date(2025, 3, 24)) == 24
    assert told.value("days_present", as_of=date(2025, 3, 25)) == 20
    compact_figures()
    assert told.value("days_present", as_of=date(2025, 3, 24)) == 24
    assert told.value("days_present", as_of=date(2025, 3, 25)) == 20


def test_compliance_is_of_the_postings_that_ended(told: Told) -> None:
    for days in (179, 180, 300):
        end = date(2025, 3, 5)
        told.says("planned", [Said("unbroken_days", end, end, Decimal(days), "03", ONE)])
    told.says("flexible", [Said("unbroken_days", end, end, Decimal(9), "03", TWO)])
    assert told.value("posting_compliance", period=MARCH) == Decimal(2) / 3
    assert told.value("unbroken_average", period=MARCH) == Decimal(179 + 180 + 300 + 9) / 4
    asked = Question(indicator="unbroken_average", programme=told.cast.programme.id, period=MARCH)
    assert sum(row.value for row in engine.records(None, asked)) == 668
    later = Period(date(2025, 4, 1), None)
    assert told.value("posting_compliance", period=later) is None
    assert told.value("unbroken_average", period=later) is None


def test_local_people_in_development_are_no_experts_sent(told: Told) -> None:
    """They have a figure of their own, and stand in none of those of experts."""
    first, last = date(2025, 3, 1), date(2025, 3, 10)
    for kind, who in (("planned", ONE), ("local_development", TWO)):
        told.says(kind, [
            Said("expert_person_times", first, first, Decimal(1), "03", who),
            Said("days_present", first, last, Decimal(1), "03", who),
            Said("full_time_days", first, last, Decimal("0.4"), "03", who),
            Said("unbroken_days", last, last, Decimal(10), "03", who),
        ])  # fmt: skip
    names = ("expert_person_times", "experts", "days_present", "full_time_days")
    assert [told.value(name) for name in names] == [1, 1, 10, 4]
    assert told.value("local_development") == 1
    asked = Question(indicator="unbroken_average", programme=told.cast.programme.id)
    assert len(engine.records(None, asked)) == 1
    assert told.by("full_time_days", "receiver") == {told.cast.receiver.id: 4}
    # Full-time equivalents of the ten days: 4 over 10.
    assert told.value("full_time_days", period=Period(first, last)) == 4


def test_group_style_postings_have_a_rule_of_their_own(told: Told) -> None:
    end = date(2025, 3, 5)
    for kind, days in (("team", 364), ("team", 365), ("planned", 400)):
        told.says(kind, [Said("unbroken_days", end, end, Decimal(days), "03", ONE)])
    assert told.value("group_compliance") == Decimal(1) / 2
    assert told.value("posting_compliance") == 1


def test_posts_are_counted_on_a_day_and_their_coverage_over_days(told: Told) -> None:
    first, last = date(2025, 3, 1), date(2025, 3, 10)
    told.says(
        "post",
        [
            Said("posts_asked", first, last, Decimal(3), "03"),
            Said("posts_filled", first, date(2025, 3, 4), Decimal(1), "03"),
            Said("posts_filled", date(2025, 3, 5), last, Decimal(2), "03"),
        ],
    )
    at = Period(None, date(2025, 3, 4))
    assert (told.value("posts_asked", period=at), told.value("posts_filled", period=at)) == (3, 1)
    assert told.value("posts_filled", period=Period(None, last)) == 2
    assert told.value("posts_asked") is None
    assert told.value("post_coverage") == Decimal(4 * 1 + 6 * 2) / 30
    assert told.value("post_coverage", period=at) == Decimal(4) / 12


def test_a_batch_counts_on_its_first_day_and_ties_by_their_kinds(told: Told) -> None:
    told.says("batch", [Said("dispatch_batches", date(2025, 3, 3), date(2025, 3, 3))])
    assert told.value("batches", period=MARCH) == 1
    ties = told.by("pairings", "kind")
    assert sum(value or 0 for value in ties.values()) == told.cast.programme.pairings.count()
    assert told.value("pairings") == told.cast.programme.pairings.count()


def test_what_the_ledger_counts_is_left_alone(told: Told) -> None:
    told.cast.confirmed()
    names = ("events", "givers_active", "receivers_reached", "building_share", "trainees")
    before = [told.value(name) for name in names]
    told.stay(ONE, date(2025, 3, 1), None)
    told.says("batch", [Said("dispatch_batches", date(2025, 3, 3), date(2025, 3, 3))])
    assert [told.value(name) for name in names] == before
    assert before[0] == 1
    asked = Question(measure="days_present", programme=told.cast.programme.id, period=MARCH)
    found, _stated = answer(asked)
    assert (found.value, found.unit, found.counts) == (31, "天", "entries")


def test_both_streams_come_in_the_order_of_their_numbers(told: Told, settings: Any) -> None:
    told.cast.confirmed()
    told.stay(ONE, date(2025, 3, 1), None)
    told.cast.confirmed()
    told.stay(TWO, date(2025, 3, 1), date(2025, 3, 2))
    numbers = [row.sequence for row in stream.facts(0)]
    assert numbers == sorted(numbers)
    assert [row.sequence for row in stream.facts(numbers[0], 2)] == numbers[1:3]
    before = (told.value("days_present"), told.value("events"))
    assert compact_figures().rows == len(numbers)
    manifest = manifests.read(settings.STORE)
    assert manifest is not None
    # The anchor is the programmes' last row, then the ledger's.
    last = list(stream.facts(0))[-1]
    assert (last.stream, manifest.anchor) == (PROGRAMMES, str(last.version_id))
    engine.engine().keeper.forget()
    assert (told.value("days_present"), told.value("events")) == before
    told.cast.confirmed()
    assert compact_figures().through == max(numbers) + 2
    assert told.value("events") == (before[1] or 0) + 1


def test_nothing_above_the_head_is_given_out(told: Told) -> None:
    """A row that commits between the readings of both streams waits for the next reading."""
    told.cast.confirmed()
    seen = stream.newest_fact()
    told.stay(ONE, date(2025, 3, 1), None)
    with patch.object(stream, "facts_numbered", return_value=seen):
        assert max(row.sequence for row in stream.facts(0)) == seen
    assert max(row.sequence for row in stream.facts(0)) == stream.newest_fact() > seen
