"""Dispatch problems and plans written as files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from jiedui.core.sheets.writing import write_csv
from jiedui.planning.domain.dispatch.problem import Problem, Tour
from jiedui.planning.sources.dispatch_files import COLUMNS, PLAN_COLUMNS
from jiedui.planning.sources.writing import write_rows


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
    write_rows(path, PLAN_COLUMNS, rows)
