"""On PostgreSQL the database itself refuses a person at two places, and a tie or duty twice.

SQLite has no such constraint; there the actions' locks alone stand before it.
"""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

NO_DEPARTMENT = "'00000000-0000-0000-0000-000000000000'::uuid"
PAIRING = "EXCLUDE USING gist (programme_id WITH =, kind WITH =, giver_id WITH =,"
DAYS = "daterange(valid_from, valid_to, '[]') WITH &&)"
# Table, name, what it refuses.
CONSTRAINTS = (
    (
        "programmes_pairing",
        "pairing_once_at_a_time",
        f"{PAIRING} receiver_id WITH =, (coalesce(department_id, {NO_DEPARTMENT})) WITH =, {DAYS}",
    ),
    (
        "programmes_duty",
        "duty_has_one_giver_at_a_time",
        f"EXCLUDE USING gist (department_id WITH =, duty WITH =, {DAYS}",
    ),
    (
        "programmes_stay",
        "person_at_one_place_at_a_time",
        "EXCLUDE USING gist (person_id WITH =, daterange(first_day, last_day, '[]') WITH &&)",
    ),
    (
        "programmes_posting",
        "person_posted_once_at_a_time",
        "EXCLUDE USING gist (person_id WITH =, daterange(starts_on, ends_on, '[]') WITH &&)"
        " WHERE (state NOT IN ('declined', 'withdrawn'))",
    ),
)


def add(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Both days of a period belong to it; a blank day is open."""
    if editor.connection.vendor != "postgresql":
        return
    editor.execute("ALTER TABLE programmes_pairing DROP CONSTRAINT pairing_once_at_a_time")
    for table, name, rule in CONSTRAINTS:
        editor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {rule}")


def remove(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Back to the constraint that knew no departments."""
    if editor.connection.vendor != "postgresql":
        return
    for table, name, _rule in CONSTRAINTS:
        editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    editor.execute(
        "ALTER TABLE programmes_pairing ADD CONSTRAINT pairing_once_at_a_time"
        f" {PAIRING} receiver_id WITH =, {DAYS}"
    )


class Migration(migrations.Migration):
    dependencies = [("programmes", "0003_posts_and_postings")]
    operations = [migrations.RunPython(add, remove, elidable=False)]
