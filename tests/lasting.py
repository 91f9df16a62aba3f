"""A cast that is set once a file of tests: each test has a copy and leaves the database as it was.

    the_cast, cast = lasting(room)

makes two fixtures. The first, of the file, sets the cast within a transaction that is undone
after the file's last test; the second, of each test, gives a copy of it, so that what a test
does to its objects no other sees. What a test writes is undone by its own savepoint, as always.
A file with tests of several connections (``transaction=True``) can have no lasting cast.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction


def lasting(make: Callable[[], Any]) -> tuple[Any, Any]:
    """The two fixtures of a cast, to be named ``the_cast`` and as the tests call theirs."""

    @pytest.fixture(scope="module")
    def the_cast(
        request: pytest.FixtureRequest,
        django_db_setup: None,
        django_db_blocker: Any,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> Iterator[tuple[Any, Path]]:
        for item in request.session.items:
            marked = item.get_closest_marker("django_db")
            if item.path == request.path and marked and marked.kwargs.get("transaction"):
                raise RuntimeError(f"{request.path}: a test of several connections is beside it")
        folder, undone = tmp_path_factory.mktemp("cast"), transaction.atomic()
        with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
            patch.setattr(settings, "FILES", folder / "files")
            patch.setattr(settings, "STORE", folder / "store")
            undone.__enter__()
            made = make()
        yield made, folder
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            undone.__exit__(None, None, None)

    @pytest.fixture
    def cast(the_cast: tuple[Any, Path], db: None) -> Any:
        made, folder = the_cast
        for name, own in (("files", settings.FILES), ("store", settings.STORE)):
            if (folder / name).exists():
                shutil.copytree(folder / name, own, dirs_exist_ok=True)
        return deepcopy(made)

    return the_cast, cast
