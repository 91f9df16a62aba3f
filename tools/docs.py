"""Write the reference pages of docs/ from the code; the repo's tests compare.

python tools/docs.py write | check
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

REPO = Path(__file__).resolve().parents[1]
PACKAGE = REPO / "jiedui"
DOCS = REPO / "docs"
sys.path.insert(0, str(REPO))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.config.settings")

from tools.messages import passed_on  # noqa: E402 - the repo is on the path now

NOTE = "<!-- Written by tools/docs.py from the code; change the code, not this page. -->\n"
REFUSALS = {"NotVisible": 404, "NotAllowed": 403, "InvalidState": 409, "InvalidInput": 422}
LAYERS = (
    "config", "home", "exchange | sync", "reports", "indicators", "planning",
    "mentoring | care | capital", "ledger", "programmes | needs", "directory", "accounts", "web",
    "core",
)  # fmt: skip


@cache
def sources() -> list[tuple[Path, list[ast.AST]]]:
    """Every file with its imports, functions and calls: walking takes longer than reading."""
    wanted = (ast.ImportFrom, ast.FunctionDef, ast.Call)
    return [
        (path, [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, wanted)])
        for path in sorted(PACKAGE.rglob("*.py"))
        if "migrations" not in path.parts
    ]


def rooms() -> str:
    """The room map: what each owns, its files, and into which rooms it looks."""
    lines = [NOTE, "# Rooms\n", "A room imports only what stands below it.\n"]
    lines += ["| Room | Owns | Looks into |", "|---|---|---|"]
    edges = []
    for layer in LAYERS:
        for room in layer.split(" | "):
            doc = ast.get_docstring(ast.parse((PACKAGE / room / "__init__.py").read_text())) or ""
            seen: set[str] = set()
            for path, nodes in sources():
                if path.relative_to(PACKAGE).parts[0] == room:
                    for node in nodes:
                        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
                            "jiedui."
                        ):
                            seen.add((node.module or "").split(".")[1])
            seen.discard(room)
            edges += [(room, other) for other in sorted(seen) if other not in {"core", "web"}]
            lines.append(f"| `{room}` | {doc.splitlines()[0]} | {', '.join(sorted(seen)) or '–'} |")
    lines += ["\n## Who looks into whom\n", "`core` and `web` are open to all and left out.\n"]
    lines += ["```mermaid", "flowchart TD"]
    lines += [f"    {a} --> {b}" for a, b in edges]
    return "\n".join([*lines, "```", ""])


def _status(call: ast.AST) -> int | None:
    """The status of a refusal that is made here, whatever its code."""
    named = isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.args
    return REFUSALS.get(call.func.id) if named else None


def _helpers() -> dict[str, int]:
    """The functions that refuse with a code they are given, and their status."""
    found: dict[str, int] = {}
    for _path, nodes in sources():
        if not any(_status(node) and isinstance(node.args[0], ast.Name) for node in nodes):
            continue
        for function in nodes:
            if isinstance(function, ast.FunctionDef):
                given = {each.arg for each in function.args.args}
                for node in ast.walk(function):
                    status = _status(node)
                    if status and isinstance(node.args[0], ast.Name) and node.args[0].id in given:
                        found[function.name] = status
    return found


def refusals() -> dict[str, tuple[int, str]]:
    """Every code with its status and sentence, from the calls in the code."""
    found: dict[str, tuple[int, str]] = {}
    helpers = _helpers()
    for _path, nodes in sources():
        for node in nodes:
            if not (isinstance(node, ast.Call) and len(node.args) >= 2):
                continue
            function = node.func
            name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
            code, message = node.args[0], node.args[1]
            if name in REFUSALS and isinstance(code, ast.Constant):
                if isinstance(message, ast.Call) and message.args:
                    message = message.args[0]
                if isinstance(message, ast.Constant):
                    found.setdefault(str(code.value), (REFUSALS[name], str(message.value)))
            elif name in helpers and (told := passed_on(node)):
                found.setdefault(told[0], (helpers[name], told[1]))
    return dict(sorted(found.items()))


def errors() -> str:
    lines = [NOTE, "# Error codes\n"]
    lines.append("What Jiedui refuses, and how. A code is stable; the sentence is translated.\n")
    lines += ["| Code | Status | Sentence |", "|---|---|---|"]
    for code, (status, message) in refusals().items():
        lines.append(f"| `{code}` | {status} | {message.replace('|', chr(92) + '|')} |")
    return "\n".join([*lines, ""])


def state_tables() -> list[object]:
    """Every StateTable that stands at the top of a domain module."""
    from importlib import import_module

    from jiedui.core.states import StateTable

    found: dict[str, object] = {}
    for path, _tree in sources():
        if "domain" in path.parts and "StateTable(" in path.read_text(encoding="utf-8"):
            module = import_module(".".join(path.relative_to(REPO).with_suffix("").parts))
            for value in vars(module).values():
                if isinstance(value, StateTable):
                    found[value.name] = value
    return [found[name] for name in sorted(found)]


def states() -> str:
    lines = [NOTE, "# States\n"]
    for table in state_tables():
        lines += [f"## {table.name}\n", "```mermaid", table.mermaid().rstrip(), "```\n"]
    return "\n".join(lines)


def settings() -> str:
    """Every environment variable that the settings read, with the comment near it."""
    text = (PACKAGE / "config/settings.py").read_text(encoding="utf-8")
    purpose = {
        "JIEDUI_HOME": "Where the data lie: database, files, store, secret key.",
        "JIEDUI_DEBUG": "1 shows tracebacks; never where others can reach the server.",
        "JIEDUI_SECRET_KEY": "The key of sessions and sealed secrets; else made once in the home.",
        "DATABASE_URL": "`postgresql://user:password@host:port/name`, or SQLite in the home.",
        "JIEDUI_HOSTS": "Host names that the server answers to, comma between.",
        "JIEDUI_ORIGINS": "Origins (with scheme) trusted for forms behind a proxy.",
        "JIEDUI_FILES": "Where evidence files lie, by content hash.",
        "JIEDUI_STORE": "Where the segments of the figures store lie.",
        "JIEDUI_PACKS_FOLDER": "Where data packs lie.",
        "JIEDUI_PACKS": "Packs in use, comma between, laid over one another.",
        "JIEDUI_IDLE_MINUTES": "Idle minutes after which a session ends.",
        "JIEDUI_HTTPS": "1 when served over HTTPS: secure cookies and HSTS.",
        "JIEDUI_TIME_ZONE": "The time zone in which days begin.",
        "JIEDUI_FIGURES_MEMORY": "What the figures' engine may take of memory in each process.",
        "JIEDUI_FIGURES_THREADS": "Threads of the figures' engine; 0 takes every core.",
        "JIEDUI_PROXIES": "How many proxies of our own stand before the server.",
    }
    names = sorted(set(re.findall(r'environ\.get\(\s*"([A-Z_]+)"', text)))
    lines = [NOTE, "# Settings\n", "All from the environment.\n", "| Variable | For |", "|---|---|"]
    lines += [f"| `{name}` | {purpose[name]} |" for name in names]
    return "\n".join([*lines, ""])


def commands() -> str:
    """Every command with its help, as click prints it."""
    import click

    from jiedui.config.cli import main

    def walk(group: click.Group, path: str) -> Iterator[str]:
        for name, command in sorted(group.commands.items()):
            if isinstance(command, click.Group):
                yield from walk(command, f"{path} {name}")
                continue
            context = click.Context(command, info_name=f"{path} {name}", terminal_width=90)
            yield f"## `{path} {name}`\n\n```text\n{command.get_help(context)}\n```\n"

    return "\n".join([NOTE, "# Commands\n", *walk(main, "jiedui")])


def glossary() -> str:
    """The field's words in both languages, from the packs in use."""
    from jiedui.core import packs

    titles = {
        "activity_kinds": "活动种类 Activity kinds", "measures": "计量 Measures",
        "output_classes": "输血、传帮带、造血 Do, teach, enable",
        "unit_classes": "单位类别 Unit classes",
        "figure_kinds": "数字种类 Kinds of figure", "precisions": "精度 Precision",
        "organisation_kinds": "机构种类 Kinds of organisation", "tiers": "层级与等级 Tiers",
        "titles": "职称 Titles", "specialties": "诊疗科目 Specialties", "trees": "树 Trees",
        "programme_kinds": "项目种类 Kinds of programme",
        "pairing_kinds": "结对种类 Kinds of pairing",
        "participant_roles": "参与角色 Roles in an event", "site_kinds": "服务地点 Sites",
        "identifier_schemes": "机构标识 Identifier schemes",
        "place_code_schemes": "地点代码 Place code schemes", "units": "单位 Units",
    }  # fmt: skip
    words = (DOCS / "words.md").read_text(encoding="utf-8")
    lines = [NOTE, "# 词表 Glossary\n", words.strip() + "\n"]
    tables = packs.vocabulary().tables
    for name, title in titles.items():
        lines += [
            f"## {title}\n",
            "| 代码 Code | 中文 | English | 来源 Source |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| `{t.code}` | {t.name} | {t.name_en} | {t.source} |" for t in tables[name].values()
        ]
        lines.append("")
    return "\n".join(lines)


def roles() -> str:
    from jiedui.accounts.domain.roles import ROLES

    lines = [NOTE, "# Roles\n", "| Role | Does | Permissions | Scope | Second factor |"]
    lines.append("|---|---|---|---|---|")
    for role in ROLES.values():
        allowed = " ".join(f"`{p}`" for p in sorted(role.permissions))
        scope = "part of the tree" if role.scoped else "the house"
        factor = "compulsory" if role.second_factor else "optional"
        lines.append(f"| {role.name} | {role.description} | {allowed} | {scope} | {factor} |")
    return "\n".join([*lines, ""])


PAGES: dict[str, Callable[[], str]] = {
    "rooms.md": rooms,
    "errors.md": errors,
    "states.md": states,
    "settings.md": settings,
    "commands.md": commands,
    "glossary.md": glossary,
    "roles.md": roles,
}


def stale() -> list[str]:
    """Pages that no longer say what the code says."""
    import django

    django.setup()
    return [
        name
        for name, page in PAGES.items()
        if not (DOCS / name).exists() or (DOCS / name).read_text(encoding="utf-8") != page()
    ]


def main() -> int:
    behind = stale()
    if sys.argv[1:] == ["write"]:
        for name in behind:
            (DOCS / name).write_text(PAGES[name](), encoding="utf-8")
            print(f"docs/{name}")
        return 0
    for name in behind:
        print(f"docs/{name} is stale: run tools/docs.py write", file=sys.stderr)
    return 1 if behind else 0


if __name__ == "__main__":
    sys.exit(main())
