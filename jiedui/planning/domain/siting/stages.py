"""Names of what a siting run is doing, for a progress bar."""

_ = str  # marks message ids for the catalogue

EXCHANGE = _("Exchange sites")
NARROW = _("Leave out sites that no better plan uses")
PROVE = _("Prove the plan")
PRICE = _("Price people and money")
DECIDE = _("Decide among the sites left")
