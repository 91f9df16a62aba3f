"""What SQLite knows of its own tables, so that it chooses the right index for a list."""

from __future__ import annotations

from typing import Any

from django.db import connection


def refresh_statistics() -> bool:
    """Count SQLite's indexes anew where the file has doubled since, or where an
    index is new, as after a migration; whether it was done.

    SQLite never does so by itself, and without it a list of the newest entries
    sorts the whole ledger, and a hospital's page reads its whole programme.
    PostgreSQL needs nothing of the kind. The size at the last count is kept in
    the file itself, as its ``user_version``.
    """
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        (counted,) = cursor.execute("PRAGMA user_version").fetchone()
        if pages < 2 * counted and not _has_uncounted(cursor):
            return False
        cursor.execute("ANALYZE")
        cursor.execute(f"PRAGMA user_version = {int(pages)}")
    return True


def _has_uncounted(cursor: Any) -> bool:
    """Whether a table with rows has an index that was never counted; one of a part may be empty."""
    uncounted = cursor.execute(
        "SELECT DISTINCT tbl_name FROM sqlite_schema WHERE type = 'index' AND tbl_name NOT LIKE"
        " 'sqlite_%' AND coalesce(sql, '') NOT LIKE '% WHERE %'"
        " AND name NOT IN (SELECT idx FROM sqlite_stat1 WHERE idx IS NOT NULL)"
    ).fetchall()
    return any(
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})"  # noqa: S608
        ).fetchone()[0]
        for (table,) in uncounted
    )
