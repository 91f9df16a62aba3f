"""Reads of techniques: their curves, what others claim, what waits and what fell asleep."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.directory.queries.areas import neighbours
from jiedui.mentoring.access.techniques import CLAIMS, visible_techniques
from jiedui.mentoring.domain.adoption import Led, Month, Tapered, curve, tapered
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


def _own(viewer: Viewer, permission: str) -> Q | None:
    """Techniques at the viewer's own receivers; None where there is none."""
    edit = directory.reach(viewer, "programmes.edit")
    held = directory.reach(viewer, permission)
    if edit.everything or held.everything:
        return Q()
    ids = held.organisation_ids | edit.organisation_ids
    return Q(receiver_id__in=ids) if ids else None


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


def platform_late(rows: QuerySet[Technique], day: date) -> QuerySet[Technique]:
    """Approved or in use, while a platform department that was due is not ready."""
    return rows.filter(
        state__in=(APPROVED, *IN_USE), needs__ready_on__isnull=True, needs__due_on__lt=day
    )


def to_review(viewer: Viewer) -> QuerySet[Technique]:
    """Approved techniques of which nobody reviewed the claim and the viewer may."""
    wanted = Q(pk__in=())
    for code, term in vocabulary().table("novelty_scopes").items():
        permission = "programmes.host" if term.extra["side"] == "receiver" else "programmes.edit"
        own = _own(viewer, permission)
        if own is not None:
            wanted |= own & Q(scope_claimed=code)
    own_claims = TechniqueStep.objects.filter(
        technique=OuterRef("pk"), verb__in=CLAIMS, by=viewer.user.id
    )
    return (
        Technique.objects.filter(wanted, reviewed_on__isnull=True)
        .exclude(scope_claimed="")
        .exclude(state__in=(PROPOSED, WITHDRAWN))
        .exclude(introduced_by__user_id=viewer.user.id)
        .exclude(Exists(own_claims))
    )
