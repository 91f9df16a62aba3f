"""Commands of the house itself: Django's own behind ``jiedui manage``."""

from __future__ import annotations

import click
from django.core.management import execute_from_command_line


@click.command("manage", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own management commands."""
    execute_from_command_line(["jiedui manage", *arguments])


COMMANDS = [manage]
