"""Users, roles as code, permissions, sessions, the audit log, backup."""
