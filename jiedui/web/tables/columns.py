"""What a list shows and by what it is filtered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jiedui.core.errors import InvalidInput
from jiedui.core.periods import read_day

Kind = Literal["text", "number", "day", "moment", "term", "badge", "class", "link", "short"]


def walk(row: Any, path: str) -> Any:
    """The value at ``a__b`` of a model row, a dataclass or a mapping; None where a step is None."""
    for step in path.split("__"):
        if row is None:
            return None
        row = row.get(step) if isinstance(row, Mapping) else getattr(row, step)
    return row


@dataclass(frozen=True)
class Column:
    """One column.

    ``value`` is a path (``receiver__name``; the code itself where it is blank)
    or a function of the row. ``sort`` is the path to sort by; None means that
    the column cannot be sorted. A ``term`` column names its pack table in
    ``table``; a ``badge`` column's ``tone`` gives ok, wait, wrong or plain for
    a row. A ``short`` column stays on one line. ``unit`` stands once in the
    head. ``template`` draws the cell with ``row`` and ``value`` where no kind
    does.
    """

    code: str
    label: Any
    value: str | Callable[[Any], Any] = ""
    sort: str | None = None
    kind: Kind = "text"
    unit: Any = ""
    table: str = ""
    url: Callable[[Any], str] | None = None
    tone: Callable[[Any], str] | None = None
    template: str = ""
    export: bool = True
    shown: bool = True

    def of(self, row: Any) -> Any:
        """The row's raw value."""
        if callable(self.value):
            return self.value(row)
        return walk(row, self.value or self.code)

    @property
    def numeric(self) -> bool:
        """Whether the cell stands right, in tabular figures."""
        return self.kind == "number"


def _texts(row: Any, paths: Sequence[str]) -> Iterable[str]:
    return (str(walk(row, path) or "") for path in paths)


@dataclass(frozen=True)
class Filter:
    """One filter over the list, by a GET parameter of its code.

    ``text`` looks for the words in any of ``paths``; ``choice`` compares the
    first path with a choice; ``dates`` keeps rows whose first path lies from
    ``<code>_from`` to ``<code>_to``; ``day`` is a text in a date field, for an
    ``apply`` that reads a day. ``apply`` replaces the rule for a queryset
    or list: it takes (rows, value) and gives rows.
    """

    code: str
    label: Any
    kind: Literal["text", "choice", "dates", "day"] = "text"
    paths: Sequence[str] = ()
    choices: Sequence[tuple[Any, Any]] | Callable[[], Sequence[tuple[Any, Any]]] = ()
    apply: Callable[[Any, str], Any] | None = None
    default: str = ""
    all_label: Any = ""

    @property
    def first(self) -> str:
        """The path that a choice or a date is compared with."""
        return self.paths[0] if self.paths else self.code

    def options(self) -> list[tuple[str, Any]]:
        """The choices as (value, label), values as text."""
        pairs = self.choices() if callable(self.choices) else self.choices
        return [(str(value), label) for value, label in pairs]

    def names(self) -> tuple[str, ...]:
        """The GET parameters that the filter reads."""
        return (f"{self.code}_from", f"{self.code}_to") if self.kind == "dates" else (self.code,)

    def narrow(self, rows: Any, values: Mapping[str, str]) -> Any:
        """The rows that the values leave; InvalidInput where a value is none."""
        if self.kind == "dates":
            return self._between(rows, *(values.get(name, "") for name in self.names()))
        value = values.get(self.code, "").strip()
        if not value:
            return rows
        if self.kind == "choice" and value not in {option for option, _label in self.options()}:
            raise InvalidInput(
                "filter-value-unknown",
                "“%(value)s” is not one of the choices.",
                field=self.code,
                value=value[:80],
            )
        if self.apply is not None:
            return self.apply(rows, value)
        if self.kind == "choice":
            if isinstance(rows, QuerySet):
                return rows.filter(**{self.first: value})
            return [row for row in rows if str(walk(row, self.first)) == value]
        for word in value.split():
            rows = self._holding(rows, word)
        return rows

    def _holding(self, rows: Any, word: str) -> Any:
        paths = self.paths or (self.code,)
        if isinstance(rows, QuerySet):
            wanted = Q()
            for path in paths:
                wanted |= Q(**{f"{path}__icontains": word})
            return rows.filter(wanted)
        low = word.casefold()
        return [row for row in rows if any(low in t.casefold() for t in _texts(row, paths))]

    def _between(self, rows: Any, first: str, last: str) -> Any:
        start = self._day(first, "from") if first.strip() else None
        end = self._day(last, "to", last=True) if last.strip() else None
        if start and end and start > end:
            raise InvalidInput(
                "period-reversed",
                "The period ends (%(end)s) before it starts (%(start)s).",
                field=f"{self.code}_to",
                start=start,
                end=end,
            )
        if isinstance(rows, QuerySet):
            path = self.first + ("__date" if self._moment(rows) else "")
            if start:
                rows = rows.filter(**{f"{path}__gte": start})
            return rows.filter(**{f"{path}__lte": end}) if end else rows
        return (
            [
                row
                for row in rows
                if (day := as_day(walk(row, self.first))) is not None
                and (start is None or day >= start)
                and (end is None or day <= end)
            ]
            if start or end
            else rows
        )

    def _day(self, text: str, side: str, *, last: bool = False) -> date:
        try:
            return read_day(text, last=last)
        except InvalidInput as refused:
            refused.field = f"{self.code}_{side}"
            raise

    def _moment(self, rows: QuerySet[Any]) -> bool:
        found = field_at(rows.model, self.first)
        return found is not None and found.get_internal_type() == "DateTimeField"


def as_day(value: Any) -> date | None:
    """A date or a moment as the local day."""
    if isinstance(value, datetime):
        from django.utils.timezone import localtime

        return localtime(value).date()
    return value if isinstance(value, date) else None


def field_at(model: type[Model], path: str) -> Any:
    """The model field at a path, or None for an annotation."""
    found: Any = None
    for step in path.split("__"):
        try:
            found = model._meta.pk if step == "pk" else model._meta.get_field(step)
        except Exception:
            return None
        if found.is_relation and found.related_model:
            model = found.related_model
    return found


def plain(value: Any) -> object:
    """A cell for a file: numbers and dates stay such, all else is text."""
    if value is None or isinstance(value, (int, float, Decimal, date, datetime)):
        return value
    return str(value)


YES = _("Yes")
NO = _("No")
