"""Two processes at once on one database: what each answers, or by what code it is refused.

    with shared_database(tmp_path):
        ... set the stage ...
        answers = processes_at_once((function_of_a_module, "argument"), (function, "other"))

A function is one of a module and takes plain texts; it runs in a process of its own,
beside the other, on the test's database. Its answer is a text too.
"""

from __future__ import annotations

import importlib
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

PATIENCE = 120


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
    children = []
    for function, *arguments in calls:
        told = {
            "database": {key: str(value) for key, value in database.items()},
            "vendor": connection.vendor,
            "module": function.__module__,
            "function": function.__name__,
            "arguments": [str(each) for each in arguments],
        }
        child = subprocess.Popen(
            [sys.executable, "-m", "tests.racing"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdin is not None
        child.stdin.write(json.dumps(told) + "\n")
        child.stdin.flush()
        children.append(child)
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == "ready"
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    return [str(json.loads(child.communicate(timeout=PATIENCE)[0])) for child in children]


def _call(function: Callable[..., Any], arguments: list[str]) -> str:
    from jiedui.core.errors import Refused

    try:
        return str(function(*arguments))
    except Refused as refused:
        return f"{refused.code} {refused.field or ''}".strip()


def main() -> None:
    """In the child: set up, say so, wait for the word, act, answer."""
    told = json.loads(sys.stdin.readline())
    database = told["database"]
    if told["vendor"] == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{database['NAME']}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "jiedui.config.settings"
    import django

    django.setup()
    if told["vendor"] != "sqlite":
        connection.settings_dict.update(database)
    connection.ensure_connection()
    function = getattr(importlib.import_module(told["module"]), told["function"])
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(_call(function, told["arguments"])), flush=True)


if __name__ == "__main__":
    main()
