"""A command on a house that was never set up says so in one line."""

from __future__ import annotations

import click
import pytest
from click.testing import CliRunner
from django.db import OperationalError

from jiedui.config import cli

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("lacking", [True, False])
def test_a_house_without_tables_is_told_apart_from_a_bug(
    monkeypatch: pytest.MonkeyPatch, lacking: bool
) -> None:
    @click.command("broken")
    def broken() -> None:
        raise OperationalError("no such table")

    monkeypatch.setitem(cli.main.commands, "broken", broken)
    assert not cli.lacks_tables()
    monkeypatch.setattr(cli, "lacks_tables", lambda: lacking)
    result = CliRunner().invoke(cli.main, ["broken"])
    if lacking:
        assert result.exit_code == 2
        assert "jiedui setup" in result.output
    else:
        assert isinstance(result.exception, OperationalError)
