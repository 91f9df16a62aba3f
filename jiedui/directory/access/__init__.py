"""The only way to places, organisations, departments and people."""

from jiedui.directory.access.bodies import Bodies
from jiedui.directory.access.reach import (
    Reach,
    may_edit,
    must_edit_everything,
    must_edit_organisation,
    must_edit_place,
    reach,
)
from jiedui.directory.access.visible import (
    get_organisation,
    get_person,
    get_place,
    served_places,
    visible_organisations,
    visible_people,
    visible_places,
)

__all__ = [
    "Bodies",
    "Reach",
    "get_organisation",
    "get_person",
    "get_place",
    "may_edit",
    "must_edit_everything",
    "must_edit_organisation",
    "must_edit_place",
    "reach",
    "served_places",
    "visible_organisations",
    "visible_people",
    "visible_places",
]
