"""Who sees learning at all, and on which side of it somebody stands.

Three grades: ``learning.read`` sees what was taught, which techniques there are and what
stayed, as counts; ``learning.people`` sees named people's plans, logbooks, curves and
decisions of the own organisations; and whoever takes part (mentor, apprentice, assessor,
learner) sees what is about them. Acting for a side is ``programmes.send`` (giver) or
``programmes.host`` (receiver), as for postings.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.errors import NotVisible
from jiedui.directory import access as directory
from jiedui.directory.queries import person_of
from jiedui.programmes.access import must_act, sides

if TYPE_CHECKING:
    from jiedui.directory.models import Person

READ, PEOPLE, WRITE = "learning.read", "learning.people", "learning.write"


def not_visible() -> NotVisible:
    """For who may not see it, it does not exist."""
    return NotVisible("not-visible", "This page does not exist or is not open to you.")


def of_sides(
    viewer: Viewer, permission: str, giver: str = "giver", receiver: str = "receiver"
) -> Q:
    """Rows whose giver or receiver lies within the viewer's reach of the permission."""
    held = directory.reach(viewer, permission)
    if held.everything:
        return Q()
    ids = held.organisation_ids
    if not ids:
        return Q(pk__in=())
    return Q(**{f"{giver}_id__in": ids}) | Q(**{f"{receiver}_id__in": ids})


def sees_people(viewer: Viewer, giver_id: UUID, receiver_id: UUID) -> bool:
    """Whether named people's learning of these two is open to the viewer."""
    held = directory.reach(viewer, PEOPLE)
    return held.everything or held.covers(giver_id) or held.covers(receiver_id)


def teaching(day: date | None = None) -> Q:
    """Mentors whose teaching is not over on the day: who is to be succeeded teaches until then."""
    return Q(last_day__isnull=True) | Q(last_day__gte=day or today())


def own_person(viewer: Viewer) -> Person | None:
    """The person in the directory that the viewer is, if any."""
    return viewer.once(("mentoring", "person"), lambda: person_of(viewer.user.id))


def may_manage(viewer: Viewer, giver_id: UUID, receiver_id: UUID) -> bool:
    """Whether the viewer acts for a side, or coordinates."""
    return bool(sides(viewer, giver_id, receiver_id))


def must_manage(by: User | None, side: str, giver_id: UUID, receiver_id: UUID) -> None:
    """NotAllowed ``step-of-other-side`` unless ``by`` acts for the side; None is the system."""
    must_act(by, side, giver_id, receiver_id)
