"""What the ledger reads from and keeps outside the database: evidence files, files of figures."""
