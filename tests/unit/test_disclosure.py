"""The small-number rule."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from jiedui.indicators.domain.disclosure import THRESHOLD, protect, shown, small


def numbers(*values: int) -> list[Decimal]:
    return [Decimal(value) for value in values]


def test_one_to_nine_are_small_zero_and_ten_are_not() -> None:
    assert [small(Decimal(n)) for n in (0, 1, 9, 10)] == [False, True, True, False]
    assert shown(Decimal(9)) is None
    assert shown(Decimal(10)) == 10
    assert shown(None) is None


def test_a_single_small_part_takes_the_next_smallest_with_it() -> None:
    assert protect(numbers(40, 3, 12, 25), Decimal(80)).parts == (40, None, None, 25)


def test_two_small_parts_hide_each_other() -> None:
    assert protect(numbers(40, 3, 5), Decimal(48)).parts == (40, None, None)


def test_without_a_total_only_the_small_part_goes() -> None:
    assert protect(numbers(40, 3, 12)).parts == (40, None, 12)


def test_zero_hides_nobody_so_the_total_goes() -> None:
    protected = protect(numbers(3, 0, 0), Decimal(3))
    assert protected.parts == (None, 0, 0)
    assert protected.total is None


def test_nothing_small_nothing_withheld() -> None:
    protected = protect(numbers(10, 0, 12), Decimal(22))
    assert (protected.parts, protected.total) == ((10, 0, 12), 22)


@given(st.lists(st.integers(0, 30).map(Decimal), max_size=8))
def test_no_withheld_part_can_be_worked_out(parts: list[Decimal]) -> None:
    protected = protect(parts, sum(parts, Decimal(0)))
    withheld = [i for i, value in enumerate(protected.parts) if value is None]
    assert not any(v is not None and 0 < v < THRESHOLD for v in protected.parts)
    if len(withheld) == 1:
        assert protected.total is None
