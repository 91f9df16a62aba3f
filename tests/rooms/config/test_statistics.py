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
