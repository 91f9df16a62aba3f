"""Tours: which townships a mobile clinic visits on which day."""
