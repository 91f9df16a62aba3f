"""``jiedui import history``: published figures from a file, with the bodies they name."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import click
from django.conf import settings
from django.utils.translation import gettext

from jiedui.core.errors import InvalidInput, Refused
from jiedui.core.identifiers import new_id
from jiedui.directory.actions import create_bodies
from jiedui.directory.queries import find_organisation, known_bodies, normal
from jiedui.ledger.actions import HistoryOutcome, import_statements
from jiedui.ledger.sources.history import read_history
from jiedui.programmes.actions import create_programme
from jiedui.programmes.actions.history import import_ties
from jiedui.programmes.queries import find_programme
from jiedui.programmes.queries.history import stated_ties

Rows = Sequence[tuple[int, Mapping[str, str]]]
Body = Mapping[str, str]


def _beside(path: Path, name: str) -> Path:
    """A table of the pack, or the one that lies beside the file."""
    near = path.parent / name
    return near if near.exists() else settings.PACKS_FOLDER / "history" / name


def _names_of(body: Body) -> list[str]:
    return [normal(body["name"]), *(normal(a) for a in body["aliases"].split(";") if a.strip())]


def missing_bodies(rows: Rows, bodies: Sequence[Body]) -> list[Body]:
    """Bodies that the rows name and the directory lacks, with what they are part of.

    A name that holds several bodies of the list (甲医院和乙医院) asks for each
    of them; who it is about a person says all the same.
    """
    texts = {normal(row.get(side, "")) for _, row in rows for side in ("giver", "receiver")}
    names = {body["name"]: _names_of(body) for body in bodies}
    joint = texts - {name for known in names.values() for name in known} - {""}
    parts = {body["name"]: body["part_of"] for body in bodies}
    waiting = [
        body
        for body, known in names.items()
        if texts & set(known)
        or any(len(name) > 2 and name in text for name in known for text in joint)
    ]
    wanted: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in parts and name not in wanted:
            wanted.add(name)
            waiting.append(parts[name])
    return [
        body
        for body in bodies
        if body["name"] in wanted and find_organisation(body["name"]) is None
    ]


def _with_roots(missing: Sequence[Body], bodies: Sequence[Body]) -> list[Body]:
    """What is missing and all that it is part of, up to the root, in the order of the list."""
    parts = {body["name"]: body["part_of"] for body in bodies}
    wanted: set[str] = set()
    for body in missing:
        name = body["name"]
        while name and name not in wanted:
            wanted.add(name)
            name = parts.get(name, "")
    return [body for body in bodies if body["name"] in wanted]


def _programmes(path: Path) -> list[dict[str, str]]:
    table = _beside(path, "programmes.csv")
    with table.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


def programmes_of(rows: Rows, path: Path, other: str, *, dry_run: bool) -> dict[str, Any]:
    """The programme of each report that the rows name, created where it is known but missing."""
    reports = {row.get("report", "").strip() for _, row in rows}
    found: dict[str, Any] = {}
    for plan in _programmes(path):
        own = reports & set(plan["reports"].split())
        if not own:
            continue
        programme = find_programme(plan["code"])
        if programme is None and not dry_run:
            programme = create_programme(
                by=None,
                code=plan["code"],
                name=plan["name"],
                name_en=plan["name_en"],
                kind=plan["kind"],
                source=plan["source"],
            )
        found |= dict.fromkeys(own, programme)
    if other:
        programme = find_programme(other)
        if programme is None:
            raise InvalidInput(
                "programme-unknown",
                "There is no programme “%(text)s”.",
                field="--programme",
                text=other,
            )
        found |= dict.fromkeys(reports - found.keys(), programme)
    return found


@dataclass(frozen=True)
class StatedTies:
    """What was not there before of what the reports state of who helps whom."""

    bodies: Sequence[str] = ()
    pairings: int = 0
    batches: int = 0


def import_stated_ties(path: Path, programmes: Mapping[str, Any]) -> StatedTies:
    """Take in the pairings and batches that the reports state, with the bodies they name.

    The lists are the pack's, or lie beside the file. Safe to repeat.
    """
    folder = _beside(path, "pairings.csv").parent
    every_tie, every_batch = stated_ties(folder)
    ties = [each for each in every_tie if each.report in programmes]
    batches = [each for each in every_batch if each.report in programmes]
    named = {name for tie in ties for name in (tie.giver, tie.receiver)}
    named |= {batch.sender for batch in batches}
    bodies = [
        body
        for table in ("organisations.csv", "pairing_bodies.csv")
        for body in known_bodies(_beside(folder / table, table))
    ]
    missing = [
        body for body in bodies
        if body["name"] in named and find_organisation(body["name"]) is None
    ]  # fmt: skip
    if missing:
        create_bodies(by=None, rows=_with_roots(missing, bodies))
    pairings, numbered = import_ties(
        by=None, ties=ties, batches=batches, programmes=programmes, find=find_organisation
    )
    return StatedTies([body["name"] for body in missing], pairings, numbered)


def import_history_file(
    path: Path,
    *,
    create: bool = False,
    organisations: Path | None = None,
    programme: str = "",
    dry_run: bool = False,
) -> tuple[HistoryOutcome, list[str], StatedTies]:
    """Read a file of published figures into the ledger; the outcome, and the bodies created.

    With ``create`` bodies that the rows name are created where the list of
    organisations has them; no other is; and the pairings and batches that the
    rows' reports state are taken in. Safe to repeat.
    """
    file = read_history(path)
    rows = file.rows
    bodies = known_bodies(organisations or _beside(path, "organisations.csv"))
    missing = missing_bodies(rows, bodies) if create else []
    if missing and not dry_run:
        create_bodies(by=None, rows=_with_roots(missing, bodies))
    invented = {name: new_id() for body in missing for name in _names_of(body)}

    def find(name: str) -> UUID | None:
        found = find_organisation(name)
        return found.id if found else (invented.get(normal(name)) if dry_run else None)

    programmes = programmes_of(rows, path, programme, dry_run=dry_run)
    outcome = import_statements(
        by=None, rows=rows, programmes=programmes, dry_run=dry_run, find=find
    )
    ties = import_stated_ties(path, programmes) if create and not dry_run else StatedTies()
    outcome.rows += len({error.line for error in file.errors})
    outcome.errors = sorted([*outcome.errors, *file.errors], key=lambda e: (e.line, e.column))
    return outcome, [body["name"] for body in missing], ties


def _said(refused: Refused) -> str:
    """A refusal in the language in use."""
    said = gettext(refused.message)
    return said % refused.details if refused.details else said


def _agrees(path: Path, organisations: Path | None) -> bool:
    """Ask whether the bodies that are missing shall be created."""
    bodies = known_bodies(organisations or _beside(path, "organisations.csv"))
    missing = missing_bodies(read_history(path).rows, bodies)
    if not missing:
        return False
    click.echo("目录中还没有以下机构  Not in the directory yet:", err=True)
    for body in missing:
        click.echo(f"  {body['name']}  {body['name_en']}", err=True)
    try:
        return click.confirm("是否新建  Create them?", default=False, err=True)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        return False  # nobody there to ask: what has no body stays unplaced


@click.command("import.history")
@click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--create", is_flag=True,
    help="Create the bodies of the list that FILE names, and the pairings and batches that its"
    " reports state.",
)  # fmt: skip
@click.option(
    "--organisations",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The list of bodies; else organisations.csv beside FILE, or the pack's.",
)
@click.option("--programme", default="", help="Programme of reports that no list assigns.")
@click.option("--dry-run", is_flag=True, help="Check and report; change nothing.")
@click.option(
    "--format", "style", type=click.Choice(["text", "json"]), default="text", show_default=True
)
def import_history(
    path: Path,
    create: bool,
    organisations: Path | None,
    programme: str,
    dry_run: bool,
    style: str,
) -> None:
    """Read published figures from a CSV file or workbook."""
    if not create and not dry_run:
        create = _agrees(path, organisations)
    outcome, created, ties = import_history_file(
        path,
        create=create,
        organisations=organisations,
        programme=programme,
        dry_run=dry_run,
    )
    errors = [
        {
            "line": one.line,
            "column": one.column,
            "code": one.refused.code,
            "message": _said(one.refused),
        }
        for one in outcome.errors
    ]
    if style == "json":
        plain = {
            "rows": outcome.rows,
            "read": outcome.read,
            "repeated": outcome.repeated,
            "placed": outcome.placed,
            "unplaced": outcome.unplaced,
            "created": created,
            "ties": asdict(ties),
            "errors": errors,
            "dry_run": dry_run,
        }
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        click.echo(
            f"共 {outcome.rows} 行：新读入 {outcome.read}，已有 {outcome.repeated}，"
            f"已落实 {outcome.placed}，待落实 {len(outcome.unplaced)}，有误 {len(errors)}；"
            f"新建机构 {len(created)}，结对 {ties.pairings}，批次 {ties.batches}  "
            f"{outcome.rows} rows: {outcome.read} read, {outcome.repeated} there before,"
            f" {outcome.placed} placed, {len(outcome.unplaced)} to be placed by a person;"
            f" {ties.pairings} pairings and {ties.batches} batches new"
        )
        for unplaced in outcome.unplaced:
            click.echo(f"  待落实 {unplaced['claim']}: {unplaced['name']}")
        for error in errors:
            click.echo(
                f"  {path.name}:{error['line']} {error['column']}: {error['message']}"
                f" [{error['code']}]",
                err=True,
            )
    if errors:
        sys.exit(1)


COMMANDS = [import_history]
