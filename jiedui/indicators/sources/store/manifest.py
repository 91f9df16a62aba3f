"""The manifest: which files make up the store, and how far the stream is in them.

Writing is atomic: files first, each complete and on the disk, then the manifest
by renaming. Whoever is killed at any point leaves the former manifest valid;
files that no manifest names are swept later.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FORMAT = 3
NAME = "manifest.json"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoredFile:
    """A file of the store, as it was when it was written."""

    file: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Segment(StoredFile):
    """A closed run of facts of one stream and year (and region, where there are many)."""

    stream: str
    year: int
    region: str
    first_sequence: int
    last_sequence: int
    first_day: str
    last_day: str


@dataclass(frozen=True)
class Manifest:
    """What a reader opens. ``anchor`` is the version id of the last fact taken in.

    By the anchor a reader knows that the store belongs to its database.
    """

    generation: int
    through: int
    anchor: str
    codes: StoredFile
    segments: tuple[Segment, ...]
    rollups: tuple[StoredFile, ...] = ()
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """Facts in all segments."""
        return sum(segment.rows for segment in self.segments)

    @property
    def files(self) -> tuple[StoredFile, ...]:
        """Every file that the manifest names."""
        return (self.codes, *self.segments, *self.rollups)


def _checksum(body: dict[str, Any]) -> str:
    plain = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def stored(path: Path, rows: int) -> StoredFile:
    """Bring a written file to the disk and describe it."""
    with path.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
        os.fsync(content.fileno())
    return StoredFile(path.name, rows, path.stat().st_size, digest)


def write(folder: Path, manifest: Manifest) -> None:
    """Put a manifest in the place of the former one."""
    body = asdict(manifest)
    text = json.dumps({**body, "checksum": _checksum(json.loads(json.dumps(body)))}, indent=1)
    sync_folder(folder)
    fresh = folder / f"{NAME}.{os.getpid()}.new"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, folder / NAME)
    sync_folder(folder)


def read(folder: Path) -> Manifest | None:
    """The manifest in force, or None where there is none or it cannot be trusted.

    A reader without a store reads the database: slower, never wrong.
    """
    try:
        raw = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as broken:
        log.warning("figures store: manifest unreadable: %s", broken)
        return None
    try:
        if raw.pop("checksum") != _checksum(raw) or raw["format"] != FORMAT:
            log.warning("figures store: manifest damaged or of another format")
            return None
        manifest = Manifest(
            generation=raw["generation"],
            through=raw["through"],
            anchor=raw["anchor"],
            codes=StoredFile(**raw["codes"]),
            segments=tuple(Segment(**each) for each in raw["segments"]),
            rollups=tuple(StoredFile(**each) for each in raw["rollups"]),
        )
        for each in manifest.files:
            if (folder / each.file).stat().st_size != each.bytes:
                log.warning("figures store: %s is not as it was written", each.file)
                return None
    except (KeyError, TypeError, OSError) as broken:
        log.warning("figures store: manifest does not fit its files: %s", broken)
        return None
    return manifest


def damaged(folder: Path, manifest: Manifest) -> list[str]:
    """The files whose content is not what was written, by their hashes."""
    return [
        each.file
        for each in manifest.files
        if not (folder / each.file).exists()
        or stored(folder / each.file, each.rows).sha256 != each.sha256
    ]


def sweep(folder: Path, keep: tuple[Manifest | None, ...], older_than: float) -> list[str]:
    """Remove files that none of the manifests names and that are older than a moment.

    Files just written may belong to readers that still hold the former manifest.
    """
    named = {each.file for manifest in keep if manifest for each in manifest.files}
    gone = []
    for path in sorted(folder.glob("*")):
        ours = path.suffix in (".parquet", ".new", ".part")
        if ours and path.name not in named and path.stat().st_mtime < older_than:
            path.unlink(missing_ok=True)
            gone.append(path.name)
    return gone
