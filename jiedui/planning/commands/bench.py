"""``jiedui bench planning``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from jiedui.core.errors import InvalidInput
from jiedui.planning.bench import instances
from jiedui.planning.bench.measure import keep, kept, measure


@click.command("bench.planning")
@click.option(
    "--data",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of instances; what is missing is made there, plans are kept there.",
)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File of results.")
@click.option("--only", help="Measure this instance, measured before or not.")
@click.option("--list", "listed", is_flag=True, help="Only tell what is there and what is missing.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
def bench_planning(data: Path, out: Path | None, only: str | None, listed: bool, form: str) -> None:
    """Measure the planners: one instance a call, the next that is missing.

    Results are appended to FOLDER/results.jsonl, a JSON object a line, so that
    calling again goes on. Exit status 1 where a target is missed.
    """
    table = instances()
    path = out or data / "results.jsonl"
    found = kept(path)
    if only is not None and only not in table:
        raise InvalidInput(
            "instance-unknown",
            "There is no instance “%(name)s”; --list names them.",
            field="--only",
            name=only,
        )
    missing = [name for name in table if name not in found]
    chosen = only if only is not None else next(iter(missing), None)
    if not listed and chosen is not None:
        data.mkdir(parents=True, exist_ok=True)
        result = measure(chosen, table[chosen], data, lambda text: click.echo(text, err=True))
        keep(path, result)
        _print([result], form)
        left = [name for name in missing if name != chosen]
        click.echo(f"{len(left)} of {len(table)} instances are left", err=True)
        sys.exit(0 if result["reached"] else 1)
    _print([found[name] for name in table if name in found], form)
    for name in missing:
        click.echo(f"{name}: not measured", err=True)
    sys.exit(0 if all(result["reached"] for result in found.values()) else 1)


def _print(results: list[Mapping[str, Any]], form: str) -> None:
    if form == "json":
        click.echo("\n".join(json.dumps(result, ensure_ascii=False) for result in results))
        return
    for result in results:
        click.echo(
            f"{result['instance']}: {result['seconds']} s,"
            f" {result['cpu_seconds']} s of processors, {result['peak_mb']} MB"
        )
        for target in result["targets"]:
            limit = " ".join(
                f"{sign} {target[key]:g}"
                for key, sign in (("at_most", "≤"), ("at_least", "≥"))
                if key in target
            )
            value = "–" if target["value"] is None else f"{target['value']:.5g}"
            mark = "reached" if target["reached"] else "MISSED"
            click.echo(f"  {target['name']:>24} {value:>10} {limit:>10}  {mark}")


COMMANDS: list[click.Command] = [bench_planning]
