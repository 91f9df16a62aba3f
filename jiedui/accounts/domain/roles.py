"""Roles as code: each with its description and what it may do.

The three administrators are kept apart (GB/T 22239-2019, level 3): no role that
makes accounts gives roles, and none of them reads the audit log. None of the
three sees the programme's records.
"""

from __future__ import annotations

from dataclasses import dataclass

_ = str  # marks message ids for the catalogue; the web layer translates them

READ = frozenset(
    {"directory.read", "programmes.read", "ledger.read", "figures.read", "learning.read"}
)
WRITE = READ | {"ledger.write", "learning.write"}


@dataclass(frozen=True)
class Role:
    """``scoped`` roles hold over a part of the tree; the others over the whole house."""

    code: str
    name: str
    description: str
    permissions: frozenset[str]
    scoped: bool = True
    second_factor: bool = False


ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role(
            "system_administrator",
            _("System administrator"),
            _("Creates, imports, disables and resets accounts; gives no roles."),
            frozenset({"accounts.manage"}),
            scoped=False,
            second_factor=True,
        ),
        Role(
            "security_administrator",
            _("Security administrator"),
            _("Gives and ends roles; creates no accounts."),
            frozenset({"roles.grant", "directory.read"}),
            scoped=False,
            second_factor=True,
        ),
        Role(
            "audit_administrator",
            _("Audit administrator"),
            _("Reads and searches the audit log; changes nothing."),
            frozenset({"audit.read"}),
            scoped=False,
            second_factor=True,
        ),
        Role(
            "programme_coordinator",
            _("Programme coordinator"),
            _("Runs the programme in a part of the tree: directory, pairings, ledger, figures."),
            WRITE
            | {
                "directory.edit",
                "directory.import",
                "programmes.edit",
                "programmes.host",
                "programmes.send",
                "ledger.import",
                "ledger.place",
                "planning.read",
                "planning.edit",
                "learning.people",
            },
        ),
        Role(
            "recipient_manager",
            _("Recipient manager"),
            _(
                "Asks for posts, receives experts, confirms or returns what was done for the own"
                " organisation; keeps its directory."
            ),
            WRITE
            | {
                "ledger.confirm",
                "ledger.import",
                "directory.edit",
                "programmes.host",
                "planning.read",
                "learning.people",
            },
        ),
        Role(
            "supporter_manager",
            _("Supporter manager"),
            _(
                "Offers, nominates and sends experts, records what the own organisation gives;"
                " keeps its directory."
            ),
            WRITE
            | {
                "ledger.import",
                "directory.edit",
                "programmes.send",
                "planning.read",
                "learning.people",
            },
        ),
        Role("expert", _("Expert"), _("Records the own work at the recipient."), WRITE),
        Role(
            "local_clinician",
            _("Local clinician"),
            _("Records local work and what was learned."),
            WRITE,
        ),
        Role(
            "project_officer",
            _("Project officer"),
            _("Follows projects and money."),
            READ | {"planning.read"},
        ),
        Role(
            "analyst",
            _("Analyst"),
            _("Reads figures and their records and exports them."),
            READ,
        ),
        Role("viewer", _("Viewer"), _("Reads the programme, its ledger and figures."), READ),
    )
}


def permissions_of(role: str) -> frozenset[str]:
    """What a role may do; a role that no longer exists may do nothing."""
    found = ROLES.get(role)
    return found.permissions if found else frozenset()


ADMINISTRATORS = frozenset(
    {"system_administrator", "security_administrator", "audit_administrator"}
)


def roles_markdown() -> str:
    """The table of roles for the documentation, one row a role."""
    lines = [
        "| Role | Code | What it is for | Permissions | Over | Second factor |",
        "|---|---|---|---|---|---|",
    ]
    for role in ROLES.values():
        permissions = " ".join(f"`{permission}`" for permission in sorted(role.permissions))
        over = "everything, an organisation or a place" if role.scoped else "everything"
        factor = "compulsory" if role.second_factor else "by choice"
        lines.append(
            f"| {role.name} | `{role.code}` | {role.description} | {permissions} "
            f"| {over} | {factor} |"
        )
    return "\n".join(lines) + "\n"
