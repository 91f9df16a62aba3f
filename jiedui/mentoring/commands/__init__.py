"""``jiedui learning curve``, ``learning calibrate`` and ``learning settle``."""

from __future__ import annotations

from jiedui.mentoring.commands import curves, settling

COMMANDS = [*curves.COMMANDS, *settling.COMMANDS]
