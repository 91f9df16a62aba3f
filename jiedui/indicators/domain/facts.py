"""The streams that the figures take in: outputs of the ledger, what programmes and learning tell.

The rooms keep a stream of their own each; one head row numbers them (ADR 3), so that
together they are one stream in the order of commit, of one type of row.
"""

from __future__ import annotations

from jiedui.ledger.domain.facts import LEDGER, FactRow

__all__ = ["LEARNING", "LEDGER", "PROGRAMMES", "STREAMS", "FactRow"]

PROGRAMMES, LEARNING = "programmes", "learning"
# In the order of their codes in the store: a new one is appended.
STREAMS = (LEDGER, PROGRAMMES, LEARNING)
