"""Whatever the day asked for, the stream of facts says what the versions say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from jiedui.core.clock import stopped_at
from jiedui.core.errors import Refused
from jiedui.core.identifiers import new_id
from jiedui.ledger import actions
from jiedui.ledger.actions import PastEntry, PastVersion, QuantityInput
from jiedui.ledger.models import EntryVersion
from jiedui.ledger.queries import facts
from tests.ledger_cast import Stage, stage

BEGIN = date(2024, 3, 10)
DAYS = 12

verbs = st.sampled_from(["record", "submit", "confirm", "return", "correct", "withdraw", "drop"])
steps = st.lists(
    st.tuples(verbs, st.integers(0, 3), st.integers(0, 9), st.integers(0, 2)), max_size=30
)


def twin(day: date) -> Decimal:
    """The slow and obvious answer: of each entry the version that was known to stand on the day."""
    total = Decimal(0)
    for version in EntryVersion.objects.filter(confirmed_at__isnull=False):
        known = version.recorded_on <= day
        gone = version.ended_on is not None and version.ended_on <= day
        if known and not gone:
            total += sum((q.value for q in version.quantities.all()), Decimal(0))
    return total


def fast(day: date) -> Decimal:
    return sum((f.sign * f.value for f in facts(0) if f.known_from <= day), Decimal(0))


class Histories(TestCase):
    cast: Stage

    @classmethod
    def setUpTestData(cls) -> None:
        cls.cast = stage()

    def act(self, verb: str, slot: int, value: int, entries: dict[int, object]) -> None:
        cast = self.cast
        event = cast.event(quantities=[QuantityInput("trainees", value)])
        if verb == "record":
            if slot not in entries:
                version = actions.record_entry(by=cast.expert, **event)
                entries[slot] = version.entry_id
            return
        if slot not in entries:
            return
        entry = entries[slot]
        hand = EntryVersion.objects.filter(
            entry_id=entry, state__in=["draft", "submitted", "returned"]
        ).first()
        if verb == "correct":
            del event["programme"]
            actions.correct_entry(by=cast.expert, entry=entry, **event)  # type: ignore[arg-type]
        elif verb == "withdraw":
            actions.withdraw_entry(by=cast.expert, entry=entry, reason="试")  # type: ignore[arg-type]
        elif hand is None:
            return
        elif verb == "submit":
            actions.submit_entry(by=cast.expert, version=hand)
        elif verb == "confirm":
            actions.confirm_entry(by=cast.manager, version=hand)
        elif verb == "return":
            actions.return_entry(by=cast.manager, version=hand, reason="试")
        else:
            actions.withdraw_entry(by=cast.expert, entry=hand.entry_id, version=hand, reason="试")

    @settings(
        max_examples=30, deadline=None, suppress_health_check=[HealthCheck.differing_executors]
    )
    @given(steps)
    def test_the_stream_is_what_the_versions_say(
        self, steps: list[tuple[str, int, int, int]]
    ) -> None:
        entries: dict[int, object] = {}
        moment = datetime(2024, 3, 10, 4, tzinfo=UTC)
        for verb, slot, value, wait in steps:
            moment += timedelta(hours=8 * wait)
            with stopped_at(moment):
                try:
                    self.act(verb, slot, value, entries)
                except Refused:
                    continue
        for offset in range(DAYS):
            day = BEGIN + timedelta(days=offset)
            assert fast(day) == twin(day), day
        numbers = [f.sequence for f in facts(0)]
        assert numbers == sorted(set(numbers))

    @settings(
        max_examples=15, deadline=None, suppress_health_check=[HealthCheck.differing_executors]
    )
    @given(
        st.lists(
            st.tuples(
                st.lists(
                    st.tuples(st.integers(0, 3), st.integers(0, 3), st.integers(0, 9)),
                    min_size=1,
                    max_size=3,
                ),
                st.sampled_from(["confirmed", "withdrawn", "submitted"]),
            ),
            max_size=5,
        )
    )
    def test_a_replayed_history_too(
        self, plans: list[tuple[list[tuple[int, int, int]], str]]
    ) -> None:
        past = [self.past(versions, last) for versions, last in plans]
        outcome = actions.replay_entries(by=None, entries=past)
        assert outcome.recorded == len(past)
        for offset in range(30):
            day = BEGIN + timedelta(days=offset)
            assert fast(day) == twin(day), day
        assert actions.replay_entries(by=None, entries=past).repeated == len(past)

    def past(self, plan: list[tuple[int, int, int]], last: str) -> PastEntry:
        days, day = [], BEGIN
        for wait, _, _ in plan:
            day += timedelta(days=wait)
            days.append(day)
        versions = []
        for number, (_, delay, value) in enumerate(plan):
            final = number == len(plan) - 1
            state = last if final else "superseded"
            content = actions.EntryInput(
                programme=self.cast.programme.id,
                kind="course",
                happened_from=date(2024, 3, 5),
                happened_to=date(2024, 3, 5),
                giver=self.cast.giver.id,
                receiver=self.cast.receiver.id,
                quantities=[QuantityInput("trainees", value)],
            )
            confirmed = None if state == "submitted" else days[number] + timedelta(days=delay)
            ended = None
            if state == "superseded":
                ended = days[number + 1]
            elif state == "withdrawn":
                ended = days[number] + timedelta(days=delay)
            versions.append(
                PastVersion(
                    content,
                    state,
                    days[number],
                    confirmed_on=confirmed,
                    ended_on=ended,
                )
            )
        return PastEntry(new_id(), versions)
