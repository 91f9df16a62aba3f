"""Restoring a backup: whole, or not at all."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from jiedui.accounts.models import AuditHead, User
from jiedui.accounts.queries import verify_chain
from jiedui.config.backup import databases
from jiedui.config.backup.place import Place, files_below
from jiedui.config.backup.read import Manifest, broken, unpack
from jiedui.config.backup.write import DATABASE
from jiedui.core.clock import now
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id

JOURNAL = "restoring.json"


@dataclass(frozen=True)
class Restored:
    """What a restore did; ``kept`` is where what was there before lies now."""

    version: str
    rows: int
    epoch: str
    kept: tuple[str, ...]


@dataclass(frozen=True)
class _Move:
    """One step of moving in: ``kind`` is ``path`` or ``database``."""

    kind: str
    source: str
    target: str


def is_empty(place: Place) -> bool:
    """Whether the house holds nothing that a restore could overwrite."""
    if next(files_below(place.files), None) or next(files_below(place.store), None):
        return False
    if place.vendor == "sqlite" and not Path(place.database["NAME"]).exists():
        return True
    if place.vendor == "postgresql" and not databases.exists(place, place.database["NAME"]):
        return True
    with databases.opened(place, str(place.database["NAME"])) as alias:
        tables = set(connections[alias].introspection.table_names())
        return not any(
            model._meta.db_table in tables and model._default_manager.using(alias).exists()
            for model in (User, AuditHead)
        )


def restore_backup(place: Place, source: Path, *, force: bool = False) -> Restored:
    """Put a backup in the place of what is there, once all of it proved whole.

    Unpacked, brought up to date and verified beside the house, then moved in;
    what was there is kept under another name. A restore that was interrupted
    while moving in is undone by the next one (see ``settle``). Raises
    InvalidState ``home-not-empty``, ``server-running``, ``database-not-made``,
    ``postgres-tools-missing``; InvalidInput ``backup-broken``,
    ``backup-unreadable``, ``backup-newer``, ``backup-other-database``,
    ``backup-chain-broken``.
    """
    settle(place)
    if not force and not is_empty(place):
        raise InvalidState(
            "home-not-empty",
            "There is data here already; --force puts the backup in its place and keeps it aside.",
        )
    databases.check_unused(place)
    stamp = f"{now():%Y%m%d%H%M%S}-{new_id().hex[-6:]}"
    place.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    work = place.home / f".restore-{stamp}"
    work.mkdir(mode=0o700)
    try:
        manifest = unpack(source, work)
        _check_fits(place, manifest)
        name = f"jiedui_restore_{stamp.replace('-', '_')}"
        called = databases.load(place, work / DATABASE, name)
        try:
            rows = _prove(place, called, manifest)
            epoch = str(new_id())
            (work / "epoch").write_text(epoch + "\n")
            _move_in(place, _moves(place, work, called, stamp))
        except BaseException:
            databases.discard(place, called)
            raise
    finally:
        shutil.rmtree(work, ignore_errors=True)
        for path in _roots(place):
            _remove(_beside(path, "incoming", stamp))
    kept = [path for root in _roots(place) if (path := _beside(root, "before", stamp)).exists()]
    return Restored(manifest.version, rows, epoch, tuple(str(path) for path in kept))


def _roots(place: Place) -> list[Path]:
    """Everything on disk that a restore exchanges; the database last."""
    roots = [place.files, place.store, place.letters, place.epoch_file, place.key_file]
    if place.vendor == "sqlite":
        file = Path(place.database["NAME"])
        roots += [file.with_name(f"{file.name}-wal"), file.with_name(f"{file.name}-shm"), file]
    return roots


def _beside(path: Path, what: str, stamp: str) -> Path:
    """A name in the same folder, so that a rename is enough and cannot be torn."""
    return path.with_name(f".{path.name}.{what}-{stamp}")


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _check_fits(place: Place, manifest: Manifest) -> None:
    """The backup must be of this kind of database and not of a later version."""
    if manifest.vendor != place.vendor:
        raise InvalidInput(
            "backup-other-database",
            "The backup is of %(theirs)s and this house uses %(ours)s.",
            theirs=manifest.vendor,
            ours=place.vendor,
        )
    known = set(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)
    if manifest.migrations - known:
        raise InvalidInput(
            "backup-newer",
            "The backup is of a later version (%(version)s); update Jiedui first.",
            version=manifest.version,
        )


def _prove(place: Place, called: str, manifest: Manifest) -> int:
    """Bring the loaded database up to date and walk its audit chain; the number of rows."""
    with databases.opened(place, called) as alias:
        call_command("migrate", database=alias, interactive=False, verbosity=0)
        proof = verify_chain(expected=manifest.audit_head, using=alias)
    if not proof.whole:
        raise InvalidInput(
            "backup-chain-broken",
            "The backup's audit log is broken at row %(sequence)s; it was not restored.",
            sequence=proof.faults[0].sequence,
        )
    return proof.rows


def _moves(place: Place, work: Path, called: str, stamp: str) -> list[_Move]:
    """All renames in order: each old thing aside, each new thing into its place."""
    new = {
        place.files: work / "files",
        place.store: work / "store",
        place.letters: work / "letters",
        place.epoch_file: work / "epoch",
        place.key_file: work / "secret_key",
    }
    if place.vendor == "sqlite":
        new[Path(place.database["NAME"])] = Path(called)
    keep_key = not (work / "secret_key").exists() or bool(os.environ.get("JIEDUI_SECRET_KEY"))
    moves: list[_Move] = []
    for root in _roots(place):
        if root == place.key_file and keep_key:
            continue
        if root.exists():
            moves.append(_Move("path", str(root), str(_beside(root, "before", stamp))))
        if root in new and new[root].exists():
            incoming = _beside(root, "incoming", stamp)
            incoming.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(new[root], incoming)
            moves.append(_Move("path", str(incoming), str(root)))
    if place.vendor == "postgresql":
        name = str(place.database["NAME"])
        if databases.exists(place, name):
            before = f"{name[:40]}_before_{stamp.replace('-', '_')}"
            moves.append(_Move("database", name, before))
        moves.append(_Move("database", called, name))
    return moves


def _there(place: Place, move: _Move) -> tuple[bool, bool]:
    """Whether the source and the target of a step exist."""
    if move.kind == "database":
        return databases.exists(place, move.source), databases.exists(place, move.target)
    return Path(move.source).exists(), Path(move.target).exists()


def _do(place: Place, move: _Move) -> None:
    if move.kind == "database":
        databases.rename(place, move.source, move.target)
    else:
        os.rename(move.source, move.target)


def _move_in(place: Place, moves: list[_Move]) -> None:
    """Do all steps; a fault undoes them, a crash leaves the journal for ``settle``."""
    journal = place.home / JOURNAL
    body = json.dumps([[move.kind, move.source, move.target] for move in moves])
    part = journal.with_suffix(".part")
    with part.open("w") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, journal)
    try:
        for move in moves:
            _do(place, move)
    except BaseException:
        settle(place)
        raise
    journal.unlink()


def settle(place: Place) -> bool:
    """Undo a restore that was interrupted while moving in; whether there was one.

    The server and the next backup or restore call this first. A restore whose
    every step was done counts as done.
    """
    journal = place.home / JOURNAL
    if not journal.exists():
        return False
    try:
        moves = [_Move(*step) for step in json.loads(journal.read_text())]
    except (ValueError, TypeError):
        raise broken("its journal cannot be read") from None
    connections["default"].close()
    if _there(place, moves[-1]) != (False, True):
        for move in reversed(moves):
            if _there(place, move) == (False, True):
                _do(place, _Move(move.kind, move.target, move.source))
        for move in moves:
            if ".incoming-" in move.source:
                _remove(Path(move.source))
        if moves[-1].kind == "database":
            databases.discard(place, moves[-1].source)
    journal.unlink()
    for leftover in place.home.glob(".restore-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    return True
