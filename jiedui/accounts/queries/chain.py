"""Is the audit log whole?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Max

from jiedui.accounts.domain.chain import Fault, Link, faults
from jiedui.accounts.models import AuditHead, AuditRow
from jiedui.core.errors import InvalidInput


@dataclass(frozen=True)
class Verification:
    """What the walk along the chain found; ``head`` can be noted elsewhere and expected later."""

    rows: int
    sequence: int
    head: str
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def link_of(row: AuditRow) -> Link:
    """The row as plain values."""
    return Link(
        row.sequence,
        row.at,
        str(row.actor_id) if row.actor_id else "",
        row.actor,
        row.action,
        row.object_kind,
        row.object_id,
        row.details,
        row.previous_hash,
        row.hash,
    )


def verify_chain(*, expected: str = "", using: str = "default") -> Verification:
    """Walk the whole audit log; writers may go on meanwhile.

    ``expected`` is ``SEQUENCE:HASH`` as an earlier verification or a backup
    noted it: a chain that was made anew together with its head no longer
    passes there. ``using`` names the database, for one that is being restored.
    Raises InvalidInput ``head-unreadable``.
    """
    noted = _read_head(expected) if expected else None
    # Rows first, then the head: the head can only be further on.
    end = AuditRow.objects.using(using).aggregate(end=Max("sequence"))["end"] or 0
    head = AuditHead.objects.using(using).filter(id=1).first() or AuditHead()
    count = 0
    noted_found = noted is None

    def links() -> Iterator[Link]:
        nonlocal count, noted_found
        last = max(end, head.sequence)
        rows = AuditRow.objects.using(using).filter(sequence__lte=last).order_by("sequence")
        for row in rows.iterator(chunk_size=2000):
            count += 1
            if noted == (row.sequence, row.hash):
                noted_found = True
            yield link_of(row)

    found = faults(links(), last_sequence=head.sequence, last_hash=head.hash)
    if noted is not None and not noted_found:
        found.append(Fault(noted[0], "rewritten"))
    return Verification(count, head.sequence, head.hash, tuple(found))


def _read_head(text: str) -> tuple[int, str]:
    sequence, _, value = text.partition(":")
    if not sequence.isdecimal() or not value:
        raise InvalidInput(
            "head-unreadable", "Write the head as NUMBER:HASH, not “%(text)s”.", text=text
        )
    return int(sequence), value.strip().lower()
