"""``jiedui bench learning``: the pages of learning, measured on an invented country."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.core.management import call_command

NUMBER = click.IntRange(1)


@click.command("bench.learning")
@click.option("--apprentices", type=NUMBER, default=20_000, show_default=True)
@click.option("--cases", type=NUMBER, default=110, show_default=True, help="Of each apprentice.")
@click.option("--recipients", type=NUMBER, default=1_500, show_default=True)
@click.option("--supporters", type=NUMBER, default=300, show_default=True)
@click.option("--postings-a-year", type=NUMBER, default=4_500, show_default=True)
@click.option("--years", type=NUMBER, default=3, show_default=True)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Build in this home and keep it; one of the same size built today is used again.",
)
@click.option(
    "--bounds/--no-bounds", default=True, show_default=True,
    help="End with 1 where a page is slower than 300 ms.",
)  # fmt: skip
@click.option(
    "--as", "viewers", multiple=True,
    type=click.Choice(["manager", "expert", "coordinator", "viewer"]),
    help="Look only as this one; may be given again.",
)  # fmt: skip
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@click.option("--inside", is_flag=True, hidden=True)
def bench_learning(
    keep: Path | None, bounds: bool, viewers: tuple[str, ...], form: str, inside: bool,
    **sizes: int,
) -> None:  # fmt: skip
    """Measure every page of learning on an invented country, in a home of its own.

    The home has an SQLite database unless DATABASE_URL names an empty one. Every
    page has 300 ms at the 95th percentile.
    """
    if inside:
        click.echo(json.dumps(_inside(sizes, viewers), ensure_ascii=False))
        return
    if keep is not None:
        found = _in_home(keep, sizes, viewers)
    else:
        with tempfile.TemporaryDirectory(prefix="jiedui-bench-") as home:
            found = _in_home(Path(home), sizes, viewers)
    if form == "json":
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        _print(found)
    if found["broken"] or (bounds and found["slow"]):
        sys.exit(1)


def _in_home(home: Path, sizes: dict[str, int], viewers: tuple[str, ...]) -> dict[str, Any]:
    """Measure in a process whose settings are of that home."""
    options = [text for name, size in sizes.items() for text in (_option(name), str(size))]
    options += [text for name in viewers for text in ("--as", name)]
    start = "from jiedui.config.cli import main; main()"
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", start, "bench", "learning", "--inside", *options],
        env={**os.environ, "JIEDUI_HOME": str(home.absolute())},
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        sys.exit(done.returncode)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def _inside(sizes: dict[str, int], viewers: tuple[str, ...]) -> dict[str, Any]:
    from jiedui.config.learning_bench.measure import run
    from jiedui.config.learning_bench.school import Size
    from jiedui.programmes.bench.country import Country

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    size = Size(sizes.pop("apprentices"), sizes.pop("cases"))
    return run(Country(**sizes), size, lambda text: click.echo(text, err=True), viewers)


def _print(found: dict[str, Any]) -> None:
    click.echo(
        f"{found['apprentices']:,} apprentices, {found['cases']:,} cases, {found['database']},"
        f" built in {found['build_s']} s"
    )
    head = ("p50 ms", "p95 ms", "cpu95 ms", "queries", "kB")
    click.echo(f"{'page':34} {'viewer':12}" + "".join(f" {title:>8}" for title in head))
    for row in found["pages"]:
        click.echo(
            f"{row['page']:34} {row['viewer']:12} {row['p50']:8.1f} {row['p95']:8.1f}"
            f" {row['cpu95']:8.1f} {row['queries']:8} {row['kilobytes']:8.1f}"
        )
    for name, why in found["never_opened"].items():
        click.echo(f"{name:34} not opened: {', '.join(why)}")
    for title in ("unknown", "broken", "slow"):
        for text in found[title]:
            click.echo(f"{title}: {text}")
