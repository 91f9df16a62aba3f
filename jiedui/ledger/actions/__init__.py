"""Writes of the ledger: the only door through which entries and statements change."""

from jiedui.ledger.actions.bulk import record_many, replay_entries
from jiedui.ledger.actions.confirming import (
    confirm_entry,
    confirm_many,
    return_entry,
    return_many,
    submit_entry,
    withdraw_entry,
)
from jiedui.ledger.actions.evidence import add_evidence, attach_evidence
from jiedui.ledger.actions.recording import correct_entry, edit_entry, record_entry
from jiedui.ledger.actions.statements import (
    HistoryOutcome,
    import_statements,
    place_statement,
)
from jiedui.ledger.domain.bulk import PastEntry, PastVersion, Recorded, RowRefusal
from jiedui.ledger.domain.content import EntryInput, ParticipantInput, QuantityInput

__all__ = [
    "EntryInput",
    "HistoryOutcome",
    "ParticipantInput",
    "PastEntry",
    "PastVersion",
    "QuantityInput",
    "Recorded",
    "RowRefusal",
    "add_evidence",
    "attach_evidence",
    "confirm_entry",
    "confirm_many",
    "correct_entry",
    "edit_entry",
    "import_statements",
    "place_statement",
    "record_entry",
    "record_many",
    "replay_entries",
    "return_entry",
    "return_many",
    "submit_entry",
    "withdraw_entry",
]
