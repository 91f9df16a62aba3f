"""What the planners reach in how long: one instance a call, each result kept."""
