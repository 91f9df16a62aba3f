"""Identifiers whose check digit can be told from the value."""

from __future__ import annotations

import pytest

from jiedui.core.errors import InvalidInput
from jiedui.directory.domain.identifiers import check_identifier, uscc_check_digit

# The code that GB 32100-2015 itself gives as its example.
CODE = "91350100M000100Y43"


def test_the_standards_own_example() -> None:
    assert uscc_check_digit(CODE[:17]) == CODE[17]
    check_identifier("uscc", CODE)


@pytest.mark.parametrize("place", range(17))
def test_one_mistyped_sign_is_noticed(place: int) -> None:
    wrong = "2" if CODE[place] != "2" else "3"
    with pytest.raises(InvalidInput) as refused:
        check_identifier("uscc", CODE[:place] + wrong + CODE[place + 1 :])
    assert refused.value.code == "check-digit-wrong"


def test_other_schemes_carry_no_check_digit() -> None:
    check_identifier("institution", "0" * 22)
