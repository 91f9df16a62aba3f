"""Who sees and runs teaching sessions, attachments, education sites and awards."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import NotAllowed
from jiedui.directory import access as directory
from jiedui.mentoring.access.reach import (
    PEOPLE,
    READ,
    WRITE,
    not_visible,
    of_sides,
    own_person,
    sees_people,
)
from jiedui.mentoring.domain.states import ATTACHMENT_STATES, EITHER
from jiedui.mentoring.models import (
    Attachment,
    Attendance,
    Award,
    EducationSite,
    FollowUp,
    SessionTeacher,
    TeachingSession,
)
from jiedui.programmes.access import must_act, sides


def visible_sessions(viewer: Viewer) -> QuerySet[TeachingSession]:
    """Sessions of the viewer's own sides, and those where the viewer taught or learned."""
    if not viewer.may(READ):
        return TeachingSession.objects.none()
    held = directory.reach(viewer, READ)
    if held.everything:
        return TeachingSession.objects.all()
    rows = of_sides(viewer, READ)
    if person := own_person(viewer):
        mine = {"person_id": person.id}
        # By their ids, so that an index serves each of them.
        rows |= Q(id__in=SessionTeacher.objects.filter(**mine).values("session_id"))
        rows |= Q(id__in=Attendance.objects.filter(**mine).values("session_id"))
    return TeachingSession.objects.filter(rows)


def get_session(viewer: Viewer, id: UUID) -> TeachingSession:
    """The session with its bodies, or NotVisible."""
    rows = visible_sessions(viewer).select_related(
        "programme", "giver", "receiver", "department", "entry"
    )
    if found := rows.filter(pk=id).first():
        return found
    raise not_visible()


def may_run_between(viewer: Viewer, giver_id: UUID, receiver_id: UUID) -> bool:
    """Whether the viewer records what one of the two teaches or learns."""
    held = directory.reach(viewer, WRITE)
    return held.everything or held.covers(giver_id) or held.covers(receiver_id)


def may_run(viewer: Viewer, session: TeachingSession) -> bool:
    """Whether the viewer keeps the session: records for one of its sides, or teaches in it."""
    if may_run_between(viewer, session.giver_id, session.receiver_id):
        return True
    return viewer.may(WRITE) and teaches(viewer, session)


def must_run(by: User | None, session: TeachingSession) -> None:
    """NotAllowed ``session-of-others`` unless ``by`` keeps the session; None is the system."""
    if by is not None and not may_run(viewer_of(by), session):
        raise NotAllowed("session-of-others", "This session is kept by others.")


def must_run_between(by: User | None, giver_id: UUID, receiver_id: UUID) -> None:
    """NotAllowed ``session-of-others`` unless ``by`` records for one of the two."""
    if by is not None and not may_run_between(viewer_of(by), giver_id, receiver_id):
        raise NotAllowed("session-of-others", "This session is kept by others.")


def teaches(viewer: Viewer, session: TeachingSession) -> bool:
    """Whether the viewer is one of its teachers."""
    person = own_person(viewer)
    if person is None:
        return False
    return SessionTeacher.objects.filter(session_id=session.id, person_id=person.id).exists()


def sees_learners(viewer: Viewer, session: TeachingSession) -> bool:
    """Whether the names and marks of its learners are open to the viewer."""
    if sees_people(viewer, session.giver_id, session.receiver_id):
        return True
    return teaches(viewer, session)


def visible_attachments(viewer: Viewer) -> QuerySet[Attachment]:
    """Attachments from and to the viewer's own organisations, and the viewer's own."""
    if not viewer.may(READ):
        return Attachment.objects.none()
    if directory.reach(viewer, PEOPLE).everything:
        return Attachment.objects.all()
    rows = of_sides(viewer, PEOPLE)
    if person := own_person(viewer):
        rows |= Q(person_id=person.id)
    return Attachment.objects.filter(rows)


def counted_attachments(viewer: Viewer) -> QuerySet[Attachment]:
    """The attachments behind numbers: of whoever may not read names, those of the own sides."""
    if viewer.may(PEOPLE) or not viewer.may(READ):
        return visible_attachments(viewer)
    return Attachment.objects.filter(of_sides(viewer, READ))


def get_attachment(viewer: Viewer, id: UUID) -> Attachment:
    """The attachment with its person and bodies, or NotVisible."""
    rows = visible_attachments(viewer).select_related(
        "programme", "giver", "receiver", "department", "person"
    )
    if found := rows.filter(pk=id).first():
        return found
    raise not_visible()


def attachment_verbs(viewer: Viewer, attachment: Attachment) -> frozenset[str]:
    """What the viewer may do with the attachment as it stands."""
    held = sides(viewer, attachment.giver_id, attachment.receiver_id)
    return frozenset(
        step.verb
        for step in ATTACHMENT_STATES.verbs(attachment.state)
        if "coordinator" in held or step.side in held
    )


def is_own_attachment(viewer: Viewer, attachment: Attachment) -> bool:
    """Whether it is the viewer who goes."""
    person = own_person(viewer)
    return person is not None and person.id == attachment.person_id


def may_answer(viewer: Viewer, attachment: Attachment) -> bool:
    """Whether the viewer answers what stayed: the home's manager, or who went."""
    held = sides(viewer, None, attachment.receiver_id)
    return bool(held) or is_own_attachment(viewer, attachment)


def must_answer(by: User | None, attachment: Attachment) -> None:
    """NotAllowed ``step-of-other-side`` unless ``by`` may say what stayed."""
    if by is not None and not may_answer(viewer_of(by), attachment):
        raise NotAllowed("step-of-other-side", "This step is for the other side to take.")


def get_follow_up(viewer: Viewer, id: UUID) -> FollowUp:
    """A question after a return, for whoever may answer it, or NotVisible."""
    found = (
        FollowUp.objects.select_related(
            "attachment__programme", "attachment__giver", "attachment__receiver",
            "attachment__person",
        )
        .filter(pk=id, attachment__in=visible_attachments(viewer))
        .first()
    )  # fmt: skip
    if found is None or not may_answer(viewer, found.attachment):
        raise not_visible()
    return found


def visible_sites(viewer: Viewer) -> QuerySet[EducationSite]:
    """Education sites of the viewer's own organisations."""
    held = directory.reach(viewer, READ)
    if held.everything:
        return EducationSite.objects.all()
    return EducationSite.objects.filter(organisation_id__in=held.organisation_ids)


def get_site(viewer: Viewer, id: UUID) -> EducationSite:
    """The education site, or NotVisible."""
    if found := visible_sites(viewer).select_related("organisation").filter(pk=id).first():
        return found
    raise not_visible()


def visible_awards(viewer: Viewer) -> QuerySet[Award]:
    """Awards of the viewer's own organisations."""
    held = directory.reach(viewer, READ)
    if held.everything:
        return Award.objects.all()
    return Award.objects.filter(organisation_id__in=held.organisation_ids)


def may_keep(viewer: Viewer, organisation_id: UUID) -> bool:
    """Whether the viewer keeps what is registered of an organisation."""
    return bool(sides(viewer, organisation_id, organisation_id))


def must_keep_of(by: User | None, organisation_id: UUID) -> None:
    """NotAllowed ``step-of-other-side`` unless ``by`` acts for the organisation."""
    must_act(by, EITHER, organisation_id, organisation_id)
