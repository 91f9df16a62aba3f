"""The reference pages say what the code says; links lead somewhere; nothing odd is named."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
PAGES = [*REPO.glob("*.md"), *(REPO / "docs").rglob("*.md")]


def test_reference_pages_are_written_from_this_code() -> None:
    done = subprocess.run(
        [sys.executable, REPO / "tools/docs.py", "check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_links_in_the_docs_lead_somewhere() -> None:
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(REPO)}: {target}")
    assert not broken


def test_every_dependency_says_what_it_is_for() -> None:
    lines = (REPO / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    silent = []
    for above, line in pairwise(lines):
        tools = ("pytest==", "ruff==", "mypy==", "django-stubs[")
        named = re.match(r'    "([a-z][^"]*==[^"]*)",', line)
        if named and not above.strip().startswith("#") and not named[1].startswith(tools):
            silent.append(named[1])
    assert not silent


def test_readmes_fit_one_screen_and_name_the_two_commands() -> None:
    for name in ("README.md", "README.zh-CN.md"):
        text = (REPO / name).read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 60, name
        assert "./run" in text, name
        assert "./test" in text, name
