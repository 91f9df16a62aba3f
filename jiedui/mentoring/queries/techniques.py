"""Reads of techniques: their curves, what others claim, what waits and what fell asleep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.directory.queries.areas import neighbours
from jiedui.mentoring.access.techniques import CLAIMS, visible_techniques
from jiedui.mentoring.domain.adoption import Led, Month, Tapered, curve, demand, tapered
from jiedui.mentoring.domain.months import Span, month_of, same_day
from jiedui.mentoring.domain.rules import whole
from jiedui.mentoring.domain.states import APPROVED, CONFIRMED, IN_USE, PROPOSED, WITHDRAWN
from jiedui.mentoring.domain.techniques import BY_EXPERTS
from jiedui.mentoring.models import (
    Case,
    CaseTally,
    PlatformNeed,
    TaperStep,
    Technique,
    TechniqueStep,
)
from jiedui.programmes.queries.days_at import days_at

LEADS = ("expert", "joint", "supervised", "independent")
# Months drawn at most: a programme of ten years.
MOST_MONTHS = 120
SHOWN = 50


def platform_missing() -> Exists:
    """Whether a platform department of the technique is not ready."""
    return Exists(PlatformNeed.objects.filter(technique=OuterRef("pk"), ready_on__isnull=True))


def techniques_listed(viewer: Viewer) -> QuerySet[Technique]:
    """The techniques of a list, each with what a line says, and whether a platform is missing."""
    return (
        visible_techniques(viewer)
        .select_related("programme", "giver", "receiver", "department", "introduced_by")
        .annotate(platform_missing=platform_missing())
    )


def led_by_month(technique_id: UUID) -> dict[date, Led]:
    """Confirmed cases of each month by who led, from the months' counts."""
    rows = CaseTally.objects.filter(technique_id=technique_id).values_list("month", *LEADS)
    found: dict[date, Led] = {}
    for month, *counts in rows:
        led = found.get(month, Led()).plus(Led(*counts))
        if led.all:
            found[month] = led
    return found


def months_kept(technique: Technique) -> frozenset[date]:
    """Months in which any case of the technique's department (or hospital) was confirmed."""
    rows = CaseTally.objects.filter(receiver_id=technique.receiver_id)
    if technique.department_id is not None:
        rows = rows.filter(department_id=technique.department_id)
    return frozenset(rows.order_by().values_list("month", flat=True).distinct())


def experts_of(technique: Technique) -> set[UUID]:
    """Who brought it, and whoever led its confirmed cases or taught in them while posted."""
    rows = Case.objects.filter(technique_id=technique.id, state=CONFIRMED).order_by()
    led = rows.filter(lead__in=BY_EXPERTS).values_list("leader_id", flat=True).distinct()
    taught = rows.filter(posting__isnull=False, mentor__isnull=False)
    mentors = taught.values_list("mentor_id", flat=True).distinct()
    return {technique.introduced_by_id, *led, *mentors}


def experts_days(technique: Technique) -> list[tuple[date, date | None]]:
    """The days of its experts at the department's hospital; open while a posting holds."""
    stays = days_at(technique.receiver_id, experts_of(technique))
    return [(row.first, row.last) for row in stays]


@dataclass(frozen=True)
class Followed:
    """A technique over time."""

    months: list[Month]
    present: list[tuple[date, date | None]]
    taper: list[Tapered]
    led: dict[date, Led]


def followed(technique: Technique, day: date | None = None) -> Followed:
    """The curve and the taper plan of a technique; the same few statements for any number of
    cases.
    """
    day = day or today()
    led = led_by_month(technique.id)
    present = experts_days(technique)
    begin = [technique.approved_on or technique.proposed_on]
    if technique.first_case_on is not None:
        begin.append(technique.first_case_on)
    last = month_of(day)
    span = Span(month_of(min(begin)), last)
    if span.count > MOST_MONTHS:
        span = Span(span.moved(span.count - MOST_MONTHS).first, last)
    plan = [
        tapered(
            Span(step.first_month, step.last_month), step.expert_days, step.local_share,
            led=led, present=present, today=day, slack=whole("technique_taper_slack"),
        )
        for step in TaperStep.objects.filter(technique_id=technique.id).order_by("first_month")
    ]  # fmt: skip
    months = curve(led, months_kept(technique), present, span, day)
    return Followed(months, present, plan, led)


@dataclass(frozen=True)
class OtherClaim:
    """Another technique of the same code claimed to be new in the same place."""

    technique: Technique
    codes: tuple[str, ...]
    earlier: bool
    visible: bool


def other_claims(viewer: Viewer, technique: Technique) -> list[OtherClaim]:
    """Who else claims the same code to be new here, in the same or a wider scope: a contradiction.

    Both cannot be first. Claims of hospitals that the viewer does not see are told
    too, without a link: a reviewer must know of them.
    """
    if not technique.scope_claimed:
        return []
    scopes = list(vocabulary().table("novelty_scopes"))
    wide = scopes[scopes.index(technique.scope_claimed) :]
    codes = list(technique.codes.values_list("code", flat=True))
    if not codes:
        return []
    tiers = vocabulary().term("novelty_scopes", technique.scope_claimed).extra["tiers"].split()
    bodies = neighbours(technique.receiver_id, tiers)
    rows = (
        Technique.objects.filter(
            codes__code__in=codes, scope_claimed__in=wide, receiver_id__in=bodies,
            programme__example=technique.programme.example,
        )
        .exclude(pk=technique.pk)
        .exclude(state=WITHDRAWN)
        .select_related("receiver", "department", "introduced_by")
        .prefetch_related("codes")
        .distinct()
        .order_by("first_case_on", "proposed_on", "id")[:SHOWN]
    )  # fmt: skip
    found = list(rows)
    seen = set(
        visible_techniques(viewer).filter(pk__in=[row.pk for row in found]).values_list("pk")
    )
    own = technique.first_case_on or technique.proposed_on
    return [
        OtherClaim(
            row,
            tuple(each.code for each in row.codes.all() if each.code in codes),
            (row.first_case_on or row.proposed_on) < own,
            (row.pk,) in seen,
        )
        for row in found
    ]


@dataclass(frozen=True)
class Confirmed:
    """Confirmed novelties of a scope."""

    scope: str
    count: int


def confirmed_novelties(rows: QuerySet[Technique]) -> list[Confirmed]:
    """How many are confirmed as new, by the confirmed scope; those not yet performed do not count.

    The same rule as the figures' (actions._advancing.tell_technique).
    """
    counted = (
        rows.filter(first_case_on__isnull=False)
        .exclude(scope_confirmed="")
        .exclude(state__in=(PROPOSED, WITHDRAWN))
        .order_by()
        .values("scope_confirmed")
        .annotate(n=Count("id"))
    )
    by_scope = {row["scope_confirmed"]: row["n"] for row in counted}
    return [Confirmed(code, by_scope.get(code, 0)) for code in vocabulary().table("novelty_scopes")]


DORMANT, TO_APPROVE, TO_REVIEW, PLATFORM_LATE = "dormant", "approve", "review", "platform"


@dataclass(frozen=True)
class TechniqueAlert:
    """What asks for somebody's step: which technique, where, since when, and told numbers."""

    kind: str
    technique_id: UUID
    name: str
    receiver_id: UUID
    receiver: str
    department: str
    since: date
    # Of a dormant one: cases to be expected in the months without one (no discharge data yet).
    expected: float = 0
    platform: str = ""


def _own(viewer: Viewer, permission: str, side: str) -> Q | None:
    """Rows of the viewer's own bodies on a side; None where there is none."""
    edit = directory.reach(viewer, "programmes.edit")
    held = directory.reach(viewer, permission)
    if edit.everything or held.everything:
        return Q()
    ids = held.organisation_ids | edit.organisation_ids
    return Q(**{f"{side}_id__in": ids}) if ids else None


def _asleep_rule(day: date) -> tuple[date, int]:
    """The newest day of a last case, and the least expected cases a year, of what fell asleep.

    At least one case was to be expected in the months (domain.adoption.demand_present).
    """
    months = whole("technique_dormant_months")
    return same_day(day, -months), -(-12 // months)


def asleep(rows: QuerySet[Technique], day: date) -> QuerySet[Technique]:
    """In use, without a case for the pack's months although one was to be expected.

    Demand is told from the expected cases until discharge data are there.
    """
    last, least = _asleep_rule(day)
    return rows.filter(state__in=IN_USE, last_case_on__lte=last, expected_cases__gte=least)


def is_asleep(row: Technique, day: date) -> bool:
    """The same of one technique that was read already."""
    last, least = _asleep_rule(day)
    return (
        row.state in IN_USE
        and row.last_case_on is not None
        and row.last_case_on <= last
        and row.expected_cases >= least
    )


def _alert(kind: str, row: Technique, since: date, **more: Any) -> TechniqueAlert:
    return TechniqueAlert(
        kind, row.id, row.name, row.receiver_id, row.receiver.name,
        row.department.name if row.department else "", since, **more,
    )  # fmt: skip


def alerts_rows(viewer: Viewer) -> list[TechniqueAlert]:
    """What waits for the viewer's step: to approve, to review, asleep, platforms that are late.

    At most SHOWN of each kind, the oldest first; one statement each.
    """
    if not viewer.may("learning.write"):
        return []
    found: list[TechniqueAlert] = []
    day = today()
    rows = Technique.objects.select_related("receiver", "department")
    own = _own(viewer, "programmes.host", "receiver")
    if own is not None:
        mine = rows.filter(own)
        for row in mine.filter(state=PROPOSED).order_by("proposed_on", "id")[:SHOWN]:
            found.append(_alert(TO_APPROVE, row, row.proposed_on))
        for row in asleep(mine, day).order_by("last_case_on", "id")[:SHOWN]:
            since = row.last_case_on or row.state_on
            idle = (day - since).days / 365.25 * 12
            found.append(
                _alert(DORMANT, row, since, expected=demand(row.expected_cases, int(idle)))
            )
        late = PlatformNeed.objects.filter(
            ready_on__isnull=True, due_on__lt=day,
            technique__in=Technique.objects.filter(own, state__in=(APPROVED, *IN_USE)),
        ).select_related("technique__receiver", "technique__department")  # fmt: skip
        for need in late.order_by("due_on", "id")[:SHOWN]:
            found.append(
                _alert(PLATFORM_LATE, need.technique, need.due_on or day, platform=need.platform)
            )
    found += _to_review(viewer, rows)
    return sorted(found, key=lambda each: (each.since, str(each.technique_id)))


def _to_review(viewer: Viewer, rows: QuerySet[Technique]) -> list[TechniqueAlert]:
    """Claims of approved techniques that nobody reviewed and the viewer may."""
    wanted = Q(pk__in=())
    for code, term in vocabulary().table("novelty_scopes").items():
        permission = "programmes.host" if term.extra["side"] == "receiver" else "programmes.edit"
        own = _own(viewer, permission, "receiver")
        if own is not None:
            wanted |= own & Q(scope_claimed=code)
    own_claims = TechniqueStep.objects.filter(
        technique=OuterRef("pk"), verb__in=CLAIMS, by=viewer.user.id
    )
    waiting = (
        rows.filter(wanted, reviewed_on__isnull=True)
        .exclude(scope_claimed="")
        .exclude(state__in=(PROPOSED, WITHDRAWN))
        .exclude(introduced_by__user_id=viewer.user.id)
        .exclude(Exists(own_claims))
    )
    return [
        _alert(TO_REVIEW, row, row.approved_on or row.proposed_on)
        for row in waiting.order_by("approved_on", "id")[:SHOWN]
    ]
