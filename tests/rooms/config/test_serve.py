"""The server stays on loopback while a log-in of the example is active."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

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


def test_a_killed_worker_is_begun_anew_and_ends_with_its_keeper(tmp_path: Path) -> None:
    told = tmp_path / "pids"
    child = f"import os, time;open({str(told)!r}, 'a').write(str(os.getpid()) + ' ');time.sleep(60)"
    keeper = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import os, sys; from jiedui.config import worker; worker.PAUSE = 0.05;"
            "worker.keep([sys.executable, '-c', sys.argv[1]], os.getppid())",
            child,
        ]
    )

    def pids(n: int) -> list[int]:
        for _ in range(600):
            if told.exists() and len(found := told.read_text().split()) >= n:
                return [int(pid) for pid in found]
            time.sleep(0.05)
        raise AssertionError(f"no worker number {n}")

    os.kill(pids(1)[0], signal.SIGKILL)
    second = pids(2)[1]
    keeper.send_signal(signal.SIGTERM)
    assert keeper.wait(30) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(second, 0)


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
