"""IATI activity files for funders; empty until the room capital holds its money."""
