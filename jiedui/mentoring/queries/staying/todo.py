"""What a head of department sees to: what hangs by one person, what is owed, what falls behind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q, QuerySet

from jiedui.mentoring.domain.months import after, month_of
from jiedui.mentoring.domain.retention import HALF_YEAR
from jiedui.mentoring.domain.states import IN_USE
from jiedui.mentoring.domain.staying import Led, added
from jiedui.mentoring.domain.staying_rules import expiry_days
from jiedui.mentoring.models import (
    CaseTally,
    Certificate,
    Refresher,
    SafetyReview,
    TaperStep,
    Technique,
)
from jiedui.mentoring.queries.staying.skills import Holder, Skills
from jiedui.mentoring.queries.staying.volumes import LED

if TYPE_CHECKING:
    from jiedui.directory.models import Department

# Whole months by which a taper plan is judged, and cases below which it is not.
TAPER_MONTHS, SHOWN = 3, 50


@dataclass(frozen=True)
class Exposed:
    """A procedure in use that one person or nobody can do alone, and who is to learn it next."""

    code: str
    holder: Holder | None
    next: Sequence[Holder]


@dataclass(frozen=True)
class Taper:
    """A technique's plan for these months, and what was led locally in the last of them."""

    step: TaperStep
    led: Led

    @property
    def behind(self) -> bool | None:
        """Whether fewer were led locally than planned; None without a case."""
        share = self.led.share
        return None if share is None else 100 * share < self.step.local_share


@dataclass(frozen=True)
class ToDo:
    """What is to be done, kind by kind."""

    exposed: Sequence[Exposed]
    refreshers: Sequence[Refresher]
    expiring: Sequence[Certificate]
    reviews: Sequence[SafetyReview]
    tapers: Sequence[Taper]
    quiet: Sequence[Technique]

    @property
    def anything(self) -> bool:
        """Whether there is anything to do."""
        return any((self.exposed, self.refreshers, self.expiring, self.reviews, self.tapers,
                    self.quiet))  # fmt: skip


def quiet_since(day: date) -> date:
    """A technique whose last case lies before this day had none for half a year."""
    return after(month_of(day), -HALF_YEAR)


def quiet(techniques: QuerySet[Technique], day: date) -> QuerySet[Technique]:
    """Techniques in use without a case for half a year: to be resumed or put to rest."""
    return techniques.filter(state__in=IN_USE, last_case_on__lt=quiet_since(day))


def expiring(certificates: QuerySet[Certificate], day: date) -> QuerySet[Certificate]:
    """Certificates that end soon and that nothing renews."""
    return certificates.filter(
        revoked_on__isnull=True, valid_to__gte=day, valid_to__lte=day + expiry_days(),
        renewals__isnull=True,
    )  # fmt: skip


def _tapers(techniques: QuerySet[Technique], day: date) -> list[Taper]:
    """Plans of which the months that are over are behind."""
    last = after(month_of(day), -1)
    steps = list(
        TaperStep.objects.filter(
            technique__in=techniques.filter(state__in=IN_USE),
            first_month__lte=last, last_month__gte=last,
        )
        .select_related("technique")
        .order_by("technique__name", "id")[:SHOWN]
    )  # fmt: skip
    if not steps:
        return []
    since = after(last, 1 - TAPER_MONTHS)
    rows = (
        CaseTally.objects.filter(
            technique__in=[step.technique_id for step in steps], month__gte=since, month__lte=last
        )
        .order_by()
        .values("technique_id", "month")
        .annotate(**LED)
    )
    led: dict[object, list[tuple[date, Led]]] = {}
    for row in rows:
        counts: Mapping[str, Any] = row
        led.setdefault(counts["technique_id"], []).append(
            (counts["month"], Led(**{name: counts[name] for name in LED}))
        )
    found = [
        Taper(
            step,
            added(
                each for month, each in led.get(step.technique_id, ())
                if month >= month_of(step.first_month)
            ),
        )
        for step in steps
    ]  # fmt: skip
    return [taper for taper in found if taper.behind]


def to_do(
    department: Department,
    techniques: QuerySet[Technique],
    certificates: QuerySet[Certificate],
    skills: Skills,
    day: date,
) -> ToDo:
    """What waits at a department."""
    people = [holder.id for holder in skills.matrix.people]
    return ToDo(
        exposed=[
            Exposed(line.code, line.single, skills.next_for(line.code))
            for line in skills.matrix.lines
            if line.exposed
        ],
        refreshers=list(
            Refresher.objects.filter(certificate__in=certificates, done_on__isnull=True)
            .select_related("certificate__person")
            .order_by("due_on", "id")[:SHOWN]
        ),
        expiring=list(
            expiring(certificates, day).select_related("person").order_by("valid_to", "id")[:SHOWN]
        ),
        reviews=list(
            SafetyReview.objects.filter(receiver=department.organisation_id, closed_on__isnull=True)
            .filter(Q(person__in=people) | Q(technique__department=department))
            .select_related("person", "technique")
            .order_by("opened_on", "id")[:SHOWN]
        ),
        tapers=_tapers(techniques, day),
        quiet=list(quiet(techniques, day).order_by(F("last_case_on"), "id")[:SHOWN]),
    )
