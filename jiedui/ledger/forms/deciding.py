"""Reasons, and whom a published figure is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiedui.directory.queries import find_organisation


class ReasonForm(forms.Form):
    """Why something is returned or withdrawn."""

    reason = forms.CharField(
        label=_("Reason"), max_length=400, widget=forms.Textarea({"rows": 3, "autofocus": True})
    )


class _Carried(forms.MultipleChoiceField):
    """Ids that the form only carries along: which of them count, the page says."""

    def valid_value(self, value: Any) -> bool:
        """Any value will do."""
        return True


class ReturnForm(ReasonForm):
    """Why one or more are returned; carries which."""

    def __init__(self, versions: Sequence[UUID], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = [str(one) for one in versions]
        self.fields["version"] = _Carried(
            required=False, initial=held, widget=forms.MultipleHiddenInput
        )


class PlaceForm(forms.Form):
    """Whom a published figure is about: one organisation a line, on each side."""

    givers = forms.CharField(label=pgettext_lazy("side", "Supporters"), required=False)
    receivers = forms.CharField(label=pgettext_lazy("side", "Recipients"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("givers", "receivers"):
            self.fields[name].widget = forms.Textarea({"rows": 3})
            self.fields[name].help_text = _(
                "One organisation a line, by any of its names in the directory."
            )

    def _bodies(self, side: str) -> list[UUID]:
        found, unknown = [], []
        for line in self.cleaned_data[side].splitlines():
            if line.strip():
                body = find_organisation(line)
                if body is None:
                    unknown.append(line.strip())
                else:
                    found.append(body.id)
        if unknown:
            raise forms.ValidationError(
                gettext("The directory has nobody of this name: %(names)s.")
                % {"names": "、".join(unknown)}
            )
        return list(dict.fromkeys(found))

    def clean_givers(self) -> list[UUID]:
        """The givers by name."""
        return self._bodies("givers")

    def clean_receivers(self) -> list[UUID]:
        """The receivers by name."""
        return self._bodies("receivers")
