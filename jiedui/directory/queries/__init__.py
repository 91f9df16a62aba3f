"""Reads of the directory, for its pages and for the rooms above."""

from jiedui.directory.queries.bodies import known_bodies
from jiedui.directory.queries.lineage import ancestors_of, lineage, parts_of
from jiedui.directory.queries.names import find_organisation, find_place, names, normal
from jiedui.directory.queries.people import title_on, titles_on
from jiedui.directory.queries.sheets import export_rows, sheet_columns

__all__ = [
    "ancestors_of",
    "export_rows",
    "find_organisation",
    "find_place",
    "known_bodies",
    "lineage",
    "names",
    "normal",
    "parts_of",
    "sheet_columns",
    "title_on",
    "titles_on",
]
