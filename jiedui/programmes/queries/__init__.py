"""Reads of programmes, for pages and for the rooms above."""

from jiedui.programmes.queries import agreements, credentials, handovers, plans, postings
from jiedui.programmes.queries.stream import facts
from jiedui.programmes.queries.structure import (
    example_programmes,
    find_programme,
    may_name,
    on,
    pairing_for,
    pairing_spans,
    pairings_of,
    pairings_on,
    programmes,
)

__all__ = [
    "agreements",
    "credentials",
    "example_programmes",
    "facts",
    "find_programme",
    "handovers",
    "may_name",
    "on",
    "pairing_for",
    "pairing_spans",
    "pairings_of",
    "pairings_on",
    "plans",
    "postings",
    "programmes",
]
