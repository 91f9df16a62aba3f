"""How fast the figures are, measured on invented facts in a real store."""
