"""Posts that recipients ask to have filled: request, edit, agree, refuse, close, refresh."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, not_ahead, taken, term, whole, words
from jiedui.core.clock import now, today
from jiedui.core.errors import InvalidInput
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.programmes.access import must_act
from jiedui.programmes.actions._checking import department_of, on_side, same_world
from jiedui.programmes.actions.facts import Said, tell
from jiedui.programmes.domain.filling import Presence, filled
from jiedui.programmes.domain.states import (
    AGREED,
    CLOSED,
    FILLED,
    POST_STATES,
    PRESENT,
    RECEIVER,
)
from jiedui.programmes.models import Post, Posting, Programme, Stay

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation

MOST_MONTHS = 120
MOST_PEOPLE = 999
# From this priority on up a post says why it is urgent.
URGENT = 2


def _checked(
    receiver: Organisation,
    *,
    department: Department | None,
    specialty: str,
    title: str,
    category: str,
    mode: str,
    team_role: str,
    headcount: int,
    months: int,
    apprentices: int,
    priority: int,
    reason: str,
    needed_from: date,
    needed_to: date | None,
) -> dict[str, Any]:
    """What a post says, each field checked; the columns of the row."""
    department_of(receiver, department, "department")
    term("specialties", specialty, "specialty")
    if title:
        term("titles", title, "title")
    term("expert_categories", category, "category")
    term("post_modes", mode, "mode")
    if team_role:
        term("team_roles", team_role, "team_role")
    whole(headcount, "headcount", 1, MOST_PEOPLE)
    whole(months, "months", 1, MOST_MONTHS)
    whole(apprentices, "apprentices", 0, MOST_PEOPLE)
    whole(priority, "priority", 1, 5)
    in_order(needed_from, needed_to, "needed_to")
    if priority <= URGENT and not reason.strip():
        raise InvalidInput("reason-missing", "Say why this post is urgent.", field="reason")
    return {
        "department": department, "specialty": specialty, "title": title, "category": category,
        "mode": mode, "team_role": team_role, "headcount": headcount, "months": months,
        "apprentices": apprentices, "priority": priority, "reason": words(reason, "reason", 400),
        "needed_from": needed_from, "needed_to": needed_to,
    }  # fmt: skip


def _held(post: Post) -> Post:
    return (
        Post.objects.select_for_update(of=("self",), no_key=True)
        .select_related("receiver")
        .get(pk=post.pk)
    )


@days_meant
@transaction.atomic
def request_post(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    receiver: Organisation,
    department: Department | None = None,
    specialty: str,
    title: str = "",
    category: str,
    mode: str,
    team_role: str = "",
    headcount: int = 1,
    months: int,
    apprentices: int = 0,
    priority: int = 3,
    reason: str = "",
    needed_from: date,
    needed_to: date | None = None,
) -> Post:
    """Ask to have a post filled. Raises InvalidInput at the field, NotAllowed."""
    must_act(by, RECEIVER, None, receiver.id)
    said: dict[str, Any] = {
        "department": department, "specialty": specialty, "title": title, "category": category,
        "mode": mode, "team_role": team_role, "headcount": headcount, "months": months,
        "apprentices": apprentices, "priority": priority, "reason": reason,
        "needed_from": needed_from, "needed_to": needed_to,
    }  # fmt: skip
    # One writer of a programme at a time: the same id twice is one creation.
    Programme.objects.select_for_update(no_key=True).get(pk=programme.pk)
    content = hash_of(programme=programme, receiver=receiver, **said)
    if found := first_answer(Post, id, content):
        return found
    same_world(programme, receiver, "receiver")
    on_side(programme, receiver, RECEIVER, "receiver")
    post = Post.objects.create(
        id=id or new_id(), content=content, programme=programme, receiver=receiver,
        **_checked(receiver, **said),
    )  # fmt: skip
    record(
        by=by, action="programmes.request-post", object_kind="post", object_id=post.id,
        receiver=str(receiver.id), specialty=specialty, headcount=headcount,
    )  # fmt: skip
    return post


@days_meant
@transaction.atomic
def edit_post(
    *,
    by: User | None,
    post: Post,
    department: Department | None = None,
    specialty: str,
    title: str = "",
    category: str,
    mode: str,
    team_role: str = "",
    headcount: int = 1,
    months: int,
    apprentices: int = 0,
    priority: int = 3,
    reason: str = "",
    needed_from: date,
    needed_to: date | None = None,
) -> Post:
    """Change what a post asks for, while it is not decided. Raises InvalidInput at the field."""
    held = _held(post)
    step = taken(POST_STATES, held.state, "edit")
    must_act(by, step.side, None, held.receiver_id)
    fields = _checked(
        held.receiver, department=department, specialty=specialty, title=title, category=category,
        mode=mode, team_role=team_role, headcount=headcount, months=months,
        apprentices=apprentices, priority=priority, reason=reason, needed_from=needed_from,
        needed_to=needed_to,
    )  # fmt: skip
    for name, value in fields.items():
        setattr(held, name, value)
    held.save(update_fields=list(fields))
    record(by=by, action="programmes.edit-post", object_kind="post", object_id=held.id)
    return held


@transaction.atomic
def agree_post(*, by: User | None, post: Post) -> Post:
    """Agree to a post: from now on it counts as asked, and people can be proposed for it."""
    held = _held(post)
    step = taken(POST_STATES, held.state, "agree")
    must_act(by, step.side, None, held.receiver_id)
    held.state, held.decided_at, held.agreed_on = step.target, now(), today()
    held.save(update_fields=["state", "decided_at", "agreed_on"])
    _tell(by, held)
    record(by=by, action="programmes.agree-post", object_kind="post", object_id=held.id)
    return held


@transaction.atomic
def refuse_post(*, by: User | None, post: Post, reason: str) -> Post:
    """Refuse a post, saying why; it never counted."""
    held = _held(post)
    step = taken(POST_STATES, held.state, "refuse")
    must_act(by, step.side, None, held.receiver_id)
    held.state_reason = words(reason, "reason", 400, required=True)
    held.state, held.decided_at, held.closed_on = step.target, now(), today()
    held.save(update_fields=["state", "state_reason", "decided_at", "closed_on"])
    record(by=by, action="programmes.refuse-post", object_kind="post", object_id=held.id)
    return held


@days_meant
@transaction.atomic
def close_post(*, by: User | None, post: Post, reason: str, on: date | None = None) -> Post:
    """End a post on a day (today), saying why; nobody is asked for after that day."""
    held = _held(post)
    step = taken(POST_STATES, held.state, "close")
    must_act(by, step.side, None, held.receiver_id)
    day = on or today()
    not_ahead(day)
    held.state_reason = words(reason, "reason", 400, required=True)
    held.state, held.closed_on = step.target, day
    held.save(update_fields=["state", "state_reason", "closed_on"])
    _tell(by, held)
    record(
        by=by, action="programmes.close-post", object_kind="post", object_id=held.id,
        on=day.isoformat(),
    )  # fmt: skip
    return held


@transaction.atomic
def refresh_post(*, by: User | None, post: Post) -> Post:
    """Say anew whether the post is filled, by who is there; tell the figures since when.

    Filled with as many people there as it asks for (a leave keeps the place), open again
    with fewer. An arrival or departure calls it inside its own transaction, after its own
    rows are written and just before its own audit row.
    """
    held = _held(post)
    there = (
        Posting.objects.filter(post=held, state__in=PRESENT).values("person_id").distinct().count()
    )
    full = there >= held.headcount
    verb = "fill" if held.state == AGREED and full else ""
    verb = "reopen" if held.state == FILLED and not full else verb
    if verb:
        held.state = POST_STATES.after(held.state, verb)
        held.save(update_fields=["state"])
    _tell(by, held)
    if verb:
        record(
            by=by, action="programmes.refresh-post", object_kind="post", object_id=held.id,
            state=held.state, there=there,
        )  # fmt: skip
    return held


def _tell(by: User | None, post: Post) -> None:
    """Tell the figures for how many people it asked, and how many of them were there when."""
    lines: list[Said] = []
    if post.agreed_on is not None:
        ends = [day for day in (post.needed_to, post.closed_on) if day is not None]
        last = min(ends, default=None)
        if last is None or last >= post.needed_from:
            lines.append(
                Said("posts_asked", post.needed_from, last, Decimal(post.headcount), post.specialty)
            )
        stays = Stay.objects.filter(posting__post=post).values_list(
            "person_id", "first_day", "last_day"
        )
        until = post.closed_on if post.state == CLOSED else None
        lines += [
            Said("posts_filled", first, end, Decimal(people), post.specialty)
            for first, end, people in filled(
                (Presence(*stay) for stay in stays), post.headcount, until
            )
        ]
    tell(
        by=by, record_id=post.id, programme_id=post.programme_id, kind="post",
        giver_id=post.receiver_id, receiver_id=post.receiver_id, lines=lines,
    )  # fmt: skip
