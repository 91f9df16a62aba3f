"""What every write of an entry begins with: the row locked, the writer's right checked."""

from __future__ import annotations

from uuid import UUID

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import InvalidInput, NotAllowed
from jiedui.ledger.access import is_own, is_recorder, may_confirm, not_visible, visible_versions
from jiedui.ledger.actions._known import row_id
from jiedui.ledger.models import Entry, EntryVersion


def viewer_for(by: User | None) -> Viewer | None:
    """The writer as a viewer; None is the house, which may do all."""
    return viewer_of(by) if by else None


def locked(by: User | None, given: EntryVersion | UUID) -> tuple[Viewer | None, EntryVersion]:
    """The version as it stands, its entry locked; NotVisible where ``by`` may not see it."""
    version_id = row_id(given)
    found = EntryVersion.objects.filter(id=version_id).first()
    if found is None:
        raise not_visible()
    Entry.objects.select_for_update(no_key=True).get(id=found.entry_id)
    found = EntryVersion.objects.select_related("entry").get(id=found.id)
    viewer = viewer_for(by)
    if viewer is not None and not visible_versions(viewer).filter(id=found.id).exists():
        raise not_visible()
    return viewer, found


def must_record(viewer: Viewer | None, version: EntryVersion) -> None:
    """NotAllowed ``not-recording-side`` for anyone else."""
    if viewer is not None and not is_recorder(viewer, version):
        raise NotAllowed("not-recording-side", "Only the side that recorded the entry may do this.")


def must_confirm(viewer: Viewer | None, version: EntryVersion) -> None:
    """NotAllowed ``own-entry`` or ``not-receiving-side``."""
    if viewer is None:
        return
    if is_own(viewer, version):
        raise NotAllowed("own-entry", "Nobody confirms the own entry; ask a colleague.")
    if not may_confirm(viewer, version):
        raise NotAllowed("not-receiving-side", "Only the receiving side may do this.")


def reason_of(text: str) -> str:
    """The reason in plain words; InvalidInput where it is missing."""
    text = text.strip()
    if not text:
        raise InvalidInput("reason-missing", "Say why.", field="reason")
    if len(text) > 400:
        raise InvalidInput(
            "text-too-long",
            "This is longer than %(most)s characters.",
            field="reason",
            most=400,
        )
    return text
