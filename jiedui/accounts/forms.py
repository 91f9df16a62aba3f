"""Forms of accounts; rules beyond the shape of a field stand in the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiedui.accounts.domain.roles import ROLES
from jiedui.core.clock import today


class LogInForm(forms.Form):
    """User name and password."""

    username = forms.CharField(
        label=_("User name"),
        max_length=150,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autofocus": True,
                "autocapitalize": "none",
                "spellcheck": "false",
            }
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class CodeForm(forms.Form):
    """The six digits that an authenticator shows."""

    code = forms.CharField(
        label=_("Code from the authenticator"),
        max_length=16,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
        ),
    )


THEMES = [("system", _("As the system")), ("light", _("Light")), ("dark", _("Dark"))]


def _role_choices() -> list[tuple[str, Any]]:
    return [("", _("Choose a role")), *((role.code, _(role.name)) for role in ROLES.values())]


def _day(**attributes: str) -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", **attributes})


class PasswordForm(forms.Form):
    """The present password, and a new one twice."""

    old = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    new = forms.CharField(
        label=_("New password"),
        strip=False,
        max_length=1024,
        help_text=_(
            "At least 10 characters; not only digits, no common password, and unlike your name."
        ),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("New password once more"),
        strip=False,
        max_length=1024,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_again(self) -> str:
        """The two new ones must be the same."""
        again = str(self.cleaned_data["again"])
        if again != self.cleaned_data.get("new"):
            raise forms.ValidationError(_("The two new passwords differ."), code="differ")
        return again


class AccountForm(forms.Form):
    """A new account."""

    username = forms.CharField(
        label=_("User name"),
        max_length=64,
        help_text=_("Letters, digits or . @ + - _; it cannot be changed later."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"}),
    )
    display_name = forms.CharField(
        label=_("Name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


class PreferencesForm(forms.Form):
    """Language and theme."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(label=_("Theme"), choices=THEMES)


class GrantForm(forms.Form):
    """A role over everything, for a time."""

    username = forms.CharField(
        label=_("User name"), max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(label=_("Role"), choices=_role_choices)
    valid_from = forms.DateField(label=pgettext_lazy("role", "From"), initial=today, widget=_day())
    valid_to = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Blank: until somebody ends it."),
        widget=_day(),
    )


class EndRoleForm(forms.Form):
    """The last day of a role."""

    last_day = forms.DateField(
        label=_("Last day"),
        required=False,
        help_text=_("Blank: it ends at once."),
        widget=_day(),
    )
