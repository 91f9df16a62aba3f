"""``jiedui backup`` and ``jiedui restore``."""

from __future__ import annotations

from pathlib import Path

import click

from jiedui.config.backup.place import Place
from jiedui.config.backup.restore import restore_backup, settle
from jiedui.config.backup.write import write_backup


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Overwrite the file.")
def backup(file: Path, force: bool) -> None:
    """Write database, files, store and key into one FILE.tar.gz; others may go on working.

    The file holds everything, the key too: keep it as you keep the server.
    """
    place = Place.of_settings()
    settle(place)
    manifest = write_backup(place, file, force=force)
    size = file.stat().st_size / 1024 / 1024
    click.echo(
        f"{file}: {len(manifest['members'])} members, {size:.1f} MB;"
        f" audit head {manifest['audit_head'] or 'none'}"
    )


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace what is there; it is kept aside.")
def restore(file: Path, force: bool) -> None:
    """Put a backup in place, whole or not at all; the server must be stopped."""
    done = restore_backup(Place.of_settings(), file, force=force)
    click.echo(f"restored; audit log whole, {done.rows} rows; epoch {done.epoch}")
    for path in done.kept:
        click.echo(f"kept what was here before: {path}")


COMMANDS = [backup, restore]
