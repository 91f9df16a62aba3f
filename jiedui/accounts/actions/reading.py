"""Reading the audit log is an act too."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from jiedui.accounts import audit
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of


@transaction.atomic
def note_audit_search(*, by: User, filters: Mapping[str, str], exported: bool = False) -> None:
    """Write down that somebody searched or exported the audit log, and for what."""
    viewer_of(by).must("audit.read")
    asked = {name: value[:80] for name, value in filters.items() if value}
    audit.record(
        by=by,
        action="audit.export" if exported else "audit.search",
        object_kind="audit",
        object_id="log",
        filters=asked,
    )
