"""Rooms come into one another only by their doors, and files stay readable."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]
PACKAGE = REPO / "jiedui"
ROOMS = sorted(p.name for p in PACKAGE.iterdir() if (p / "__init__.py").exists())
DOORS = {"actions", "queries", "access", "domain", "audit", "permissions"}
# web and core are kits: every module of theirs is a door. config stands over all.
OPEN = {"web", "core"}
FORBIDDEN_NAMES = {"utils", "helpers", "services", "managers", "signals", "common", "misc"}


def python_files() -> list[Path]:
    return [p for p in PACKAGE.rglob("*.py") if "migrations" not in p.parts]


def imports(path: Path) -> list[tuple[str, int]]:
    """Every absolute module path of jiedui that a file imports, names included."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.extend((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
        elif isinstance(node, ast.Import):
            found.extend((alias.name, node.lineno) for alias in node.names)
    return [(name, line) for name, line in found if name.startswith("jiedui.")]


def door_fault(own_room: str, own_kind: str, target: str) -> bool:
    """Whether this import goes round the doors."""
    parts = target.split(".")
    room, kind = parts[1], parts[2] if len(parts) > 2 else ""
    if room in OPEN or room == own_room or kind in DOORS:
        return False
    if target == "jiedui.accounts.models.User":
        return False
    # A foreign key needs the model of a lower room.
    return not (kind == "models" and own_kind == "models")


@pytest.mark.parametrize("room", [r for r in ROOMS if r != "config"])
def test_other_rooms_are_entered_by_their_doors(room: str) -> None:
    faults = []
    for path in python_files():
        inside = path.relative_to(PACKAGE).parts
        if inside[0] != room or len(inside) < 2:
            continue
        kind = inside[1].removesuffix(".py")
        faults.extend(
            f"{path.relative_to(REPO)}:{line} imports {target}"
            for target, line in imports(path)
            if door_fault(room, kind, target)
        )
    assert not faults, "\n".join(faults)


def test_the_door_rule_can_fail() -> None:
    assert door_fault("ledger", "views", "jiedui.directory.views.home")
    assert door_fault("ledger", "actions", "jiedui.directory.models.Place")
    assert not door_fault("ledger", "models", "jiedui.directory.models.Place")
    assert not door_fault("ledger", "actions", "jiedui.directory.queries.lineage")


def test_every_room_says_what_it_owns() -> None:
    for room in ROOMS:
        tree = ast.parse((PACKAGE / room / "__init__.py").read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), room


def test_no_file_is_too_long() -> None:
    long = {
        str(p.relative_to(REPO)): n
        for p in [*python_files(), *(REPO / "tests").rglob("*.py")]
        if (n := len(p.read_text(encoding="utf-8").splitlines())) > 600
    }
    assert not long


def test_no_room_has_a_drawer_for_everything() -> None:
    drawers = [p for p in PACKAGE.rglob("*") if p.stem in FORBIDDEN_NAMES]
    assert not drawers


def test_no_signals() -> None:
    for path in python_files():
        text = path.read_text(encoding="utf-8")
        assert "@receiver(" not in text, path
        assert "post_save" not in text, path
