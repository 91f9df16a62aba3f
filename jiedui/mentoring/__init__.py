"""Apprentices, courses, techniques, and what stays when the experts have left."""
