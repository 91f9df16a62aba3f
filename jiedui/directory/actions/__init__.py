"""Writes of the directory: each atomic, checked, audited, and safe to repeat by id."""

from jiedui.directory.actions.changes import merge_places, move_place, split_place
from jiedui.directory.actions.history import create_bodies
from jiedui.directory.actions.importing import Imported, import_rows
from jiedui.directory.actions.keeping import (
    add_identifier,
    add_name,
    close_department,
    edit_organisation,
    edit_place,
    end_part,
    move_organisation,
)
from jiedui.directory.actions.organisations import (
    add_department,
    create_organisation,
    make_part,
    seat_organisation,
)
from jiedui.directory.actions.people import (
    add_person,
    add_specialty,
    edit_person,
    give_title,
    link_account,
    post_person,
)
from jiedui.directory.actions.places import attach_place, create_place

__all__ = [
    "Imported",
    "add_department",
    "add_identifier",
    "add_name",
    "add_person",
    "add_specialty",
    "attach_place",
    "close_department",
    "create_bodies",
    "create_organisation",
    "create_place",
    "edit_organisation",
    "edit_person",
    "edit_place",
    "end_part",
    "give_title",
    "import_rows",
    "link_account",
    "make_part",
    "merge_places",
    "move_organisation",
    "move_place",
    "post_person",
    "seat_organisation",
    "split_place",
]
