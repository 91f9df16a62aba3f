"""Writes of the directory: each atomic, checked, audited, and safe to repeat by id."""

from jiedui.directory.actions.organisations import (
    add_department,
    create_organisation,
    make_part,
    seat_organisation,
)
from jiedui.directory.actions.people import add_person
from jiedui.directory.actions.places import attach_place, create_place

__all__ = [
    "add_department",
    "add_person",
    "attach_place",
    "create_organisation",
    "create_place",
    "make_part",
    "seat_organisation",
]
