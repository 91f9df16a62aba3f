"""Pure building blocks: errors, periods, quantities, identifiers, clock, packs, sheets. No Django."""
