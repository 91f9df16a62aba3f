"""Places in their trees, organisations, departments, people, memberships."""
