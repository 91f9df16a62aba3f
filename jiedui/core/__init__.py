"""Pure building blocks: errors, periods, quantities, identifiers, clock, packs. No Django."""
