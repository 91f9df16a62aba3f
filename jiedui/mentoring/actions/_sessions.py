"""What every action on a teaching session does first: lock it, and see that it stands."""

from __future__ import annotations

from jiedui.core.errors import InvalidState
from jiedui.mentoring.domain.states import HELD, PLANNED
from jiedui.mentoring.models import TeachingSession


def held(session: TeachingSession) -> TeachingSession:
    """The session as it stands, locked."""
    return (
        TeachingSession.objects.select_for_update(of=("self",), no_key=True)
        .select_related("programme", "giver", "receiver", "department")
        .get(pk=session.pk)
    )


def must_stand(session: TeachingSession) -> None:
    """InvalidState ``session-cancelled`` for one that did not take place."""
    if session.state not in (PLANNED, HELD):
        raise InvalidState("session-cancelled", "This session was cancelled.")
