"""Commands of accounts: first accounts, codes of the example, the audit log's proof."""

from __future__ import annotations

import json
import sys

import click

from jiedui.accounts import actions, queries
from jiedui.accounts.domain.passwords import one_time_password
from jiedui.accounts.domain.roles import ROLES
from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.core.errors import NotVisible

_KINDS = {
    "changed": "row %d was changed",
    "missing": "row %d is missing",
    "reordered": "row %d does not follow the row before it",
    "unexpected": "row %d stands behind the end of the log",
    "rewritten": "the log was made anew up to row %d",
}


def _account(username: str) -> User:
    """The account of that name, or NotVisible ``account-unknown``."""
    user = User.objects.filter(username=username.strip().lower()).first()
    if user is None:
        raise NotVisible(
            "account-unknown", "There is no account “%(username)s”.", username=username
        )
    return user


@click.command("accounts.create")
@click.argument("username")
@click.option("--name", required=True, help="The person's name, as pages show it.")
@click.option("--email", default="")
@click.option(
    "--role", type=click.Choice(sorted(ROLES)), help="A role over everything, from today."
)
def create(username: str, name: str, email: str, role: str | None) -> None:
    """Make an account and print its one-time password; for the first administrators."""
    password = one_time_password()
    user = actions.create_account(
        by=None, username=username, display_name=name, email=email, password=password
    )
    if role:
        actions.grant_role(by=None, user=user, role=role, valid_from=today())
    click.echo(f"{user.username}  {password}")


@click.command("accounts.reset")
@click.argument("username")
@click.option("--second-factor", is_flag=True, help="Take the second factor away too.")
def reset(username: str, second_factor: bool) -> None:
    """Print a new one-time password for an account; ends its sessions."""
    user = _account(username)
    if second_factor:
        actions.reset_second_factor(by=None, user=user)
    click.echo(f"{user.username}  {actions.reset_password(by=None, user=user)}")


@click.command("accounts.code")
@click.argument("username")
def code(username: str) -> None:
    """Print the present code of an example log-in's second factor, and its secret."""
    secret, digits = queries.example_code(username.strip().lower())
    click.echo(f"{digits}  (secret {secret})")


@click.command("accounts.end-example")
def end_example() -> None:
    """Close every log-in of the example, so that the server may leave loopback."""
    click.echo(f"{actions.disable_example_logins(by=None)} log-ins of the example closed")


@click.command("audit.verify")
@click.option("--expect", default="", metavar="NUMBER:HASH", help="A head noted earlier.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def verify(expect: str, form: str) -> None:
    """Walk the audit log's chain; ends with 1 where a row was changed, lost or moved."""
    result = queries.verify_chain(expected=expect)
    if form == "json":
        faults = [{"sequence": fault.sequence, "kind": fault.kind} for fault in result.faults]
        click.echo(
            json.dumps(
                {
                    "whole": result.whole,
                    "rows": result.rows,
                    "head": f"{result.sequence}:{result.head}",
                    "faults": faults,
                }
            )
        )
    else:
        for fault in result.faults:
            click.echo(_KINDS[fault.kind] % fault.sequence, err=True)
        state = "whole" if result.whole else f"broken in {len(result.faults)} places"
        click.echo(f"audit log: {result.rows} rows, {state}; head {result.sequence}:{result.head}")
    if not result.whole:
        sys.exit(1)


COMMANDS = [create, reset, code, end_example, verify]
