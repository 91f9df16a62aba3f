"""The list of known bodies of published reports, as plain rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jiedui.core.errors import InvalidInput


@dataclass(frozen=True)
class KnownBody:
    """A body that reports name: what it is, in what it lies, how else it is called."""

    name: str
    name_en: str
    kind: str
    part_of: str
    aliases: tuple[str, ...]
    row: int

    @property
    def is_region(self) -> bool:
        """Whether the body stands for a place."""
        return self.kind == "region"


def read_bodies(rows: Iterable[Mapping[str, str]], first_row: int = 2) -> list[KnownBody]:
    """Plain rows as bodies, each after what it is part of.

    Kinds are codes of the pack, written with spaces or underscores; aliases are
    parted by semicolons and by nothing else (an alias may be a list of names).
    Raises InvalidInput ``body-repeated`` or ``part-unknown`` at the cell.
    """
    bodies: dict[str, KnownBody] = {}
    for number, row in enumerate(rows, first_row):
        name = row["name"].strip()
        if not name:
            continue
        if name in bodies:
            raise InvalidInput(
                "body-repeated", "“%(name)s” stands twice.", field=f"A{number}", name=name
            )
        bodies[name] = KnownBody(
            name,
            (row.get("name_en") or "").strip(),
            (row.get("kind") or "").strip().replace(" ", "_"),
            (row.get("part_of") or "").strip(),
            tuple(a.strip() for a in (row.get("aliases") or "").split(";") if a.strip()),
            number,
        )
    ordered: dict[str, KnownBody] = {}
    for body in bodies.values():
        _place(body, bodies, ordered, ())
    return list(ordered.values())


def _place(
    body: KnownBody,
    bodies: Mapping[str, KnownBody],
    ordered: dict[str, KnownBody],
    above: tuple[str, ...],
) -> None:
    if body.name in ordered:
        return
    if body.part_of:
        whole = bodies.get(body.part_of)
        if whole is None or whole.name in (*above, body.name):
            raise InvalidInput(
                "part-unknown",
                "“%(name)s”, of which “%(part)s” is said to be part, is not in the list.",
                field=f"D{body.row}",
                name=body.part_of,
                part=body.name,
            )
        _place(whole, bodies, ordered, (*above, body.name))
    ordered[body.name] = body
