"""Will own phones, their outbox, reconciliation after a restore, and the field app."""
