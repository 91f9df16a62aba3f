"""Imports and their bench on the command line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from django.utils.translation import get_language, gettext

from jiedui.core.errors import Refused
from jiedui.directory.domain.sheets import SHEETS
from jiedui.exchange.excel.annotate import annotate
from jiedui.exchange.excel.declare import RESULT_TITLES, Fault, ImportKind, Options
from jiedui.exchange.excel.kinds import kind_named
from jiedui.exchange.excel.run import Outcome
from jiedui.exchange.excel.words import words
from jiedui.exchange.excel.workbook import kinds_in, run_all
from jiedui.web.language import spoken_code

# Faults printed for people; --annotated and JSON hold them all.
PRINTED = 50
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)


def import_file(
    kinds: Sequence[ImportKind],
    file: Path,
    *,
    dry_run: bool,
    annotated: Path | None,
    programme: str,
    form: str,
) -> None:
    """Run an import as the house and print what came of it; 1 if rows were at fault."""
    faults: list[Fault] = []

    def progress(outcome: Outcome) -> bool:
        if form == "text" and sys.stderr.isatty():
            click.echo(f"\r{outcome.rows:,}", nl=False, err=True)
        return True

    try:
        if len(kinds) > 1:
            kinds = kinds_in(file, file.name, kinds)
        outcome = run_all(
            file,
            file.name,
            kinds,
            by=None,
            options=Options(programme=programme),
            on_fault=faults.append,
            on_progress=progress,
            commit=not dry_run,
        )
    except Refused as refused:
        if form == "text":
            raise
        told: dict[str, Any] = {"code": refused.code, "field": refused.field or ""}
        click.echo(json.dumps({"refused": told | {"message": words(refused)}}, ensure_ascii=False))
        sys.exit(2)
    if annotated:
        with annotated.open("wb") as out:
            annotate(
                file,
                file.name,
                kinds,
                faults,
                out,
                words=words,
                title=RESULT_TITLES[get_language() == "en"],
            )
    if form == "json":
        click.echo(json.dumps(_as_json(outcome, faults, dry_run), ensure_ascii=False))
    else:
        _print(outcome, faults, dry_run)
    if faults:
        sys.exit(1)


def _as_json(outcome: Outcome, faults: list[Fault], dry_run: bool) -> dict[str, Any]:
    def told(fault: Fault) -> dict[str, str]:
        return {"cell": fault.address, "code": fault.code, "message": words(fault)}

    return {
        "dry_run": dry_run,
        "rows": outcome.rows,
        "bad_rows": outcome.bad,
        "added": outcome.added,
        "unchanged": outcome.unchanged,
        "faults": [told(fault) for fault in faults],
        "remarks": [told(remark) for remark in outcome.remarks],
    }


def _print(outcome: Outcome, faults: list[Fault], dry_run: bool) -> None:
    for fault in outcome.remarks + faults[:PRINTED]:
        click.echo(f"{fault.address}: {words(fault)} [{fault.code}]", err=True)
    if len(faults) > PRINTED:
        click.echo(f"… {len(faults) - PRINTED:,}", err=True)
    line = gettext(
        "%(rows)s rows: %(added)s new, %(unchanged)s already there, %(bad)s with faults"
    ) % {
        "rows": f"{outcome.rows:,}",
        "added": f"{outcome.added:,}",
        "unchanged": f"{outcome.unchanged:,}",
        "bad": f"{outcome.bad:,}",
    }
    click.echo(line + (gettext(" (dry run: nothing was written)") if dry_run else ""))


@click.command("import.ledger")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Check only; write nothing.")
@click.option(
    "--annotated", type=click.Path(dir_okay=False, path_type=Path), help="Copy with faults."
)
@click.option("--programme", default="", help="Code or name of the programme.")
@FORMAT
@spoken_code
def import_ledger(**options: Any) -> None:
    """Import ledger entries from an .xlsx or CSV file; good rows are taken, the rest told."""
    import_file([kind_named("ledger")], **options)


@click.command("import.nominations")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Check only; write nothing.")
@click.option(
    "--annotated", type=click.Path(dir_okay=False, path_type=Path), help="Copy with faults."
)
@click.option("--programme", default="", help="Code or name of the programme.")
@FORMAT
@spoken_code
def import_nominations(**options: Any) -> None:
    """Nominate everybody of an .xlsx or CSV list; good rows are taken, the rest told."""
    import_file([kind_named("nominations")], **options)


@click.command("import.candidates")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Check only; write nothing.")
@click.option(
    "--annotated", type=click.Path(dir_okay=False, path_type=Path), help="Copy with faults."
)
@click.option("--programme", default="", help="Code or name of the programme.")
@FORMAT
@spoken_code
def import_candidates(**options: Any) -> None:
    """Propose the candidates of an .xlsx or CSV list; good rows are taken, the rest told."""
    import_file([kind_named("candidates")], **options)


@click.command("import.directory")
@click.argument("file", type=FILE)
@click.option(
    "--sheet",
    type=click.Choice(SHEETS),
    help="Which of the directory's sheets the file, or its sheet of that name, holds;"
    " without it all that a workbook has, one after another.",
)
@click.option("--dry-run", is_flag=True, help="Check only; write nothing.")
@click.option(
    "--annotated", type=click.Path(dir_okay=False, path_type=Path), help="Copy with faults."
)
@FORMAT
@spoken_code
def import_directory(sheet: str | None, **options: Any) -> None:
    """Import places, organisations, departments or staff; known rows change nothing."""
    kinds = [kind_named(f"directory-{one}") for one in ([sheet] if sheet else SHEETS)]
    import_file(kinds, programme="", **options)


@click.command("bench.import")
@click.option("--rows", default=100_000, show_default=True)
@FORMAT
@click.option("--inside", type=click.Path(path_type=Path), hidden=True)
def bench_import(rows: int, form: str, inside: Path | None) -> None:
    """Time the import of a workbook of ledger rows in a home of its own."""
    from jiedui.exchange.bench import measure, write_workbook

    if inside is not None:
        click.echo(json.dumps(measure(inside)))
        return
    with tempfile.TemporaryDirectory(prefix="jiedui-bench-") as home:
        workbook = Path(home) / "bench.xlsx"
        write_workbook(workbook, rows)
        start = "from jiedui.config.cli import main; main()"
        done = subprocess.run(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-c", start, "bench", "import", "--inside", str(workbook)],
            env={**os.environ, "JIEDUI_HOME": home, "DATABASE_URL": ""},
            stdout=subprocess.PIPE,
            check=True,
        )
    figures = json.loads(done.stdout)
    if form == "json":
        click.echo(json.dumps(figures))
    else:
        for name, value in figures.items():
            click.echo(f"{name:16} {value}")


COMMANDS = [import_ledger, import_nominations, import_candidates, import_directory, bench_import]
