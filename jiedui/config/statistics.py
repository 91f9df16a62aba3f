"""What SQLite knows of its own tables, so that it chooses the right index for a list."""

from __future__ import annotations

from django.db import connection


def refresh_statistics() -> bool:
    """Count SQLite's indexes anew where the file has doubled since; whether it was done.

    SQLite never does so by itself, and without it a list of the newest entries
    sorts the whole ledger. PostgreSQL needs nothing of the kind. The size at
    the last count is kept in the file itself, as its ``user_version``.
    """
    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        (pages,) = cursor.execute("PRAGMA page_count").fetchone()
        (counted,) = cursor.execute("PRAGMA user_version").fetchone()
        if pages < 2 * counted:
            return False
        cursor.execute("ANALYZE")
        cursor.execute(f"PRAGMA user_version = {int(pages)}")
    return True
