"""The guard against the network can fail."""

from __future__ import annotations

import socket

import pytest


def test_another_host_is_refused() -> None:
    with socket.socket() as probe, pytest.raises(OSError, match="reached for the network"):
        probe.connect(("192.0.2.1", 80))
