"""The landing page Today, the inbox and the search."""
