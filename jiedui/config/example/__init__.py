"""The example: the real published history, and an invented programme marked as such."""
