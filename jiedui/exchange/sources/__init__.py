"""Where exchange keeps files."""
