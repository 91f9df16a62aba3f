"""Forms of the planners."""
