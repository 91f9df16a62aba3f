"""Reads of candidates, dispatch plans and scenarios, for their pages."""
