"""The only way to what is learned and taught, and who may do what to it."""
