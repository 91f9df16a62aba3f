"""Everything that changes accounts, roles and sessions."""

from jiedui.accounts.actions.accounts import (
    create_account,
    disable_account,
    disable_example_logins,
    enable_account,
    end_sessions,
    reset_password,
)
from jiedui.accounts.actions.imports import ImportedAccounts, RowFault, import_accounts
from jiedui.accounts.actions.reading import note_audit_search
from jiedui.accounts.actions.roles import end_role, grant_role
from jiedui.accounts.actions.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    enrol_example,
    remove_second_factor,
    reset_second_factor,
    use_second_factor,
)
from jiedui.accounts.actions.sessions import (
    change_password,
    note_log_in,
    note_log_out,
    note_refused_log_in,
    set_preferences,
)

__all__ = [
    "ImportedAccounts",
    "RowFault",
    "begin_second_factor",
    "change_password",
    "confirm_second_factor",
    "create_account",
    "disable_account",
    "disable_example_logins",
    "enable_account",
    "end_role",
    "end_sessions",
    "enrol_example",
    "grant_role",
    "import_accounts",
    "note_audit_search",
    "note_log_in",
    "note_log_out",
    "note_refused_log_in",
    "remove_second_factor",
    "reset_password",
    "reset_second_factor",
    "set_preferences",
    "use_second_factor",
]
