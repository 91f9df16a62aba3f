"""Pages of this room, one file an area."""
