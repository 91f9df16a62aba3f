"""Will own discharge data, outflow, gaps and the menu of needs."""
