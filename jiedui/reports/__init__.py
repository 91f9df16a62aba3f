"""Will own publications, their sign-off, and the checker of figures in prose."""
