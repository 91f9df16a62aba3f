"""What of posts, teams, postings and agreements presses upon the viewer, the oldest first.

Only for who can do something about it: the side that sends, the side that hosts, and who
coordinates either. Each kind is one question to the database, with its count and first rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.utils.timezone import localtime

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.programmes.access import reach
from jiedui.programmes.domain.compliance import PERSONS, TEAM, rules
from jiedui.programmes.domain.states import (
    AGREED,
    ASKED,
    COMING,
    DECIDED,
    ENDED,
    FILLED,
    NOMINATED,
    PRESENT,
    REQUESTED,
    SCREENED,
)
from jiedui.programmes.models import (
    Agreement,
    Credential,
    Handover,
    Post,
    Posting,
    Task,
    Team,
    Wish,
)
from jiedui.programmes.queries.handovers import missing

AHEAD = timedelta(days=60)
LIVE = (*COMING, *PRESENT)
# Rows of a kind that are told one by one; the rest is told as a number.
SHOWN = 4
(
    FALLS_EMPTY, STANDS_EMPTY, BELOW_CORE, LICENCE_ENDS, AGREEMENT_ENDS, HANDOVER_LATE,
    HANDOVER_MISSING, TASK_LATE, TO_SCREEN, TO_APPROVE, ARRIVAL_DUE, DEPARTURE_DUE, TO_ANSWER,
    TO_AGREE, TO_FILL, TO_EVALUATE,
) = (
    "post_falls_empty", "post_stands_empty", "team_below_core", "licence_ends", "agreement_ends",
    "handover_late", "handover_missing", "task_late", "to_screen", "to_approve", "arrival_due",
    "departure_due", "to_answer", "to_agree", "to_fill",
    "to_evaluate",
)  # fmt: skip


@dataclass(frozen=True)
class Alert:
    """One thing, or (without ``id``) how many more of its kind in a programme there are."""

    kind: str
    day: date | None
    programme_id: UUID
    id: UUID | None = None
    body_id: UUID | None = None
    subject: str = ""
    specialty: str = ""
    count: int | None = None
    wanted: int | None = None


class Scope:
    """The viewer's own bodies by permission, each asked for once."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self._kept: dict[str, directory.Reach] = {}

    def held(self, permission: str) -> directory.Reach:
        """The bodies over which the viewer holds the permission."""
        if permission not in self._kept:
            self._kept[permission] = directory.reach(self.viewer, permission)
        return self._kept[permission]

    def own(self, *sides: tuple[str, str]) -> Q | None:
        """Rows with a body on one of the sides (path, permission); None where there can be none."""
        found: Q | None = None
        for path, permission in sides:
            held = self.held(permission)
            if held.everything:
                return Q()
            if held.organisation_ids:
                mine = Q(**{f"{path}__in": held.organisation_ids})
                found = mine if found is None else found | mine
        return found


HOST, SEND, EDIT = "programmes.host", "programmes.send", "programmes.edit"
POSTED = (
    ("receiver_id", HOST), ("receiver_id", EDIT), ("giver_id", SEND), ("giver_id", EDIT),
)  # fmt: skip


def _first(rows: QuerySet[Any], *order: str) -> tuple[list[Any], int]:
    """The first rows and how many there are; one question where the first are all."""
    found = list(rows.order_by(*order)[: SHOWN + 1])
    if len(found) <= SHOWN:
        return found, len(found)
    return found[:SHOWN], rows.order_by().count()


def _rest(kind: str, found: Sequence[Alert], count: int) -> list[Alert]:
    """The alerts, and one for all that were not told by themselves."""
    if count <= len(found):
        return list(found)
    return [*found, Alert(kind, None, found[0].programme_id, count=count - len(found))]


def live_posts(day: date) -> Q:
    """Posts agreed and needed on the day."""
    return (
        Q(state__in=(AGREED, FILLED), needed_from__lte=day)
        & (Q(needed_to__isnull=True) | Q(needed_to__gte=day))
        & (Q(closed_on__isnull=True) | Q(closed_on__gte=day))
    )


def falling_empty(posts: QuerySet[Post], day: date, ahead: timedelta = AHEAD) -> QuerySet[Posting]:
    """Postings whose end, within the time ahead, leaves their post with too few people.

    Whoever is there, or nominated, for the day after the end is a successor.
    """
    after = (
        Posting.objects.filter(
            post_id=OuterRef("post_id"), state__in=LIVE, ends_on__gt=OuterRef("ends_on"),
            starts_on__lte=OuterRef("next_day"),
        )
        .order_by()
        .values("post_id")
        .annotate(people=Count("id"))
        .values("people")
    )  # fmt: skip
    return (
        Posting.objects.filter(
            Q(post__needed_to__isnull=True) | Q(post__needed_to__gt=F("ends_on")),
            Q(post__closed_on__isnull=True) | Q(post__closed_on__gt=F("ends_on")),
            post__in=posts, state__in=PRESENT, ends_on__lte=day + ahead,
        )
        .annotate(
            next_day=ExpressionWrapper(
                F("ends_on") + timedelta(days=1), output_field=DateField()
            )
        )
        .annotate(after=Coalesce(Subquery(after, output_field=IntegerField()), 0))
        .filter(after__lt=F("post__headcount"))
    )  # fmt: skip


def standing_empty(posts: QuerySet[Post], day: date) -> QuerySet[Post]:
    """Posts needed on the day with nobody there and nobody nominated."""
    somebody = Posting.objects.filter(post_id=OuterRef("pk"), state__in=LIVE).filter(
        Q(state__in=PRESENT) | Q(ends_on__gte=day)
    )
    return posts.filter(live_posts(day)).filter(~Exists(somebody))


def _posts(scope: Scope, day: date) -> list[Alert]:
    found: list[Alert] = []
    ends = scope.own(("post__receiver_id", HOST), ("post__receiver_id", EDIT), ("giver_id", SEND))
    if ends is None:
        return found
    posts = Post.objects.filter(state__in=(AGREED, FILLED))
    rows, count = _first(
        falling_empty(posts, day).filter(ends).select_related("post"), "ends_on", "id"
    )
    alerts = [
        Alert(
            FALLS_EMPTY, row.ends_on, row.programme_id, row.post_id, row.receiver_id,
            specialty=row.specialty,
        )
        for row in rows
    ]  # fmt: skip
    found += _rest(FALLS_EMPTY, alerts, count)
    own = scope.own(("receiver_id", HOST), ("receiver_id", EDIT))
    if own is not None:
        left = Posting.objects.filter(post_id=OuterRef("pk"), state__in=ENDED).order_by("-ends_on")
        rows_empty = standing_empty(posts.filter(own), day).annotate(
            left=Subquery(left.values("ends_on")[:1])
        )
        empty, count = _first(rows_empty, "needed_from", "id")
        alerts = [
            Alert(
                STANDS_EMPTY, _empty_since(row), row.programme_id, row.id, row.receiver_id,
                specialty=row.specialty,
            )
            for row in empty
        ]  # fmt: skip
        found += _rest(STANDS_EMPTY, alerts, count)
    return found


def _empty_since(post: Any) -> date:
    """The day after the last of its people left, or the first day that it was needed."""
    first: date = post.needed_from
    left: date | None = post.left
    return first if left is None else max(first, left + timedelta(days=1))


def cores() -> dict[str, int]:
    """By kind of programme, how many a team must have where it says nothing itself."""
    found: dict[str, int] = {}
    for rule in rules(vocabulary().tables.get("presence_rules", {})):
        if rule.per == TEAM and rule.measure == PERSONS and rule.minimum:
            for kind in rule.programme_kinds:
                found[kind] = max(rule.minimum, found.get(kind, 0))
    return found


def below_core(teams: QuerySet[Team], day: date) -> QuerySet[Team]:
    """Teams that have begun and have fewer people there than they must."""
    wanted = Coalesce(
        F("core"),
        Case(
            *(
                When(programme__kind=kind, then=Value(least))
                for kind, least in sorted(cores().items())
            ),
            default=Value(0),
        ),
        output_field=IntegerField(),
    )
    return (
        teams.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        )
        .annotate(
            wanted=wanted,
            there=Count("postings__person", filter=Q(postings__state__in=PRESENT), distinct=True),
            begun=Count("postings", filter=Q(postings__arrived_on__isnull=False)),
        )
        .filter(there__lt=F("wanted"))
        .filter(Q(begun__gt=0) | Q(valid_from__lte=day))
    )


def _teams(scope: Scope, day: date) -> list[Alert]:
    own = scope.own(
        ("receiver_id", HOST), ("receiver_id", EDIT), ("sender_id", SEND), ("sender_id", EDIT)
    )
    if own is None:
        return []
    rows, count = _first(below_core(Team.objects.filter(own), day), "valid_from", "id")
    alerts = [
        Alert(
            BELOW_CORE, None, row.programme_id, row.id, row.receiver_id, row.name,
            count=row.there, wanted=row.wanted,
        )
        for row in rows
    ]  # fmt: skip
    return _rest(BELOW_CORE, alerts, count)


def _licences(scope: Scope, day: date) -> list[Alert]:
    own = scope.own(*POSTED)
    me = Q(person__user_id=scope.viewer.user.id)
    posted = Posting.objects.filter(state__in=(*DECIDED, *PRESENT)).filter(
        me if own is None else own | me if own else own
    )
    renewed = Credential.objects.filter(
        person_id=OuterRef("person_id"), kind=OuterRef("kind")
    ).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to")))
    sent = posted.filter(person_id=OuterRef("person_id")).order_by("-starts_on", "id")
    rows, count = _first(
        Credential.objects.filter(valid_to__lte=day + AHEAD)
        .filter(Exists(sent), ~Exists(renewed))
        .annotate(
            posting=Subquery(sent.values("id")[:1]),
            posting_programme=Subquery(sent.values("programme_id")[:1]),
        )
        .select_related("person"),
        "valid_to", "id",
    )  # fmt: skip
    alerts = [
        Alert(
            LICENCE_ENDS, row.valid_to, row.posting_programme, row.posting,
            subject=row.person.name, specialty=row.kind,
        )
        for row in rows
    ]  # fmt: skip
    return _rest(LICENCE_ENDS, alerts, count)


def ending(agreements: QuerySet[Agreement], day: date) -> list[Agreement]:
    """Agreements in force of which the end is to be warned of, and nothing renews them."""
    rows = agreements.filter(
        valid_to__gte=day, valid_to__lte=day + timedelta(days=32767), ended_reason="",
        renewed_by__isnull=True,
    ).order_by("valid_to", "id")  # fmt: skip
    # The days of warning are the agreement's own; long ones are rare, so the span is cut first.
    longest = rows.order_by("-warn_days").values_list("warn_days", flat=True).first() or 0
    rows = rows.filter(valid_to__lte=day + timedelta(days=longest))
    due = [
        id
        for id, last, warn in rows.values_list("id", "valid_to", "warn_days")
        if last is not None and last - timedelta(days=warn) <= day
    ]
    return list(Agreement.objects.filter(id__in=due[: SHOWN * 25]).order_by("valid_to", "id"))


def _agreements(scope: Scope, day: date) -> list[Alert]:
    own = scope.own(
        ("parties__organisation_id", EDIT), ("parties__organisation_id", SEND),
        ("parties__organisation_id", HOST),
    )  # fmt: skip
    if own is None:
        return []
    mine = Agreement.objects.filter(own)
    rows = ending(Agreement.objects.filter(id__in=mine.values("id")) if own else mine, day)
    alerts = [
        Alert(AGREEMENT_ENDS, row.valid_to, row.programme_id, row.id, subject=row.title)
        for row in rows[:SHOWN]
    ]
    return _rest(AGREEMENT_ENDS, alerts, len(rows))


def _handovers(scope: Scope, day: date) -> list[Alert]:
    own = scope.own(*((f"outgoing__{path}", permission) for path, permission in POSTED))
    me = Q(outgoing__person__user_id=scope.viewer.user.id)
    mine = me if own is None else own | me if own else own
    rows, count = _first(
        Handover.objects.filter(mine, due_on__lt=day, incoming_signed_at__isnull=True)
        .select_related("outgoing", "outgoing__person"),
        "due_on", "id",
    )  # fmt: skip
    alerts = [
        Alert(
            HANDOVER_LATE, row.due_on, row.outgoing.programme_id, row.id,
            row.outgoing.receiver_id, row.outgoing.person.name,
        )
        for row in rows
    ]  # fmt: skip
    return _rest(HANDOVER_LATE, alerts, count)


def _handovers_missing(scope: Scope, day: date) -> list[Alert]:
    me = Q(person__user_id=scope.viewer.user.id)
    own = scope.own(*POSTED)
    mine = Posting.objects.filter(me if own is None else own | me if own else own)
    rows, count = _first(
        missing(mine, day).select_related("person"), "ends_on", "id"
    )  # fmt: skip
    alerts = [
        Alert(
            HANDOVER_MISSING, row.ends_on, row.programme_id, row.id, row.receiver_id,
            row.person.name,
        )
        for row in rows
    ]  # fmt: skip
    return _rest(HANDOVER_MISSING, alerts, count)


def _evaluations(scope: Scope, day: date) -> list[Alert]:
    """The viewer's own postings that are over and of which nothing was said yet."""
    rows = Posting.objects.filter(
        person__user_id=scope.viewer.user.id, state__in=ENDED, evaluation__isnull=True
    )
    return [
        Alert(TO_EVALUATE, row.ends_on, row.programme_id, row.id, row.receiver_id)
        for row in rows.order_by("-ends_on", "id")[:SHOWN]
    ]


def _tasks(scope: Scope, day: date) -> list[Alert]:
    own = scope.own(("owner_id", EDIT), ("owner_id", SEND), ("owner_id", HOST))
    if own is None:
        return []
    rows, count = _first(
        Task.objects.filter(own, due_on__lt=day, done_on__isnull=True), "due_on", "id"
    )
    alerts = [
        Alert(TASK_LATE, row.due_on, row.programme_id, row.id, row.owner_id, row.title)
        for row in rows
    ]
    return _rest(TASK_LATE, alerts, count)


def _grouped(kind: str, rows: QuerySet[Any], day: str) -> list[Alert]:
    """What waits, as one alert a programme."""
    told = (
        rows.order_by()
        .values("programme_id")
        .annotate(people=Count("id"), since=Min(day))
        .order_by("since")[:SHOWN]
    )
    return [
        Alert(kind, _as_day(row["since"]), row["programme_id"], count=row["people"]) for row in told
    ]


def _as_day(value: datetime | date | None) -> date | None:
    return localtime(value).date() if isinstance(value, datetime) else value


def _steps(scope: Scope, day: date) -> list[Alert]:
    found: list[Alert] = []
    coordinates = scope.own(("receiver_id", EDIT), ("giver_id", EDIT))
    hosts = scope.own(("receiver_id", HOST), ("receiver_id", EDIT))
    if coordinates is not None:
        rows = Posting.objects.filter(coordinates, state=NOMINATED)
        found += _grouped(TO_SCREEN, rows, "nominated_at")
    edits = scope.own(("receiver_id", EDIT))
    if edits is not None:
        found += _grouped(TO_AGREE, Post.objects.filter(edits, state=REQUESTED), "requested_at")
    if hosts is not None:
        mine = Posting.objects.filter(hosts)
        found += _grouped(TO_APPROVE, mine.filter(state=SCREENED), "nominated_at")
        found += _grouped(
            ARRIVAL_DUE, mine.filter(state__in=DECIDED, starts_on__lte=day), "starts_on"
        )
        found += _grouped(DEPARTURE_DUE, mine.filter(state__in=PRESENT, ends_on__lt=day), "ends_on")
    found += _to_fill(scope, day)
    answers = scope.own(("giver_id", SEND), ("giver_id", EDIT))
    if answers is not None:
        found += _grouped(TO_ANSWER, Wish.objects.filter(answers, state=ASKED), "asked_at")
    return found


def _to_fill(scope: Scope, day: date) -> list[Alert]:
    """Agreed posts of those whom the viewer's bodies help, for which nobody is named yet."""
    sends = scope.held(SEND)
    if sends.everything or not sends.organisation_ids:
        return []
    named = Posting.objects.filter(post_id=OuterRef("pk"), state__in=LIVE)
    rows = Post.objects.filter(
        Q(needed_to__isnull=True) | Q(needed_to__gte=day), ~Exists(named), state=AGREED,
        receiver_id__in=reach(scope.viewer).seen,
    ).exclude(receiver_id__in=sends.organisation_ids)  # fmt: skip
    return _grouped(TO_FILL, rows, "agreed_on")


def alerts(viewer: Viewer, day: date | None = None) -> list[Alert]:
    """All that presses upon the viewer; nothing for who can only read."""
    if not viewer.may("programmes.read"):
        return []
    scope, day = Scope(viewer), day or today()
    found: Iterable[Alert] = ()
    if any(viewer.may(permission) for permission in (HOST, SEND, EDIT)):
        kinds = (_posts, _teams, _agreements, _tasks, _steps)
        found = [alert for kind in kinds for alert in kind(scope, day)]
    own = (_handovers, _handovers_missing, _evaluations, _licences)
    return [*found, *(alert for kind in own for alert in kind(scope, day))]
