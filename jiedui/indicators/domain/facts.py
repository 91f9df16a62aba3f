"""The streams that the figures take in: outputs of the ledger, and what the programmes tell.

Both rooms keep a stream of their own; one head row numbers them (ADR 3), so that
together they are one stream in the order of commit, of one type of row.
"""

from __future__ import annotations

from jiedui.ledger.domain.facts import LEDGER, FactRow

__all__ = ["LEDGER", "PROGRAMMES", "STREAMS", "FactRow"]

PROGRAMMES = "programmes"
# In the order of their codes in the store.
STREAMS = (LEDGER, PROGRAMMES)
