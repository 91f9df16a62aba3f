"""What Today and the search read of the rooms below."""
