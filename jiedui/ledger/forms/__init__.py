"""Forms of the ledger: an entry with its lines, reasons, placings."""

from jiedui.ledger.forms.deciding import PlaceForm, ReasonForm, ReturnForm
from jiedui.ledger.forms.entry import EntryForms
from jiedui.ledger.forms.terms import terms

__all__ = ["EntryForms", "PlaceForm", "ReasonForm", "ReturnForm", "terms"]
