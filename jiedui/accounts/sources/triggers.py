"""The database itself refuses to change or delete rows of the audit log.

Whoever may alter tables can lift this, which is why the rows are chained too:
``jiedui audit verify`` finds what was done in between.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_MESSAGE = "rows of the audit log are never changed"

_INSTALL = {
    "sqlite": [
        f"""CREATE TRIGGER IF NOT EXISTS audit_rows_stay_{verb}
        BEFORE {verb} ON accounts_auditrow
        BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"""
        for verb in ("update", "delete")
    ],
    "postgresql": [
        f"""CREATE OR REPLACE FUNCTION audit_rows_stay() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation'; END $$""",
        """CREATE OR REPLACE TRIGGER audit_rows_stay_row
        BEFORE UPDATE OR DELETE ON accounts_auditrow
        FOR EACH ROW EXECUTE FUNCTION audit_rows_stay()""",
        """CREATE OR REPLACE TRIGGER audit_rows_stay_table
        BEFORE TRUNCATE ON accounts_auditrow
        FOR EACH STATEMENT EXECUTE FUNCTION audit_rows_stay()""",
    ],
}
_LIFT = {
    "sqlite": [
        "DROP TRIGGER IF EXISTS audit_rows_stay_update",
        "DROP TRIGGER IF EXISTS audit_rows_stay_delete",
    ],
    "postgresql": [
        "DROP TRIGGER IF EXISTS audit_rows_stay_row ON accounts_auditrow",
        "DROP TRIGGER IF EXISTS audit_rows_stay_table ON accounts_auditrow",
    ],
}


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def install(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Forward step of the migration."""
    _run(editor.connection, _INSTALL[editor.connection.vendor])


def remove(apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    """Backward step of the migration."""
    _run(editor.connection, _LIFT[editor.connection.vendor])


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let rows be changed for a while: for tests that forge a chain or empty the database."""
    _run(connection, _LIFT[connection.vendor])
    try:
        yield
    finally:
        _run(connection, _INSTALL[connection.vendor])
