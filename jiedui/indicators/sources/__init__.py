"""Where the figures lie: segments on disk, and the tail still only in the database."""
