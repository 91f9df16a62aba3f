"""What stayed of a scope, in the few numbers that a page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from jiedui.mentoring.domain.retention import Kept
from jiedui.mentoring.domain.states import IN_USE
from jiedui.mentoring.domain.staying import Led, added
from jiedui.mentoring.domain.staying_rules import share_cases
from jiedui.mentoring.domain.survival import Step
from jiedui.mentoring.queries.staying import kept
from jiedui.mentoring.queries.staying.kept import Certified
from jiedui.mentoring.queries.staying.scope import Scope
from jiedui.mentoring.queries.staying.volumes import by_month, last_year


@dataclass(frozen=True)
class Summary:
    """The numbers of a scope as of a day."""

    day: date
    # By the month after the departure with which the half year ends.
    techniques: Mapping[int, Kept]
    states: Mapping[str, int]
    survival: Sequence[Step]
    trainees: Kept
    certified: Certified
    months: Mapping[date, Led]

    @property
    def led(self) -> Led:
        """The last twelve whole months."""
        return last_year(self.months, self.day)

    @property
    def led_before(self) -> Led:
        """The twelve months before those."""
        return last_year(self.months, self.day, 12)

    @property
    def led_first(self) -> tuple[int, Led] | None:
        """The first calendar year with cases."""
        return min(self.years.items(), default=None)

    @property
    def years(self) -> dict[int, Led]:
        """By calendar year."""
        found: dict[int, list[Led]] = {}
        for month, led in self.months.items():
            found.setdefault(month.year, []).append(led)
        return {year: added(parts) for year, parts in sorted(found.items())}

    @property
    def in_use(self) -> int:
        """Techniques in use."""
        return sum(self.states.get(state, 0) for state in IN_USE)

    @property
    def all_states(self) -> int:
        """Techniques of any state."""
        return sum(self.states.values())


def share(led: Led) -> int | None:
    """The local-lead share in percent; None where too few cases tell nothing."""
    return round(100 * led.local / led.all) if led.all >= share_cases() else None


def summary(scope: Scope, day: date) -> Summary:
    """The numbers of a scope, in eight questions to the database."""
    states = scope.techniques.order_by().values("state").annotate(n=Count("id"))
    return Summary(
        day,
        kept.kept(scope.techniques, day),
        {row["state"]: row["n"] for row in states},
        kept.survival(scope.techniques, day),
        kept.trainees(scope.certificates, day),
        kept.certified(scope.certificates, day),
        by_month(scope.tallies),
    )
