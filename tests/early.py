"""What every test stands on: a home of its own, no network, and the packs of the repo."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_home = Path(tempfile.mkdtemp(prefix="jiedui-test-"))
os.environ["JIEDUI_HOME"] = str(_home)
(_home / "static").mkdir()
os.environ.setdefault("JIEDUI_SECRET_KEY", "only-for-tests-0123456789-0123456789-0123456789")


@pytest.fixture(scope="session", autouse=True)
def _tables_can_be_emptied() -> Iterator[None]:
    """Transactional tests empty all tables, the audit log too, which the database refuses."""
    from django.db.backends.base.operations import BaseDatabaseOperations
    from django.db.backends.postgresql.operations import DatabaseOperations

    from jiedui.accounts.sources.triggers import lifted

    before = BaseDatabaseOperations.execute_sql_flush

    def flush(self: BaseDatabaseOperations, sql_list: Any) -> None:
        with lifted(self.connection):
            before(self, sql_list)

    def deletions(
        self: DatabaseOperations, style: Any, tables: list[str], **_how: bool
    ) -> list[str]:
        """Only of what has rows, and by rows: to truncate two hundred tables takes a second."""
        asked = " UNION ALL ".join(
            f"(SELECT '{table}' FROM {self.quote_name(table)} LIMIT 1)" for table in tables
        )
        with self.connection.cursor() as cursor:
            cursor.execute(asked)
            return [f"DELETE FROM {self.quote_name(table)}" for (table,) in cursor.fetchall()]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseOperations, "execute_sql_flush", flush)
        patch.setattr(DatabaseOperations, "sql_flush", deletions)
        yield
