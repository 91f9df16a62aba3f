"""The months' counts of confirmed cases, kept in the transaction of whoever confirms or takes back.

A row's id is derived from its key: two writers of a first case make one row, and each adds
to what the other wrote. Rows are taken in the order of their ids, so that two never wait for
each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID, uuid5

from django.db.models import F

from jiedui.mentoring.models import Case, CaseTally

# Any fixed UUID would do; a row's id is this and its key.
_SPACE = UUID("6f0c4f0e-7d0a-5c52-9a7e-2f6d8f1f6a10")

Key = tuple[UUID, UUID, UUID, UUID | None, str, UUID | None, date]


def key_of(case: Case) -> Key:
    """What a case is counted under."""
    return (
        case.programme_id, case.giver_id, case.receiver_id, case.department_id, case.procedure,
        case.technique_id, case.happened_on.replace(day=1),
    )  # fmt: skip


def tally_id(key: Key) -> UUID:
    """The id of the row of a key, the same whoever asks."""
    return uuid5(_SPACE, "|".join("" if part is None else str(part) for part in key))


def tally(changes: Iterable[tuple[Case, int]]) -> None:
    """Add confirmed cases (+1) and take back those that were (-1)."""
    rows: dict[UUID, Key] = {}
    deltas: dict[UUID, dict[str, int]] = {}
    for case, sign in changes:
        key = key_of(case)
        id = tally_id(key)
        rows[id] = key
        delta = deltas.setdefault(id, {})
        for column in (case.lead, *(() if case.success else ("failures",))):
            delta[column] = delta.get(column, 0) + sign
    for id in sorted(rows):
        programme, giver, receiver, department, procedure, technique, month = rows[id]
        told = {column: F(column) + count for column, count in deltas[id].items() if count}
        if not told:
            continue
        CaseTally.objects.bulk_create(
            [
                CaseTally(
                    id=id, programme_id=programme, giver_id=giver, receiver_id=receiver,
                    department_id=department, procedure=procedure, technique_id=technique,
                    month=month,
                )
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        CaseTally.objects.filter(pk=id).update(**told)
