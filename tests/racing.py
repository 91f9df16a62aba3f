"""Two processes at once on one database: what each answers, or by what code it is refused.

    with shared_database(tmp_path):
        ... set the stage ...
        answers = processes_at_once((function_of_a_module, "argument"), (function, "other"))

A function is one of a module and takes plain texts; it runs in a process of its own,
beside the other, on the test's database. Its answer is a text too.
"""

from __future__ import annotations

import importlib
import multiprocessing
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

PATIENCE = 120
# Forked from a process that has the product loaded and nothing else: no thread, no connection.
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.raced"])


@contextmanager
def shared_database(folder: Path) -> Iterator[None]:
    """The test's database where other processes find it too: of SQLite, a file."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    path, settings = folder / "race.sqlite3", connection.settings_dict
    target = sqlite3.connect(path)
    connection.connection.backup(target)
    target.close()
    kept, connection.connection = connection.connection, None
    before, settings["NAME"] = settings["NAME"], str(path)
    try:
        yield
    finally:
        if connection.connection is not None:
            BaseDatabaseWrapper._close(connection)
        connection.connection, settings["NAME"] = kept, before


def processes_at_once(*calls: tuple[Any, ...]) -> list[str]:
    """Let every call run in a process of its own, all from one moment on."""
    settings = connection.settings_dict
    database = {key: settings[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    racing = []
    for function, *arguments in calls:
        ours, theirs = CONTEXT.Pipe()
        told = (theirs, database, function.__module__, function.__name__, arguments)
        child = CONTEXT.Process(target=_race, args=told, daemon=True)
        child.start()
        theirs.close()
        racing.append((ours, child))
    for ours, _child in racing:
        assert _heard(ours) == "ready"
    for ours, _child in racing:
        ours.send("go")
    answers = [_heard(ours) for ours, _child in racing]
    for _ours, child in racing:
        child.join(PATIENCE)
    return answers


def _heard(ours: Any) -> str:
    assert ours.poll(PATIENCE), "a racing process does not answer"
    return str(ours.recv())


def _race(
    theirs: Any, database: dict[str, Any], module: str, name: str, arguments: list[Any]
) -> None:
    """In the child: stand ready, wait for the word, act, answer."""
    connection.settings_dict.update(database)
    connection.ensure_connection()
    function = getattr(importlib.import_module(module), name)
    theirs.send("ready")
    theirs.recv()
    theirs.send(_call(function, [str(each) for each in arguments]))
    connection.close()


def _call(function: Callable[..., Any], arguments: list[str]) -> str:
    from jiedui.core.errors import Refused

    try:
        return str(function(*arguments))
    except Refused as refused:
        return f"{refused.code} {refused.field or ''}".strip()
