"""The only way to a case, and who may record, confirm or take back one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import NotAllowed
from jiedui.mentoring.access.reach import (
    PEOPLE,
    READ,
    WRITE,
    not_visible,
    of_sides,
    own_person,
    teaching,
)
from jiedui.mentoring.models import Apprenticeship, Case, Mentor, Technique
from jiedui.programmes.access import may_act
from jiedui.programmes.domain.states import EITHER, RECEIVER

if TYPE_CHECKING:
    from jiedui.directory.models import Person


# Of a manager's own cases outside the own organisations, so many are shown among the others.
MOST_ELSEWHERE = 500


def visible_cases(viewer: Viewer) -> QuerySet[Case]:
    """Cases of the viewer's own organisations with ``learning.people``, and the viewer's own.

    Own are those in which the viewer learned, led or taught, and all of the apprenticeships in
    which the viewer teaches or taught; each is found by its index, among millions.
    """
    if not viewer.may(READ):
        return Case.objects.none()
    me = own_person(viewer)
    if viewer.may(PEOPLE):
        within = of_sides(viewer, PEOPLE)
        if not within or me is None:
            return Case.objects.filter(within)
        # Known before the list is asked, so that its index is used as if there were none.
        elsewhere = viewer.once(
            ("mentoring", "cases elsewhere"),
            lambda: list(
                _own(me.id)
                .exclude(within)
                .order_by("-happened_on", "-id")
                .values_list("id", flat=True)[:MOST_ELSEWHERE]
            ),
        )
        return Case.objects.filter(within | Q(id__in=elsewhere) if elsewhere else within)
    return Case.objects.none() if me is None else _own(me.id)


def _own(person_id: UUID) -> QuerySet[Case]:
    taught = Mentor.objects.filter(person=person_id).values("apprenticeship_id")
    own = Case.objects.order_by().values("id")
    ids = own.filter(learner=person_id).union(
        own.filter(leader=person_id), own.filter(mentor=person_id),
        own.filter(apprenticeship__in=taught),
    )  # fmt: skip
    return Case.objects.filter(id__in=ids)


def get_case(viewer: Viewer, id: UUID) -> Case:
    """The case with its people and bodies, or NotVisible."""
    found = (
        visible_cases(viewer)
        .select_related(
            "programme", "giver", "receiver", "department", "apprenticeship", "technique",
            "learner", "leader", "mentor", "posting",
        )
        .filter(pk=id)
        .first()
    )  # fmt: skip
    if found is None:
        raise not_visible()
    return found


def teaches(person_id: UUID, apprenticeship_id: UUID) -> bool:
    """Whether the person is a mentor of the apprenticeship now."""
    return Mentor.objects.filter(
        teaching(), apprenticeship_id=apprenticeship_id, person_id=person_id
    ).exists()


def may_record(
    viewer: Viewer,
    *,
    apprenticeship: Apprenticeship | None,
    technique: Technique | None,
    people: tuple[Person | None, ...],
) -> bool:
    """Whether the viewer may record or correct a case with these people in it.

    Who took part does (learner, leader, mentor, and who teaches in the apprenticeship or
    brought the technique), and who acts for a side.
    """
    if not viewer.may(WRITE):
        return False
    tie = apprenticeship or technique
    if tie is not None and may_act(viewer, EITHER, tie.giver_id, tie.receiver_id):
        return True
    me = own_person(viewer)
    if me is None:
        return False
    if any(person is not None and person.id == me.id for person in people):
        return True
    if technique is not None and technique.introduced_by_id == me.id:
        return True
    return apprenticeship is not None and teaches(me.id, apprenticeship.id)


def must_record(by: User | None, **what: object) -> None:
    """NotAllowed ``case-of-others`` unless ``by`` took part or acts for a side."""
    if by is not None and not may_record(viewer_of(by), **what):  # type: ignore[arg-type]
        raise NotAllowed(
            "case-of-others", "Who took part in a case records it, or who manages a side.",
            field="leader",
        )  # fmt: skip


def confirms(viewer: Viewer, case: Case) -> str:
    """As what the viewer may confirm the case: ``mentor``, ``receiver``, or blank for not at all.

    Nobody confirms what they recorded, learned or, without an apprenticeship, led themselves.
    The receiver's manager stands in where no mentor can: none is named, the mentor has no
    account or recorded the case, or nobody teaches any longer.
    """
    if not viewer.may(WRITE) or case.recorded_by == viewer.user.id:
        return ""
    me = own_person(viewer)
    mine = me.id if me else None
    if mine is not None and mine == case.learner_id:
        return ""
    if mine is not None and case.apprenticeship_id is None and mine == case.leader_id:
        return ""
    if mine is not None and mine == case.mentor_id:
        return "mentor"
    apprenticed = case.apprenticeship_id
    if mine is not None and apprenticed is not None and teaches(mine, apprenticed):
        return "mentor"
    if not may_act(viewer, RECEIVER, case.giver_id, case.receiver_id):
        return ""
    return "" if _mentor_can(case) else "receiver"


def _mentor_can(case: Case) -> bool:
    if case.mentor is None:
        return False
    users = {case.mentor.user_id}
    if case.apprenticeship_id is not None:
        held = Mentor.objects.filter(teaching(), apprenticeship_id=case.apprenticeship_id)
        users = set(held.values_list("person__user_id", flat=True))
    return bool(users - {None, case.recorded_by})


def must_confirm(by: User | None, case: Case) -> str:
    """As what ``by`` confirms; NotAllowed ``own-case`` or ``case-for-its-mentor``."""
    if by is None:
        return "mentor"
    viewer = viewer_of(by)
    if said := confirms(viewer, case):
        return said
    me = own_person(viewer)
    mine = me.id if me else None
    own = mine is not None and (
        mine == case.learner_id or (case.apprenticeship_id is None and mine == case.leader_id)
    )
    if own or case.recorded_by == by.id:
        raise NotAllowed(
            "own-case", "Nobody confirms a case that they recorded, learned in or led themselves."
        )
    raise NotAllowed(
        "case-for-its-mentor",
        "The mentor confirms this case; without one, who manages the recipient does.",
    )
