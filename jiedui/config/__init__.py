"""Settings (one file, from the environment), root URLs, the command line."""
