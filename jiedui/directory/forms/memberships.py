"""Forms that give roles over parts of the directory."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.domain.roles import ROLES
from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer
from jiedui.directory.access import visible_organisations, visible_places
from jiedui.directory.forms.naming import organisation_field, place_field
from jiedui.web.fields import DayField, NamedField


class _UserField(NamedField):
    """An account by its user name."""

    def __init__(self, **more: Any) -> None:
        super().__init__(by=("username",), **more)

    @property
    def rows(self) -> Any:
        """The accounts to choose from."""
        return self._rows

    @rows.setter
    def rows(self, rows: Any) -> None:
        self._rows = rows
        names = rows.order_by("username").values_list("username", flat=True)[:300]
        self.widget.suggestions = list(names)


class GrantForm(forms.Form):
    """A role, for whom, over what, how long."""

    user = _UserField(label=_("User name"))
    role = forms.ChoiceField(label=_("Role"))
    scope = forms.ChoiceField(
        label=_("Over"),
        choices=[
            ("all", _("everything")),
            ("organisation", _("an organisation and its parts")),
            ("place", _("a place and all below it")),
        ],
        widget=forms.RadioSelect,
        initial="organisation",
    )
    organisation = organisation_field(label=_("Organisation"), required=False)
    place = place_field(label=_("Place"), required=False)
    valid_from = DayField(label=_("From the day"))
    valid_to = DayField(label=_("Last day"), required=False)

    def __init__(self, viewer: Viewer, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        roles = [(role.code, gettext(role.name)) for role in ROLES.values()]
        self.fields["role"].choices = roles  # type: ignore[attr-defined]
        self.fields["user"].rows = User.objects.filter(is_active=True)  # type: ignore[attr-defined]
        self.fields["organisation"].rows = visible_organisations(viewer)  # type: ignore[attr-defined]
        self.fields["place"].rows = visible_places(viewer)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What the role holds over is named."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        scope = data.get("scope")
        if scope in ("organisation", "place"):
            target = data.get(scope)
            if target is None and scope not in self.errors:
                self.add_error(scope, _("Say over which."))
            data["scope_id"] = target.id if target else None
        else:
            data["scope_id"] = None
        return data


class AccountForm(forms.Form):
    """Whose log-in: an account by its user name, or none."""

    user = _UserField(
        label=_("User name"),
        required=False,
        help_text=_("Leave blank where the person has no account any more."),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["user"].rows = User.objects.filter(is_active=True)  # type: ignore[attr-defined]


class EndGrantForm(forms.Form):
    """The last day of a role."""

    valid_to = DayField(label=_("Last day"), required=False,
                        help_text=_("Leave blank to end it at once."))  # fmt: skip
