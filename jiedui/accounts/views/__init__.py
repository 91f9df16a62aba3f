"""Pages of accounts: sessions, one's own account, administration, roles, audit log."""
