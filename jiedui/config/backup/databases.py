"""Copies of the database: SQLite's online backup, PostgreSQL's own tools."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from jiedui.config.backup.place import Place
from jiedui.core.errors import InvalidState

# The alias under which a restored database is looked at before it is moved in.
STAGED = "restored"


def _tool(name: str) -> str:
    """Where a tool of PostgreSQL lies, or InvalidState ``postgres-tools-missing``."""
    found = shutil.which(name)
    if found is None:
        raise InvalidState(
            "postgres-tools-missing",
            "“%(tool)s” is not installed; it comes with PostgreSQL's client programs.",
            tool=name,
        )
    return found


def _run(place: Place, tool: str, *arguments: str) -> None:
    """Run one of PostgreSQL's tools; its complaint becomes the refusal's."""
    settings = place.database
    environment = os.environ | {
        "PGHOST": str(settings["HOST"]),
        "PGPORT": str(settings["PORT"] or 5432),
        "PGUSER": str(settings["USER"]),
        "PGPASSWORD": str(settings["PASSWORD"]),
        "PGDATABASE": str(settings["NAME"]),
    }
    environment = {name: value for name, value in environment.items() if value}
    done = subprocess.run(  # noqa: S603 - fixed programs, no shell
        [_tool(tool), *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["?"]
        raise InvalidState(
            "database-tool-failed", "%(tool)s failed: %(reason)s", tool=tool, reason=lines[-1][:500]
        )


def dump(place: Place, target: Path) -> None:
    """Write a consistent copy of the live database while others work."""
    if place.vendor == "postgresql":
        _run(place, "pg_dump", "--format=custom", "--no-owner", f"--file={target}")
        return
    with closing(sqlite3.connect(target)) as copy:
        live = connections["default"]
        live.ensure_connection()
        live.connection.backup(copy, pages=4096)
        copy.execute("PRAGMA journal_mode=DELETE")


def _server(place: Place) -> psycopg.Connection[Any]:
    """A connection to the server's own database, for making and renaming databases."""
    settings = place.database
    return psycopg.connect(
        host=settings["HOST"] or None,
        port=settings["PORT"] or None,
        user=settings["USER"] or None,
        password=settings["PASSWORD"] or None,
        dbname="postgres",
        autocommit=True,
    )


@contextmanager
def opened(place: Place, called: str) -> Iterator[str]:
    """An alias for a database of the house's kind under another name; closed at the end."""
    connections.databases[STAGED] = {
        **connections.databases["default"],
        **place.database,
        "NAME": called,
    }
    try:
        yield STAGED
    finally:
        connections[STAGED].close()
        del connections[STAGED]
        del connections.databases[STAGED]


def load(place: Place, dumped: Path, name: str) -> str:
    """Load a copy beside the live database; what it is called (a path, or ``name``)."""
    if place.vendor == "sqlite":
        return str(dumped)
    try:
        with _server(place) as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.Error as refused:
        raise InvalidState(
            "database-not-made",
            "The server did not make a database to restore into: %(reason)s",
            reason=str(refused).strip()[:500],
        ) from None
    try:
        options = ("--no-owner", "--no-acl", "--exit-on-error", f"--dbname={name}")
        _run(place, "pg_restore", *options, str(dumped))
    except BaseException:
        discard(place, name)
        raise
    return name


def discard(place: Place, called: str) -> None:
    """Remove a database that was loaded and is not wanted."""
    if place.vendor == "postgresql":
        with _server(place) as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(called)))


def rename(place: Place, old: str, new: str) -> None:
    """Rename a database of the server; InvalidState ``server-running`` while it is in use."""
    try:
        with _server(place) as server:
            server.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(old), sql.Identifier(new)
                )
            )
    except psycopg.errors.ObjectInUse:
        raise in_use() from None


def exists(place: Place, name: str) -> bool:
    """Whether the server has a database of that name."""
    with _server(place) as server:
        row = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    return row is not None


def in_use() -> InvalidState:
    """The refusal while somebody works with the database."""
    return InvalidState(
        "server-running", "The database is in use. Stop the server, then restore again."
    )


def check_unused(place: Place) -> None:
    """Raise InvalidState ``server-running`` while another process has the database open."""
    connections["default"].close()
    if place.vendor == "postgresql":
        with _server(place) as server:
            for _ in range(20):
                row = server.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = %s",
                    [place.database["NAME"]],
                ).fetchone()
                if row is None or not row[0]:
                    return
                # Our own connection takes a moment to leave.
                time.sleep(0.1)
        raise in_use()
    file = Path(place.database["NAME"])
    if not file.exists():
        return
    with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as probe:
        try:
            probe.execute("PRAGMA locking_mode=EXCLUSIVE")
            probe.execute("BEGIN EXCLUSIVE")
            probe.execute("COMMIT")
        except sqlite3.OperationalError:
            raise in_use() from None
