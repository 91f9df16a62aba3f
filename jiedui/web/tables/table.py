"""A list as a page shows it: filtered, sorted, one page of it, or the whole as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from jiedui.core.errors import InvalidInput
from jiedui.core.packs import vocabulary
from jiedui.web.downloads import EXPORTS, list_file
from jiedui.web.forms import sentence
from jiedui.web.tables.columns import Column, Filter, plain, walk
from jiedui.web.tables.paging import (
    Cursor,
    Slice,
    order_query,
    page_of_list,
    page_of_query,
    sort_list,
)

COUNTED = 10_000
SIZES = (20, 50, 100)
NOTHING = _("Nothing here yet")


@dataclass(frozen=True)
class Empty:
    """What an empty list says: what will be there, and how to fill it."""

    title: Any = NOTHING
    text: Any = ""
    url: str = ""
    action: Any = ""


@dataclass(frozen=True)
class Cell:
    """One cell, with its column."""

    column: Column
    value: Any
    url: str
    tone: str
    row: Any


@dataclass(frozen=True)
class Head:
    """A column's head; ``url`` sorts by it, ``order`` is ascending, descending or none."""

    column: Column
    url: str
    order: str


@dataclass(frozen=True)
class Field:
    """A filter as the page shows it."""

    filter: Filter
    name: str
    value: str
    options: Sequence[tuple[str, Any]]
    error: str
    side: str = ""


@dataclass
class Table:
    """A list over a queryset or over rows (mappings, dataclasses) of one request.

    ``default_sort`` is a column's code, with ``-`` before it for descending;
    ``key`` gives the key of a row that is no model. ``name`` prefixes the GET
    parameters where a page has two lists. ``row_url`` makes the first column a
    link. Give the table to the page as ``page.table``; ``web.pages.render``
    answers ``?export=csv|xlsx`` from it.
    """

    request: HttpRequest
    rows: QuerySet[Any] | Sequence[Any]
    columns: Sequence[Column]
    filters: Sequence[Filter] = ()
    default_sort: str = ""
    key: Callable[[Any], Any] | None = None
    name: str = ""
    title: Any = ""
    empty: Empty = field(default_factory=Empty)
    row_url: Callable[[Any], str] | None = None
    size: int = SIZES[1]
    exportable: bool = True
    # A function over the page's rows, to fetch in one query what the cells need.
    prepare: Callable[[list[Any]], Iterable[Any]] | None = None
    # Shown before each row: the name of a check box for work on many rows at once.
    select: str = ""
    # The id of the form, elsewhere on the page, that sends the chosen rows.
    select_form: str = ""
    # A template above the rows, redrawn with them: what may be done with what is shown.
    above: str = ""
    errors: dict[str, str] = field(default_factory=dict)

    # -- what was asked ---------------------------------------------------

    def _parameter(self, code: str) -> str:
        return f"{self.name}-{code}" if self.name else code

    def _asked(self, code: str) -> str:
        return self.request.GET.get(self._parameter(code), "").replace("\x00", "")[:400]

    @property
    def anchor(self) -> str:
        """The id of the list on its page."""
        return f"list-{self.name}" if self.name else "list"

    @cached_property
    def values(self) -> dict[str, str]:
        """The filters' values as asked, or their defaults."""
        names = [(name, f.default) for f in self.filters for name in f.names()]
        return {
            name: self._asked(name) if self._parameter(name) in self.request.GET else default
            for name, default in names
        }

    @cached_property
    def order(self) -> tuple[Column | None, bool]:
        """The column that orders the list, and whether it descends."""
        sortable = {c.code: c for c in self.columns if c.sort}
        for text in (self._asked("sort"), self.default_sort):
            column = sortable.get(text.removeprefix("-"))
            if column:
                return column, text.startswith("-")
        return None, self.default_sort.startswith("-")

    @cached_property
    def page_size(self) -> int:
        """Rows on a page."""
        asked = self._asked("size")
        return int(asked) if asked in {str(size) for size in SIZES} else self.size

    # -- the rows ---------------------------------------------------------

    def _row_key(self, row: Any) -> str:
        return str(self.key(row) if self.key else walk(row, "id"))

    @cached_property
    def filtered(self) -> Any:
        """All rows that the filters leave; a filter that cannot be read is told and left out."""
        rows = self.rows
        for item in self.filters:
            try:
                rows = item.narrow(rows, self.values)
            except InvalidInput as refused:
                self.errors[refused.field or item.code] = sentence(refused)
        return rows

    @property
    def _path(self) -> str:
        column, _descending = self.order
        return (column.sort or "pk") if column else "pk"

    @cached_property
    def slice(self) -> Slice:
        """The page of rows that was asked for."""
        cursor = Cursor.read(self._asked("at")) if self._asked("at") else None
        column, descending = self.order
        rows = self.filtered
        if isinstance(rows, QuerySet):
            found = page_of_query(
                rows, self._path, descending=descending, cursor=cursor, size=self.page_size
            )
        elif column is None:
            found = self._in_given_order(rows, cursor)
        else:
            found = page_of_list(
                rows,
                self._path,
                self._row_key,
                descending=descending,
                cursor=cursor,
                size=self.page_size,
            )
        if self.prepare:
            found = Slice(list(self.prepare(found.rows)), found.previous, found.next)
        return found

    def _in_given_order(self, rows: Sequence[Any], cursor: Cursor | None) -> Slice:
        """A list whose order is its own: the key is the row's place."""
        numbered = [{"place": place, "row": row} for place, row in enumerate(rows)]
        found = page_of_list(
            numbered,
            "place",
            lambda pair: "",
            descending=False,
            cursor=cursor,
            size=self.page_size,
        )
        return Slice([pair["row"] for pair in found.rows], found.previous, found.next)

    @cached_property
    def count(self) -> int:
        """How many rows the filters leave, counted up to a bound."""
        rows = self.filtered
        if isinstance(rows, QuerySet):
            if not self.slice.previous and not self.slice.next:
                return len(self.slice.rows)
            return rows.order_by()[: COUNTED + 1].count()
        return len(rows)

    @property
    def count_is_bound(self) -> bool:
        """Whether there are more rows than were counted."""
        return isinstance(self.filtered, QuerySet) and self.count > COUNTED

    @property
    def counted(self) -> int:
        """The count to show; ``count_is_bound`` says whether it is a lower bound."""
        return min(self.count, COUNTED) if self.count_is_bound else self.count

    # -- what the template draws ------------------------------------------

    @cached_property
    def fields(self) -> list[Field]:
        """The filters with their values and errors."""
        _rows = self.filtered  # reads the values, so that errors are known
        return [
            Field(
                item,
                self._parameter(name),
                self.values[name],
                item.options() if item.kind == "choice" else (),
                self.errors.get(name, ""),
                name.rpartition("_")[2] if item.kind == "dates" else "",
            )
            for item in self.filters
            for name in item.names()
        ]

    @property
    def is_filtered(self) -> bool:
        """Whether any filter narrows the list more than it does of itself."""
        usual = {name: each.default for each in self.filters for name in each.names()}
        return any(value.strip() and value != usual[name] for name, value in self.values.items())

    @cached_property
    def visible(self) -> list[Column]:
        """The columns on the page."""
        return [column for column in self.columns if column.shown]

    @cached_property
    def heads(self) -> list[Head]:
        """The heads of the columns."""
        current, descending = self.order
        found = []
        for column in self.visible:
            order = ""
            if current is column:
                order = "descending" if descending else "ascending"
            first_down = column.kind in ("number", "day", "moment")
            down = (not descending) if current is column else first_down
            url = self._url(sort=("-" if down else "") + column.code, at="") if column.sort else ""
            found.append(Head(column, url, order))
        return found

    @cached_property
    def lines(self) -> list[tuple[str, list[Cell]]]:
        """The rows of the page, each with its key, as cells."""
        return [(self._key_of(row), self._cells(row)) for row in self.slice.rows]

    def _key_of(self, row: Any) -> str:
        if not self.select:
            return ""
        return self._row_key(row)

    def _cells(self, row: Any) -> list[Cell]:
        found = []
        for place, column in enumerate(self.visible):
            url = column.url(row) if column.url else ""
            if not url and place == 0 and self.row_url:
                url = self.row_url(row)
            tone = column.tone(row) if column.tone else "plain"
            found.append(Cell(column, column.of(row), url, tone, row))
        return found

    def _url(self, **changed: str) -> str:
        query = self.request.GET.copy()
        query.pop("export", None)
        for code, value in changed.items():
            if value:
                query[self._parameter(code)] = value
            else:
                query.pop(self._parameter(code), None)
        text = query.urlencode()
        return f"?{text}" if text else self.request.path

    @property
    def previous_url(self) -> str:
        """The page before, or blank."""
        return self._url(at=self.slice.previous) if self.slice.previous else ""

    @property
    def next_url(self) -> str:
        """The page after, or blank."""
        return self._url(at=self.slice.next) if self.slice.next else ""

    @property
    def first_url(self) -> str:
        """The first page."""
        return self._url(at="")

    @property
    def clear_url(self) -> str:
        """The list without filters."""
        return self.request.path

    @property
    def kept(self) -> list[tuple[str, str]]:
        """GET parameters that the filter form must carry along."""
        own = {self._parameter(name) for name in self.values}
        own |= {self._parameter("at"), "export"}
        return [(k, v) for k, vs in self.request.GET.lists() for v in vs if k not in own]

    @property
    def exports(self) -> list[tuple[str, str]]:
        """The files that the list can be had as: (format, URL)."""
        if not self.exportable:
            return []
        found = []
        for code in EXPORTS:
            query = self.request.GET.copy()
            query.pop(self._parameter("at"), None)
            query["export"] = f"{self.name}.{code}" if self.name else code
            found.append((code, f"?{query.urlencode()}"))
        return found

    # -- the whole as a file ----------------------------------------------

    def export(self) -> FileResponse | None:
        """The whole filtered list as CSV or workbook, if that was asked for."""
        asked = self.request.GET.get("export", "")
        prefix = f"{self.name}." if self.name else ""
        code = asked.removeprefix(prefix)
        if not self.exportable or not asked.startswith(prefix) or code not in EXPORTS:
            return None
        columns = [c for c in self.columns if c.export]
        heads = [f"{c.label} ({c.unit})" if c.unit else str(c.label) for c in columns]
        title = str(self.title or gettext("List"))
        rows = ([self._plain(column, row) for column in columns] for row in self.all_rows())
        return list_file(code, title, heads, rows)

    def all_rows(self) -> Iterator[Any]:
        """Every row that the filters leave, in the order of the list."""
        column, descending = self.order
        rows = self.filtered
        if isinstance(rows, QuerySet):
            found: Iterable[Any] = order_query(rows, self._path, descending=descending).iterator(
                chunk_size=2000
            )
        elif column is None:
            found = rows
        else:
            found = sort_list(rows, self._path, self._row_key, descending=descending)
        if self.prepare is None:
            yield from found
            return
        batch: list[Any] = []
        for row in found:
            batch.append(row)
            if len(batch) == 2000:
                yield from self.prepare(batch)
                batch = []
        yield from self.prepare(batch)

    def _plain(self, column: Column, row: Any) -> object:
        value = column.of(row)
        if column.kind == "term" and value:
            term = vocabulary().tables.get(column.table, {}).get(str(value))
            return term.label(get_language() or "") if term else str(value)
        return plain(value)
