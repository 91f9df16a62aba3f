"""The stage of the ledger's tests, and sheets as people hand them in."""

from __future__ import annotations

import pytest

from tests.ledger_cast import Stage
from tests.ledger_cast import stage as set_stage


@pytest.fixture
def stage(db: None) -> Stage:
    return set_stage()
