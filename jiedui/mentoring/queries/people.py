"""Whom somebody may name as the one who brings or teaches something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jiedui.accounts.permissions import Viewer
from jiedui.directory import access as directory
from jiedui.directory.queries import people_among
from jiedui.programmes.access import visible_postings

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from jiedui.directory.models import Person


def known_people(viewer: Viewer) -> QuerySet[Person]:
    """The staff that the viewer sees, and whoever is or was posted to or from an own side.

    Who hosts sees no staff of the supporters, and yet names the expert who came.
    """
    if directory.reach(viewer).everything:
        return directory.visible_people(viewer)
    posted = visible_postings(viewer).order_by().values("person_id")
    return people_among(directory.visible_people(viewer).values("id")) | people_among(posted)
