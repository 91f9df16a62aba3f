"""Writes of this room: apprenticeships, cases, certificates, teaching, techniques, departments."""
