"""The second factor's six digits (RFC 6238): which half minute a code belongs to."""

from __future__ import annotations

import hmac
import re
import unicodedata
from datetime import datetime

import pyotp

SECONDS = 30
# A phone's clock may be one step behind or ahead.
_DRIFT = 1


def new_secret() -> str:
    """A random secret of 160 bits in base 32."""
    return pyotp.random_base32()


def step_at(moment: datetime) -> int:
    """The number of the half minute that a moment lies in."""
    return int(moment.timestamp()) // SECONDS


def code_at(secret: str, moment: datetime) -> str:
    """The six digits that an authenticator shows at a moment."""
    return pyotp.TOTP(secret).generate_otp(step_at(moment))


def matching_step(secret: str, code: str, moment: datetime, *, after: int) -> int | None:
    """The step whose code this is, later than ``after``; None if there is none.

    ``after`` is the last step that was used: a code seen over a shoulder opens
    nothing twice.
    """
    digits = "".join(unicodedata.normalize("NFKC", code).split())
    if not re.fullmatch(r"[0-9]{6}", digits):
        return None
    generator, here = pyotp.TOTP(secret), step_at(moment)
    for step in range(here - _DRIFT, here + _DRIFT + 1):
        if step > after and hmac.compare_digest(generator.generate_otp(step), digits):
            return step
    return None


def address(secret: str, username: str) -> str:
    """The ``otpauth:`` address that an authenticator reads from the QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name="Jiedui")
