"""Forms of this room, one file an area."""
