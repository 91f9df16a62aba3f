"""One style sheet out of one file a component, named by its content and kept for a year.

The files stay small and apart for those who write them; a page asks once.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.apps import apps
from django.conf import settings

from jiedui.core.identifiers import content_hash

# Tokens first, the shell and its parts next, then rooms in their order.
FIRST = ("tokens.css", "base.css", "shell.css")
LAST = ("print.css",)


def files() -> list[Path]:
    """All style sheets of the rooms, in the order in which they are laid."""
    own: dict[str, Path] = {}
    rooms: list[Path] = []
    for config in apps.get_app_configs():
        if not config.name.startswith("jiedui."):
            continue
        folder = Path(config.path) / "static" / config.label / "css"
        found = sorted(folder.glob("*.css"))
        if config.label == "web":
            own = {path.name: path for path in found}
        else:
            rooms.extend(found)
    middle = [path for name, path in own.items() if name not in FIRST + LAST]
    return [own[name] for name in FIRST] + middle + rooms + [own[name] for name in LAST]


@cache
def _bundle(stamp: tuple[float, ...]) -> tuple[str, bytes]:
    body = b"\n".join(path.read_bytes() for path in files())
    return content_hash(body)[:16], body


def bundle() -> tuple[str, bytes]:
    """The name and content of the one sheet; read anew in development when a file changes."""
    stamp = tuple(path.stat().st_mtime for path in files()) if settings.DEBUG else ()
    return _bundle(stamp)
