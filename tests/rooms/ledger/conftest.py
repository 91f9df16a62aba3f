"""The ledger's cast for every test of this folder."""

from __future__ import annotations

import pytest

from tests.ledger_cast import Stage
from tests.ledger_cast import stage as set_stage


@pytest.fixture
def stage(db: None) -> Stage:
    """The cast, set up in the database."""
    return set_stage()
