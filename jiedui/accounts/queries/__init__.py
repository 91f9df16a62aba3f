"""What pages, commands and other rooms may ask of accounts."""

from jiedui.accounts.queries.accounts import (
    example_code,
    example_logins_active,
    find_user,
    has_recorded,
    second_factor_secret,
)
from jiedui.accounts.queries.chain import Verification, verify_chain
from jiedui.accounts.queries.lists import grants_of, holds_on, with_roles

__all__ = [
    "Verification",
    "example_code",
    "example_logins_active",
    "find_user",
    "grants_of",
    "has_recorded",
    "holds_on",
    "second_factor_secret",
    "verify_chain",
    "with_roles",
]
