"""Pure rules, states and value types of the room directory."""
