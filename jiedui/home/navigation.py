"""The room's entry in the navigation."""

from jiedui.web.navigation import NavItem

_ = str  # marks message ids for the catalogue

ITEMS = [NavItem("today", _("Today"), "home:today")]
