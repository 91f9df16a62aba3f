"""Dispatch problems and plans written as files."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets.writing import write_csv
from jiedui.planning.domain.dispatch.problem import Problem, Tour
from jiedui.planning.sources.dispatch_files import COLUMNS, PLAN_COLUMNS


def write_problem(folder: Path, problem: Problem) -> None:
    """Write a problem so that ``read_problem`` gives it again."""
    folder.mkdir(parents=True, exist_ok=True)
    things: dict[str, Iterable[object]] = {
        "recipients": problem.recipients,
        "supporters": problem.supporters,
        "experts": problem.experts,
        "posts": problem.posts,
    }
    rows: dict[str, list[Sequence[object]]] = {
        "allowed": [*sorted(problem.allowed)],
        "preferred": [*sorted(problem.preferred)],
    }
    for name, own in things.items():
        fields = ("id", *COLUMNS[name][1:])
        rows[name] = [[getattr(thing, field) for field in fields] for thing in own]
    for name, columns in COLUMNS.items():
        with (folder / f"{name}.csv").open("wb") as file:
            write_csv(file, columns, rows[name], encoding="utf-8")
    settings = json.dumps(asdict(problem.settings), indent=2)
    (folder / "settings.json").write_text(settings + "\n", "utf-8")


def write_plan(path: Path, tours: Iterable[Tour]) -> None:
    """Write a plan: it stands there whole, or what stood there before does."""
    rows = [(tour.expert, tour.post, tour.start, tour.months) for tour in tours]
    handle, beside = _beside(path)
    try:
        with os.fdopen(handle, "wb") as file:
            # No byte order mark: plans are read by programmes that stumble over it.
            write_csv(file, PLAN_COLUMNS, rows, encoding="utf-8")
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(0o644)
        os.replace(beside, path)
    except BaseException as broken:
        Path(beside).unlink(missing_ok=True)
        if isinstance(broken, OSError):
            raise _unwritable(path, broken) from broken
        raise


def check_writable(path: Path) -> None:
    """Refuse a place where no plan could be written, before the work and not after it."""
    handle, beside = _beside(path)
    os.close(handle)
    Path(beside).unlink()


def _beside(path: Path) -> tuple[int, str]:
    """A new file in the same folder."""
    try:
        return tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    except OSError as broken:
        raise _unwritable(path, broken) from broken


def _unwritable(path: Path, broken: OSError) -> InvalidInput:
    return InvalidInput(
        "plan-unwritable",
        "“%(file)s” cannot be written: %(reason)s.",
        file=str(path),
        reason=broken.strerror,
    )
