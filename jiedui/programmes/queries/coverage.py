"""Which specialties are covered at which recipients: rows for the matrix."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.programmes.access import visible_posts
from jiedui.programmes.domain.coverage import Asked, Cell, Key, Served, matrix
from jiedui.programmes.domain.presence import ONE_DAY, Days, expected, within
from jiedui.programmes.domain.states import ENDED, NEVER
from jiedui.programmes.models import Posting, Programme
from jiedui.programmes.queries.presence import (
    ARRIVED,
    in_period,
    needed,
    placed,
    post_lives,
    stays_of,
)
from jiedui.programmes.queries.rules import expert_kinds


def coverage(
    viewer: Viewer,
    programme: Programme,
    bodies: Collection[UUID],
    periods: Sequence[Days],
    today: date,
    groups: Mapping[str, str],
) -> dict[Key, list[Cell]]:
    """The matrix of these recipients; ``groups`` says under which specialty each is told.

    What was is told by the days on site, what is to come by the postings' plan.
    """
    whole = Days(periods[0].first, periods[-1].last)
    rows = (
        Posting.objects.filter(in_period(whole), programme=programme, receiver_id__in=bodies)
        .exclude(state__in=NEVER)
        .filter(specialty__in=list(groups), kind__in=expert_kinds())
    )
    found = placed(viewer, rows, whole=True)
    stays = stays_of([row.id for row in found if row.state in ARRIVED])
    served: list[Served] = []
    for row in found:
        key = (row.receiver_id, groups[row.specialty], row.person_id, row.giver_id)
        past = Days(whole.first, min(whole.last, today))
        served += [
            Served(*key, span.first, span.last, planned=False)
            for span in within(stays.get(row.id, ()), past)
        ]
        span = expected(
            arrived=row.state in ARRIVED, ended=row.state in ENDED, starts_on=row.starts_on,
            ends_on=row.ends_on, today=today,
        )  # fmt: skip
        if span is not None and span.last > today:
            first = max(span.first, today + ONE_DAY)
            served.append(Served(*key, first, span.last, planned=True))
    posts = visible_posts(viewer).filter(
        post_lives(whole), programme=programme, receiver_id__in=bodies,
        specialty__in=list(groups),
    )  # fmt: skip
    asked = [
        Asked(receiver, groups[specialty], *want)
        for receiver, specialty, first, last, closed in posts.values_list(
            "receiver_id", "specialty", "needed_from", "needed_to", "closed_on"
        )
        if (want := needed(first, last, closed, whole)) is not None
    ]
    return matrix(served, asked, [*periods, whole])
