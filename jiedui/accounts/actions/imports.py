"""Many accounts at once, from the rows of a sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from jiedui.accounts import audit
from jiedui.accounts.actions.accounts import create_account, may_manage
from jiedui.accounts.domain.passwords import one_time_password
from jiedui.accounts.domain.usernames import read_username
from jiedui.accounts.models import User
from jiedui.core.errors import InvalidInput, Refused

# The columns of the sheet; the first two must be filled.
COLUMNS = ("username", "name", "email", "language")
_FIELDS = {"display_name": "name"}


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a row: its number from 0, the column's code and the refusal."""

    row: int
    column: str
    refused: Refused


@dataclass(frozen=True)
class ImportedAccounts:
    """What an import did or would do; the passwords are told once and kept nowhere."""

    faults: tuple[RowFault, ...]
    passwords: tuple[tuple[str, str], ...]


class _Undone(Exception):
    """Takes a dry run's rows back."""


def import_accounts(
    *, by: User | None, rows: Sequence[Mapping[str, str]], dry_run: bool = False
) -> ImportedAccounts:
    """Make an account for each row, each with a one-time password.

    All rows or none: with any fault, or as a dry run, nothing is written. An
    account that is there already is a fault of its row (``username-taken``).
    """
    result: ImportedAccounts | None = None
    try:
        with transaction.atomic():
            result = _import(by=by, rows=rows)
            if dry_run or result.faults:
                raise _Undone
    except _Undone:
        assert result is not None  # noqa: S101 - set before it is raised
        return ImportedAccounts(result.faults, ())
    return result


@transaction.atomic
def _import(*, by: User | None, rows: Sequence[Mapping[str, str]]) -> ImportedAccounts:
    may_manage(by)
    faults: list[RowFault] = []
    passwords: list[tuple[str, str]] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows):
        plain = {column: str(row.get(column) or "").strip() for column in COLUMNS}
        try:
            username = read_username(plain["username"])
            if username in seen:
                raise InvalidInput(
                    "username-twice",
                    "The user name “%(username)s” stands in the file twice.",
                    field="username",
                    username=username,
                )
            seen[username] = number
            password = one_time_password()
            create_account(
                by=by,
                username=username,
                display_name=plain["name"],
                email=plain["email"],
                password=password,
                language=plain["language"] or "zh-hans",
            )
            passwords.append((username, password))
        except Refused as refused:
            column = _FIELDS.get(refused.field or "", refused.field or "username")
            faults.append(RowFault(number, column, refused))
    if passwords and not faults:
        audit.record(
            by=by,
            action="accounts.import",
            object_kind="account",
            object_id="import",
            count=len(passwords),
        )
    return ImportedAccounts(tuple(faults), tuple(passwords))
