"""Pages of the ledger."""

from jiedui.ledger.views.confirming import confirm_list, return_chosen
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
from jiedui.ledger.views.lists import entries, totals
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
    "return_chosen",
    "send_back",
    "statements",
    "submit",
    "totals",
    "version",
    "withdraw",
]
