"""The only way to skills, decisions, reviews of safety, certificates and refreshers."""

from __future__ import annotations

from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

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
)
from jiedui.mentoring.models import (
    Apprentice,
    Certificate,
    Decision,
    Mentor,
    Refresher,
    SafetyReview,
    Skill,
)
from jiedui.programmes.access import may_act
from jiedui.programmes.domain.states import EITHER, RECEIVER

M = TypeVar("M", bound=Model)


def taught_by(person_id: UUID) -> QuerySet[Any]:
    """Ids of the people whom somebody teaches or taught in an apprenticeship."""
    held = Mentor.objects.filter(person=person_id).values("apprenticeship_id")
    return Apprentice.objects.filter(apprenticeship_id__in=held).values("person_id")


def _visible(
    viewer: Viewer, rows: QuerySet[M], *, prefix: str = "", more: tuple[str, ...] = ()
) -> QuerySet[M]:
    """Rows of the viewer's own organisations with ``learning.people``, and the viewer's own.

    One's own are those about oneself, about whom one teaches, and those at ``more``.
    """
    if not viewer.may(READ):
        return rows.none()
    within = Q(pk__in=())
    if viewer.may(PEOPLE):
        within = of_sides(viewer, PEOPLE, f"{prefix}giver", f"{prefix}receiver")
        if not within:
            return rows
    if (me := own_person(viewer)) is None:
        return rows.filter(within)
    mine = Q(**{f"{prefix}person_id": me.id}) | Q(**{f"{prefix}person_id__in": taught_by(me.id)})
    for path in more:
        mine |= Q(**{path: me.id})
    return rows.filter(within | mine)


def visible_skills(viewer: Viewer) -> QuerySet[Skill]:
    """Where people stand: of the own organisations, oneself, and whom one teaches."""
    return _visible(viewer, Skill.objects.all())


def visible_decisions(viewer: Viewer) -> QuerySet[Decision]:
    """Formal decisions; an assessor sees the own ones too."""
    return _visible(viewer, Decision.objects.all(), more=("assessor_id",))


def visible_reviews(viewer: Viewer) -> QuerySet[SafetyReview]:
    """Reviews of safety."""
    return _visible(viewer, SafetyReview.objects.all())


def visible_certificates(viewer: Viewer) -> QuerySet[Certificate]:
    """Certificates, whatever became of them."""
    return _visible(viewer, Certificate.objects.all())


def visible_refreshers(viewer: Viewer) -> QuerySet[Refresher]:
    """Practice owed by holders of certificates."""
    return _visible(viewer, Refresher.objects.all(), prefix="certificate__")


_BODIES = ("programme", "giver", "receiver")


def _one(rows: QuerySet[M], id: UUID) -> M:
    if (found := rows.filter(pk=id).first()) is None:
        raise not_visible()
    return found


def get_skill(viewer: Viewer, id: UUID) -> Skill:
    """The skill with its person and bodies, or NotVisible."""
    return _one(visible_skills(viewer).select_related("person", "department", *_BODIES), id)


def get_decision(viewer: Viewer, id: UUID) -> Decision:
    """The decision, or NotVisible."""
    return _one(visible_decisions(viewer).select_related("person", "assessor", *_BODIES), id)


def get_safety_review(viewer: Viewer, id: UUID) -> SafetyReview:
    """The review of safety, or NotVisible."""
    return _one(visible_reviews(viewer).select_related("person", "technique", *_BODIES), id)


def get_certificate(viewer: Viewer, id: UUID) -> Certificate:
    """The certificate, or NotVisible."""
    rows = visible_certificates(viewer)
    return _one(rows.select_related("person", "department", "renews", *_BODIES), id)


def get_refresher(viewer: Viewer, id: UUID) -> Refresher:
    """The refresher, or NotVisible."""
    rows = visible_refreshers(viewer).select_related(
        "certificate__person", "certificate__programme", "certificate__giver",
        "certificate__receiver",
    )  # fmt: skip
    return _one(rows, id)


def _is(viewer: Viewer, person_id: UUID | None) -> bool:
    me = own_person(viewer)
    return me is not None and me.id == person_id


def teaches_person(viewer: Viewer, person_id: UUID) -> bool:
    """Whether the viewer teaches or taught this person."""
    me = own_person(viewer)
    return me is not None and taught_by(me.id).filter(person_id=person_id).exists()


def may_certify(viewer: Viewer, giver_id: UUID, receiver_id: UUID, person_id: UUID) -> bool:
    """Whether the viewer issues and revokes certificates there; nobody the own."""
    return (
        viewer.may(PEOPLE)
        and may_act(viewer, RECEIVER, giver_id, receiver_id)
        and not _is(viewer, person_id)
    )


def must_certify(by: User | None, giver_id: UUID, receiver_id: UUID, person_id: UUID) -> None:
    """NotAllowed ``certificate-of-others`` or ``certificate-own``; None is the system."""
    if by is None:
        return
    viewer = viewer_of(by)
    if _is(viewer, person_id):
        raise NotAllowed("certificate-own", "Nobody certifies themselves.")
    if not may_certify(viewer, giver_id, receiver_id, person_id):
        raise NotAllowed(
            "certificate-of-others",
            "Certificates are issued and revoked by who manages the recipient or coordinates.",
        )


def may_decide(viewer: Viewer, giver_id: UUID, receiver_id: UUID, person_id: UUID) -> bool:
    """Whether the viewer enters formal decisions: managers of a side, and who teaches there.

    Somebody who teaches enters the own decisions only (``must_decide``).
    """
    if not viewer.may(WRITE) or _is(viewer, person_id):
        return False
    managed = viewer.may(PEOPLE) and may_act(viewer, EITHER, giver_id, receiver_id)
    return managed or teaches_person(viewer, person_id)


def must_decide(
    by: User | None, giver_id: UUID, receiver_id: UUID, person_id: UUID, assessor_id: UUID
) -> None:
    """NotAllowed ``decision-on-oneself`` or ``decision-of-others``.

    An assessor enters the own decision; who manages a side enters it from the minutes.
    """
    if by is None:
        return
    viewer = viewer_of(by)
    if _is(viewer, person_id):
        raise NotAllowed("decision-on-oneself", "Nobody decides about themselves.")
    managed = viewer.may(PEOPLE) and may_act(viewer, EITHER, giver_id, receiver_id)
    if not viewer.may(WRITE) or not (managed or _is(viewer, assessor_id)):
        raise NotAllowed(
            "decision-of-others",
            "A decision is entered by its assessor, or by who manages a side.",
        )


def may_question(viewer: Viewer, giver_id: UUID, receiver_id: UUID, person_id: UUID | None) -> bool:
    """Whether the viewer opens a question of safety: who manages a side, and who teaches them."""
    if not viewer.may(WRITE):
        return False
    if viewer.may(PEOPLE) and may_act(viewer, EITHER, giver_id, receiver_id):
        return True
    return person_id is not None and teaches_person(viewer, person_id)


def must_question(
    by: User | None, giver_id: UUID, receiver_id: UUID, person_id: UUID | None
) -> None:
    """NotAllowed ``review-of-others`` unless ``by`` may open a question of safety."""
    if by is not None and not may_question(viewer_of(by), giver_id, receiver_id, person_id):
        raise NotAllowed(
            "review-of-others", "A review is opened by who manages a side or teaches there."
        )


def may_close(viewer: Viewer, giver_id: UUID, receiver_id: UUID, person_id: UUID | None) -> bool:
    """Whether the viewer closes a review or notes a refresher as done: never one's own."""
    return (
        viewer.may(PEOPLE)
        and may_act(viewer, EITHER, giver_id, receiver_id)
        and not _is(viewer, person_id)
    )


def must_close(by: User | None, giver_id: UUID, receiver_id: UUID, person_id: UUID | None) -> None:
    """NotAllowed ``review-own`` or ``review-of-others``."""
    if by is None:
        return
    viewer = viewer_of(by)
    if _is(viewer, person_id):
        raise NotAllowed("review-own", "Nobody closes a review of themselves.")
    if not may_close(viewer, giver_id, receiver_id, person_id):
        raise NotAllowed("review-of-others", "This is for who manages a side or coordinates.")


def may_refresh(viewer: Viewer, refresher: Refresher) -> bool:
    """Whether the viewer notes a refresher as done: who manages a side, or teaches the holder."""
    held = refresher.certificate
    if not viewer.may(WRITE) or _is(viewer, held.person_id):
        return False
    if may_close(viewer, held.giver_id, held.receiver_id, held.person_id):
        return True
    return teaches_person(viewer, held.person_id)
