"""The four levels of a session: what is known, what is open, what nobody knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from jiedui.mentoring.domain.kirkpatrick import (
    BANDS,
    Known,
    band_of,
    cost_each,
    hundredths,
    levels,
    median,
    paired,
    window,
)

D = Decimal
ENDED = date(2026, 1, 31)
PLAIN = Known(
    held=True, ends_on=ENDED, months=6, today=date(2026, 12, 1), procedure="x", learners=4
)


def states(known: Known) -> list[tuple[str, str]]:
    return [(level.state, level.why) for level in levels(known)]


def test_of_what_nothing_is_known_each_level_says_why() -> None:
    assert states(replace(PLAIN, procedure="", learners=0)) == [
        ("unknown", "no-answers"), ("unknown", "no-pairs"),
        ("unknown", "no-procedure"), ("unknown", "no-procedure"),
    ]  # fmt: skip
    assert states(replace(PLAIN, learners=0))[2:] == [
        ("unknown", "no-learners"), ("unknown", "no-records"),
    ]  # fmt: skip


def test_silence_is_no_finding_that_nobody_did_it() -> None:
    assert states(PLAIN)[2] == ("unknown", "no-records")
    # The department records the procedure: now that no learner did it is a finding.
    assert states(replace(PLAIN, cases_before=0, cases_after=7))[2] == ("known", "")


def test_while_the_window_runs_the_levels_are_open() -> None:
    known = replace(PLAIN, did=1, cases_before=2, cases_after=3, today=date(2026, 7, 31))
    assert [level.state for level in levels(known)][2:] == ["open", "open"]
    assert levels(known)[2].until == date(2026, 7, 31)
    later = replace(known, today=date(2026, 8, 1))
    assert [level.state for level in levels(later)][2:] == ["known", "known"]


def test_the_window_ends_on_the_same_day_of_the_month_or_its_last() -> None:
    assert window(ENDED, 6) == (date(2026, 2, 1), date(2026, 7, 31))
    assert window(date(2026, 8, 31), 6) == (date(2026, 9, 1), date(2027, 2, 28))


def test_marks_are_paired_by_person_and_who_lacks_one_is_told_apart() -> None:
    before = {"a": D(40), "b": D(60), "c": D(70), "x": D(10)}
    after = {"a": D(80), "b": D(60), "c": D(65), "y": D(90)}
    told = paired(before, after, frozenset("abcxyz"))
    assert (told.pairs, told.higher, told.same, told.lower) == (3, 1, 1, 1)
    assert (told.only_before, told.only_after, told.neither) == (1, 1, 1)
    assert (told.median_before, told.median_after, told.median_change) == (60, 65, 0)
    assert sum(told.bands) == 3


def test_bands_hold_every_change_that_there_can_be() -> None:
    assert band_of(D(-100)) == 0
    assert band_of(D(0)) == BANDS.index(0)
    assert band_of(D("-0.1")) == BANDS.index(0) - 1
    assert band_of(D(100)) == len(BANDS) - 1


def test_marks_of_different_papers_compare_in_hundredths() -> None:
    assert hundredths(D(30), D(40)) == D(75)
    assert median([]) is None
    assert median([D(1), D(4)]) == D("2.5")


def test_cost_is_not_known_where_money_or_people_are_not() -> None:
    assert cost_each(None, 3, 4) == (None, None)
    assert cost_each(D(1000), 0, 30) == (None, D("33.33"))
    assert cost_each(D(1000), 3, 4) == (D("333.33"), D("250.00"))
    assert cost_each(D(1000), 0, 0) == (None, None)
