"""The one thing that home keeps: when a user last looked at Today."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from jiedui.accounts.models import User
from jiedui.core.clock import now


@transaction.atomic
def mark_seen(*, by: User) -> datetime | None:
    """Note that the user looked at Today now; gives the visit before.

    A reading mark of the user's own, not an act upon the programme: the audit
    log does not hold it.
    """
    before = by.seen_at
    by.seen_at = now()
    by.save(update_fields=["seen_at"])
    return before
