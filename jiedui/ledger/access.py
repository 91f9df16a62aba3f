"""The only way to entries, statements and evidence, and who may do what with them."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import NotAllowed, NotVisible
from jiedui.directory.access import reach
from jiedui.ledger.domain.states import IN_HAND
from jiedui.ledger.models import Entry, EntryEvidence, EntryVersion, Publication, Statement


def not_visible() -> NotVisible:
    """The one answer for what does not exist and for what is not open to the viewer."""
    return NotVisible("not-visible", "This page does not exist or is not open to you.")


def visible_versions(viewer: Viewer) -> QuerySet[EntryVersion]:
    """Versions with a side within reach; what was never submitted only to its own side."""
    if not viewer.may("ledger.read"):
        return EntryVersion.objects.none()
    rows = EntryVersion.objects.all()
    held = reach(viewer, "ledger.read")
    if not held.everything:
        rows = rows.filter(
            Q(giver_id__in=held.organisation_ids) | Q(receiver_id__in=held.organisation_ids)
        )
    writes = reach(viewer, "ledger.write")
    if not writes.everything:
        rows = rows.filter(
            Q(submitted_at__isnull=False)
            | Q(recorded_for_id__in=writes.organisation_ids)
            | Q(recorded_by=viewer.user.id)
        )
    return rows


def visible_entries(viewer: Viewer) -> QuerySet[Entry]:
    """Entries of which the viewer may see a version."""
    return Entry.objects.filter(id__in=visible_versions(viewer).values("entry_id"))


def get_entry(viewer: Viewer, id: UUID) -> Entry:
    """The entry, or NotVisible."""
    found = visible_entries(viewer).select_related("programme").filter(id=id).first()
    if found is None:
        raise not_visible()
    return found


def get_version(viewer: Viewer, id: UUID) -> EntryVersion:
    """One version of an entry with its bodies, or NotVisible."""
    found = (
        visible_versions(viewer)
        .select_related("entry__programme", "giver", "receiver", "place", "department")
        .filter(id=id)
        .first()
    )
    if found is None:
        raise not_visible()
    return found


def visible_statements(viewer: Viewer) -> QuerySet[Statement]:
    """Published figures: published, so open to everyone who reads the ledger."""
    if not viewer.may("ledger.read"):
        return Statement.objects.none()
    return Statement.objects.all()


def get_statement(viewer: Viewer, id: UUID) -> Statement:
    """The statement with its publication, or NotVisible."""
    rows = visible_statements(viewer).select_related("publication__programme", "part_of", "same_as")
    found = rows.filter(id=id).first()
    if found is None:
        raise not_visible()
    return found


def get_publication(viewer: Viewer, code: str) -> Publication:
    """The publication by its code, or NotVisible."""
    found = None
    if viewer.may("ledger.read"):
        found = Publication.objects.select_related("programme").filter(code=code).first()
    if found is None:
        raise not_visible()
    return found


def get_evidence(viewer: Viewer, id: UUID) -> EntryEvidence:
    """A file of a version that the viewer may see, or NotVisible."""
    found = EntryEvidence.objects.select_related("file", "version").filter(id=id).first()
    if found is None or not visible_versions(viewer).filter(id=found.version_id).exists():
        raise not_visible()
    return found


def recording_side(viewer: Viewer, giver_id: UUID, receiver_id: UUID) -> UUID | None:
    """The side for which the viewer may record: the giver's before the receiver's, or None."""
    held = reach(viewer, "ledger.write")
    for side in (giver_id, receiver_id):
        if held.covers(side):
            return side
    return None


def may_record(viewer: Viewer) -> bool:
    """Whether the viewer records entries at all."""
    return viewer.may("ledger.write")


def is_recorder(viewer: Viewer, version: EntryVersion) -> bool:
    """Whether the viewer stands on the side that recorded the version."""
    if not viewer.may("ledger.write"):
        return False
    if version.recorded_by == viewer.user.id:
        return True
    held = reach(viewer, "ledger.write")
    return held.everything or version.recorded_for_id in held.organisation_ids


def is_own(viewer: Viewer, version: EntryVersion) -> bool:
    """Whether the viewer recorded or submitted the version; nobody confirms the own work."""
    return viewer.user.id in (version.submitted_by, version.recorded_by)


def may_confirm(viewer: Viewer, version: EntryVersion) -> bool:
    """Confirm and return: the receiving side, and never one's own entry."""
    if not viewer.may("ledger.confirm") or is_own(viewer, version):
        return False
    return reach(viewer, "ledger.confirm").covers(version.receiver_id)


def may_withdraw(viewer: Viewer, version: EntryVersion) -> bool:
    """Before it is confirmed the recording side; afterwards the receiving side as well."""
    if is_recorder(viewer, version):
        return True
    return version.state not in IN_HAND and (
        viewer.may("ledger.confirm") and reach(viewer, "ledger.confirm").covers(version.receiver_id)
    )


def may_correct(viewer: Viewer, version: EntryVersion) -> bool:
    """A correction is recorded by either side that may record."""
    return recording_side(viewer, version.giver_id, version.receiver_id) is not None


def may_place(viewer: Viewer) -> bool:
    """Assign givers and receivers to published figures: a coordinator over everything."""
    return reach(viewer, "ledger.place").everything


def must_place(viewer: Viewer) -> None:
    """NotAllowed ``permission-missing``: published figures are everybody's, not a part's."""
    viewer.must("ledger.place")
    if not may_place(viewer):
        raise NotAllowed(
            "permission-missing",
            "Your role does not allow this (%(permission)s).",
            permission="ledger.place",
        )
