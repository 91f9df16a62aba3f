"""The room's entries in the navigation."""

from jiedui.web.navigation import NavItem

_ = str  # marks message ids for the catalogue

ITEMS = [
    NavItem("people", _("Organisations"), "directory:organisations", "directory.read"),
    NavItem("people", _("Places"), "directory:places", "directory.read"),
    NavItem("people", _("Staff"), "directory:people", "directory.read"),
    NavItem("people", _("Map"), "directory:map", "directory.read"),
    NavItem("people", _("Memberships"), "directory:memberships", "roles.grant"),
]
