"""Writes of the room indicators."""

from jiedui.indicators.actions.compact import compact_figures

__all__ = ["compact_figures"]
