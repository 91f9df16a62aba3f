"""Reads of the ledger, for its pages and for the rooms above."""

from jiedui.ledger.queries.entry import entry_detail, shown_version
from jiedui.ledger.queries.lists import (
    body_names,
    entry_list,
    live,
    of_class,
    of_measure,
    programme_choices,
    statement_list,
    to_confirm,
    totals,
    with_quantities,
)
from jiedui.ledger.queries.stream import facts, newest_fact, statements
from jiedui.ledger.queries.work import changes, waiting

__all__ = [
    "body_names",
    "changes",
    "entry_detail",
    "entry_list",
    "facts",
    "live",
    "newest_fact",
    "of_class",
    "of_measure",
    "programme_choices",
    "shown_version",
    "statement_list",
    "statements",
    "to_confirm",
    "totals",
    "waiting",
    "with_quantities",
]
