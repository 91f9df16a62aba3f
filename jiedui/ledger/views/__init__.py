"""Pages of the ledger."""

from jiedui.ledger.views.entry import (
    attach,
    confirm,
    entry,
    evidence,
    send_back,
    submit,
    version,
    withdraw,
)
from jiedui.ledger.views.lists import confirm_list, entries, totals
from jiedui.ledger.views.recording import correct, edit, people, record
from jiedui.ledger.views.statements import place, publication, statements

__all__ = [
    "attach",
    "confirm",
    "confirm_list",
    "correct",
    "edit",
    "entries",
    "entry",
    "evidence",
    "people",
    "place",
    "publication",
    "record",
    "send_back",
    "statements",
    "submit",
    "totals",
    "version",
    "withdraw",
]
