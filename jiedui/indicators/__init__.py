"""Definitions of figures, the figures store, the engine, contradictions, targets and scorecards."""
