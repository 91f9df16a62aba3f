"""Writing a backup."""

from __future__ import annotations

import io
import json
import os
import shutil
import tarfile
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from jiedui.accounts.models import AuditHead
from jiedui.config.backup import databases
from jiedui.config.backup.place import Place, files_below
from jiedui.core.clock import now
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import content_hash

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
# How often the store is read anew when segments are closed meanwhile.
_TRIES = 5


def write_backup(place: Place, target: Path, *, force: bool = False) -> dict[str, Any]:
    """Write a backup to ``target`` and give its manifest.

    The file appears when it is whole. Others may work meanwhile: the store is
    read before the database, so that it is never ahead of it, and the files
    after it, so that none that a row names is missing. Raises InvalidInput
    ``backup-exists``.
    """
    target = target.absolute()
    if target.exists() and not force:
        raise InvalidInput(
            "backup-exists",
            "“%(file)s” exists; choose another name or use --force.",
            file=str(target),
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    place.home.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=place.home) as work:
            members = _gather(place, Path(work))
            manifest = _manifest(place, members)
            with (
                open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file,
                tarfile.open(fileobj=file, mode="w:gz", compresslevel=3) as archive,
            ):
                _add_bytes(archive, MANIFEST, json.dumps(manifest, indent=1).encode())
                for name, path in members.items():
                    _add_file(archive, name, path, manifest["members"][name]["size"])
            os.replace(part, target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def _gather(place: Place, work: Path) -> dict[str, Path]:
    """Every member by its name: store, then database, then files, then the key."""
    members = _gather_store(place, work)
    # The head is noted before the copy: the copy reaches at least as far.
    head = AuditHead.objects.filter(id=1).first() or AuditHead()
    (work / "head").write_text(f"{head.sequence}:{head.hash}" if head.sequence else "")
    databases.dump(place, work / DATABASE)
    members[DATABASE] = work / DATABASE
    for path in files_below(place.files):
        members[f"files/{path.relative_to(place.files).as_posix()}"] = path
    for path in files_below(place.letters):
        members[f"letters/{path.relative_to(place.letters).as_posix()}"] = path
    if place.key_file.exists():
        members["secret_key"] = place.key_file
    members["head"] = work / "head"
    return members


def _gather_store(place: Place, work: Path) -> dict[str, Path]:
    """The store as of one moment: linked aside, so that closing segments cannot tear it."""
    for attempt in range(_TRIES):
        aside = work / f"store-{attempt}"
        before = _listing(place.store)
        try:
            for path in files_below(place.store):
                linked = aside / path.relative_to(place.store)
                linked.parent.mkdir(parents=True, exist_ok=True)
                # Segments are written once and linked; what may be rewritten is copied.
                if path.suffix == ".parquet":
                    _link(path, linked)
                else:
                    shutil.copy2(path, linked)
        except FileNotFoundError:
            continue
        if _listing(place.store) == before:
            return {f"store/{p.relative_to(aside).as_posix()}": p for p in files_below(aside)}
    raise InvalidState(
        "store-busy", "The figures store is being rewritten. Try again in a few minutes."
    )


def _listing(folder: Path) -> list[tuple[str, int, int]]:
    """Name, size and time of every file of the store."""
    found = []
    for path in files_below(folder):
        try:
            state = path.stat()
        except FileNotFoundError:
            continue
        found.append((str(path), state.st_size, state.st_mtime_ns))
    return found


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:
        shutil.copy2(source, target)


def _manifest(place: Place, members: dict[str, Path]) -> dict[str, Any]:
    """What the backup holds, with a hash for each member."""
    described = {}
    for name, path in members.items():
        with path.open("rb") as content:
            described[name] = {"size": path.stat().st_size, "sha256": content_hash(content)}
    return {
        "format": FORMAT,
        "product": "jiedui",
        "version": version("jiedui"),
        "made_at": now().isoformat(),
        "vendor": place.vendor,
        "epoch": place.epoch,
        "audit_head": members["head"].read_text(),
        "migrations": sorted(MigrationRecorder(connection).applied_migrations()),
        "members": described,
    }


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, 0o600, int(now().timestamp())
    return entry


def _add_bytes(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    archive.addfile(_entry(name, len(content)), io.BytesIO(content))


def _add_file(archive: tarfile.TarFile, name: str, path: Path, size: int) -> None:
    with path.open("rb") as content:
        archive.addfile(_entry(name, size), content)
