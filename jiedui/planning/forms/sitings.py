"""Forms of siting proposals: begun with a zip or the worked example, changed, planned anew."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import InvalidInput
from jiedui.directory import access as directory
from jiedui.planning.access.sitings import EDIT, makes_for_all
from jiedui.planning.forms.candidates import NAMES, programme_choices
from jiedui.planning.sources.faults import Told
from jiedui.planning.sources.siting_archive import MOST_PACKED, texts_of, unpacked
from jiedui.web.fields import NamedField
from jiedui.web.forms import sentence

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from jiedui.planning.models import SitingProposal

OWN, EXAMPLE = "files", "example"


def _budget(**more: Any) -> forms.DecimalField:
    return forms.DecimalField(
        label=_("Budget"), min_value=Decimal(0), max_digits=14, decimal_places=2, **more
    )


def _seconds() -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Seconds to search"), min_value=1, max_value=600, initial=30,
        help_text=_("Longer finds a better plan; it can be stopped at any time."),
    )  # fmt: skip


class SitingForm(forms.Form):
    """A new proposal and its data."""

    name = forms.CharField(label=_("Name of the proposal"), max_length=160)
    programme = forms.ChoiceField(label=_("Programme"))
    owner = NamedField(by=NAMES, label=_("Whose proposal it is"))
    origin = forms.ChoiceField(
        label=_("Data"), widget=forms.RadioSelect, initial=OWN,
        choices=[
            (OWN, _("Your own files, in a zip")),
            (EXAMPLE, _("The worked example: 497 real municipalities, invented kits")),
        ],
    )  # fmt: skip
    file = forms.FileField(
        label=_("Zip with the files"), required=False,
        widget=forms.FileInput(attrs={"accept": ".zip"}),
    )  # fmt: skip
    budget = _budget(
        required=False,
        help_text=_("In the unit of the costs in the files; blank is that of settings.json."),
    )
    seconds = _seconds()
    source = forms.CharField(
        label=_("Where the data come from"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For the readers of the proposal: whose counts, of which year."),
    )  # fmt: skip

    def __init__(
        self,
        viewer: Viewer,
        *args: Any,
        template_url: str = "",
        too_large: bool = False,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.too_large = too_large
        self.programmes = programme_choices(viewer)
        self.fields["programme"].choices = [  # type: ignore[attr-defined]
            (id, row.name) for id, row in self.programmes.items()
        ]
        owners = directory.visible_organisations(viewer)
        if makes_for_all(viewer):
            self.fields["owner"].required = False
            self.fields["owner"].help_text = _("Blank: it is of the whole programme.")
        else:
            owners = owners.filter(id__in=directory.reach(viewer, EDIT).organisation_ids)
        self.fields["owner"].rows = owners  # type: ignore[attr-defined]
        self.fields["file"].help_text = format_html(
            '{} <a href="{}" download>{}</a>',
            gettext("Places with their people, possible sites, kinds of kit, as CSV."),
            template_url, gettext("Download a template"),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The programme in place of its id, and the files read to their end."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        data["programme"] = self.programmes.get(data.get("programme") or "")
        file = data.pop("file", None)
        data["files"] = None
        if data.pop("origin", OWN) == OWN and "file" not in self.errors:
            data["files"] = self._read(file, data.get("budget"))
        return data

    def _read(
        self, file: UploadedFile[Any] | None, budget: Decimal | None
    ) -> dict[str, bytes] | None:
        if self.too_large:
            limit = MOST_PACKED // 1024 // 1024
            told = gettext("The file is larger than %(limit)s MB.") % {"limit": limit}
            self.add_error("file", told)
        elif file is None:
            self.add_error("file", gettext("Choose a zip, or take the worked example."))
        else:
            try:
                files = unpacked(file.chunks())
                texts_of(files, Decimal(0) if "budget" in self.errors else budget)
            except InvalidInput as refused:
                self._told(refused)
            else:
                return files
        return None

    def _told(self, refused: InvalidInput) -> None:
        """Every fault of the files for itself; that no budget is said stands at its field."""
        faults = getattr(refused.details.get("faults"), "faults", None)
        if faults is None:
            self.add_error("file", sentence(refused))
            return
        others = [fault for fault in faults if fault.refusal.code != "budget-missing"]
        if len(others) < len(faults):
            self.add_error("budget", gettext("Give a budget here or in settings.json."))
        if others:
            self.add_error("file", str(Told(tuple(others))).splitlines())


class SitingNameForm(forms.Form):
    """How a proposal is called, and what is said of its source."""

    name = forms.CharField(label=_("Name of the proposal"), max_length=160)
    source = forms.CharField(
        label=_("Where the data come from"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    @staticmethod
    def of(siting: SitingProposal) -> dict[str, Any]:
        """What a proposal says now."""
        return {"name": siting.name, "source": siting.source}


class SitingRunForm(forms.Form):
    """For how much money, and how long to search."""

    budget = _budget(help_text=_("In the unit of the costs in the files."))
    seconds = _seconds()

    @staticmethod
    def of(siting: SitingProposal) -> dict[str, Any]:
        """What was asked last."""
        return {"budget": siting.budget.normalize(), "seconds": siting.seconds}
