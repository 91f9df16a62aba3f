"""Checking the code of a printed certificate: wrong codes are counted, right ones are not."""

from __future__ import annotations

from django.db import transaction

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.mentoring.actions._tries import must_not_flood, note_try
from jiedui.mentoring.queries.verifying import Verified, verified

PURPOSE = "certificate"


@transaction.atomic
def check_code(*, by: User | None, code: str, address: str) -> Verified | None:
    """What the certificate of a code tells; None where there is none, and then it is counted.

    Raises InvalidState ``too-many-tries``. Nothing of it is audited: the page is open to all.
    """
    must_not_flood(PURPOSE, address)
    found = verified(code, today())
    if found is None:
        note_try(PURPOSE, address)
    return found
