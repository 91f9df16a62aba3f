"""What must hold for a posting: person, title, tie, agreement, post, batch and team, free days."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from jiedui.core.checking import term
from jiedui.core.errors import InvalidInput
from jiedui.directory.queries import ancestors_of, homes_of, title_on
from jiedui.programmes.actions._checking import department_of
from jiedui.programmes.domain.postings import LEADER
from jiedui.programmes.domain.states import CLOSED, COMING, HOLDING, PRESENT, REQUESTED
from jiedui.programmes.models import Agreement, Batch, Pairing, Post, Posting, Programme, Team
from jiedui.programmes.queries import pairing_for
from jiedui.programmes.queries.agreements import covering, touching

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation, Person

ONE_DAY = timedelta(days=1)


def hold_days(programme_id: UUID) -> None:
    """Before looking at ties and agreements: none of the programme ends until this has ended.

    Whoever ends one holds the programme too. What only names the programme is not kept waiting.
    """
    Programme.objects.select_for_update(no_key=True).get(pk=programme_id)


def of_one_world(programme: Programme, **rows: Organisation | Person) -> None:
    """InvalidInput ``posting-mixes-example`` at the field where real and invented meet."""
    for field, row in rows.items():
        if row.example != programme.example:
            raise InvalidInput(
                "posting-mixes-example",
                "An invented example and what is real never meet in a posting.",
                field=field,
            )


def held_title(person: Person, day: date, title: str) -> str:
    """The title on the day; InvalidInput ``title-not-held`` where another one is said."""
    held = title_on(person, day)
    if title and title != held:
        term("titles", title, "title")
        raise InvalidInput(
            "title-not-held",
            "%(person)s did not hold this title on %(day)s.",
            field="title", person=person.name, day=day,
        )  # fmt: skip
    return held


def at_home(person: Person, giver: Organisation, day: date) -> None:
    """InvalidInput ``person-elsewhere`` unless the person belongs to the giver on the day."""
    homes = {
        body
        for body, start, end in homes_of(person.id)
        if (start or date.min) <= day <= (end or date.max)
    }
    if not any(giver.id in ancestors_of(body, day) for body in homes):
        raise InvalidInput(
            "person-elsewhere",
            "%(person)s does not belong to %(giver)s on %(day)s.",
            field="person", person=person.name, giver=giver.name, day=day,
        )  # fmt: skip


def department_at(
    receiver: Organisation, department: Department | None, first: date, last: date
) -> None:
    """InvalidInput ``department-elsewhere`` or ``department-closed`` at the field."""
    if department is None:
        return
    department_of(receiver, department, "department")
    start, end = department.valid_from or date.min, department.valid_to or date.max
    if start > first or end < last:
        raise InvalidInput(
            "department-closed",
            "%(department)s is not open on all of these days.",
            field="department", department=department.name,
        )  # fmt: skip


def open_post(post: Post | None, programme: Programme, receiver: Organisation) -> Post | None:
    """The post, locked; InvalidInput ``post-elsewhere``, ``post-closed`` or ``post-not-agreed``."""
    if post is None:
        return None
    held = Post.objects.select_for_update(of=("self",), no_key=True).select_related("department")
    found = held.get(pk=post.pk)
    if (found.receiver_id, found.programme_id) != (receiver.id, programme.id):
        raise InvalidInput(
            "post-elsewhere", "This post is not of this receiver and programme.", field="post"
        )
    if found.state == CLOSED:
        raise InvalidInput("post-closed", "This post is closed.", field="post")
    if found.state == REQUESTED:
        raise InvalidInput("post-not-agreed", "This post is not agreed yet.", field="post")
    return found


def company(
    programme: Programme,
    giver: Organisation,
    receiver: Organisation,
    day: date,
    *,
    batch: Batch | None,
    team: Team | None,
    team_role: str,
) -> Batch | None:
    """The batch; InvalidInput at the field where batch, team or role do not fit the posting."""
    givers = ancestors_of(giver.id, day)
    if team is not None:
        team = (
            Team.objects.select_for_update(of=("self",), no_key=True)
            .select_related("batch")
            .get(pk=team.pk)
        )
        if batch is None:
            batch = team.batch
        if (
            team.programme_id != programme.id
            or team.receiver_id not in ancestors_of(receiver.id, day)
            or team.sender_id not in givers
            or (team.batch_id and batch and team.batch_id != batch.id)
        ):
            raise InvalidInput(
                "team-elsewhere",
                "This team is of another batch, sender, receiver or programme.",
                field="team",
            )
    if batch is not None and (batch.programme_id != programme.id or batch.sender_id not in givers):
        raise InvalidInput(
            "batch-elsewhere", "This batch is of another sender or programme.", field="batch"
        )
    if team_role:
        term("team_roles", team_role, "team_role")
        if team is None:
            raise InvalidInput(
                "role-without-team", "A role is held in a team; name the team.", field="team"
            )
        if team_role == LEADER:
            led_by_one(team.id)
    return batch


def led_by_one(team_id: UUID, besides: UUID | None = None) -> None:
    """InvalidInput ``team-has-leader`` where somebody who comes or is there leads the team."""
    others = Posting.objects.filter(
        team_id=team_id, team_role=LEADER, state__in=(*COMING, *PRESENT)
    ).exclude(pk__in=[besides] if besides else [])
    if leader := others.select_related("person").first():
        raise InvalidInput(
            "team-has-leader",
            "%(person)s leads this team already.",
            field="team_role", person=leader.person.name,
        )  # fmt: skip


def free(person: Person, first: date, last: date, field: str, besides: UUID | None = None) -> None:
    """InvalidInput ``posting-overlaps`` where the person is posted on one of the days.

    Called under the person's lock.
    """
    other = (
        Posting.objects.filter(
            person_id=person.id, state__in=HOLDING, starts_on__lte=last, ends_on__gte=first
        )
        .exclude(pk__in=[besides] if besides else [])
        .order_by("starts_on")
        .first()
    )
    if other is not None:
        raise InvalidInput(
            "posting-overlaps",
            "%(person)s is already posted from %(start)s to %(end)s.",
            field=field, person=person.name, start=other.starts_on, end=other.ends_on,
        )  # fmt: skip


def paired_over(
    programme_id: UUID,
    giver: Organisation,
    receiver: Organisation,
    first: date,
    last: date,
    field: str = "receiver",
) -> Pairing:
    """The tie of the first day; InvalidInput ``not-paired`` where a day is without one."""
    day, nearest = first, None
    while True:
        found = pairing_for(programme_id, giver.id, receiver.id, day)
        if found is None:
            raise InvalidInput(
                "not-paired",
                "%(giver)s and %(receiver)s are not paired in this programme on %(day)s.",
                field=field, giver=giver.name, receiver=receiver.name, day=day,
            )  # fmt: skip
        nearest = nearest or found
        if found.valid_to is None or found.valid_to >= last:
            return nearest
        day = found.valid_to + ONE_DAY


def agreed_over(
    programme_id: UUID,
    giver: Organisation,
    receiver: Organisation,
    first: date,
    last: date,
    *,
    chosen: Agreement | None = None,
    field: str = "agreement",
) -> Agreement | None:
    """The agreement that covers both bodies and all the days, or None where there is none at all.

    Agreements that follow one another cover together; the first of them is told. None is
    chosen: any. InvalidInput ``posting-outside-agreement`` where the chosen one does not
    cover, or where the two sides have an agreement on some of the days and none on others:
    a tie may go without a paper, but nobody is posted beyond the end of one.
    """
    sides = (programme_id, giver.id, receiver.id)
    chosen_id = chosen.id if chosen else None
    if found := covering(*sides, first, last, agreement_id=chosen_id):
        return found
    day, nearest = first, None
    while (found := covering(*sides, day, day, agreement_id=chosen_id)) is not None:
        nearest, chosen_id = nearest or found, None
        if found.valid_to is None or found.valid_to >= last:
            return nearest
        day = found.valid_to + ONE_DAY
    if chosen is not None and nearest is None:
        raise InvalidInput(
            "posting-outside-agreement",
            "The agreement does not cover both sides on all the days from %(start)s to %(end)s.",
            field=field, start=first, end=last,
        )  # fmt: skip
    if nearest := nearest or touching(*sides, first, last):
        raise InvalidInput(
            "posting-outside-agreement",
            "“%(agreement)s” does not cover %(day)s: choose other days, or renew it first.",
            field=field, agreement=nearest.title, day=day,
        )  # fmt: skip
    return None


def still_agreed(posting: Posting, first: date, last: date, field: str) -> Agreement | None:
    """The posting's agreement over new days, or another one that covers them.

    InvalidInput ``posting-outside-agreement`` at the field where none covers them all.
    """

    sides = (posting.programme_id, posting.giver, posting.receiver)
    own = posting.agreement
    if own is not None and covering(
        posting.programme_id, posting.giver_id, posting.receiver_id, first, last,
        agreement_id=own.id,
    ):  # fmt: skip
        return own
    return agreed_over(*sides, first, last, field=field)
