"""The list of bodies that published reports name, read from a pack's file."""

from __future__ import annotations

import csv
from pathlib import Path

from jiedui.core.errors import InvalidInput


def known_bodies(path: Path | str) -> list[dict[str, str]]:
    """The rows of ``organisations.csv``, for ``actions.create_bodies``.

    Raises InvalidInput ``bodies-unreadable`` where the file is no such list.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            rows = [{key: value or "" for key, value in row.items() if key} for row in reader]
            missing = {"name", "kind", "part_of", "aliases"} - set(reader.fieldnames or ())
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise InvalidInput(
            "bodies-unreadable",
            "%(file)s cannot be read as a list of bodies.",
            file=Path(path).name,
        ) from fault
    if missing:
        raise InvalidInput(
            "bodies-unreadable",
            "%(file)s cannot be read as a list of bodies.",
            file=Path(path).name,
        )
    return rows
