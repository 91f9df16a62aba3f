"""Who may see which imports: their owner, and coordinators over everything."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import NotVisible
from jiedui.directory.access import reach
from jiedui.exchange.excel.declare import ImportKind
from jiedui.exchange.excel.kinds import KINDS
from jiedui.exchange.models import ImportJob

# Only coordinators place published statements; one over everything sees all imports.
COORDINATOR = "ledger.place"


def open_kinds(viewer: Viewer) -> list[ImportKind]:
    """The kinds of sheets that the viewer may import."""
    return [kind for kind in KINDS.values() if may_import(viewer, kind)]


def may_import(viewer: Viewer, kind: ImportKind) -> bool:
    """Whether the viewer's role allows the kind, and holds where the kind needs it."""
    if not viewer.may(kind.permission):
        return False
    return not kind.everywhere or reach(viewer, kind.permission).everything


def get_kind(viewer: Viewer, code: str) -> ImportKind:
    """A kind that the viewer may import, or NotVisible."""
    for kind in open_kinds(viewer):
        if kind.code == code:
            return kind
    raise not_visible()


def not_visible() -> NotVisible:
    """The one answer for what does not exist and for what is not open to the viewer."""
    return NotVisible("not-visible", "This page does not exist or is not open to you.")


def visible_jobs(viewer: Viewer) -> QuerySet[ImportJob]:
    """The viewer's own imports; a coordinator over everything sees all but accounts."""
    kinds = [kind.code for kind in open_kinds(viewer)]
    own = Q(created_by=viewer.user)
    if viewer.may(COORDINATOR) and reach(viewer, COORDINATOR).everything:
        own |= Q(kind__in=[code for code in kinds if code != "accounts"])
    return ImportJob.objects.filter(own, kind__in=kinds)


def get_job(viewer: Viewer, id: UUID) -> ImportJob:
    """The import, or NotVisible."""
    found = visible_jobs(viewer).select_related("created_by").filter(id=id).first()
    if found is None:
        raise not_visible()
    return found


def may_steer(viewer: Viewer, job: ImportJob) -> bool:
    """Whether the viewer may commit or cancel it: only its owner, whose reach it uses."""
    return job.created_by_id == viewer.user.id and may_import(viewer, KINDS[job.kind])
