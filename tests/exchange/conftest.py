"""The stage of the ledger's tests, and sheets as people hand them in."""

from __future__ import annotations

from tests.lasting import lasting
from tests.ledger_cast import stage as set_stage

the_cast, stage = lasting(set_stage)
