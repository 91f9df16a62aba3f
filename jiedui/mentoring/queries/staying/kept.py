"""Retention and survival of techniques, retention of trainees: judged in the database.

The same rules as domain.retention, as conditions on what every technique keeps of itself
(actions._advancing); a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)

from jiedui.directory.queries import home_posts
from jiedui.mentoring.domain import retention as domain
from jiedui.mentoring.domain.retention import (
    HALF,
    KEPT,
    LOST,
    NO_DEMAND,
    OPEN,
    RESTED_WITHIN,
    THERE,
    WINDOWS,
    YEAR,
    Followed,
    Kept,
    Technique,
    departed_before,
)
from jiedui.mentoring.domain.states import AT_REST, PROPOSED, WITHDRAWN
from jiedui.mentoring.domain.staying_rules import retention
from jiedui.mentoring.domain.survival import Step, kaplan_meier
from jiedui.mentoring.models import Certificate, Skill
from jiedui.mentoring.models import Technique as TechniqueRow

RESTED_FOR = "no_demand"
# Never performed: nothing can have stayed.
NEVER = (PROPOSED, WITHDRAWN)


def performed(techniques: QuerySet[TechniqueRow]) -> QuerySet[TechniqueRow]:
    """Those that were introduced: a case was done."""
    return techniques.exclude(state__in=NEVER).filter(first_case_on__isnull=False)


def _verdicts(ends: int, day: date) -> dict[str, Q]:
    rules = retention()
    led = f"local_{ends}"
    k = ExpressionWrapper(
        F("expected_cases") * Value(rules.share / 2) - Value(1e-9), output_field=FloatField()
    )
    rested = Q(
        state__in=AT_REST, stop_reason=RESTED_FOR,
        state_on__lte=F("departed_on") + RESTED_WITHIN[ends],
    )  # fmt: skip
    over = Q(departed_on__lt=departed_before(day, ends))
    enough = Q(**{f"{led}__gte": rules.least}) & Q(**{f"{led}__gte": k})
    left = Q(departed_on__isnull=False)
    return {
        THERE: ~left,
        NO_DEMAND: left & rested,
        OPEN: left & ~rested & ~over,
        KEPT: left & ~rested & over & enough,
        LOST: left & ~rested & over & ~enough,
    }


def judged(techniques: QuerySet[TechniqueRow], day: date) -> QuerySet[TechniqueRow]:
    """The techniques, each with its verdict ``kept_6`` and ``kept_12``."""
    return performed(techniques).annotate(
        **{
            f"kept_{ends}": Case(
                *(When(found, then=Value(code)) for code, found in _verdicts(ends, day).items()),
                output_field=CharField(),
            )
            for ends in WINDOWS
        }
    )


def kept(techniques: QuerySet[TechniqueRow], day: date) -> dict[int, Kept]:
    """Retention of the half years that end with the 6th and with the 12th month."""
    asked = {
        f"{code}_{ends}": Count("id", filter=found)
        for ends in WINDOWS
        for code, found in _verdicts(ends, day).items()
    }
    found = performed(techniques).order_by().aggregate(**asked)
    return {
        ends: Kept(*(found[f"{code}_{ends}"] for code in (KEPT, LOST, OPEN, NO_DEMAND, THERE)))
        for ends in WINDOWS
    }


def survival(techniques: QuerySet[TechniqueRow], day: date) -> list[Step]:
    """The survival of techniques from the departure (domain.survival)."""
    rows = (
        performed(techniques)
        .filter(departed_on__isnull=False)
        .order_by()
        .values_list("departed_on", "idle_on", "state", "stop_reason", "state_on")
    )
    lives = (
        domain.life(
            Technique(
                departed, 0, Followed(0, 0, idle),
                on if state in AT_REST and reason == RESTED_FOR else None,
            ),
            day,
        )
        for departed, idle, state, reason, on in rows
    )  # fmt: skip
    return kaplan_meier(life for life in lives if life is not None)


def in_post(day: date, person: str = "person_id", receiver: str = "receiver_id") -> Exists:
    """Whether a row's person has a post at its receiver on the day."""
    posts = home_posts().filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_to__isnull=True) | Q(valid_to__gte=day),
        person_id=OuterRef(person), organisation_id=OuterRef(receiver),
    )  # fmt: skip
    return Exists(posts)


@dataclass(frozen=True)
class Certified:
    """Certificates in force of a scope, and how many of them people in post hold."""

    in_force: int
    in_post: int
    people: int


def in_force(day: date) -> Q:
    """Certificates that hold on the day."""
    return Q(revoked_on__isnull=True, issued_on__lte=day, valid_to__gte=day)


def certified(certificates: QuerySet[Certificate], day: date) -> Certified:
    """Certificates in force today, and those of people still in post."""
    there = in_post(day)
    found = (
        certificates.filter(in_force(day))
        .order_by()
        .annotate(there=there)
        .aggregate(
            in_force=Count("id"),
            in_post=Count("id", filter=Q(there=True)),
            people=Count("person_id", filter=Q(there=True), distinct=True),
        )
    )
    return Certified(**found)


def _year_later() -> dict[str, Any]:
    return {
        "year_on": ExpressionWrapper(F("issued_on") + YEAR, output_field=DateField()),
        "half_on": ExpressionWrapper(F("issued_on") + HALF, output_field=DateField()),
    }


def followed_trainees(certificates: QuerySet[Certificate], day: date) -> QuerySet[Certificate]:
    """First certificates, each with its verdict ``kept``: in post and performing a year later."""
    posts = home_posts().filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=OuterRef("issued_on")),
        Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("year_on")),
        person_id=OuterRef("person_id"), organisation_id=OuterRef("receiver_id"),
    )  # fmt: skip
    skill = Skill.objects.filter(
        person_id=OuterRef("person_id"), code=OuterRef("procedure"),
        receiver_id=OuterRef("receiver_id"), last_case_on__gte=OuterRef("half_on"),
    )  # fmt: skip
    return (
        certificates.filter(renews__isnull=True)
        .annotate(**_year_later())
        .annotate(
            kept=Case(
                When(issued_on__gt=day - YEAR, then=Value(OPEN)),
                When(Exists(posts) & Exists(skill), then=Value(KEPT)),
                default=Value(LOST),
                output_field=CharField(),
            )
        )
    )


def trainees(certificates: QuerySet[Certificate], day: date) -> Kept:
    """Trainee retention of a scope."""
    followed: QuerySet[Any] = followed_trainees(certificates, day)
    rows = followed.order_by().values("kept").annotate(n=Count("id"))
    found = {row["kept"]: row["n"] for row in rows}
    return Kept(found.get(KEPT, 0), found.get(LOST, 0), found.get(OPEN, 0))
