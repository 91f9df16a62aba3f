"""SQLite's own statistics are made once and again when the file has grown."""

from __future__ import annotations

import pytest
from django.db import connection

from jiedui.config.statistics import refresh_statistics

pytestmark = pytest.mark.django_db


def test_statistics_are_made_when_the_file_has_doubled() -> None:
    if connection.vendor != "sqlite":
        assert not refresh_statistics()
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA user_version = 1")
        assert refresh_statistics()
        assert not refresh_statistics()
        (counted,) = cursor.execute("SELECT count(*) FROM sqlite_stat1").fetchone()
        assert counted > 0


def test_statistics_are_made_for_a_new_index_of_a_table_with_rows() -> None:
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE example_rows (a INTEGER, b INTEGER)")
        cursor.execute("PRAGMA user_version = 1")
        assert refresh_statistics()
        cursor.execute("CREATE INDEX example_a ON example_rows (a)")
        assert not refresh_statistics()
        cursor.execute("INSERT INTO example_rows VALUES (1, 2)")
        assert refresh_statistics()
        assert not refresh_statistics()
        cursor.execute("CREATE INDEX example_b ON example_rows (b)")
        assert refresh_statistics()
