"""The form that takes a file."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.exchange.excel.declare import ImportKind
from jiedui.programmes.queries import programmes


class UploadForm(forms.Form):
    """A file, and the programme where the kind needs one."""

    file = forms.FileField(label=_("File"))
    programme = forms.ChoiceField(label=_("Programme"))

    def __init__(self, *given: Any, kind: ImportKind, viewer: Viewer, **more: Any) -> None:
        super().__init__(*given, **more)
        if kind.needs_programme:
            field = self.fields["programme"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            rows = list(programmes(viewer)[:200])
            field.choices = [(row.code, row.name) for row in rows]
            if len(rows) != 1:
                field.choices = [("", _("Choose")), *field.choices]
        else:
            del self.fields["programme"]
