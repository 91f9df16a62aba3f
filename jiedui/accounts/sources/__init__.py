"""What accounts keeps outside its own tables: failed log-ins, secrets, triggers."""
