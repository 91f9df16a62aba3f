"""What the room offers to the main navigation."""

from jiedui.web.navigation import NavItem

_ = str  # marks message ids for the catalogue

ITEMS = [
    NavItem("figures", _("Figures"), "indicators:home", "figures.read"),
    NavItem("figures", _("Contradictions"), "indicators:contradictions", "figures.read"),
]
