"""Every action of every room: keyword-only, by=, atomic, and written to the audit log."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from jiedui.accounts.domain.sentences import KINDS, SENTENCES

ROOMS = Path(__file__).resolve().parents[2] / "jiedui"

# The few that may differ, and why.
NOT_ATOMIC = {
    "exchange.check_import": "a background task: its state and progress are seen while it works",
    "exchange.write_import": "a background task: each batch is a transaction of its own",
    "exchange.end_broken_off": "each import is ended in a transaction of its own",
    "planning.run_scenario": "a background task: what it finds is written in one transaction",
    "planning.end_broken_off": "each run is ended in a transaction of its own",
}
NOT_AUDITED = {"home.mark_seen": "a reading mark of the user's own, set by looking"}


@dataclass(frozen=True)
class Action:
    """A public function of an actions module, with all functions of its package."""

    name: str
    node: ast.FunctionDef
    known: dict[str, ast.FunctionDef]


def modules(room: Path) -> list[Path]:
    single = room / "actions.py"
    return [single] if single.exists() else sorted((room / "actions").glob("*.py"))


def functions(path: Path) -> dict[str, ast.FunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def all_actions() -> Iterator[Action]:
    for room in sorted(ROOMS.iterdir()):
        per_file = {path: functions(path) for path in modules(room)}
        known = {name: node for found in per_file.values() for name, node in found.items()}
        for path, found in per_file.items():
            exported = exported_by(room) if path.parent.name == "actions" else None
            for name, node in found.items():
                if name.startswith("_") or (exported is not None and name not in exported):
                    continue
                yield Action(f"{room.name}.{name}", node, known)


def exported_by(room: Path) -> set[str]:
    """What the package ``actions`` offers; the rest are its own inner parts."""
    tree = ast.parse((room / "actions" / "__init__.py").read_text(encoding="utf-8"))
    return {
        alias.asname or alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def called(node: ast.AST) -> set[str]:
    names = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            target = call.func
            names.add(
                target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")
            )
    return names


def reaches_audit(node: ast.FunctionDef, known: dict[str, ast.FunctionDef]) -> bool:
    """Whether the function, or one of its package that it calls, writes an audit row."""
    waiting, seen = [node], {node.name}
    while waiting:
        names = called(waiting.pop())
        if "record" in names:
            return True
        for name in names & known.keys() - seen:
            seen.add(name)
            waiting.append(known[name])
    return False


def is_atomic(node: ast.FunctionDef, known: dict[str, ast.FunctionDef]) -> bool:
    """By decorator, or by a block of its own; or it only hands on to what is."""
    decorated = any("atomic" in ast.unparse(mark) for mark in node.decorator_list)
    blocks = any(
        "transaction.atomic" in ast.unparse(item.context_expr)
        for block in ast.walk(node)
        if isinstance(block, ast.With)
        for item in block.items
    )
    if decorated or blocks:
        return True
    handed = [known[name] for name in called(node) & known.keys() - {node.name}]
    return any(
        any("atomic" in ast.unparse(mark) for mark in inner.decorator_list) for inner in handed
    )


ACTIONS = list(all_actions())


def test_there_are_actions() -> None:
    assert {"accounts.create_account", "ledger.record_entry"} <= {a.name for a in ACTIONS}


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_an_action_is_keyword_only_by_somebody_atomic_and_audited(action: Action) -> None:
    arguments = action.node.args
    assert not arguments.args, "keyword-only"
    assert not arguments.posonlyargs, "keyword-only"
    assert not arguments.vararg, "keyword-only"
    assert "by" in {argument.arg for argument in arguments.kwonlyargs}, "by="
    assert is_atomic(action.node, action.known) or action.name in NOT_ATOMIC, "atomic"
    assert reaches_audit(action.node, action.known) or action.name in NOT_AUDITED, "audited"


def test_what_may_differ_is_still_there() -> None:
    assert NOT_ATOMIC.keys() | NOT_AUDITED.keys() <= {action.name for action in ACTIONS}


def recorded() -> dict[str, str]:
    """Every action code that is written to the audit log, and where."""
    found: dict[str, str] = {}
    for path in ROOMS.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            if "record" not in {name, getattr(call.func, "id", "")}:
                continue
            for keyword in call.keywords:
                if keyword.arg == "action":
                    for part in ast.walk(keyword.value):
                        if isinstance(part, ast.Constant) and isinstance(part.value, str):
                            found[part.value] = f"{path.name}:{call.lineno}"
    return found


def test_every_act_has_its_sentence_in_the_log() -> None:
    silent = {code: place for code, place in recorded().items() if code not in SENTENCES}
    assert not silent


def test_every_kind_of_object_has_its_word_in_the_log() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in ROOMS.rglob("*.py"))
    named = set(re.findall(r'object_kind="([a-z-]+)"', source))
    assert len(named) > 5
    assert sorted(named - set(KINDS)) == []


def test_every_sentence_is_of_an_act() -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in ROOMS.rglob("*.py")
        if path.name != "sentences.py"
    )
    assert not [code for code in SENTENCES if f'"{code}"' not in source]


def test_rows_are_locked_without_their_keys() -> None:
    """Whoever names a row looks at its key when the transaction ends, holding the audit log.

    Who locked the row with its key and waits for the log would wait in a ring with them. The two
    rows that nothing refers to, the last and the first lock of a transaction, are locked whole.
    """
    alone = re.compile(r"(AuditHead|DirectoryState)\.objects\.select_for_update\(\)")
    found = [
        f"{path.relative_to(ROOMS)}: {line.strip()}"
        for path in sorted(ROOMS.rglob("*.py"))
        for line in alone.sub("", path.read_text(encoding="utf-8")).splitlines()
        if "select_for_update(" in line and "no_key=True" not in line
    ]
    assert not found
