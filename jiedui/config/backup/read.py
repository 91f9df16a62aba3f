"""Reading a backup: nothing of it is trusted before its hash agrees."""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from jiedui.config.backup.write import DATABASE, FORMAT, MANIFEST
from jiedui.core.errors import InvalidInput

_MANIFEST_LIMIT = 256 * 1024 * 1024
_CHUNK = 1024 * 1024
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Manifest:
    """The parts of a manifest that a restore needs; all of them checked."""

    vendor: str
    version: str
    audit_head: str
    migrations: frozenset[tuple[str, str]]
    members: dict[str, tuple[int, str]]


def broken(reason: str) -> InvalidInput:
    """The refusal of a file that is no whole backup."""
    return InvalidInput(
        "backup-broken", "This is not a whole backup of Jiedui: %(reason)s.", reason=reason
    )


def unpack(source: Path, target: Path) -> Manifest:
    """Unpack a backup into a new folder, checking every member's name, size and hash.

    Only plain files that the manifest names are written, each by its own name
    below ``target``. Raises InvalidInput ``backup-broken``, ``backup-unreadable``.
    """
    try:
        with source.open("rb") as raw, tarfile.open(fileobj=raw, mode="r|gz") as archive:
            manifest: Manifest | None = None
            waiting: set[str] = set()
            for entry in archive:
                if manifest is None:
                    manifest = _read_manifest(archive, entry)
                    waiting = set(manifest.members)
                    continue
                if not entry.isreg():
                    raise broken(f"{entry.name!r} is not a plain file")
                if entry.name not in waiting:
                    raise broken(f"{entry.name!r} is not in the manifest or there twice")
                waiting.discard(entry.name)
                _write(archive, entry, target / entry.name, *manifest.members[entry.name])
    except OSError as fault:
        if isinstance(fault, EOFError) or type(fault).__name__ == "BadGzipFile":
            raise broken("it is cut off or not compressed as a backup is") from None
        raise InvalidInput(
            "backup-unreadable",
            "“%(file)s” cannot be read: %(reason)s.",
            file=str(source),
            reason=fault.strerror or str(fault),
        ) from None
    except (tarfile.TarError, EOFError, zlib.error) as fault:
        raise broken(str(fault) or "it is cut off") from None
    if manifest is None:
        raise broken("it is empty")
    if waiting:
        raise broken(f"{len(waiting)} members are missing, {min(waiting)!r} among them")
    return manifest


def _write(
    archive: tarfile.TarFile, entry: tarfile.TarInfo, target: Path, size: int, sha256: str
) -> None:
    """Write one member, hashing it on the way."""
    if entry.size != size:
        raise broken(f"{entry.name!r} has another size than the manifest says")
    content = archive.extractfile(entry)
    if content is None:
        raise broken(f"{entry.name!r} is not a plain file")
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("xb") as file:
        while chunk := content.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    target.chmod(0o600)
    if digest.hexdigest() != sha256:
        raise broken(f"{entry.name!r} was changed: its hash is another")


def _read_manifest(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Manifest:
    """The first member, checked field by field."""
    if entry.name != MANIFEST or not entry.isreg() or entry.size > _MANIFEST_LIMIT:
        raise broken("it does not begin with a manifest")
    content = archive.extractfile(entry)
    try:
        plain: Any = json.loads(content.read() if content else b"")
        if plain["product"] != "jiedui" or plain["format"] != FORMAT:
            raise broken("it is of another product or format")
        members = {
            _safe(str(name)): (int(member["size"]), str(member["sha256"]))
            for name, member in plain["members"].items()
        }
        manifest = Manifest(
            vendor=str(plain["vendor"]),
            version=str(plain["version"]),
            audit_head=str(plain["audit_head"]),
            migrations=frozenset((str(app), str(name)) for app, name in plain["migrations"]),
            members=members,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise broken("its manifest cannot be read") from None
    if DATABASE not in members:
        raise broken("it holds no database")
    if not all(size >= 0 and _HASH.fullmatch(sha256) for size, sha256 in members.values()):
        raise broken("its manifest cannot be read")
    return manifest


def _safe(name: str) -> str:
    """A member's name that stays below its folder, else ``backup-broken``."""
    path = PurePosixPath(name)
    plain = str(path) == name and "\\" not in name and "\0" not in name
    known = name in {DATABASE, "head", "secret_key"} or path.parts[:1] in {
        ("files",),
        ("store",),
        ("letters",),
    }
    if not plain or path.is_absolute() or ".." in path.parts or not known:
        raise broken(f"the name {name!r} leads elsewhere")
    return name
