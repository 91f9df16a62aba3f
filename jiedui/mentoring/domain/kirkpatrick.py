"""The four levels by which teaching is judged (Kirkpatrick), filled from what is known.

1 reaction: what learners answered; 2 learning: the tests before and after; 3 behaviour:
what the learners did of the procedure afterwards; 4 results: what the department did of
it before and after. A level that nothing is known of says so; nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from jiedui.mentoring.domain.months import same_day

KNOWN, UNKNOWN, OPEN = "known", "unknown", "open"
ANSWERS = (1, 2, 3, 4, 5)

# Why a level is not known.
NO_ANSWERS, NO_PAIRS, NO_PROCEDURE, NO_LEARNERS, NO_RECORDS = (
    "no-answers", "no-pairs", "no-procedure", "no-learners", "no-records",
)  # fmt: skip

# Changes of a learner's mark, in hundredths of the full marks: lower edge of each band.
BANDS = (-100, -20, -10, -5, 0, 5, 10, 20, 40)


@dataclass(frozen=True)
class Pair:
    """A learner's marks before and after, in hundredths of the full marks."""

    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        """How much higher the second mark is."""
        return self.after - self.before


@dataclass(frozen=True)
class Change:
    """How marks changed among those with both: numbers of people, median and spread."""

    pairs: int
    higher: int
    same: int
    lower: int
    median_before: Decimal | None
    median_after: Decimal | None
    median_change: Decimal | None
    # How many changes lie in each band of ``BANDS``.
    bands: tuple[int, ...]
    only_before: int
    only_after: int
    neither: int


def hundredths(marks: Decimal, full: Decimal) -> Decimal:
    """Marks as hundredths of the full marks."""
    return (100 * marks / full).quantize(Decimal("0.1"))


def median(values: Sequence[Decimal]) -> Decimal | None:
    """The middle one, or half way between the two in the middle."""
    if not values:
        return None
    ordered = sorted(values)
    half = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[half]
    return (ordered[half - 1] + ordered[half]) / 2


def band_of(change: Decimal) -> int:
    """Which band of ``BANDS`` a change lies in."""
    return max(place for place, edge in enumerate(BANDS) if change >= edge)


def paired(
    before: Mapping[str, Decimal], after: Mapping[str, Decimal], present: frozenset[str]
) -> Change:
    """The change among people with both marks; who lacks one, or both, is counted apart.

    ``before`` and ``after`` hold hundredths by person.
    """
    both = [Pair(before[who], after[who]) for who in sorted(before.keys() & after.keys())]
    bands = [0] * len(BANDS)
    for pair in both:
        bands[band_of(pair.change)] += 1
    return Change(
        pairs=len(both),
        higher=sum(pair.change > 0 for pair in both),
        same=sum(pair.change == 0 for pair in both),
        lower=sum(pair.change < 0 for pair in both),
        median_before=median([pair.before for pair in both]),
        median_after=median([pair.after for pair in both]),
        median_change=median([pair.change for pair in both]),
        bands=tuple(bands),
        only_before=len(before.keys() - after.keys()),
        only_after=len(after.keys() - before.keys()),
        neither=len(present - before.keys() - after.keys()),
    )


@dataclass(frozen=True)
class Known:
    """What the system knows of a session.

    ``answers`` counts each answer 1 to 5 by question; ``did`` counts the learners with a
    case of the procedure within the window, ``alone`` those who led one without help;
    ``cases_before`` and ``cases_after`` are the department's in windows of equal length,
    None where no case of it is recorded there at all.
    """

    held: bool
    ends_on: date
    months: int
    today: date
    procedure: str = ""
    learners: int = 0
    answers: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    change: Change | None = None
    did: int = 0
    alone: int = 0
    certified: int = 0
    cases_before: int | None = None
    cases_after: int | None = None
    local_before: int = 0
    local_after: int = 0


@dataclass(frozen=True)
class Level:
    """A level: whether it is known, or open (its window still runs), and why if not."""

    number: int
    state: str
    why: str = ""
    until: date | None = None


def window(ends_on: date, months: int) -> tuple[date, date]:
    """The first and last day in which a session's effect is looked for."""
    return ends_on + timedelta(days=1), same_day(ends_on, months)


def levels(known: Known) -> tuple[Level, Level, Level, Level]:
    """Which of the four levels are known."""
    last = window(known.ends_on, known.months)[1]
    answered = any(sum(by.values()) for by in known.answers.values())
    first = Level(1, KNOWN) if answered else Level(1, UNKNOWN, NO_ANSWERS)
    paired_up = known.change is not None and known.change.pairs
    second = Level(2, KNOWN) if paired_up else Level(2, UNKNOWN, NO_PAIRS)
    running = OPEN if known.today <= last else KNOWN
    if not known.procedure:
        third = Level(3, UNKNOWN, NO_PROCEDURE)
        fourth = Level(4, UNKNOWN, NO_PROCEDURE)
        return first, second, third, fourth
    if not known.learners:
        third = Level(3, UNKNOWN, NO_LEARNERS)
    elif not known.did and not known.certified and not known.cases_after:
        # Nobody records this procedure here: that is silence, and no finding of "nobody did it".
        third = Level(3, UNKNOWN, NO_RECORDS, last)
    else:
        third = Level(3, running, until=last)
    if known.cases_before is None and known.cases_after is None:
        fourth = Level(4, UNKNOWN, NO_RECORDS, last)
    else:
        fourth = Level(4, running, until=last)
    return first, second, third, fourth


def cost_each(spent: Decimal | None, persons: int, attendances: int) -> tuple[
    Decimal | None, Decimal | None
]:  # fmt: skip
    """Money a person and an attendance; a person's only where everybody is named."""
    if spent is None:
        return None, None
    cent = Decimal("0.01")
    each = (spent / persons).quantize(cent) if persons else None
    attendance = (spent / attendances).quantize(cent) if attendances else None
    return each, attendance
