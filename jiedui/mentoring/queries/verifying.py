"""What a printed certificate's code tells to everybody: what is printed, and whether it holds."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date

from jiedui.mentoring.domain.certificates import read_code, state_of
from jiedui.mentoring.models import Certificate

# Rows are looked for by the first letters; the rest is compared in constant time.
LOOKED_FOR = 6


@dataclass(frozen=True)
class Verified:
    """What is told: no more than what stands on the paper, and the state."""

    person: str
    procedure: str
    hospital: str
    hospital_en: str
    issued_on: date
    valid_to: date
    revoked_on: date | None
    state: str
    code: str
    example: bool


def verified(text: str, day: date) -> Verified | None:
    """The certificate of a code as somebody typed it; None where there is none."""
    code = read_code(text)
    head = code[:LOOKED_FOR]
    rest = LOOKED_FOR * "0", LOOKED_FOR * "Z"
    rows = Certificate.objects.filter(code__gte=head + rest[0], code__lte=head + rest[1])
    found = None
    for row in rows.select_related("person", "receiver", "programme")[:50]:
        if hmac.compare_digest(row.code.encode(), code.encode()):
            found = row
    if found is None:
        return None
    return Verified(
        found.person.name, found.procedure, found.receiver.name, found.receiver.name_en,
        found.issued_on, found.valid_to, found.revoked_on,
        state_of(found.valid_to, found.revoked_on, day), found.code, found.programme.example,
    )  # fmt: skip
