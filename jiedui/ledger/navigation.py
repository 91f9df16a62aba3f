"""What the room offers to the main navigation."""

from jiedui.web.navigation import NavItem

_ = str  # marks message ids for the catalogue

ITEMS = [
    NavItem("ledger", _("Ledger"), "ledger:entries", "ledger.read"),
    NavItem("ledger", _("To confirm"), "ledger:confirm", "ledger.confirm"),
    NavItem("ledger", _("Published figures"), "ledger:statements", "ledger.read"),
]
