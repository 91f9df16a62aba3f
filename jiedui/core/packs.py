"""Data packs: the vocabularies that no line of code may hold.

A pack is a folder with ``pack.toml`` (code, name, name_en, source) and CSV
tables. Every table has the columns ``code, name, name_en, source``; further
columns are the table's own and reach the code as ``Term.extra``. Packs in use
are laid over one another: a code stands once in a table.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from jiedui.core.errors import InvalidInput


@dataclass(frozen=True)
class Term:
    """One row of a pack's table."""

    code: str
    name: str
    name_en: str
    source: str
    pack: str
    extra: Mapping[str, str]

    def label(self, language: str) -> str:
        """The name in a language, Chinese first."""
        return self.name_en if language.startswith("en") and self.name_en else self.name


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All tables of the packs in use; one is another's equal only if it is the same."""

    tables: Mapping[str, Mapping[str, Term]]

    def table(self, name: str) -> Mapping[str, Term]:
        """A table's terms by code, in the order of the file; KeyError if no pack has it."""
        return self.tables[name]

    def term(self, table: str, code: str) -> Term:
        """One term, or InvalidInput ``code-unknown``."""
        found = self.tables.get(table, {}).get(code)
        if found is None:
            raise InvalidInput(
                "code-unknown",
                "“%(code)s” is not a code of the table “%(table)s”.",
                code=code,
                table=table,
            )
        return found


def read_table(path: Path, pack: str) -> dict[str, Term]:
    """Read one CSV table of a pack; InvalidInput ``pack-broken`` names file and line."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = {"code", "name", "name_en", "source"} - set(reader.fieldnames or ())
        if missing:
            raise InvalidInput(
                "pack-broken",
                "%(file)s, line %(line)s: %(fault)s",
                file=path.name,
                line=1,
                fault=f"no column {', '.join(sorted(missing))}",
            )
        terms: dict[str, Term] = {}
        for row in reader:
            plain = {key: (value or "").strip() for key, value in row.items() if key}
            code = plain.pop("code")
            if not code or code in terms:
                raise InvalidInput(
                    "pack-broken",
                    "%(file)s, line %(line)s: %(fault)s",
                    file=path.name,
                    line=reader.line_num,
                    fault=f"code {code!r} blank or twice",
                )
            terms[code] = Term(
                code,
                plain.pop("name"),
                plain.pop("name_en"),
                plain.pop("source"),
                pack,
                MappingProxyType(plain),
            )
    return terms


def load(folder: Path, names: Iterable[str]) -> Vocabulary:
    """Lay the named packs over one another; a code may stand in one pack only."""
    tables: dict[str, dict[str, Term]] = {}
    for name in names:
        with (folder / name / "pack.toml").open("rb") as head:
            tomllib.load(head)
        for path in sorted((folder / name).glob("*.csv")):
            table = tables.setdefault(path.stem, {})
            for code, term in read_table(path, name).items():
                if code in table:
                    raise InvalidInput(
                        "pack-broken",
                        "%(file)s, line %(line)s: %(fault)s",
                        file=f"{name}/{path.name}",
                        line=0,
                        fault=f"code {code!r} is already in pack {table[code].pack}",
                    )
                table[code] = term
    return Vocabulary(MappingProxyType({name: MappingProxyType(t) for name, t in tables.items()}))


_in_use: tuple[Path, tuple[str, ...]] | None = None


def use(folder: Path, names: Iterable[str]) -> None:
    """Say which packs are in use; the settings call it once."""
    global _in_use
    _in_use = (folder, tuple(names))
    vocabulary.cache_clear()


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of the packs in use."""
    if _in_use is None:
        raise RuntimeError("no packs in use: core.packs.use was not called")
    return load(*_in_use)
