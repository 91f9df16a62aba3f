"""What a kind of sheet is: its columns, who may import it, and what becomes of a row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jiedui.accounts.models import User
from jiedui.core.errors import InvalidInput, Refused
from jiedui.core.sheets import Cell, address, titles_of

# A row whose first cell begins so shows how to fill the template; it is skipped.
EXAMPLE_MARKS = ("示例行", "Example row")
# The sheet of a template that lists what may be written; never read.
CODES = ("可选内容", "Codes")
# The column that an annotated copy carries; skipped when the copy comes back.
RESULT = "_result"
RESULT_TITLES = ("导入结果", "Import result")


@dataclass(frozen=True)
class Column:
    """One column of a template.

    ``title`` and ``title_en`` stand in its head; it is found by either, by its
    code and by ``also``. ``help`` is a message id shown at the head. ``choices``
    gives, for the person who downloads the template, what may be written there.
    ``kind`` text, day or number sets the cell's format.
    """

    code: str
    title: str
    title_en: str
    required: bool = False
    help: str = ""
    example: str = ""
    also: tuple[str, ...] = ()
    choices: Callable[[User | None], Sequence[str]] | None = None
    kind: str = "text"

    def heading(self, language: str) -> str:
        """The title in a language, with a star where it must be filled."""
        title = self.title_en if language.startswith("en") else self.title
        return title + " *" if self.required else title


@dataclass(frozen=True)
class Fault:
    """What is wrong with a cell; ``message`` is a message id, ``details`` plain values."""

    sheet: str
    row: int
    column: int
    code: str
    message: str
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """The cell, such as ``Sheet1!C17``."""
        return address(self.sheet, self.row, self.column)

    def plain(self) -> dict[str, Any]:
        """JSON values; ``Fault(**plain)`` is the fault again."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "message": self.message,
            "details": dict(self.details),
        }


def fault_of(refused: Refused, sheet: str, row: int, column: int) -> Fault:
    """A refusal, addressed to a cell."""
    details = {key: str(value)[:200] for key, value in refused.details.items()}
    return Fault(sheet, row, column, refused.code, refused.message, details)


@dataclass(slots=True)
class Record:
    """One row under its column codes; blank cells are absent from ``values``.

    A ``broken`` row has cells that are not to be trusted, already reported: it
    is never imported, but a record of several rows must know of it.
    """

    sheet: str
    row: int
    values: dict[str, Cell]
    places: Mapping[str, int]
    broken: bool = False

    def text(self, code: str) -> str:
        """The cell as trimmed text, blank if absent; whole numbers without a point."""
        if code not in self.values:
            return ""
        value = self.values[code]
        return value.strip() if isinstance(value, str) else str(value)

    def column(self, code: str) -> int:
        """Where the column stands; A for one that the sheet does not have."""
        return self.places.get(code, 0)


@dataclass(frozen=True)
class Options:
    """What the person chose beside the file: ``programme`` by code, where a kind needs one."""

    programme: str = ""
    create: bool = False


@dataclass(frozen=True)
class Tally:
    """What a work wrote, or would write: new records, and those that were there already.

    ``told`` is shown once to the person and kept nowhere (one-time passwords).
    """

    added: int = 0
    unchanged: int = 0
    told: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Task:
    """One run over one file: its rows, and where to report what is wrong with them.

    A row is reported as often as it has faults. With ``commit`` the records
    without fault are written, each whole or not at all; else nothing is.
    """

    by: User | None
    options: Options
    source: str
    records: Iterable[Record]
    report: Callable[[Fault], None]
    commit: bool

    def refuse(self, record: Record, code: str, refused: Refused) -> None:
        """Report a refusal at a column of a row."""
        self.report(fault_of(refused, record.sheet, record.row, record.column(code)))


@dataclass(frozen=True)
class ImportKind:
    """A kind of sheet; ``title`` and ``intro`` are message ids.

    Where a workbook has a sheet called one of ``sheets``, no other is read. A
    kind that ``tells`` is written while the person waits, and shows what it tells.
    One that holds ``everywhere`` asks for the permission over everything.
    """

    code: str
    title: str
    intro: str
    permission: str
    columns: tuple[Column, ...]
    work: Callable[[Task], Tally]
    needs_programme: bool = False
    sheets: tuple[str, ...] = ()
    tells: bool = False
    everywhere: bool = False

    def titles(self) -> dict[str, str]:
        """Each column's code by every title it may bear, as ``find_header`` takes it."""
        named = ((c.code, (c.title, c.title_en, c.code, *c.also)) for c in self.columns)
        return titles_of([(RESULT, RESULT_TITLES), *named])

    @property
    def required(self) -> tuple[str, ...]:
        """Codes of the columns that a sheet must have."""
        return tuple(column.code for column in self.columns if column.required)

    def named(self, code: str) -> Column:
        """A column by its code."""
        return next(column for column in self.columns if column.code == code)


def unknown_kind(code: str) -> InvalidInput:
    """The refusal of a kind that does not exist."""
    return InvalidInput("import-kind-unknown", "There is no import called “%(kind)s”.", kind=code)
