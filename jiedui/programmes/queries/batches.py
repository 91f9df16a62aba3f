"""Reads of batches and teams, for their pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Count, Max, Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.programmes.access import visible_batches, visible_postings, visible_teams
from jiedui.programmes.domain.compliance import PERSONS
from jiedui.programmes.domain.presence import Days, Gap, gaps, union, within
from jiedui.programmes.domain.states import COMING, ENDED, NEVER, PRESENT
from jiedui.programmes.models import Batch, Handover, Posting, Programme, Stay, Team
from jiedui.programmes.queries.rules import expert_kinds, presence_rules

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

ARRIVED = (*PRESENT, *ENDED)


def next_number(programme: Programme, sender: Organisation) -> int:
    """The number after the sender's last batch of the programme."""
    rows = Batch.objects.filter(programme=programme, sender=sender)
    last: int | None = rows.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def batches_of(viewer: Viewer, programme: Programme) -> QuerySet[Batch]:
    """The programme's batches that the viewer sees."""
    return visible_batches(viewer).filter(programme=programme).select_related("sender")


def teams_of(viewer: Viewer, programme: Programme) -> QuerySet[Team]:
    """The programme's teams that the viewer sees."""
    rows = visible_teams(viewer).filter(programme=programme)
    return rows.select_related("sender", "receiver", "batch")


class Strength(NamedTuple):
    """Experts and their person-times that came; experts there now and coming. Never added up."""

    persons: int = 0
    person_times: int = 0
    on_site: int = 0
    coming: int = 0
    receivers: int = 0
    lone: int = 0
    in_teams: int = 0


NOBODY = Strength()


def strengths(viewer: Viewer, by: str, ids: Iterable[UUID]) -> dict[UUID, Strength]:
    """The strength of each batch or team (``by``: batch or team) as far as the viewer sees it."""
    came = Q(state__in=ARRIVED)
    rows = (
        visible_postings(viewer)
        .filter(kind__in=expert_kinds(), **{f"{by}_id__in": list(ids)})
        .order_by()
        .values_list(f"{by}_id")
        .annotate(
            persons=Count("person_id", filter=came, distinct=True),
            person_times=Count("id", filter=came),
            there=Count("person_id", filter=Q(state="on_site"), distinct=True),
            yet=Count("person_id", filter=Q(state__in=COMING), distinct=True),
            bodies=Count("receiver_id", filter=came | Q(state__in=COMING), distinct=True),
            alone=Count("id", filter=came & Q(team__isnull=True)),
            together=Count("id", filter=came & Q(team__isnull=False)),
        )
    )
    return {row[0]: Strength(*row[1:]) for row in rows}


class Cell(NamedTuple):
    """How many postings of a batch went to a recipient in a specialty."""

    receiver: str
    specialty: str
    persons: int
    person_times: int


def spread(viewer: Viewer, batch: Batch) -> list[Cell]:
    """The batch's postings that came, by recipient and specialty."""
    rows = (
        visible_postings(viewer)
        .filter(batch=batch, state__in=ARRIVED, kind__in=expert_kinds())
        .order_by("receiver__name", "specialty")
        .values_list("receiver__name", "specialty")
        .annotate(Count("person_id", distinct=True), Count("id"))
    )
    return [Cell(*row) for row in rows]


class Handed(NamedTuple):
    """How the handovers of a batch stand."""

    leaving: int
    signed: int
    open: int
    overdue: int


def handed(viewer: Viewer, batch: Batch, day: date | None = None) -> Handed:
    """Handovers of the postings of a batch that have come: signed by both, open, overdue."""
    day = day or today()
    mine = visible_postings(viewer).filter(batch=batch, state__in=ARRIVED)
    whole = Q(outgoing_signed_at__isnull=False, incoming_signed_at__isnull=False)
    found = Handover.objects.filter(outgoing__in=mine).aggregate(
        signed=Count("id", filter=whole),
        open=Count("id", filter=~whole),
        overdue=Count("id", filter=~whole & Q(due_on__lt=day)),
    )
    return Handed(mine.count(), found["signed"], found["open"], found["overdue"])


def kinds_in(team_ids: Iterable[UUID]) -> dict[UUID, frozenset[str]]:
    """The kinds of posting that each team has, of those that came about or may."""
    rows = Posting.objects.filter(team_id__in=list(team_ids)).exclude(state__in=NEVER).order_by()
    found: dict[UUID, set[str]] = {}
    for team, kind in rows.values_list("team_id", "kind").distinct():
        if team is not None:
            found.setdefault(team, set()).add(kind)
    return {team: frozenset(kinds) for team, kinds in found.items()}


def asked_core(team: Team, day: date, kinds: Collection[str] | None = None) -> int | None:
    """How many the team must have on site: its own core, else what the pack's rule asks.

    ``kinds`` are those of its postings, where they are known already (``kinds_in``).
    """
    if team.core is not None:
        return team.core
    if kinds is None:
        kinds = kinds_in([team.id]).get(team.id, frozenset())
    least = [
        rule.minimum
        for rule in presence_rules()
        if rule.measure == PERSONS
        and rule.minimum is not None
        and rule.judges_team(team.programme.kind, kinds, day)
    ]
    return max(least, default=None)


@dataclass(frozen=True)
class Member:
    """One posting of a team, with its days."""

    posting: Posting
    days: int
    on_site: bool


@dataclass(frozen=True)
class Company:
    """The people of a team, who is there today, and when it was below its core."""

    members: Sequence[Member]
    leader: Posting | None
    on_site: int
    core: int | None
    gaps: Sequence[Gap]
    hidden: int


def company_of(viewer: Viewer, team: Team) -> Company:
    """Who is and was in the team; the gaps are of the whole team, whoever looks."""
    day = today()
    rows = list(
        visible_postings(viewer)
        .filter(team=team)
        .select_related("person", "giver", "department")
        .order_by("starts_on", "id")
    )
    stays: dict[UUID, list[tuple[date, date | None]]] = {}
    by_person: dict[UUID, list[tuple[date, date | None]]] = {}
    for posting, person, first, last in Stay.objects.filter(posting__team=team).values_list(
        "posting_id", "person_id", "first_day", "last_day"
    ):
        stays.setdefault(posting, []).append((first, last))
        by_person.setdefault(person, []).append((first, last))
    members = [
        Member(row, _days(stays.get(row.id, ()), day), row.state == "on_site") for row in rows
    ]
    leads = [m.posting for m in members if m.posting.team_role == "leader"]
    leads = [p for p in leads if p.state in PRESENT] or [p for p in leads if p.state in COMING]
    there = sum(
        any(first <= day and (last is None or day <= last) for first, last in spans)
        for spans in by_person.values()
    )
    core = asked_core(team, day)
    return Company(
        members,
        leads[0] if leads else None,
        there,
        core,
        _below(team, by_person.values(), core, day),
        Posting.objects.filter(team=team).count() - len(rows),
    )


def _days(spans: Iterable[tuple[date, date | None]], day: date) -> int:
    return sum((min(last or day, day) - first).days + 1 for first, last in spans if first <= day)


def _below(
    team: Team,
    people: Collection[Sequence[tuple[date, date | None]]],
    core: int | None,
    day: date,
) -> list[Gap]:
    """The days up to today on which fewer than the core were on site, each person once a day."""
    firsts = [first for spans in people for first, _last in spans]
    start = team.valid_from or min(firsts, default=None)
    if core is None or start is None:
        return []
    period = Days(start, min(team.valid_to or day, day))
    if period.first > period.last:
        return []
    there = [span for spans in people for span in union(within(spans, period))]
    return gaps(there, period, core)
