"""One-time passwords that an administrator hands out."""

from __future__ import annotations

import secrets

# No 0/O, 1/l/I: the password is read from paper.
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"
_GROUPS, _GROUP = 4, 4


def one_time_password() -> str:
    """A random password of four groups of four, 80 bits; changed at the first log-in."""
    groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)
