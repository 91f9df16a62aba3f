"""Pure rules of accounts: roles and the audit chain."""
