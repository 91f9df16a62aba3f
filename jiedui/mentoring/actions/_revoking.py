"""Taking a certificate back, inside a caller's transaction and audit row."""

from __future__ import annotations

from datetime import date

from jiedui.accounts.models import User
from jiedui.mentoring.models import Certificate


def revoke(*, by: User | None, certificate: Certificate, reason: str, on: date) -> None:
    """Mark a locked certificate as revoked; it stays on record and verifies as revoked."""
    certificate.revoked_on = max(on, certificate.issued_on)
    certificate.revoked_by, certificate.reason = by.id if by else None, reason
    certificate.save(update_fields=["revoked_on", "revoked_by", "reason"])
