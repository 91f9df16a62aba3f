"""The only way to apprenticeships and studios, and who may do what to them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import NotAllowed
from jiedui.mentoring.access.reach import (
    PEOPLE,
    READ,
    WRITE,
    may_manage,
    must_manage,
    not_visible,
    of_sides,
    own_person,
    sees_people,
    teaching,
)
from jiedui.mentoring.models import (
    Apprentice,
    Apprenticeship,
    Mentor,
    PlanChange,
    Studio,
    StudioDay,
    StudioMember,
)
from jiedui.programmes.access import sides
from jiedui.programmes.domain.states import COORDINATOR, GIVER, RECEIVER


def visible_apprenticeships(viewer: Viewer) -> QuerySet[Apprenticeship]:
    """Those of the viewer's own organisations with ``learning.people``, and the viewer's own."""
    if not viewer.may(READ):
        return Apprenticeship.objects.none()
    if viewer.may(PEOPLE):
        within = of_sides(viewer, PEOPLE)
        if not within:
            return Apprenticeship.objects.all()
    else:
        within = Q(pk__in=())
    if (me := own_person(viewer)) is None:
        return Apprenticeship.objects.filter(within)
    taught = Mentor.objects.filter(person=me.id).values("apprenticeship_id")
    learned = Apprentice.objects.filter(person=me.id).values("apprenticeship_id")
    return Apprenticeship.objects.filter(within | Q(id__in=taught) | Q(id__in=learned))


def get_apprenticeship(viewer: Viewer, id: UUID) -> Apprenticeship:
    """The apprenticeship with its bodies, or NotVisible."""
    rows = visible_apprenticeships(viewer).select_related(
        "programme", "giver", "receiver", "department", "pairing", "studio"
    )
    if (found := rows.filter(pk=id).first()) is None:
        raise not_visible()
    return found


def get_mentor(viewer: Viewer, id: UUID) -> Mentor:
    """A mentor of a visible apprenticeship, or NotVisible."""
    rows = Mentor.objects.select_related(
        "apprenticeship__programme", "apprenticeship__giver", "apprenticeship__receiver",
        "apprenticeship__department", "person", "posting",
    )  # fmt: skip
    found = rows.filter(pk=id, apprenticeship__in=visible_apprenticeships(viewer)).first()
    if found is None:
        raise not_visible()
    return found


def get_apprentice(viewer: Viewer, id: UUID) -> Apprentice:
    """An apprentice of a visible apprenticeship, or NotVisible."""
    rows = Apprentice.objects.select_related(
        "apprenticeship__programme", "apprenticeship__giver", "apprenticeship__receiver",
        "apprenticeship__department", "person",
    )  # fmt: skip
    found = rows.filter(pk=id, apprenticeship__in=visible_apprenticeships(viewer)).first()
    if found is None:
        raise not_visible()
    return found


def get_plan_change(viewer: Viewer, id: UUID) -> PlanChange:
    """A change of a visible apprenticeship's plan, or NotVisible."""
    rows = PlanChange.objects.select_related(
        "apprenticeship__programme", "apprenticeship__giver", "apprenticeship__receiver"
    )
    found = rows.filter(pk=id, apprenticeship__in=visible_apprenticeships(viewer)).first()
    if found is None:
        raise not_visible()
    return found


def acting_side(by: User | None, side: str, giver_id: UUID, receiver_id: UUID) -> str:
    """The side for which ``by`` acts: the one asked for, or the only one that is theirs.

    NotAllowed ``step-of-other-side``; ``side-unnamed`` where both could be meant.
    """
    if side:
        must_manage(by, side, giver_id, receiver_id)
        return side
    held = sides(viewer_of(by), giver_id, receiver_id) if by is not None else frozenset()
    own = [each for each in (GIVER, RECEIVER) if each in held]
    if len(own) == 1:
        return own[0]
    if not own and COORDINATOR not in held and by is not None:
        must_manage(by, GIVER, giver_id, receiver_id)
    raise NotAllowed("side-unnamed", "Say for which side you sign.")


def may_edit_apprenticeship(viewer: Viewer, held: Apprenticeship) -> bool:
    """Whether the viewer writes for a side of it."""
    return viewer.may(WRITE) and may_manage(viewer, held.giver_id, held.receiver_id)


def is_mentor(viewer: Viewer, held: Apprenticeship) -> bool:
    """Whether the viewer teaches in it now."""
    me = own_person(viewer)
    return (
        me is not None
        and Mentor.objects.filter(teaching(), apprenticeship=held, person=me.id).exists()
    )


def visible_studios(viewer: Viewer) -> QuerySet[Studio]:
    """Studios of the viewer's own organisations, and those the viewer leads or belongs to."""
    if not viewer.may(READ):
        return Studio.objects.none()
    within = of_sides(viewer, READ)
    if not within:
        return Studio.objects.all()
    if (me := own_person(viewer)) is None:
        return Studio.objects.filter(within)
    belongs = StudioMember.objects.filter(person=me.id).values("studio_id")
    return Studio.objects.filter(within | Q(leader=me.id) | Q(id__in=belongs))


def get_studio(viewer: Viewer, id: UUID) -> Studio:
    """The studio with its bodies and leader, or NotVisible."""
    rows = visible_studios(viewer).select_related(
        "programme", "giver", "receiver", "department", "leader"
    )
    if (found := rows.filter(pk=id).first()) is None:
        raise not_visible()
    return found


def get_studio_day(viewer: Viewer, id: UUID) -> StudioDay:
    """A day of a visible studio, or NotVisible."""
    rows = StudioDay.objects.select_related("studio__programme", "studio__leader")
    if (found := rows.filter(pk=id, studio__in=visible_studios(viewer)).first()) is None:
        raise not_visible()
    return found


def may_edit_studio(viewer: Viewer, studio: Studio) -> bool:
    """Whether the viewer leads the studio or acts for a side."""
    if not viewer.may(WRITE):
        return False
    me = own_person(viewer)
    if me is not None and me.id == studio.leader_id:
        return True
    return may_manage(viewer, studio.giver_id, studio.receiver_id)


def must_edit_studio(by: User | None, studio: Studio) -> None:
    """NotAllowed ``studio-of-others`` unless ``by`` leads the studio or acts for a side."""
    if by is not None and not may_edit_studio(viewer_of(by), studio):
        raise NotAllowed(
            "studio-of-others", "A studio is kept by its leader and by who manages a side."
        )


__all__ = [
    "acting_side",
    "get_apprentice",
    "get_apprenticeship",
    "get_mentor",
    "get_plan_change",
    "get_studio",
    "get_studio_day",
    "is_mentor",
    "may_edit_apprenticeship",
    "may_edit_studio",
    "must_edit_studio",
    "sees_people",
    "visible_apprenticeships",
    "visible_studios",
]
