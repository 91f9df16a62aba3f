"""One entry with everything that its page shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer
from jiedui.ledger.access import get_version, visible_versions
from jiedui.ledger.models import EntryEvidence, EntryQuantity, EntryVersion, Participant


@dataclass(frozen=True)
class EntryDetail:
    """The version looked at, the visible versions of its entry, and who did what."""

    version: EntryVersion
    versions: list[EntryVersion]
    quantities: list[EntryQuantity]
    participants: list[Participant]
    evidence: list[EntryEvidence]
    people: dict[UUID, str]

    def who(self, id: UUID | None) -> str:
        """The name of an account; blank for the house itself."""
        return self.people.get(id, "") if id else ""


def user_names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Display names of accounts."""
    wanted = {id for id in ids if id}
    return dict(User.objects.filter(id__in=wanted).values_list("id", "display_name"))


def shown_version(viewer: Viewer, entry_id: UUID) -> UUID | None:
    """The version that an entry's page opens with: in hand before standing before past."""
    rank = {"confirmed": 1, "superseded": 3, "withdrawn": 2}
    rows = visible_versions(viewer).filter(entry_id=entry_id)
    found = sorted(
        rows.values_list("id", "state", "number"), key=lambda row: (rank.get(row[1], 0), -row[2])
    )
    return found[0][0] if found else None


def entry_detail(viewer: Viewer, version_id: UUID) -> EntryDetail:
    """A version with all of its page; NotVisible where the viewer may not see it."""
    version = get_version(viewer, version_id)
    versions = list(
        visible_versions(viewer)
        .filter(entry_id=version.entry_id)
        .prefetch_related(Prefetch("quantities", EntryQuantity.objects.order_by("line")), "returns")
        .order_by("-number")
    )
    own = next(one for one in versions if one.id == version.id)
    ids = [
        id
        for one in versions
        for id in (one.recorded_by, one.submitted_by, one.confirmed_by, one.ended_by)
    ] + [back.by for one in versions for back in one.returns.all()]
    return EntryDetail(
        version=version,
        versions=versions,
        quantities=list(own.quantities.all()),
        participants=list(
            version.participants.select_related("person", "organisation").order_by("id")
        ),
        evidence=list(version.evidence.select_related("file").order_by("id")),
        people=user_names(ids),
    )
