"""Nominate somebody whom the directory does not know yet."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from jiedui.accounts.models import User
from jiedui.directory.actions import add_person
from jiedui.directory.actions.guards import lock
from jiedui.programmes.actions import _placing as placing
from jiedui.programmes.actions.nominating import nominate
from jiedui.programmes.models import Post, Posting, Team


@transaction.atomic
def nominate_newcomer(
    *, by: User | None, name: str, staff_number: str = "", **nomination: Any
) -> Posting:
    """Add a person to the giver's staff and nominate them; both or neither.

    ``nomination`` is what ``nominate`` takes beside the person; its title is held from
    as far back as is known. Raises as ``add_person`` and ``nominate`` do.
    """
    # The directory first, then what the nomination locks, in its order: all of it before the audit
    # head, which adding the person takes.
    lock(structure=False)
    placing.hold_days(nomination["programme"].id)
    if (post := nomination.get("post")) is not None:
        Post.objects.select_for_update(no_key=True).get(pk=post.pk)
    if (team := nomination.get("team")) is not None:
        Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    giver = nomination["giver"]
    person = add_person(
        by=by, name=name, staff_number=staff_number, organisation=giver,
        title=nomination.get("title", ""), example=giver.example,
    )  # fmt: skip
    return nominate(by=by, person=person, **nomination)
