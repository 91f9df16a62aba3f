"""Files that come from outside into this room."""
