"""What waits for a viewer in the ledger, and what changed there: for the Today page."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, Max, Min, OuterRef, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.directory.access import reach
from jiedui.ledger.access import may_place, visible_statements, visible_versions
from jiedui.ledger.domain.states import DRAFT, RETURNED, SUPERSEDED, WITHDRAWN
from jiedui.ledger.domain.work import WorkItem
from jiedui.ledger.models import EntryVersion, Placing
from jiedui.ledger.queries.lists import to_confirm

_ = str  # marks message ids for the catalogue

# Counted up to here; a work list that says “1000” has said enough.
MOST = 1000


def _count(rows: QuerySet[EntryVersion]) -> int:
    return rows.order_by()[:MOST].count()


def waiting(viewer: Viewer) -> list[WorkItem]:
    """What waits for the viewer, the oldest kind of work first."""
    if not viewer.may("ledger.read"):
        return []
    found: list[WorkItem] = []
    if viewer.may("ledger.confirm"):
        rows = to_confirm(viewer)
        count = _count(rows)
        if count:
            since = rows.order_by("submitted_at").values_list("submitted_at", flat=True).first()
            found.append(
                WorkItem(_("Entries to confirm"), "", "ledger:confirm", (), since, "wait", count)
            )
    if viewer.may("ledger.write"):
        found += _own_work(viewer)
    if may_place(viewer):
        unplaced = visible_statements(viewer).filter(
            ~Exists(Placing.objects.filter(statement_id=OuterRef("pk")))
        )
        count = unplaced.count()
        if count:
            found.append(
                WorkItem(
                    _("Published figures to be placed"),
                    "",
                    "ledger:statements",
                    (),
                    None,
                    "wait",
                    count,
                    "placed=no",
                )
            )
    return found


def _own_work(viewer: Viewer) -> list[WorkItem]:
    """Entries that came back to the own side, and the own drafts."""
    found = []
    held = reach(viewer, "ledger.write")
    returned = visible_versions(viewer).filter(state=RETURNED)
    if not held.everything:
        returned = returned.filter(recorded_for_id__in=held.organisation_ids)
    kinds = vocabulary().tables.get("activity_kinds", {})
    for one in returned.select_related("receiver").order_by("-recorded_at")[:5]:
        kind = kinds[one.kind].name if one.kind in kinds else one.kind
        found.append(
            WorkItem(
                _("Entry returned"),
                f"{kind} · {one.receiver.name}：{one.reason}",
                "ledger:version",
                (str(one.id),),
                one.recorded_at,
                "wrong",
            )
        )
    drafts = EntryVersion.objects.filter(state=DRAFT, recorded_by=viewer.user.id)
    count = _count(drafts)
    if count:
        found.append(
            WorkItem(
                _("Drafts to submit"),
                "",
                "ledger:entries",
                (),
                drafts.aggregate(first=Min("recorded_at"))["first"],
                "wait",
                count,
                "state=draft",
            )
        )
    return found


def changes(viewer: Viewer, since: datetime | None) -> list[WorkItem]:
    """What changed since the moment, by kind of change; nothing without a moment."""
    if since is None or not viewer.may("ledger.read"):
        return []
    rows = visible_versions(viewer)
    found = []
    for title, changed, path, query, tone in (
        (_("Entries confirmed"), rows, "confirmed_at", "state=confirmed", "ok"),
        (
            _("Entries withdrawn"),
            rows.filter(state=WITHDRAWN),
            "ended_at",
            "state=withdrawn",
            "wrong",
        ),
        (
            _("Entries corrected"),
            rows.filter(state=SUPERSEDED),
            "ended_at",
            "state=superseded",
            "plain",
        ),
    ):
        lately = changed.filter(**{f"{path}__gt": since})
        count = _count(lately)
        if count:
            newest = lately.aggregate(newest=Max(path))["newest"]
            found.append(WorkItem(title, "", "ledger:entries", (), newest, tone, count, query))
    return found
