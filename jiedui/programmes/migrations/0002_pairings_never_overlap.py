"""On PostgreSQL the database itself refuses the same pairing twice on one day.

SQLite has no such constraint; there the action's lock alone stands before it.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NAME, TABLE = "pairing_once_at_a_time", "programmes_pairing"


def add(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Both days of a period belong to it; a blank day is open."""
    if editor.connection.vendor != "postgresql":
        return
    editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    editor.execute(
        f"ALTER TABLE {TABLE} ADD CONSTRAINT {NAME} EXCLUDE USING gist"
        " (programme_id WITH =, kind WITH =, giver_id WITH =, receiver_id WITH =,"
        " daterange(valid_from, valid_to, '[]') WITH &&)"
    )


def remove(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """The extension stays: other tables may use it."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"ALTER TABLE {TABLE} DROP CONSTRAINT {NAME}")


class Migration(migrations.Migration):
    dependencies = [("programmes", "0001_initial")]
    operations = [migrations.RunPython(add, remove, elidable=False)]
