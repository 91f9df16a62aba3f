"""Rooms come into one another only by their doors, and files stay readable.

Another room's model may be named in two places only: in ``models``, for a foreign key, and
under ``if TYPE_CHECKING:``, for the type of what a door handed over. No running code reaches
it otherwise, neither straight nor through the own ``models``: what is taken from there is
defined there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
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


def _running(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what lies in it, without what is for types alone."""
    yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
            for other in child.orelse:
                yield from _running(other)
        else:
            yield from _running(child)


def imports(source: str) -> list[tuple[str, int]]:
    """Every absolute module path of jiedui that running code imports, names included."""
    found = []
    for node in _running(ast.parse(source)):
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
            for target, line in imports(path.read_text(encoding="utf-8"))
            if door_fault(room, kind, target)
        )
    assert not faults, "\n".join(faults)


def test_the_door_rule_can_fail() -> None:
    assert door_fault("ledger", "views", "jiedui.directory.views.home")
    assert door_fault("ledger", "actions", "jiedui.directory.models.Place")
    assert not door_fault("ledger", "models", "jiedui.directory.models.Place")
    assert not door_fault("ledger", "actions", "jiedui.directory.queries.lineage")


def defined(source: str) -> set[str]:
    """The names that a module defines itself; what it imports is another's."""
    found = set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {one.id for one in targets if isinstance(one, ast.Name)}
    return found


def borrowed(room: str, own: set[str], source: str) -> list[str]:
    """What code takes from its own room's models that those only import."""
    models = f"jiedui.{room}.models."
    taken = [target for target, _line in imports(source) if target.startswith(models)]
    return [target for target in taken if target.rpartition(".")[2] not in own]


def models_of(room: str) -> list[Path]:
    """The room's models: one file, or a package of files."""
    home = PACKAGE / room
    return [p for p in (home / "models.py", *home.glob("models/*.py")) if p.exists()]


@pytest.mark.parametrize("room", [r for r in ROOMS if models_of(r)])
def test_no_model_of_another_room_comes_in_through_the_own_models(room: str) -> None:
    models = models_of(room)
    own = set().union(*(defined(path.read_text(encoding="utf-8")) for path in models))
    faults = [
        f"{path.relative_to(REPO)} imports {target}"
        for path in python_files()
        if path.is_relative_to(PACKAGE / room) and path not in models
        for target in borrowed(room, own, path.read_text(encoding="utf-8"))
    ]
    assert not faults, "\n".join(faults)


def test_the_rule_of_the_own_models_can_fail() -> None:
    own = defined("from jiedui.directory.models import Place\nclass Entry: ...\nLINES = 3\n")
    assert own == {"Entry", "LINES"}
    code = "from jiedui.ledger.models import Entry, Place\n"
    assert borrowed("ledger", own, code) == ["jiedui.ledger.models.Place"]
    typed = "if TYPE_CHECKING:\n    from jiedui.directory.models import Place\nelse:\n    " + code
    assert imports(typed) == [
        ("jiedui.ledger.models.Entry", 4),
        ("jiedui.ledger.models.Place", 4),
    ]


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
