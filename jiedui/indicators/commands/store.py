"""Commands of the figures store: ``jiedui figures compact`` and ``jiedui bench figures``."""

from __future__ import annotations

import json
from pathlib import Path

import click
from django.conf import settings

from jiedui.indicators.actions import compact_figures
from jiedui.indicators.queries.catalogue import cards
from jiedui.indicators.sources.store.reader import Limits


@click.command("figures.compact")
@click.option(
    "--min-rows", default=1, show_default=True, help="Leave fewer new facts where they are."
)
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def compact(min_rows: int, format_: str) -> None:
    """Close facts that are only in the database into Parquet segments of the store."""
    closed = compact_figures(by=None, min_rows=min_rows)
    if format_ == "json":
        plain = {
            "rows": closed.rows,
            "through": closed.through,
            "segments": closed.segments,
            "swept": len(closed.swept),
        }
        click.echo(json.dumps(plain))
    else:
        click.echo(
            f"{closed.rows} facts taken in, up to number {closed.through};"
            f" {closed.segments} segments"
        )


@click.command("bench.figures")
@click.option("--rows", type=click.IntRange(1000), default=1_000_000, show_default=True)
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Build the store in this folder and keep it; one that lies there is used again.",
)
@click.option("--pages/--no-pages", default=True, help="Ask for pages, in a throw-away house.")
@click.option("--pandas/--no-pandas", default=True, help="Ask pandas the same question.")
@click.option("--format", "format_", type=click.Choice(["text", "json"]), default="text")
def bench_figures(rows: int, keep: Path | None, pages: bool, pandas: bool, format_: str) -> None:
    """Measure the figures on invented facts: medians of five, in one run on the same threads."""
    from jiedui.indicators.bench.figures import bench

    limits = Limits(settings.FIGURES_MEMORY, settings.FIGURES_THREADS, settings.HOME / "tmp")

    def tell(text: str) -> None:
        click.echo(text, err=True)

    found = bench(rows, keep, limits, pages=pages, pandas=pandas, tell=tell)
    if format_ == "json":
        click.echo(json.dumps(found))
    else:
        for name, value in found.items():
            click.echo(f"{name:>20}  {value}")


@click.command("figures.cards")
def figures_cards() -> None:
    """Print every definition as the table of docs/indicators.md."""
    click.echo(cards(), nl=False)


COMMANDS = [compact, bench_figures, figures_cards]
