"""Forms of the room."""

from jiedui.programmes.forms.structure import EndForm, PairingForm, ProgrammeForm

__all__ = ["EndForm", "PairingForm", "ProgrammeForm"]
