"""Forms of licences and certificates."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from jiedui.web.fields import DayField, TermField


class CredentialForm(forms.Form):
    """A licence or certificate with its end."""

    kind = TermField("credential_kinds", label=_("Kind"))
    number = forms.CharField(label=_("Number of the certificate"), max_length=64, required=False)
    issuer = forms.CharField(label=_("Issued by"), max_length=160, required=False)
    valid_from = DayField(label=_("First day"), required=False)
    valid_to = DayField(
        label=_("Last day"), required=False, help_text=_("Its end is warned of in time.")
    )
