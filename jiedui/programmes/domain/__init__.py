"""Pure rules of programmes: states, presence, compliance, targets, cascades."""
