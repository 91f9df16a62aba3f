"""Programmes and the dated pairings of givers with receivers."""
