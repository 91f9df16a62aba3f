"""Reads of the ledger, for its pages and for the rooms above."""

from jiedui.ledger.queries.stream import facts, newest_fact, statements

__all__ = ["facts", "newest_fact", "statements"]
