"""Fixtures for every test: fast passwords, a clean folder of files and store, no network."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.conf import settings as django_settings
from django.test import SimpleTestCase

from jiedui.core.clock import now, zone
from tests.migrated import migrated_once

# Machines are shared: a slow example is no failure. In CI the same examples every time.
hypothesis.settings.register_profile(
    "jiedui",
    deadline=None,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
hypothesis.settings.load_profile("jiedui")

# Files of minutes: they begin first, so that no worker is left alone with one at the end.
LONG = ("tests/browser/", "tests/web/test_outsiders.py", "tests/rooms/config/")
LAST_SECONDS = 20
LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def pytest_configure() -> None:
    # Hashing passwords slowly is the product's business, not the tests'.
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is long comes first. On PostgreSQL only what touches a database is run again
    (pytest-django bars all others), and of that not what is marked ``once``."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return
    touching = {"db", "transactional_db"}
    again, once = [], []
    for item in items:
        names = getattr(item, "fixturenames", ())
        marked = item.get_closest_marker("django_db") or touching & set(names)
        of_django = issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
        alike = item.get_closest_marker("once") is not None
        (again if (marked or of_django) and not alike else once).append(item)
    config.hook.pytest_deselected(items=once)
    items[:] = again


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    # The folder of a worker lies in that of the run.
    with migrated_once(tmp_path_factory.getbasetemp().parent, django_db_blocker):
        yield


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: object) -> None:
    settings.FILES = tmp_path / "files"  # type: ignore[attr-defined]
    settings.STORE = tmp_path / "store"  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def _one_day() -> None:
    """A test that begins in the last seconds of a day would end on the next: it waits for that."""
    local = now().astimezone(zone())
    left = 24 * 3600 - (local.hour * 3600 + local.minute * 60 + local.second)
    if left <= LAST_SECONDS:
        time.sleep(left)


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Only this machine may be spoken to."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in {socket.AF_INET, socket.AF_INET6} and host not in LOOPBACK:
            raise OSError(f"a test reached for the network: {address}")
        real(self, address)  # type: ignore[arg-type]

    socket.socket.connect = connect  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = real  # type: ignore[method-assign]
