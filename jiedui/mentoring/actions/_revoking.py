"""Taking a certificate back and saying how long it held, inside a caller's transaction."""

from __future__ import annotations

from datetime import date, timedelta

from jiedui.accounts.models import User
from jiedui.core.packs import vocabulary
from jiedui.mentoring.actions._facts import Said, tell
from jiedui.mentoring.models import Certificate

ISSUED, IN_FORCE = "certificates_issued", "certificates_in_force"


def revoke(*, by: User | None, certificate: Certificate, reason: str, on: date) -> None:
    """Mark a locked certificate as revoked; it stays on record and verifies as revoked."""
    certificate.revoked_on = max(on, certificate.issued_on)
    certificate.revoked_by, certificate.reason = by.id if by else None, reason
    certificate.save(update_fields=["revoked_on", "revoked_by", "reason"])


def tell_certificate(*, by: User | None, certificate: Certificate) -> None:
    """Say what the figures count of it: a first one when issued, and the days it holds.

    The day of revocation, or on which a renewal begins, is no longer one of them. Called just
    before the audit row; it takes the house's write lock.
    """
    held, first = certificate, certificate.issued_on
    ends = [held.revoked_on, *held.renewals.order_by().values_list("issued_on", flat=True)]
    last = min((day - timedelta(days=1) for day in ends if day), default=held.valid_to)
    item = vocabulary().term("procedures", held.procedure).extra["specialty"]
    lines = []
    if held.renews_id is None:
        lines.append(Said(ISSUED, first, first, item=item, person_id=held.person_id))
    if last >= first:
        until = min(last, held.valid_to)
        lines.append(Said(IN_FORCE, first, until, item=item, person_id=held.person_id))
    tell(
        by=by, record_id=held.id, programme_id=held.programme_id, kind=held.procedure,
        giver_id=held.giver_id, receiver_id=held.receiver_id, lines=lines,
    )  # fmt: skip
