"""How fast the pages of learning are, measured on an invented country in a home of its own."""
