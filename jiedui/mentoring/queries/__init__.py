"""Reads of this room, for its pages and for the rooms above."""
