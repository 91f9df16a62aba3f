"""Reads of programmes, for pages and for the rooms above."""

from jiedui.programmes.queries import agreements, credentials, handovers, plans, postings
from jiedui.programmes.queries.nominations import (
    agreement_numbered,
    batch_numbered,
    nominated,
    programme_with,
    team_named,
)
from jiedui.programmes.queries.stream import facts
from jiedui.programmes.queries.structure import (
    ever_paired,
    example_programmes,
    find_programme,
    may_name,
    on,
    pairing_for,
    pairing_spans,
    pairings_of,
    programmes,
)

__all__ = [
    "agreement_numbered",
    "agreements",
    "batch_numbered",
    "credentials",
    "ever_paired",
    "example_programmes",
    "facts",
    "find_programme",
    "handovers",
    "may_name",
    "nominated",
    "on",
    "pairing_for",
    "pairing_spans",
    "pairings_of",
    "plans",
    "postings",
    "programme_with",
    "programmes",
    "team_named",
]
