"""Pure rules of exchange: the states of an import."""
