"""The one figure: what counts, what stands beside, who sees how much, never stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from jiedui.accounts.actions import create_account
from jiedui.accounts.permissions import viewer_of
from jiedui.core.errors import InvalidInput, NotAllowed
from jiedui.core.periods import Period
from jiedui.directory.queries import find_organisation
from jiedui.indicators.domain.question import Question
from jiedui.indicators.queries import figure_evidence as evidence
from jiedui.indicators.queries import figure_records
from jiedui.indicators.queries.figure import figure, stream_end
from jiedui.indicators.queries.figure_list import indicators, listed
from jiedui.ledger import actions
from jiedui.ledger.actions import QuantityInput
from tests.lasting import lasting
from tests.rooms.indicators.figure_stage import Figures, figures, history

pytestmark = pytest.mark.django_db


the_cast, stage = lasting(figures)


class TestWhichCounts:
    def test_entries_count_where_there_are_any(self, stage: Figures) -> None:
        found = figure(stage.viewer, stage.asks())

        assert (found.value, found.unit, found.counts) == (Decimal(30), "台次", "entries")
        assert (found.records, found.contested, found.beside) == (5, False, ())
        assert found.period == Period(date(2024, 3, 5), date(2024, 11, 5))

    def test_the_house_sees_everything(self, stage: Figures) -> None:
        assert figure(None, stage.asks()).value == 30

    def test_a_statement_of_the_very_scope_that_agrees_stands_beside(self, stage: Figures) -> None:
        stage.states("900-01", 30)
        found = figure(stage.viewer, stage.asks(receiver=stage.cast.receiver.id))

        assert (found.value, found.contested) == (Decimal(30), False)
        assert [(b.reason, b.claim) for b in found.beside] == [("statement-agrees", "900-01")]

    def test_a_statement_that_differs_contests_the_figure(self, stage: Figures) -> None:
        stage.states("900-01", 45)
        found = figure(stage.viewer, stage.asks(receiver=stage.cast.receiver.id))

        assert (found.value, found.contested) == (Decimal(30), True)
        assert found.beside[0].reason == "statement-differs"

    def test_a_wider_figure_is_not_contested_by_a_part(self, stage: Figures) -> None:
        stage.states("900-01", 45)
        found = figure(stage.viewer, stage.asks())

        assert found.contested is False
        assert found.beside[0].reason == "statement-differs"

    def test_a_statement_before_the_ledger_is_not_compared(self, stage: Figures) -> None:
        stage.states("900-01", 45, period_start="2020", period_end="2021")
        found = figure(stage.viewer, stage.asks(receiver=stage.cast.receiver.id))

        assert (found.value, found.contested) == (Decimal(30), False)
        assert found.beside[0].reason == "statement-without-entries"

    def test_asked_for_its_own_period_the_statement_counts(self, stage: Figures) -> None:
        stage.states("900-01", 45, period_start="2020", period_end="2021")
        asked = stage.asks(period=Period(date(2020, 1, 1), date(2021, 12, 31)))
        found = figure(stage.viewer, asked)

        assert (found.value, found.counts, found.records) == (Decimal(45), "statements", 1)

    def test_neither_has_no_value(self, stage: Figures) -> None:
        found = figure(stage.viewer, stage.asks("vehicles"))

        assert (found.value, found.records, found.counts) == (None, 0, "statements")

    def test_a_ratio_is_told_per_hundred(self, stage: Figures) -> None:
        asked = Question(indicator="building_share", programme=stage.cast.programme.id)

        assert figure(stage.viewer, asked).value == 0
        stage.cast.confirmed()
        assert figure(stage.viewer, asked).value == Decimal("14.29")

    def test_an_unknown_measure_is_refused(self, stage: Figures) -> None:
        with pytest.raises(InvalidInput) as refused:
            figure(stage.viewer, stage.asks("nonsense"))
        assert refused.value.code == "code-unknown"


class TestReach:
    def test_real_and_invented_are_never_one_figure(self, stage: Figures) -> None:
        assert figure(stage.viewer, Question(measure="surgeries")).value is None

    def test_of_entries_only_those_within_reach_count(self, stage: Figures) -> None:
        manager, outsider = viewer_of(stage.cast.manager), viewer_of(stage.cast.outsider)

        assert figure(manager, stage.asks()).value == 30
        assert figure(outsider, stage.asks()).value is None

    def test_who_sees_a_part_gets_no_comparison(self, stage: Figures) -> None:
        stage.states("900-01", 45)
        asked = stage.asks(receiver=stage.cast.receiver.id)
        found = figure(viewer_of(stage.cast.manager), asked)

        assert found.contested is False
        assert found.beside[0].reason == "statement-not-compared"

    def test_published_statements_are_open_to_all_readers(self, stage: Figures) -> None:
        stage.states("900-01", 45)
        assert figure(viewer_of(stage.cast.outsider), stage.asks()).value == 45

    def test_without_the_permission_there_is_no_figure(self, stage: Figures) -> None:
        nobody = create_account(by=None, username="nobody", display_name="无名")
        with pytest.raises(NotAllowed):
            figure(viewer_of(nobody), stage.asks())


class TestKnowledge:
    def test_a_kept_answer_is_never_stale(self, stage: Figures) -> None:
        asked = stage.asks()
        assert figure(stage.viewer, asked).value == 30
        version = stage.operations(date(2024, 12, 1), 3)
        assert figure(stage.viewer, asked).value == 33
        actions.withdraw_entry(by=stage.cast.manager, entry=version.entry_id, reason="重复登记")
        assert figure(stage.viewer, asked).value == 30

    def test_a_frozen_figure_stays(self, stage: Figures) -> None:
        asked = stage.asks()
        frozen = replace(asked, sequence=stream_end(asked))
        stage.operations(date(2024, 12, 1), 3)

        assert figure(stage.viewer, frozen).value == 30
        assert figure(stage.viewer, asked).value == 33

    def test_before_it_was_recorded_nothing_was_known(self, stage: Figures) -> None:
        assert figure(stage.viewer, stage.asks(as_of=date(2024, 1, 1))).value is None


class TestEvidence:
    def test_the_total_is_its_records_and_its_parts(self, stage: Figures) -> None:
        asked = stage.asks()
        found = figure(stage.viewer, asked)
        rows, following = figure_records.records(stage.viewer, asked, found, "zh-hans")

        assert following is None
        assert len(rows) == found.records
        assert sum(row.value for row in rows) == found.value
        for by in ("giver", "receiver", "place", "kind"):
            cuts = evidence.divided(stage.viewer, asked, by, "zh-hans").cuts
            assert sum(cut.value or 0 for cut in cuts) == found.value
        months = evidence.months(stage.viewer, asked).cuts
        assert [(cut.code, cut.value) for cut in months] == [
            ("2024-03", 6),
            ("2024-04", 7),
            ("2024-06", 5),
            ("2024-11", 12),
        ]

    def test_records_come_by_pages_the_latest_event_first(self, stage: Figures) -> None:
        asked = stage.asks()
        found = figure(stage.viewer, asked)
        first, mark = figure_records.records(stage.viewer, asked, found, "en", limit=3)
        rest, end = figure_records.records(stage.viewer, asked, found, "en", limit=3, after=mark)

        assert [row.value for row in first] == [12, 5, 7]
        assert sorted(row.value for row in rest) == [2, 4]
        assert end is None

    def test_a_cut_asks_for_its_own_figure(self, stage: Figures) -> None:
        (cut,) = evidence.divided(stage.viewer, stage.asks(), "receiver", "zh-hans").cuts

        assert cut.label == stage.cast.receiver.name
        assert cut.asks is not None
        assert figure(stage.viewer, cut.asks).value == cut.value

    def test_a_month_asks_within_the_period_asked_for(self, stage: Figures) -> None:
        asked = stage.asks(period=Period(date(2024, 3, 4), date(2024, 11, 10)))
        last = evidence.months(stage.viewer, asked).cuts[-1].asks

        assert last is not None
        assert last.period == Period(date(2024, 11, 1), date(2024, 11, 10))

    def test_small_numbers_of_patients_are_withheld(self, stage: Figures) -> None:
        for month, value in ((2, 4), (3, 40), (4, 30)):
            stage.cast.confirmed(
                kind="critical_rescue",
                happened_from=date(2024, month, 1),
                happened_to=date(2024, month, 1),
                quantities=[QuantityInput("critical_rescues", value)],
            )
        found = evidence.months(stage.viewer, stage.asks("critical_rescues"))

        # April is withheld with February: else the total would give February away.
        assert [cut.value for cut in found.cuts] == [None, 40, None]
        assert found.withheld

    def test_coverage_names_who_has_not_reported(self, stage: Figures) -> None:
        found = evidence.coverage(stage.viewer, stage.asks(), "zh-hans")

        assert (found.reported, found.expected, found.complete) == (1, 2, False)
        assert [row.name for row in found.missing] == [stage.cast.other_receiver.name]

    def test_coverage_is_of_the_period(self, stage: Figures) -> None:
        year = stage.asks(period=Period(date(2023, 1, 1), date(2023, 12, 31)))
        assert evidence.coverage(stage.viewer, year, "zh-hans").expected == 0

    def test_without_a_programme_nobody_is_waited_for(self, stage: Figures) -> None:
        asked = Question(measure="surgeries")
        assert evidence.coverage(stage.viewer, asked, "zh-hans").expected == 0

    def test_who_confirmed(self, stage: Figures) -> None:
        (row,) = evidence.confirmers(stage.viewer, stage.asks())
        assert (row.name, row.records) == ("院办乙", 5)

    def test_the_band_counts_outputs_by_class(self, stage: Figures) -> None:
        stage.cast.confirmed()
        band = evidence.band(stage.viewer, Question(programme=stage.cast.programme.id))

        assert band[0] == (date(2024, 3, 1), {"do": 3, "teach": 1})


class TestList:
    def test_a_programme_lists_what_it_can_say(self, stage: Figures) -> None:
        stage.states("900-02", 9, measure="new_techniques", unit="项", unit_class="things")
        rows = listed(stage.viewer, Question(programme=stage.cast.programme.id))

        told = {row.measure: (row.figure.value, row.figure.counts) for row in rows}
        ties = stage.cast.programme.pairings.count()
        assert told == {
            "surgeries": (30, "entries"),
            "new_techniques": (9, "statements"),
            "pairings": (ties, "entries"),
        }

    def test_the_list_says_what_the_page_says(self, stage: Figures) -> None:
        stage.cast.confirmed()
        stage.states("900-01", 45)
        for row in listed(stage.viewer, Question(programme=stage.cast.programme.id)):
            found = figure(stage.viewer, row.asks)
            assert (row.figure.value, row.figure.unit, row.figure.records, row.figure.beside) == (
                found.value,
                found.unit,
                found.records,
                found.beside,
            )

    def test_indicators_without_a_value_are_left_out(self, stage: Figures) -> None:
        asked = Question(programme=stage.cast.programme.id)
        rows = indicators(stage.viewer, asked, ["events", "served_per_free_clinic"])

        assert [(row.indicator, row.figure.value) for row in rows] == [("events", 5)]


class TestHistory:
    @pytest.mark.parametrize(
        ("measure", "receiver", "as_of", "value", "contested"),
        [
            ("surgeries", "一师医院", date(2017, 4, 30), 538, False),
            ("surgeries", "一师医院", date(2017, 7, 31), 887, False),
            ("critical_rescues", "一师医院", date(2017, 7, 31), 451, True),
            ("trainees", "一师医院", None, 5300, True),
            ("new_techniques", "一师医院", None, 40, False),
            ("free_clinic_beneficiaries", "新疆兵团", date(2017, 7, 31), 439300, False),
        ],
    )
    def test_the_published_history(
        self, measure: str, receiver: str, as_of: date | None, value: int, contested: bool
    ) -> None:
        history()
        body = find_organisation(receiver)
        assert body is not None
        found = figure(None, Question(measure=measure, receiver=body.id, as_of=as_of))

        assert (found.value, found.contested, found.counts) == (value, contested, "statements")
