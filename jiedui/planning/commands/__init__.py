"""``jiedui plan dispatch | tours | siting`` and ``jiedui bench planning``."""

from __future__ import annotations

from jiedui.planning.commands import bench, dispatch, siting, tours

COMMANDS = [*dispatch.COMMANDS, *tours.COMMANDS, *siting.COMMANDS, *bench.COMMANDS]
