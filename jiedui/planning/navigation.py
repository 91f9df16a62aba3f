"""What the room offers to the main navigation."""

from jiedui.web.navigation import NavItem

_ = str  # marks message ids for the catalogue

ITEMS = [
    NavItem("plan", _("Dispatch plans"), "planning:plans", "planning.read"),
    NavItem("plan", _("Candidates"), "planning:candidates", "planning.read"),
    NavItem("plan", _("Rounds"), "planning:rounds", ("planning.read", "ledger.write")),
    NavItem("plan", _("Siting proposals"), "planning:sitings", "planning.read"),
]
