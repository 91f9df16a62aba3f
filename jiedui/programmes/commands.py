"""``jiedui bench programmes``: the pages of this room, measured on an invented country."""

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


@click.command("bench.programmes")
@click.option("--recipients", type=NUMBER, default=1_500, show_default=True)
@click.option("--supporters", type=NUMBER, default=1_200, show_default=True)
@click.option("--postings-a-year", type=NUMBER, default=16_000, show_default=True)
@click.option("--years", type=NUMBER, default=10, show_default=True)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Build in this home and keep it; one of the same size built today is used again.",
)
@click.option(
    "--bounds/--no-bounds", default=True, show_default=True,
    help="End with 1 where a page is slower than it may be.",
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
def bench_programmes(
    recipients: int,
    supporters: int,
    postings_a_year: int,
    years: int,
    keep: Path | None,
    bounds: bool,
    viewers: tuple[str, ...],
    form: str,
    inside: bool,
) -> None:
    """Measure every page of programmes on an invented country, in a home of its own.

    The home has an SQLite database unless DATABASE_URL names an empty one. As
    somebody of a single hospital every page has 200 ms at the 95th percentile,
    and the presence strips of a province 500 ms for its coordinator.
    """
    sizes = (recipients, supporters, postings_a_year, years)
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


def _in_home(home: Path, sizes: tuple[int, ...], viewers: tuple[str, ...]) -> dict[str, Any]:
    """Measure in a process whose settings are of that home."""
    names = ("--recipients", "--supporters", "--postings-a-year", "--years")
    options = [text for pair in zip(names, map(str, sizes), strict=True) for text in pair]
    options += [text for name in viewers for text in ("--as", name)]
    start = "from jiedui.config.cli import main; main()"
    done = subprocess.run(  # noqa: S603 - our own interpreter and program
        [sys.executable, "-c", start, "bench", "programmes", "--inside", *options],
        env={**os.environ, "JIEDUI_HOME": str(home.absolute())},
        stdout=subprocess.PIPE,
    )
    if done.returncode:
        sys.exit(done.returncode)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _inside(sizes: tuple[int, ...], viewers: tuple[str, ...]) -> dict[str, Any]:
    from jiedui.programmes.bench.country import Country
    from jiedui.programmes.bench.measure import run

    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("migrate", interactive=False, verbosity=0)
    return run(Country(*sizes), lambda text: click.echo(text, err=True), viewers)


def _print(found: dict[str, Any]) -> None:
    click.echo(
        f"{found['postings']:,} postings, {found['database']}, built in {found['build_s']} s"
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


COMMANDS = [bench_programmes]
