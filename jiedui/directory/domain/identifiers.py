"""Identifiers of organisations that can be checked by themselves."""

from __future__ import annotations

from jiedui.core.errors import InvalidInput

# GB 32100-2015, table 2: digits and letters without I, O, S, V, Z.
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# GB 32100-2015, annex A: weight of place i is 3^(i-1) mod 31.
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def uscc_check_digit(first_17: str) -> str:
    """The check digit of a unified social credit code (GB 32100-2015; MOD 31)."""
    total = sum(_USCC.index(sign) * weight for sign, weight in zip(first_17, _WEIGHTS, strict=True))
    return _USCC[(31 - total % 31) % 31]


def check_identifier(scheme: str, value: str) -> None:
    """Refuse a value whose check digit is wrong: InvalidInput ``check-digit-wrong``.

    Its form is the pack's ``pattern``; only the unified social credit code
    (scheme ``uscc``) carries a check digit that can be told from the value.
    """
    if scheme == "uscc" and uscc_check_digit(value[:17]) != value[17:]:
        raise InvalidInput(
            "check-digit-wrong",
            "%(value)s: the check digit does not fit; a digit may be mistyped.",
            field="identifiers",
            value=value,
        )
