"""Form fields for days, codes of the packs, and rows that are given by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import Model, QuerySet
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jiedui.core.errors import InvalidInput
from jiedui.core.packs import Term, vocabulary
from jiedui.core.periods import EARLIEST, meant
from jiedui.web.forms import sentence

# How many suggestions a field brings along; any other name can still be typed.
SUGGESTED = 300


class DayField(forms.DateField):
    """A day, chosen or typed, that can be meant (core.periods)."""

    def __init__(self, *, earliest: date = EARLIEST, **more: Any) -> None:
        super().__init__(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)
        self.earliest = earliest

    def validate(self, value: date | None) -> None:
        """Refuses a day that cannot be meant."""
        super().validate(value)
        if value is None:
            return
        try:
            meant(value, earliest=self.earliest)
        except InvalidInput as refused:
            raise forms.ValidationError(sentence(refused), code=refused.code) from refused


class Select(forms.Select):
    """A choice of one, drawn here as Django's template draws it.

    A form may have a thousand options, too many to ask a template for each.
    """

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The whole of it, its options in their groups."""
        widget = self.get_context(name, value, attrs)["widget"]
        groups = []
        for label, options, _index in widget["optgroups"]:
            drawn = format_html_join(
                "", '<option value="{}"{}>{}</option>',
                ((each["value"], flatatt(each["attrs"]), each["label"]) for each in options),
            )  # fmt: skip
            groups.append(
                format_html('<optgroup label="{}">{}</optgroup>', label, drawn) if label else drawn
            )
        return format_html(
            '<select name="{}"{}>{}</select>',
            widget["name"], flatatt(widget["attrs"]), SafeString("".join(groups)),
        )  # fmt: skip


class TermField(forms.ChoiceField):
    """A code of a pack's table, shown by its name."""

    widget = Select

    def __init__(
        self, table: str, *, only: Callable[[Term], bool] | None = None, **more: Any
    ) -> None:
        def choices() -> list[tuple[str, Any]]:
            language = get_language() or "zh-hans"
            terms = vocabulary().tables.get(table, {}).values()
            found: list[tuple[str, Any]] = [
                (term.code, term.label(language)) for term in terms if only is None or only(term)
            ]
            return [("", "–"), *found]

        super().__init__(choices=choices, **more)


class _Suggest(forms.TextInput):
    """A text input with suggestions under it."""

    suggestions: Iterable[str] = ()

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        listed = f"{name}-suggestions"
        box = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join(
            "", '<option value="{}"></option>', ((s,) for s in self.suggestions)
        )
        return format_html('{}<datalist id="{}">{}</datalist>', box, listed, options)


class NamedField(forms.CharField):
    """One of the rows that the viewer sees, given by name, code or id.

    ``rows`` is set by the form for its viewer; a name that two bear is refused.
    """

    widget: Any = _Suggest
    unknown: Any = _("Nothing is called “%(text)s” here; choose one of the suggestions.")

    def __init__(self, *, by: tuple[str, ...] = ("name",), **more: Any) -> None:
        super().__init__(**more)
        self.by = by
        self._rows: QuerySet[Any] | None = None

    @property
    def rows(self) -> QuerySet[Any] | None:
        """The rows to choose from."""
        return self._rows

    @rows.setter
    def rows(self, rows: QuerySet[Any]) -> None:
        self._rows = rows
        names = rows.order_by("name").values_list("name", flat=True)[:SUGGESTED]
        self.widget.suggestions = list(dict.fromkeys(names))

    def prepare_value(self, value: Any) -> Any:
        """A row is shown by its name."""
        return value.name if isinstance(value, Model) and hasattr(value, "name") else value

    def clean(self, value: Any) -> Any:
        """The row, or None where the field may be blank."""
        text = super().clean(value)
        if not text:
            return None
        rows = self._rows
        if rows is None:
            raise forms.ValidationError(_("Nothing can be chosen here."), code="name-unknown")
        try:
            found = list(rows.filter(pk=UUID(text))[:1])
        except ValueError:
            found = []
        for path in self.by:
            if not found:
                found = list(rows.filter(**{path: text}).distinct()[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("More than one is called “%(text)s”; write its code.") if found else self.unknown,
                code="name-ambiguous" if found else "name-unknown",
                params={"text": text},
            )
        return found[0]


class SeveralNamedField(NamedField):
    """Several rows, one a line; nothing is suggested under it."""

    unknown = _("Nothing is called “%(text)s” here; write each in full, one a line.")

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.max_length = None
        self.validators = []
        self.widget = forms.Textarea(attrs={"rows": 4})

    @property
    def rows(self) -> QuerySet[Any] | None:
        """The rows to choose from."""
        return self._rows

    @rows.setter
    def rows(self, rows: QuerySet[Any]) -> None:
        self._rows = rows

    def clean(self, value: Any) -> list[Any]:
        """The rows of all lines."""
        found = []
        for line in str(value or "").splitlines():
            if line.strip():
                found.append(super().clean(line.strip()))
        if self.required and not found:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return found
