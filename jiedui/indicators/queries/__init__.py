"""Reads of the room indicators."""
