"""Commands of the house itself."""

from __future__ import annotations

import sys

import click
from django.conf import settings
from django.core.management import call_command, execute_from_command_line

from jiedui.config import serve
from jiedui.config.backup import commands as backup
from jiedui.config.example import commands as example
from jiedui.config.learning_bench.command import bench_learning
from jiedui.config.statistics import refresh_statistics
from jiedui.core import packs


@click.command("setup")
def setup() -> None:
    """Make or bring up to date the database, the folders and the static files."""
    for folder in (settings.HOME, settings.FILES, settings.STORE):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    call_command("migrate", interactive=False, verbosity=0)
    refresh_statistics()
    call_command("collectstatic", interactive=False, verbosity=0)


@click.command("check")
def check() -> None:
    """Check settings, migrations and packs; ends with 1 where something is wrong."""
    call_command("check", fail_level="WARNING")
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    except SystemExit:
        click.echo("The models and the migrations differ.", err=True)
        sys.exit(1)
    tables = packs.load(settings.PACKS_FOLDER, settings.PACKS).tables
    click.echo(f"packs: {len(tables)} tables, {sum(map(len, tables.values()))} terms")


@click.command("manage", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Run one of Django's own management commands."""
    execute_from_command_line(["jiedui manage", *arguments])


COMMANDS = [
    setup, check, manage, *serve.COMMANDS, *example.COMMANDS, *backup.COMMANDS, bench_learning,
]  # fmt: skip
