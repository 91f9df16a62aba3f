"""The audit log's door: every action writes one row here, inside its transaction."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from jiedui.accounts.domain.chain import Link, link_hash, plain
from jiedui.accounts.domain.usernames import HOUSE
from jiedui.accounts.models import AuditHead, AuditRow, User
from jiedui.core.clock import now


def lock_head() -> AuditHead:
    """Take the house's one write lock; call it as the last lock of a transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("the audit head is locked inside a transaction only")
    head = AuditHead.objects.select_for_update().filter(id=1).first()
    if head is None:
        AuditHead.objects.bulk_create([AuditHead(id=1)], ignore_conflicts=True)
        head = AuditHead.objects.select_for_update().get(id=1)
    return head


def number_facts(count: int) -> int:
    """Reserve ``count`` fact numbers in the order of commit; the first of them."""
    head = lock_head()
    first = head.facts + 1
    head.facts += count
    head.save(update_fields=["facts"])
    return first


def facts_numbered() -> int:
    """The highest number given to a fact; all up to it are committed to whoever reads it."""
    return AuditHead.objects.filter(id=1).values_list("facts", flat=True).first() or 0


def record(
    *,
    by: User | None,
    action: str,
    object_kind: str,
    object_id: UUID | str,
    **details: Any,
) -> AuditRow:
    """Write one row: who (None is the house itself), what, on which object.

    ``details`` become plain values (see domain.chain.plain) and never hold data
    of patients, passwords or other secrets.
    """
    details = plain(details)
    head = lock_head()
    at = now()
    link = Link(
        sequence=head.sequence + 1,
        at=at,
        actor_id=str(by.id) if by else "",
        actor=by.username if by else HOUSE,
        action=action,
        object_kind=object_kind,
        object_id=str(object_id),
        details=details,
        previous_hash=head.hash,
    )
    row = AuditRow.objects.create(
        sequence=link.sequence,
        at=at,
        actor_id=by.id if by else None,
        actor=link.actor,
        action=action,
        object_kind=object_kind,
        object_id=link.object_id,
        details=details,
        previous_hash=head.hash,
        hash=link_hash(link),
    )
    head.sequence, head.hash = row.sequence, row.hash
    head.save(update_fields=["sequence", "hash"])
    return row


def has_done(*, by: User, action: str, object_id: UUID | str) -> bool:
    """Whether this user ever did this to this object: the log remembers every one who did."""
    return AuditRow.objects.filter(object_id=str(object_id), action=action, actor_id=by.id).exists()
