"""The database is migrated once in a run of several workers; the others' are copies of it."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management.commands.migrate import Command
from django.db import connection

TEMPLATE = "jiedui_migrated"
FILE = "migrated.sqlite3"


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / "migrated.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy(source: str, target: str) -> None:
    """A database of PostgreSQL as a copy of another; nobody may be in either."""
    connection.close()
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}"')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def _keep(file: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        kept = sqlite3.connect(file)
        connection.connection.backup(kept)
        kept.close()
    else:
        _copy(connection.settings_dict["NAME"], TEMPLATE)
        file.touch()


def _take(file: Path) -> None:
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        kept = sqlite3.connect(file)
        kept.backup(connection.connection)
        kept.close()
    else:
        _copy(TEMPLATE, connection.settings_dict["NAME"])


def _forget(file: Path) -> None:
    """Remove what was kept; who comes later migrates."""
    if not file.exists():
        return
    file.unlink()
    if connection.vendor != "sqlite":
        with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined]
            cursor.execute(f'DROP DATABASE IF EXISTS "{TEMPLATE}"')


def place_migrated(basetemp: Path, home: Path) -> None:
    """Lay the run's migrated SQLite database into a home, for a test's own process.

    Where a run has one worker, or on PostgreSQL, there is none: the process migrates itself.
    """
    file = basetemp.parent / FILE
    if connection.vendor == "sqlite" and os.environ.get("PYTEST_XDIST_WORKER"):
        with _alone(file.parent):
            if file.exists():
                shutil.copyfile(file, home / "jiedui.sqlite3")


def take_migrated(basetemp: Path) -> None:
    """In a test's own process: what it migrates next is a copy of the run's SQLite database.

    Where a run has one worker there is none: the process migrates itself.
    """
    file = basetemp.parent / FILE
    if file.exists():
        Command.handle = lambda self, *args, **options: _take(file)  # type: ignore[method-assign]


@contextmanager
def migrated_once(folder: Path, blocker: Any) -> Iterator[None]:
    """Within it the first ``migrate`` of each worker is done by one of them for all."""
    file, real, done = folder / FILE, Command.handle, False
    made = False

    def handle(self: Command, *args: Any, **options: Any) -> None:
        nonlocal done, made
        if done:
            real(self, *args, **options)
            return
        done = True
        with _alone(folder):
            if file.exists():
                _take(file)
                return
            real(self, *args, **options)
            _keep(file)
            made = True

    with pytest.MonkeyPatch.context() as patch:
        if os.environ.get("PYTEST_XDIST_WORKER"):
            patch.setattr(Command, "handle", handle)
        yield
    if made:
        with _alone(folder), blocker.unblock():
            _forget(file)
