"""Problems and plans as files: every fault with its file, line and column."""
