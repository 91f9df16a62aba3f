"""Reads of the directory, for its pages and for the rooms above."""

from jiedui.directory.queries.bodies import known_bodies
from jiedui.directory.queries.departments import (
    department_home,
    department_named,
    departments_called,
    departments_of,
    departments_within,
    open_departments,
)
from jiedui.directory.queries.detail import places_below
from jiedui.directory.queries.lineage import (
    ancestors_of,
    ancestors_of_all,
    lineage,
    organisations_in,
    parts_of,
    wholes_of,
)
from jiedui.directory.queries.names import (
    bearers_of,
    find_organisation,
    find_place,
    nameable,
    names,
    normal,
    organisations_called,
    place_exists,
    place_names,
)
from jiedui.directory.queries.people import (
    hold_person,
    homes_of,
    kept_by,
    numbered_staff,
    people_with,
    posts_today,
    staff_of,
    title_on,
    titles_on,
)
from jiedui.directory.queries.sheets import export_rows, sheet_columns

__all__ = [
    "ancestors_of",
    "ancestors_of_all",
    "bearers_of",
    "department_home",
    "department_named",
    "departments_called",
    "departments_of",
    "departments_within",
    "export_rows",
    "find_organisation",
    "find_place",
    "hold_person",
    "homes_of",
    "kept_by",
    "known_bodies",
    "lineage",
    "nameable",
    "names",
    "normal",
    "numbered_staff",
    "open_departments",
    "organisations_called",
    "organisations_in",
    "parts_of",
    "people_with",
    "place_exists",
    "place_names",
    "places_below",
    "posts_today",
    "sheet_columns",
    "staff_of",
    "title_on",
    "titles_on",
    "wholes_of",
]
