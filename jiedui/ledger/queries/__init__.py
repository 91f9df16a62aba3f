"""Reads of the ledger, for its pages and for the rooms above."""

from jiedui.ledger.queries.entry import entry_detail, shown_version
from jiedui.ledger.queries.lists import (
    Total,
    body_names,
    entry_list,
    live,
    names_of,
    of_class,
    of_measure,
    of_person,
    placed_names,
    programme_choices,
    sees_all_confirmed,
    sees_programme,
    statement_list,
    to_confirm,
    totals,
    waiting_by_giver,
    waiting_by_month,
    with_quantities,
)
from jiedui.ledger.queries.stream import facts, newest_fact, published_bodies, statements
from jiedui.ledger.queries.work import changes, waiting

__all__ = [
    "Total",
    "body_names",
    "changes",
    "entry_detail",
    "entry_list",
    "facts",
    "live",
    "names_of",
    "newest_fact",
    "of_class",
    "of_measure",
    "of_person",
    "placed_names",
    "programme_choices",
    "published_bodies",
    "sees_all_confirmed",
    "sees_programme",
    "shown_version",
    "statement_list",
    "statements",
    "to_confirm",
    "totals",
    "waiting",
    "waiting_by_giver",
    "waiting_by_month",
    "with_quantities",
]
