"""``jiedui learning curve`` and ``jiedui learning calibrate``."""

from __future__ import annotations

from jiedui.mentoring.commands import curves

COMMANDS = [*curves.COMMANDS]
