"""Covering problems as a zip from a page: taken apart without trust, kept as texts, read again.

Nothing is unpacked to where the archive says: the files that are known are read, each up to
a limit of bytes however large it says it is, and written under names of our own.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from django.conf import settings

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets.limits import MAX_BYTES, MAX_MEMBERS
from jiedui.planning.domain.siting.cover import CoverProblem
from jiedui.planning.sources.faults import Faults
from jiedui.planning.sources.siting_files import read_cover
from jiedui.planning.sources.tables import read_table, read_text

DEMAND, SITES, KINDS, DISTANCES, SETTINGS = (
    "demand.csv", "sites.csv", "kinds.csv", "distances.csv", "settings.json",
)  # fmt: skip
FILES = (DEMAND, SITES, KINDS, DISTANCES, SETTINGS)
MOST_PACKED = 20 * 1024 * 1024
MOST_PAIRS = 4_000_000
"""Sites times places that a page takes; the command takes more."""
LEFT_ASIDE = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini", "readme.md", "readme.txt")
Degrees = tuple[float, float] | None


@dataclass(frozen=True)
class Located:
    """A problem, and where its places and sites lie, if that is told."""

    problem: CoverProblem
    places: tuple[Degrees, ...]
    sites: tuple[Degrees, ...]


def unpacked(chunks: Iterable[bytes]) -> dict[str, bytes]:
    """The known files of a zip by name; InvalidInput at ``file``.

    The files may lie in one folder, as they do when a folder is packed.
    """
    data = io.BytesIO()
    for chunk in chunks:
        if data.tell() + len(chunk) > MOST_PACKED:
            raise _refused(
                "file-too-large", "The file is larger than %(limit)s MB.",
                limit=MOST_PACKED // 1024 // 1024,
            )  # fmt: skip
        data.write(chunk)
    try:
        with zipfile.ZipFile(data) as archive:
            return _known(archive)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError,
        OSError,
    ) as broken:  # fmt: skip
        raise _refused(
            "zip-broken", "This is no zip that can be read; pack the CSV files again."
        ) from broken


def _refused(code: str, message: str, **details: object) -> InvalidInput:
    return InvalidInput(code, message, field="file", **details)


def _known(archive: zipfile.ZipFile) -> dict[str, bytes]:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise _refused("zip-bomb", "The zip holds far more than it should; it is not opened.")
    found: dict[str, bytes] = {}
    folders: set[str] = set()
    for member in members:
        name = member.filename.replace("\\", "/")
        plain = name.casefold()
        if member.is_dir() or any(plain.startswith(x) or plain.endswith(x) for x in LEFT_ASIDE):
            continue
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or ":" in name or len(path.parts) > 2:
            raise _refused(
                "zip-path", "“%(name)s”: the files must lie in the zip without folders.",
                name=name[:80],
            )  # fmt: skip
        code = path.name.casefold()
        if code not in FILES:
            raise _refused(
                "zip-unknown", "“%(name)s” is not one of the files asked for: %(files)s.",
                name=name[:80], files=", ".join(FILES),
            )  # fmt: skip
        folders.add(str(path.parent))
        if code in found or len(folders) > 1:
            raise _refused("zip-twice", "The zip holds “%(name)s” twice.", name=code)
        if member.flag_bits & 1:
            raise _refused(
                "zip-encrypted", "The zip is protected by a password; pack it without one."
            )
        with archive.open(member) as file:
            content = file.read(MAX_BYTES + 1)
        if len(content) + sum(map(len, found.values())) > MAX_BYTES:
            raise _refused("zip-bomb", "The zip holds far more than it should; it is not opened.")
        found[code] = content
    if not found:
        raise _refused("zip-empty", "The zip holds none of the files: %(files)s.",
                       files=", ".join(FILES))  # fmt: skip
    return found


def texts_of(files: Mapping[str, bytes], budget: Decimal | None) -> tuple[dict[str, str], Decimal]:
    """The files as texts once the problem in them holds, and its budget.

    InvalidInput ``planning-files-malformed`` at ``file`` tells every fault.
    """
    with _laid_out(files) as folder:
        try:
            problem = read_cover(folder, budget, MOST_PAIRS)
        except InvalidInput as refused:
            refused.field = "file"
            raise
        texts = {name: read_text(folder / name, Faults()) or "" for name in files}
    return texts, problem.budget


def located(texts: Mapping[str, str], budget: Decimal) -> Located:
    """The problem in kept texts, with a budget."""
    with _laid_out({name: text.encode() for name, text in texts.items()}) as folder:
        problem = read_cover(folder, budget, MOST_PAIRS)
        return Located(problem, _degrees(folder / DEMAND), _degrees(folder / SITES))


def _degrees(path: Path) -> tuple[Degrees, ...]:
    lines = read_table(path, (), Faults(), optional=("latitude", "longitude"))
    found: list[Degrees] = []
    for line in lines:
        cells = [line.cells.get(name) for name in ("latitude", "longitude")]
        both = [float(cell) for cell in cells if cell]
        found.append((both[0], both[1]) if len(both) == 2 else None)
    return tuple(found)


@contextmanager
def _laid_out(files: Mapping[str, bytes]) -> Iterator[Path]:
    """The files in a folder of their own, for as long as they are read."""
    with TemporaryDirectory(prefix="jiedui-siting-") as name:
        folder = Path(name)
        for known in FILES:
            if known in files:
                (folder / known).write_bytes(files[known])
        yield folder


def worked_example() -> dict[str, bytes]:
    """The files of the worked example; none where it was not installed."""
    folder = settings.PACKS_FOLDER / "siting-example"
    return {
        name: (folder / name).read_bytes() for name in FILES if (folder / name).is_file()
    }  # fmt: skip


def packed(texts: Mapping[str, str]) -> bytes:
    """Files as a zip, with the mark by which Excel knows UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in texts.items():
            mark = "\ufeff" if name.endswith(".csv") and not text.startswith("\ufeff") else ""
            archive.writestr(name, mark + text)
    return out.getvalue()


TEMPLATE = {
    DEMAND: "place,name,latitude,longitude,people\n"
    "P1,示例甲乡,40.00,80.00,5200\nP2,示例乙乡,40.15,80.10,3100\nP3,示例丙村,40.60,80.70,900\n",
    SITES: "site,name,latitude,longitude,kinds,existing,required\n"
    "S1,示例甲乡卫生院,40.00,80.00,,,\nS2,示例乙乡卫生院,40.15,80.10,terminal,,\n",
    KINDS: "kind,name,cost,reach_km,available\n"
    "terminal,示例远程会诊终端,26000,10,\nrounds_kit,示例巡诊包,32000,25,5\n",
    SETTINGS: '{\n  "budget": 60000,\n  "detour": 1.3\n}\n',
}
"""Invented lines that show the columns."""
