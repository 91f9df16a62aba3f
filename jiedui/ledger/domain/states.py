"""The states of a version of an entry; docs/states/entry.md is drawn from this table."""

from __future__ import annotations

from jiedui.core.states import StateTable, Transition

DRAFT = "draft"
SUBMITTED = "submitted"
RETURNED = "returned"
CONFIRMED = "confirmed"
SUPERSEDED = "superseded"
WITHDRAWN = "withdrawn"

ENTRY_STATES = StateTable(
    "entry",
    DRAFT,
    (
        Transition("edit", DRAFT, DRAFT, "recording side"),
        Transition("submit", DRAFT, SUBMITTED, "recording side"),
        Transition("confirm", SUBMITTED, CONFIRMED, "receiving side"),
        Transition("return", SUBMITTED, RETURNED, "receiving side"),
        Transition("edit", RETURNED, DRAFT, "recording side"),
        Transition("submit", RETURNED, SUBMITTED, "recording side"),
        Transition("supersede", CONFIRMED, SUPERSEDED, "by the confirmation of a correction"),
        Transition("withdraw", DRAFT, WITHDRAWN, "recording side"),
        Transition("withdraw", SUBMITTED, WITHDRAWN, "recording side"),
        Transition("withdraw", RETURNED, WITHDRAWN, "recording side"),
        Transition("withdraw", CONFIRMED, WITHDRAWN, "either side"),
    ),
)

# At most one version of an entry is in hand, and at most one stands.
IN_HAND = (DRAFT, SUBMITTED, RETURNED)
LIVE = (*IN_HAND, CONFIRMED)
CLOSED = (SUPERSEDED, WITHDRAWN)
# What only the recording side may see.
PRIVATE = (DRAFT,)
