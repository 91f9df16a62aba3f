"""What the room offers to the main navigation."""

from jiedui.web.navigation import NavItem

_ = str  # marks message ids for the catalogue

ITEMS: list[NavItem] = []
