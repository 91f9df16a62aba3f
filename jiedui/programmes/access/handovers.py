"""The only way to handovers and to what belongs to a posting, and who signs."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import NotVisible
from jiedui.programmes.access.sides import is_own, may_act, sides, visible_postings
from jiedui.programmes.domain.states import GIVER
from jiedui.programmes.models import Appointment, Handover, Posting, WelfareItem


def visible_handovers(viewer: Viewer) -> QuerySet[Handover]:
    """Handovers from or to a posting that the viewer sees."""
    seen = visible_postings(viewer)
    if not seen.query.where:
        return Handover.objects.all()
    rows, mine = Handover.objects.order_by(), seen.order_by().values("id")
    # Two reads by an index each: an OR over them would walk every handover there is.
    both = rows.filter(outgoing_id__in=mine).values("id").union(
        rows.filter(incoming_id__in=mine).values("id")
    )  # fmt: skip
    return Handover.objects.filter(id__in=both)


def _not_visible() -> NotVisible:
    return NotVisible("not-visible", "This page does not exist or is not open to you.")


def get_handover(viewer: Viewer, id: UUID) -> Handover:
    """The handover with both postings, their people and bodies, or NotVisible."""
    rows = visible_handovers(viewer).select_related(
        "outgoing__programme", "outgoing__person", "outgoing__giver", "outgoing__receiver",
        "incoming__person", "incoming__giver",
    )  # fmt: skip
    found = rows.filter(pk=id).first()
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
