"""The ledger's cast for every test of this folder."""

from __future__ import annotations

from tests.lasting import lasting
from tests.ledger_cast import stage as set_stage

the_cast, stage = lasting(set_stage)
