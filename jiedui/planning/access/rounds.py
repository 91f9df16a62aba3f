"""Who sees and steers rounds of mobile clinics.

Whoever plans over the organiser, or sends or receives for it, makes its rounds. Others with
``planning.read`` over it see them; who records work for it sees a round once it is fixed.
"""

from __future__ import annotations

from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer, viewer_of
from jiedui.core.errors import NotAllowed, NotVisible
from jiedui.directory import access as directory
from jiedui.planning.domain.states import FIXED
from jiedui.planning.models import Round, RoundPlace, RoundStop, RoundVehicle
from jiedui.programmes.access import visible_programmes

READ, RECORD = "planning.read", "ledger.write"
Part = TypeVar("Part", RoundVehicle, RoundPlace, RoundStop)
MAKE = ("planning.edit", "programmes.host", "programmes.send")


def makes_rounds(viewer: Viewer) -> bool:
    """Whether the viewer makes rounds of any organisation."""
    return viewer.may(READ) and any(viewer.may(each) for each in MAKE)


def may_make_round(viewer: Viewer, organiser_id: UUID) -> bool:
    """Whether the viewer makes the rounds of this organisation."""
    return viewer.may(READ) and any(
        directory.reach(viewer, each).covers(organiser_id) for each in MAKE
    )


def must_make_round(by: User | None, organiser_id: UUID) -> None:
    """NotAllowed ``round-out-of-reach`` unless ``by`` makes the organisation's rounds."""
    if by is not None and not may_make_round(viewer_of(by), organiser_id):
        raise NotAllowed("round-out-of-reach", "This round is not yours to make or change.")


def visible_rounds(viewer: Viewer) -> QuerySet[Round]:
    """Rounds of visible programmes: of the own organisations, or fixed for who records there."""
    rows = Round.objects.filter(programme_id__in=visible_programmes(viewer).values("id"))
    reads, records = directory.reach(viewer, READ), directory.reach(viewer, RECORD)
    if reads.everything:
        return rows
    fixed = Q(state=FIXED)
    if not records.everything:
        fixed &= Q(organiser_id__in=records.organisation_ids)
    return rows.filter(Q(organiser_id__in=reads.organisation_ids) | fixed)


def get_round(viewer: Viewer, id: UUID) -> Round:
    """The round with its programme, organiser and depot, or NotVisible."""
    rows = visible_rounds(viewer).select_related("programme", "organiser", "depot")
    found = rows.filter(pk=id).first()
    if found is None:
        raise _not_visible()
    return found


def get_round_vehicle(viewer: Viewer, id: UUID) -> RoundVehicle:
    """A vehicle of a round that the viewer makes, or NotVisible."""
    return _part(viewer, RoundVehicle.objects.select_related("round").filter(pk=id).first())


def get_round_place(viewer: Viewer, id: UUID) -> RoundPlace:
    """A place of a round that the viewer makes, or NotVisible."""
    rows = RoundPlace.objects.select_related("round", "place")
    return _part(viewer, rows.filter(pk=id).first())


def get_round_stop(viewer: Viewer, id: UUID) -> RoundStop:
    """A stop of a round that the viewer makes, or NotVisible."""
    rows = RoundStop.objects.select_related("round", "place__place", "vehicle")
    return _part(viewer, rows.filter(pk=id).first())


def _part(viewer: Viewer, found: Part | None) -> Part:
    if found is None or not may_make_round(viewer, found.round.organiser_id):
        raise _not_visible()
    return found


def _not_visible() -> NotVisible:
    return NotVisible("not-visible", "This page does not exist or is not open to you.")
