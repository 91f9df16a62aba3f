"""What the room offers to the main navigation."""

from jiedui.web.navigation import NavItem

_ = str  # marks message ids for the catalogue

ITEMS = [
    NavItem("ledger", _("Imports"), "exchange:jobs", "ledger.import"),
    NavItem("administration", _("Imports"), "exchange:jobs", "accounts.manage"),
]
