"""On PostgreSQL the database itself refuses two overlapping periods of one thing.

SQLite has no such constraint; there the actions' lock alone stands before it.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Constraint, table, and what must be equal for two periods to stand in each other's way.
RULES = (
    ("place_edge_one_parent_at_a_time", "directory_placeedge", ("tree", "place_id")),
    ("seat_one_at_a_time", "directory_organisationseat", ("organisation_id",)),
    (
        "organisation_edge_once_at_a_time",
        "directory_organisationedge",
        ("organisation_id", "whole_id"),
    ),
    ("department_name_once_at_a_time", "directory_department", ("organisation_id", "name")),
)


def add(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Both days of a period belong to it; a blank day is open."""
    if editor.connection.vendor != "postgresql":
        return
    editor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    for name, table, same in RULES:
        equal = ", ".join(f"{column} WITH =" for column in same)
        editor.execute(
            f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist"
            f" ({equal}, daterange(valid_from, valid_to, '[]') WITH &&)"
        )


def remove(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """The extension stays: other tables may use it."""
    if editor.connection.vendor == "postgresql":
        for name, table, _same in RULES:
            editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")


class Migration(migrations.Migration):
    dependencies = [("directory", "0001_initial")]
    operations = [migrations.RunPython(add, remove, elidable=False)]
