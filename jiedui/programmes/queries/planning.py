"""What a planner of postings needs to know: posts, what fills them, who is away, who is tied."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from itertools import product
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.directory.queries import ancestors_of, lineage
from jiedui.programmes.domain.states import (
    AGREED,
    CLOSED,
    FILLED,
    GIVER,
    HOLDING,
    RECEIVER,
    REQUESTED,
)
from jiedui.programmes.models import Agreement, Pairing, Post, Posting
from jiedui.programmes.queries.agreements import represented


class Hold(NamedTuple):
    """Days on which a posting takes a place of a post, or a person's time."""

    id: UUID
    first: date
    last: date


class Tie(NamedTuple):
    """Days on which one body may send to another, and whether the two themselves are paired."""

    giver: UUID
    receiver: UUID
    first: date | None
    last: date | None
    direct: bool


def posts_between(
    programme_id: UUID,
    first: date,
    last: date,
    *,
    receivers: Collection[UUID] | None = None,
    requested: bool = False,
) -> QuerySet[Post]:
    """Posts that ask for somebody on one of the days: agreed ones, and requested ones if asked."""
    states = (AGREED, FILLED, REQUESTED) if requested else (AGREED, FILLED)
    rows = Post.objects.filter(
        Q(needed_to__isnull=True) | Q(needed_to__gte=first),
        programme_id=programme_id, state__in=states, needed_from__lte=last,
    )  # fmt: skip
    return rows if receivers is None else rows.filter(receiver_id__in=receivers)


def posts_with(ids: Iterable[UUID]) -> dict[UUID, Post]:
    """Posts by their ids."""
    return Post.objects.select_related("receiver", "department").in_bulk(list(ids))


def open_posts(ids: Iterable[UUID]) -> frozenset[UUID]:
    """Which of these posts are not closed."""
    rows = Post.objects.filter(id__in=list(ids)).exclude(state=CLOSED)
    return frozenset(rows.values_list("id", flat=True))


def holding_posts(programme_id: UUID, first: date, last: date) -> list[Hold]:
    """Which posts of the programme a posting fills, or is to fill, on some of the days."""
    rows = Posting.objects.filter(
        programme_id=programme_id, post__isnull=False, state__in=HOLDING,
        starts_on__lte=last, ends_on__gte=first,
    )  # fmt: skip
    found = rows.order_by("starts_on", "id").values_list("post_id", "starts_on", "ends_on")
    return [Hold(post, begins, ends) for post, begins, ends in found if post is not None]


def postings_at(post_ids: Iterable[UUID], first: date, last: date) -> list[Posting]:
    """Postings that fill one of these posts on some of the days, with person and bodies."""
    rows = Posting.objects.filter(
        post_id__in=list(post_ids), state__in=HOLDING, starts_on__lte=last, ends_on__gte=first
    )
    return list(rows.select_related("person").order_by("starts_on", "id"))


def people_away(person_ids: Iterable[UUID], first: date, last: date) -> list[Hold]:
    """Which of these people are posted, or to be, on some of the days, in any programme."""
    rows = Posting.objects.filter(
        person_id__in=set(person_ids), state__in=HOLDING, starts_on__lte=last, ends_on__gte=first
    )
    found = rows.order_by("starts_on", "id").values_list("person_id", "starts_on", "ends_on")
    return [Hold(*row) for row in found]


def ties_between(
    programme_id: UUID, givers: Iterable[UUID], receivers: Iterable[UUID], day: date
) -> list[Tie]:
    """The programme's pairings of these bodies, those of what they lie in on the day included."""
    above_givers, above_receivers = _below(givers, day), _below(receivers, day)
    rows = Pairing.objects.filter(
        programme_id=programme_id, giver_id__in=above_givers, receiver_id__in=above_receivers
    ).order_by("id")
    found = []
    for giver, receiver, passes, first, last in rows.values_list(
        "giver_id", "receiver_id", "passes_down", "valid_from", "valid_to"
    ):
        if passes:
            found += [
                Tie(one, other, first, last, (one, other) == (giver, receiver))
                for one in above_givers[giver]
                for other in above_receivers[receiver]
                if one != other
            ]
        elif giver in above_givers[giver] and receiver in above_receivers[receiver]:
            found.append(Tie(giver, receiver, first, last, True))
    return found


def papers_between(programme_id: UUID, ties: Iterable[tuple[UUID, UUID]], day: date) -> list[Tie]:
    """The agreements under which one of these helps the other, whenever they hold.

    By the rule of queries.agreements: an agreement names a pairing that covers both, or a
    party stands for each of them. What they lie in is as on the day.
    """
    pairs = set(ties)
    givers = _below({giver for giver, _receiver in pairs}, day)
    receivers = _below({receiver for _giver, receiver in pairs}, day)
    rows = Agreement.objects.filter(programme_id=programme_id).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )
    found = []
    for paper in rows.prefetch_related("pairings", "parties").order_by("id"):
        covered: set[tuple[UUID, UUID]] = set()
        for each in paper.pairings.all():
            if each.passes_down:
                covered.update(
                    product(givers.get(each.giver_id, ()), receivers.get(each.receiver_id, ()))
                )
            else:
                covered.add((each.giver_id, each.receiver_id))
        signed = [represented(paper.parties.all(), side) for side in (GIVER, RECEIVER)]
        for (one, ones), (other, others) in product(*(each.items() for each in signed)):
            if one != other:
                covered.update(
                    product(
                        givers.get(one, ()) if ones else (one,),
                        receivers.get(other, ()) if others else (other,),
                    )
                )
        found += [
            Tie(giver, receiver, paper.valid_from, paper.valid_to, True)
            for giver, receiver in sorted(covered & pairs)
        ]
    return found


def _below(bodies: Iterable[UUID], day: date) -> dict[UUID, list[UUID]]:
    """By each body that any of these is or lies in on the day, which of these do."""
    wanted = set(bodies)
    found: dict[UUID, set[UUID]] = {body: {body} for body in wanted}
    for row in lineage():
        if row.descendant in wanted and (
            (row.valid_from is None or row.valid_from <= day)
            and (row.valid_to is None or day <= row.valid_to)
        ):
            found.setdefault(row.ancestor, set()).add(row.descendant)
    return {whole: sorted(parts) for whole, parts in found.items()}


def sends_in(programme_id: UUID, body_id: UUID) -> bool:
    """Whether the body, or what it lies in, gives in a pairing of the programme."""
    above = ancestors_of(body_id)
    return Pairing.objects.filter(programme_id=programme_id, giver_id__in=above).exists()


def receiving_in(programme_id: UUID) -> frozenset[UUID]:
    """Bodies that receive in a pairing of the programme."""
    rows = Pairing.objects.filter(programme_id=programme_id).order_by()
    return frozenset(rows.values_list("receiver_id", flat=True))
