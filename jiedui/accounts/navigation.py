"""What the room offers to the main navigation."""

from jiedui.web.navigation import NavItem

_ = str  # marks message ids for the catalogue

ITEMS = [
    NavItem("administration", _("Accounts"), "accounts:accounts", "accounts.manage"),
    NavItem("administration", _("Roles"), "accounts:roles", "roles.grant"),
    NavItem("administration", _("Audit log"), "accounts:audit", "audit.read"),
]
