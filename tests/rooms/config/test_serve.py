"""The server stays on loopback while a log-in of the example is active."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from jiedui.accounts.actions import create_account
from jiedui.config.serve import is_loopback, serve
from jiedui.config.warm import warm_beside
from jiedui.core.errors import InvalidState
from jiedui.indicators.domain.question import Question


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "[::1]", "localhost"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org", "127.0.0.1.nip.io"])
def test_not_loopback(host: str) -> None:
    assert not is_loopback(host)


@pytest.mark.django_db
def test_an_open_address_is_refused_while_example_logins_are_active() -> None:
    create_account(
        by=None,
        username="example",
        display_name="示例",
        password="jiedui-2026-example",
        example=True,
    )
    with pytest.raises(InvalidState) as refused:
        CliRunner().invoke(serve, ["--host", "0.0.0.0"], catch_exceptions=False)
    assert refused.value.code == "example-logins-active"


def test_a_fresh_worker_is_warmed_and_lives_on_where_that_fails(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[object] = []
    monkeypatch.setattr("jiedui.config.warm.breakdown", lambda *question: asked.append(question[1]))
    warm_beside().join()
    assert asked == [Question()]

    def broken(*_question: object) -> None:
        raise OSError("no store")

    monkeypatch.setattr("jiedui.config.warm.breakdown", broken)
    warm_beside().join()
    assert "warming the server failed" in caplog.text
