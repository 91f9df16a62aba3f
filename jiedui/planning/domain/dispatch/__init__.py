"""Dispatch: who goes where, when and for how long."""
