"""How fast the pages of programmes are, measured on an invented country in a home of its own."""
