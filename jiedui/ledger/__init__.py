"""Activity entries, published statements, their evidence, sign-off and versions."""
