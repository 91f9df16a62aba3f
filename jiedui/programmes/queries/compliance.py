"""The rules of presence over a programme's recipients and teams in a year.

Judged is only what the viewer sees whole: their own bodies and those paired with them, and
their teams. One question reads the postings of the year, one their stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import nameable, seat_tiers
from jiedui.programmes.access import reach, visible_postings, visible_teams
from jiedui.programmes.domain.compliance import (
    NOT_GROUP,
    OF_PROGRAMME,
    RECEIVER,
    TEAM,
    Rule,
    Service,
    Verdict,
    judge,
    state_of,
    why_none,
)
from jiedui.programmes.domain.presence import Days
from jiedui.programmes.domain.states import ENDED, NEVER
from jiedui.programmes.models import (
    Pairing,
    Posting,
    Programme,
    Team,
)
from jiedui.programmes.queries.presence import in_period
from jiedui.programmes.queries.rules import presence_rules

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation


@dataclass(frozen=True)
class Judged:
    """A recipient or a team with how each rule came out, or why none judges it."""

    id: UUID
    body: Organisation
    team: Team | None
    period: Days
    verdicts: tuple[Verdict, ...]
    tier: str = ""
    why: str = ""

    @property
    def state(self) -> str:
        """The state over all rules."""
        return state_of(self.verdicts)


def rules_of(programme: Programme, year: int) -> list[Rule]:
    """The rules that hold for the programme in the year, if it has whom they judge."""
    last = date(year, 12, 31)
    return [
        rule
        for rule in presence_rules()
        if (not rule.programme_kinds or programme.kind in rule.programme_kinds)
        and (rule.valid_from is None or rule.valid_from <= last)
    ]


def _bodies(viewer: Viewer, programme: Programme, period: Days) -> QuerySet[Organisation]:
    """The recipients of the year."""
    paired = Pairing.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=period.last),
        Q(valid_to__isnull=True) | Q(valid_to__gte=period.first),
        programme=programme,
    )
    posted = Posting.objects.filter(in_period(period), programme=programme).exclude(state__in=NEVER)
    seen = reach(viewer)
    if not seen.everything:
        # Before the sets are found, else both hold the whole programme.
        bodies = seen.own | seen.seen
        paired = paired.filter(receiver_id__in=bodies)
        posted = posted.filter(receiver_id__in=bodies)
    return nameable(example=programme.example).filter(
        Q(id__in=paired.values("receiver_id")) | Q(id__in=posted.values("receiver_id"))
    )


def _services(
    rows: QuerySet[Posting], by: str
) -> tuple[dict[UUID, list[Service]], dict[Hashable, tuple[date, date]]]:
    """The postings as the rules see them, by recipient or team."""
    senior = {
        code
        for code, term in vocabulary().tables.get("titles", {}).items()
        if term.extra.get("senior") == "1"
    }
    # With their stays in one question: of a country in a year there are tens of thousands.
    told: dict[UUID, tuple[Any, list[tuple[date, date | None]]]] = {}
    for id, first, last, *row in rows.values_list(
        "id", "stays__first_day", "stays__last_day", by, "person_id", "kind", "title", "state",
        "starts_on", "ends_on",
    ):  # fmt: skip
        stays = told.setdefault(id, (row, []))[1]
        if first is not None:
            stays.append((first, last))
    found: dict[UUID, list[Service]] = defaultdict(list)
    spans: dict[Hashable, tuple[date, date]] = {}
    for id, ((of, person, kind, title, state, starts_on, ends_on), stays) in told.items():
        stays.sort(key=itemgetter(0))
        found[of].append(
            Service(
                id, person, kind, title in senior, state in ENDED, ends_on, tuple(stays)
            )
        )  # fmt: skip
        before = spans.get(of, (starts_on, ends_on))
        spans[of] = (min(before[0], starts_on), max(before[1], ends_on))
    return found, spans


def _paired_since(programme: Programme, bodies: Iterable[UUID]) -> dict[UUID, Days]:
    """From when to when a recipient is paired by itself; open ends reach to the ends of time."""
    found: dict[UUID, Days] = {}
    rows = Pairing.objects.filter(programme=programme, receiver_id__in=bodies)
    for body, first, last in rows.values_list("receiver_id", "valid_from", "valid_to"):
        one = Days(first or date.min, last or date.max)
        before = found.get(body, one)
        found[body] = Days(min(before.first, one.first), max(before.last, one.last))
    return found


def judged(
    viewer: Viewer, programme: Programme, year: int, today: date, *, of: UUID | None = None
) -> list[Judged]:
    """Every recipient and team of the year (or the one asked for), by name.

    Whom no rule judges is among them, and why not.
    """
    period = Days(date(year, 1, 1), date(year, 12, 31))
    held = rules_of(programme, year)
    return [
        *_judged_bodies(
            viewer, programme, period, [rule for rule in held if rule.per == RECEIVER], today, of
        ),
        *_judged_teams(
            viewer, programme, period, [rule for rule in held if rule.per == TEAM], today, of
        ),
    ]


def _judged_bodies(
    viewer: Viewer, programme: Programme, period: Days, held: list[Rule], today: date,
    of: UUID | None,
) -> list[Judged]:  # fmt: skip
    bodies = _bodies(viewer, programme, period)
    if of is not None:
        bodies = bodies.filter(id=of)
    shown = list(bodies.order_by("name", "id"))
    rows = Posting.objects.filter(in_period(period), programme=programme).exclude(state__in=NEVER)
    since = _paired_since(programme, [body.id for body in shown])
    tiers = seat_tiers([body.id for body in shown], min(period.last, today))
    every = presence_rules()
    found = []
    spans: dict[UUID, Days] = {}
    unjudged: dict[UUID, str] = {}
    for body in shown:
        paired = since.get(body.id, Days(programme.valid_from or date.min, date.max))
        first, last = max(period.first, paired.first), min(period.last, paired.last)
        spans[body.id] = span = Days(first, last) if first <= last else period
        unjudged[body.id] = why_none(
            every, programme.kind, body.kind, tiers.get(body.id, ""), span.last
        )
    # Few bodies are named, all are not: a list of thousands of ids is no better than none.
    if not reach(viewer).everything or of is not None:
        rows = rows.filter(receiver_id__in=[id for id, why in unjudged.items() if not why])
    services, _spans = _services(rows, "receiver_id") if held else ({}, {})
    for body in shown:
        span, tier = spans[body.id], tiers.get(body.id, "")
        verdicts = tuple(
            judge(rule, services.get(body.id, ()), span, today)
            for rule in held
            if rule.judges(programme.kind, body.kind, tier, span.last)
        )
        found.append(Judged(body.id, body, None, span, verdicts, tier, unjudged[body.id]))
    return found


def _judged_teams(
    viewer: Viewer, programme: Programme, period: Days, held: list[Rule], today: date,
    of: UUID | None,
) -> list[Judged]:  # fmt: skip
    teams = (
        visible_teams(viewer)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=period.last), programme=programme)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=period.first))
        .select_related("receiver")
    )
    if of is not None:
        teams = teams.filter(id=of)
    shown = list(teams.order_by("name", "id"))
    rows = Posting.objects.filter(team__in=[team.id for team in shown]).exclude(state__in=NEVER)
    services, spans = _services(rows, "team_id")
    found = []
    for team in shown:
        begun, ended = spans.get(team.id, (period.first, period.last))
        first = team.valid_from or begun
        # A team is judged over its own time, whichever year is looked at.
        span = Days(first, max(first, team.valid_to or ended))
        mine = services.get(team.id, ())
        kinds = {service.kind for service in mine}
        verdicts = tuple(
            judge(rule, mine, span, today)
            for rule in held
            if rule.judges_team(programme.kind, kinds, span.last)
        )
        why = "" if verdicts else NOT_GROUP if held else OF_PROGRAMME
        found.append(Judged(team.id, team.receiver, team, span, verdicts, why=why))
    return found


def named_postings(viewer: Viewer, ids: Collection[Hashable]) -> dict[UUID, Posting]:
    """Of these postings those that the viewer sees, with person and giver."""
    rows = visible_postings(viewer).filter(id__in=list(ids)).select_related("person", "giver")
    return {row.id: row for row in rows}
