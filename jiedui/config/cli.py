"""``jiedui``: the one entry point; each room brings its commands.

A room's ``commands.py`` holds click commands in a list ``COMMANDS``; a dotted
name such as ``figures.show`` puts a command into a group.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click
from django.db import DatabaseError, connection
from django.utils.translation import gettext

from jiedui.core.errors import Refused

ROOMS = (
    "config",
    "accounts",
    "directory",
    "programmes",
    "ledger",
    "planning",
    "mentoring",
    "indicators",
    "exchange",
)


class House(click.Group):
    """A refusal is printed as one line and ends with 2; never a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; say a refusal with its place and code."""
        try:
            return super().invoke(ctx)
        except Refused as refused:
            place = f"{refused.field}: " if refused.field else ""
            said = gettext(refused.message)
            said = said % refused.details if refused.details else said
            click.echo(f"{place}{said} [{refused.code}]", err=True)
            sys.exit(2)
        except DatabaseError:
            if not lacks_tables():
                raise
            click.echo(
                "数据库尚未建立或版本较旧，请先运行“jiedui setup”。"
                "  The database is not set up or is older: run “jiedui setup” first.",
                err=True,
            )
            sys.exit(2)


def lacks_tables() -> bool:
    """Whether the database waits for migrations: a command then cannot do its work."""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


@click.group(cls=House)
def main() -> None:
    """Jiedui 结对: paired medical-assistance programmes from end to end."""


def _add(command: click.Command) -> None:
    """Put a command at its dotted name below ``main``."""
    group: click.Group = main
    *parents, leaf = (command.name or "").split(".")
    for name in parents:
        found = group.commands.get(name)
        if not isinstance(found, click.Group):
            found = click.Group(name)
            group.add_command(found)
        group = found
    group.add_command(command, leaf)


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.config.settings")
import django  # noqa: E402 - the settings module must be named first

django.setup()
for room in ROOMS:
    try:
        commands = import_module(f"jiedui.{room}.commands")
    except ModuleNotFoundError as missing:
        if missing.name != f"jiedui.{room}.commands":
            raise
        continue
    for command in commands.COMMANDS:
        _add(command)
