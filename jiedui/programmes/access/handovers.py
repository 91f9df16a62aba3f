"""The only way to handovers and to what belongs to a posting, and who signs."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import NotVisible
from jiedui.programmes.access.sides import (
    is_own,
    may_act,
    sides,
    visible_by_giver,
    visible_postings,
)
from jiedui.programmes.domain.states import GIVER
from jiedui.programmes.models import Appointment, Handover, Posting, WelfareItem


def visible_handovers(viewer: Viewer, programme_id: UUID | None = None) -> QuerySet[Handover]:
    """Handovers from or to a posting that the viewer sees (of a programme)."""
    rows, own = Handover.objects.order_by(), {"programme_id": programme_id} if programme_id else {}
    seen = visible_postings(viewer).order_by()
    if not seen.query.where:
        # Looked up for each handover, so that a list goes along its own order: from the
        # programme's postings, the whole of them would be sorted for a page.
        there = Posting.objects.filter(pk=OuterRef("outgoing_id"), **own)
        return Handover.objects.filter(Exists(there)) if own else Handover.objects.all()
    # Both are posted to one receiver: only by another giver is who comes seen and who leaves not.
    came = visible_by_giver(viewer).order_by().filter(**own)
    # Two reads by an index each: an OR over them would walk every handover there is.
    both = rows.filter(outgoing_id__in=seen.filter(**own).values("id")).values("id").union(
        rows.filter(incoming_id__in=came.values("id")).values("id")
    )  # fmt: skip
    return Handover.objects.filter(id__in=both)


def _not_visible() -> NotVisible:
    return NotVisible("not-visible", "This page does not exist or is not open to you.")


def get_handover(viewer: Viewer, id: UUID) -> Handover:
    """The handover with both postings, their people and bodies, or NotVisible."""
    rows = Handover.objects.select_related(
        "outgoing__programme", "outgoing__person", "outgoing__giver", "outgoing__receiver",
        "incoming__person", "incoming__giver",
    )  # fmt: skip
    found = rows.filter(pk=id).first()
    if found is not None:
        ends = (found.outgoing_id, found.incoming_id)
        if not visible_postings(viewer).filter(pk__in=[end for end in ends if end]).exists():
            found = None
    if found is None:
        raise _not_visible()
    return found


def get_appointment(viewer: Viewer, id: UUID) -> Appointment:
    """The appointment of a posting that the viewer sees, or NotVisible."""
    rows = Appointment.objects.filter(posting__in=visible_postings(viewer).values("id"))
    found = rows.select_related("posting__programme", "posting__person").filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def get_welfare(viewer: Viewer, id: UUID) -> WelfareItem:
    """The line of a welfare list of a posting that the viewer sees, or NotVisible."""
    rows = WelfareItem.objects.filter(posting__in=visible_postings(viewer).values("id"))
    found = (
        rows.select_related(
            "posting__programme", "posting__person", "posting__giver", "posting__receiver", "owner"
        )
        .filter(pk=id)
        .first()
    )
    if found is None:
        raise _not_visible()
    return found


def may_sign(viewer: Viewer, posting: Posting) -> bool:
    """Whether the viewer signs for the posting: its expert, or who manages its sender."""
    return is_own(viewer, posting) or may_act(viewer, GIVER, posting.giver_id, posting.receiver_id)


def may_read_evaluation(viewer: Viewer, posting: Posting) -> bool:
    """Its expert, and who acts for one of the two sides; nobody who only reads the programme."""
    return is_own(viewer, posting) or bool(sides(viewer, posting.giver_id, posting.receiver_id))
