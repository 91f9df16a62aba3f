"""Reads of the directory, for its pages and for the rooms above."""

from jiedui.directory.queries.bodies import known_bodies
from jiedui.directory.queries.lineage import (
    ancestors_of,
    ancestors_of_all,
    lineage,
    organisations_in,
    parts_of,
)
from jiedui.directory.queries.names import (
    bearers_of,
    find_organisation,
    find_place,
    nameable,
    names,
    normal,
    place_names,
)
from jiedui.directory.queries.people import kept_by, posts_today, title_on, titles_on
from jiedui.directory.queries.sheets import export_rows, sheet_columns

__all__ = [
    "ancestors_of",
    "ancestors_of_all",
    "bearers_of",
    "export_rows",
    "find_organisation",
    "find_place",
    "kept_by",
    "known_bodies",
    "lineage",
    "nameable",
    "names",
    "normal",
    "organisations_in",
    "parts_of",
    "place_names",
    "posts_today",
    "sheet_columns",
    "title_on",
    "titles_on",
]
