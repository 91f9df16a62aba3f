"""The room's entry in the navigation."""

from jiedui.web.navigation import NavItem

_ = str  # marks message ids for the catalogue

ITEMS = [NavItem("people", _("Programmes"), "programmes:programmes", "programmes.read")]
