"""Reads of agreements: which one covers what two bodies do, which ends, what is to be reviewed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiedui.core.packs import vocabulary
from jiedui.directory.queries import ancestors_of
from jiedui.programmes.domain.agreements import standing
from jiedui.programmes.domain.states import GIVER, RECEIVER
from jiedui.programmes.domain.targets import Failing, Target, failings
from jiedui.programmes.models import (
    Agreement,
    AgreementParty,
    AgreementReview,
    AgreementTarget,
    Pairing,
)
from jiedui.programmes.queries.structure import covering_both


def roles_on(side: str) -> list[str]:
    """The roles of parties that can stand on a side: those of neither side can on both."""
    terms = vocabulary().table("party_roles").values()
    return [term.code for term in terms if term.extra.get("side", "") in ("", side)]


def _over(first: date, last: date | None) -> Q:
    ends = Q(valid_to__isnull=True)
    if last is not None:
        ends |= Q(valid_to__gte=last)
    return (Q(valid_from__isnull=True) | Q(valid_from__lte=first)) & ends


def _on_some(first: date, last: date) -> Q:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=last)
    return begun & (Q(valid_to__isnull=True) | Q(valid_to__gte=first))


def covering(
    programme_id: UUID,
    giver_id: UUID,
    receiver_id: UUID,
    first: date,
    last: date | None,
    *,
    agreement_id: UUID | None = None,
) -> Agreement | None:
    """The agreement under which the giver helps the receiver on all these days, or None.

    Both lie in parties of it, or in the sides of a pairing that it covers; no last day
    asks for one without an end. ``agreement_id`` asks for that one only. Of several one
    that names their pairing stands, then the newest.
    """
    return _between(programme_id, giver_id, receiver_id, first, _over(first, last), agreement_id)


def touching(
    programme_id: UUID, giver_id: UUID, receiver_id: UUID, first: date, last: date
) -> Agreement | None:
    """An agreement under which the giver helps the receiver on some of these days, or None."""
    return _between(programme_id, giver_id, receiver_id, first, _on_some(first, last))


def all_covering(
    programme_id: UUID, giver_id: UUID, receiver_id: UUID, day: date
) -> list[Agreement]:
    """Every agreement under which the giver helps the receiver, whenever it holds.

    What the two lie in is as on the day. Those that name their pairing come first.
    """
    return _all_between(programme_id, giver_id, receiver_id, day, Q())


def _between(
    programme_id: UUID,
    giver_id: UUID,
    receiver_id: UUID,
    first: date,
    days: Q,
    agreement_id: UUID | None = None,
) -> Agreement | None:
    found = _all_between(programme_id, giver_id, receiver_id, first, days, agreement_id)
    return found[0] if found else None


def _all_between(
    programme_id: UUID,
    giver_id: UUID,
    receiver_id: UUID,
    first: date,
    days: Q,
    agreement_id: UUID | None = None,
) -> list[Agreement]:
    givers, receivers = ancestors_of(giver_id, first), ancestors_of(receiver_id, first)
    pairings = Pairing.objects.filter(
        covering_both({giver_id}, {receiver_id}, givers, receivers), programme_id=programme_id
    )
    named = Agreement.pairings.through.objects.filter(
        agreement_id=OuterRef("pk"), pairing_id__in=pairings.values("id")
    )
    parties = AgreementParty.objects.filter(agreement_id=OuterRef("pk"))
    signed_by_giver = parties.filter(organisation_id__in=givers, role__in=roles_on(GIVER))
    signed_by_receiver = parties.filter(organisation_id__in=receivers, role__in=roles_on(RECEIVER))
    rows = (
        Agreement.objects.filter(days, programme_id=programme_id)
        .annotate(names=Exists(named))
        .filter(Q(names=True) | (Exists(signed_by_giver) & Exists(signed_by_receiver)))
    )
    if agreement_id is not None:
        rows = rows.filter(pk=agreement_id)
    found = sorted(
        rows.prefetch_related("parties"),
        key=lambda row: (row.names, row.valid_from or date.min, row.id),
        reverse=True,
    )
    return [
        row
        for row in found
        if row.names or _two_parties(row, (giver_id, givers), (receiver_id, receivers))
    ]


def represented(parties: Iterable[AgreementParty], side: str) -> dict[UUID, bool]:
    """Who stands on a side by these parties, and whether for what lies in it too.

    A party of neither side (a sponsor, a host) stands for itself; for its parts only where
    nobody else signs on that side: a province that sponsors what one of its hospitals signs
    signs nothing for the others.
    """
    sides = vocabulary().table("party_roles")
    parties = list(parties)
    of = {party: sides[party.role].extra.get("side", "") for party in parties}
    found = {party.organisation_id: True for party in parties if of[party] == side}
    alone = not found
    for party in parties:
        if not of[party]:
            found.setdefault(party.organisation_id, alone)
    return found


Body = tuple[UUID, frozenset[UUID]]


def _two_parties(agreement: Agreement, giver: Body, receiver: Body) -> bool:
    """One party stands for the giver and another for the receiver: none signs with itself.

    Of each with what it lies in.
    """
    rows = list(agreement.parties.all())
    for_giver, for_receiver = (
        {
            body
            for body, parts in represented(rows, side).items()
            if body == own or (parts and body in above)
        }
        for side, (own, above) in ((GIVER, giver), (RECEIVER, receiver))
    )
    return bool(for_giver and for_receiver) and len(for_giver | for_receiver) > 1


def standing_of(agreement: Agreement, day: date, *, renewed: bool) -> str:
    """How an agreement stands on a day."""
    return standing(
        day, agreement.valid_from, agreement.valid_to, warn_days=agreement.warn_days,
        renewed=renewed, ended_early=bool(agreement.ended_reason),
    )  # fmt: skip


def reviews_overdue(agreements: QuerySet[Agreement], day: date) -> QuerySet[AgreementReview]:
    """Reviews of these agreements that should have been held before the day and were not."""
    late = AgreementReview.objects.filter(due_on__lt=day, held_on__isnull=True)
    return late.filter(agreement_id__in=agreements.order_by().values("id"))


def failings_of(agreement: Agreement, target: AgreementTarget) -> list[Failing]:
    """What keeps a target from being judged; parties prefetched."""
    sides = vocabulary().table("party_roles")
    owner = {
        sides[p.role].extra.get("side", "")
        for p in agreement.parties.all()
        if p.organisation_id == target.owner_id
    }
    return failings(
        Target(
            target.measure, target.unit, target.baseline, target.baseline_on, target.value,
            target.due_on, target.source, target.after_exit, target.owner_id is not None,
            owner == {GIVER},
        ),
        agreement.valid_to,
    )  # fmt: skip
