"""What pages, commands and other rooms may ask of accounts."""

from jiedui.accounts.queries.accounts import (
    example_code,
    example_logins_active,
    find_user,
    has_recorded,
)
from jiedui.accounts.queries.chain import Verification, verify_chain

__all__ = [
    "Verification",
    "example_code",
    "example_logins_active",
    "find_user",
    "has_recorded",
    "verify_chain",
]
