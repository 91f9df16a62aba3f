"""Nothing that ends leaves a posting outside of it: agreements, ties, alliances.

Whoever ends one, and whoever gives a posting its days, holds the programme, so that neither
looks past the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.core.errors import InvalidInput, Refused
from jiedui.directory.queries import parts_of_each
from jiedui.programmes.actions import _placing as placing
from jiedui.programmes.domain.states import GIVER, HOLDING, RECEIVER
from jiedui.programmes.models import Agreement, AgreementParty, Pairing, Posting
from jiedui.programmes.queries.agreements import represented


def _beyond(programme_id: UUID, on: date, until: date | None) -> QuerySet[Posting]:
    """Postings with a day after ``on``, of those that begin before the former end."""
    rows = Posting.objects.filter(programme_id=programme_id, state__in=HOLDING, ends_on__gt=on)
    if until is not None:
        rows = rows.filter(starts_on__lte=until)
    return rows.select_related("giver", "receiver", "agreement", "pairing").order_by(
        "-ends_on", "id"
    )


def _of_ties(ties: Iterable[Pairing]) -> Q:
    """Postings of the two sides of a tie, and of what lies in them where it passes down."""
    found = Q(pk__in=())
    for tie in ties:
        givers: Collection[UUID] = {tie.giver_id}
        receivers: Collection[UUID] = {tie.receiver_id}
        if tie.passes_down:
            parts = parts_of_each([tie.giver_id, tie.receiver_id])
            givers, receivers = parts[tie.giver_id], parts[tie.receiver_id]
        found |= Q(giver_id__in=givers, receiver_id__in=receivers)
    return found


def _of_parties(agreement: Agreement) -> Q:
    """Postings of those who signed, and of what lies in them where they stand for it."""
    rows, sides = list(AgreementParty.objects.filter(agreement=agreement)), []
    for side in (GIVER, RECEIVER):
        signed = represented(rows, side)
        parts = parts_of_each([body for body, whole in signed.items() if whole])
        sides.append(frozenset(signed).union(*parts.values()))
    return Q(giver_id__in=sides[0], receiver_id__in=sides[1])


def none_outside_agreement(
    agreement: Agreement, on: date, until: date | None, field: str, lost: Iterable[Pairing] = ()
) -> int:
    """Called when the agreement ends ``on`` a day already, or no longer covers the ``lost`` ties.

    ``until`` is the former end. A posting that another agreement covers whole is now of that
    one; how many are. InvalidInput ``posting-left-outside`` at the field where none covers it:
    one that is over, too, for it was there beyond the day.
    """
    ties, moved = [*agreement.pairings.all(), *lost], 0
    mine = Q(agreement=agreement) | _of_parties(agreement) | _of_ties(ties)
    for posting in _beyond(agreement.programme_id, on, until).filter(mine, agreement__isnull=False):
        sides = (posting.programme_id, posting.giver, posting.receiver)
        try:
            found = placing.agreed_over(*sides, posting.starts_on, posting.ends_on)
        except Refused as refused:
            # An older fault of the posting is none of this end.
            if (refused.details.get("day") or date.max) <= on:
                continue
            found = None
        if found is None:
            raise _left_outside(posting, agreement.title, field)
        if found.pk != posting.agreement_id:
            posting.agreement = found
            posting.save(update_fields=["agreement"])
            moved += 1
    return moved


def none_outside_ties(ties: Iterable[Pairing], on: date, until: date | None) -> int:
    """Called when the ties end ``on`` a day already; ``until`` is the latest of their former ends.

    A posting that other ties cover whole is now of the first of these; how many are. InvalidInput
    ``posting-left-outside`` at ``on`` where none covers one of its days.
    """
    ties, moved = list(ties), 0
    if not ties:
        return moved
    for posting in _beyond(ties[0].programme_id, on, until).filter(_of_ties(ties)):
        sides = (posting.programme_id, posting.giver, posting.receiver)
        try:
            found = placing.paired_over(*sides, posting.starts_on, posting.ends_on)
        except Refused as refused:
            if (refused.details.get("day") or date.max) <= on:
                continue
            tie = next((tie for tie in ties if tie.pk == posting.pairing_id), ties[0])
            name = f"{tie.giver.name} → {tie.receiver.name}"
            raise _left_outside(posting, name, "on") from refused
        if found.pk != posting.pairing_id:
            posting.pairing = found
            posting.save(update_fields=["pairing"])
            moved += 1
    return moved


def _left_outside(posting: Posting, what: str, field: str) -> InvalidInput:
    return InvalidInput(
        "posting-left-outside",
        "A posting of %(giver)s at %(receiver)s lasts until %(end)s and would be left outside"
        " “%(what)s”: end it first, or let another one cover it.",
        field=field, giver=posting.giver.name, receiver=posting.receiver.name,
        end=posting.ends_on, what=what,
    )  # fmt: skip
