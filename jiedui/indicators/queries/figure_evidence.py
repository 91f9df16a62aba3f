"""What stands behind a figure: its cuts, its course, who has reported, who confirmed.

Each of these is asked of the same question as the figure, so that the total
equals its parts and its records. Call them within ``engine.moment()``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer
from jiedui.core.periods import Period
from jiedui.directory.queries import names
from jiedui.indicators.domain import disclosure
from jiedui.indicators.domain.definitions import Definition, Side
from jiedui.indicators.domain.facts import LEARNING, PROGRAMMES
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.statements import Bodies
from jiedui.indicators.queries import engine, figure_kept
from jiedui.indicators.queries.engine import Group
from jiedui.indicators.queries.figure import (
    known_bodies,
    scaled,
    seen_by,
)
from jiedui.indicators.queries.figure_scope import place_names
from jiedui.programmes.access import (
    visible_pairings,
)

# Every confirmed record, whatever it counts: who has reported at all.
ALL_RECORDS = Definition(
    code="records",
    version=1,
    title="记录",
    title_en="Records",
    why="",
    why_en="",
    scope="",
    scope_en="",
    unit="条",
    unit_class="things",
    period="starts",
    additive=True,
    exclusive=(),
    overlapping=(),
    source="",
    numerator=Side(count="records"),
)
# Every row that the programmes tell.
ALL_TOLD = replace(
    ALL_RECORDS, code="told", numerator=Side(count="records", stream=PROGRAMMES), kind_table=""
)
# Every row that learning tells.
ALL_LEARNED = replace(
    ALL_RECORDS, code="learned", numerator=Side(count="records", stream=LEARNING), kind_table=""
)
KEYS = ("giver", "receiver", "place", "kind", "item")


@dataclass(frozen=True, slots=True)
class Cut:
    """One line of a breakdown; ``value`` None is withheld by the small-number rule."""

    code: str
    label: str
    value: Decimal | None
    records: int | None
    precision: str
    question: Question
    by: str
    key: Any

    @property
    def asks(self) -> Question | None:
        """The question that gives this line as a figure of its own."""
        if self.by == "month":
            return _month(self.question, self.key)
        if not self.key:
            return None
        return replace(self.question, **{"activity" if self.by == "kind" else self.by: self.key})


@dataclass(frozen=True)
class Divided:
    """A breakdown; ``total`` is withheld where it would give a small part away."""

    cuts: tuple[Cut, ...]
    withheld: bool
    total: Decimal | None

    def __len__(self) -> int:
        """How many lines."""
        return len(self.cuts)


@dataclass(frozen=True)
class Report:
    """Whether a receiver of the programme's pairings has reported in the period."""

    body: UUID
    name: str
    reported: bool


@dataclass(frozen=True)
class Coverage:
    """The receivers of the programme's pairings: how many of them have reported."""

    reports: tuple[Report, ...] = ()

    @property
    def reported(self) -> int:
        """How many have."""
        return sum(1 for row in self.reports if row.reported)

    @property
    def expected(self) -> int:
        """How many could."""
        return len(self.reports)

    @property
    def missing(self) -> tuple[Report, ...]:
        """Those that have not."""
        return tuple(row for row in self.reports if not row.reported)

    @property
    def complete(self) -> bool:
        """Whether all have reported."""
        return not self.missing


@dataclass(frozen=True)
class Confirmer:
    """Who has confirmed how many of the records; in the order of names, never of numbers."""

    name: str
    records: int


def divided(viewer: Viewer, question: Question, by: str, language: str) -> Divided:
    """The entries divided by giver, receiver, place or kind, small numbers withheld."""
    visible = seen_by(viewer).organisation_ids

    def made() -> Divided:
        groups = figure_kept.breakdown(None, question, (by,), visible)
        labels = _labels(viewer, by, (group.key[0] for group in groups), language)
        return protected(question, [_cut(question, by, group, labels) for group in groups])

    if by == "place":
        # Which places may be named differs from viewer to viewer.
        return made()
    return figure_kept.kept(("divided", question, by, visible, language), made)


def _cut(question: Question, by: str, group: Group, labels: Mapping[Any, str]) -> Cut:
    key = group.key[0]
    return Cut(
        code=str(key or ""),
        label=labels.get(key, ""),
        value=group.value,
        records=group.records,
        precision=group.precision,
        question=question,
        by=by,
        key=key,
    )


def months(viewer: Viewer, question: Question) -> Divided:
    """The entries by the month in which the event began."""
    visible = seen_by(viewer).organisation_ids
    groups = figure_kept.breakdown(None, question, ("month",), visible)
    cuts = []
    for group in groups:
        name = f"{group.key[0]:%Y-%m}"
        cuts.append(replace(_cut(question, "month", group, {}), code=name, label=name))
    return protected(question, cuts)


def protected(question: Question, cuts: Sequence[Cut]) -> Divided:
    """The cuts with small numbers of patients withheld, and what would give them away."""
    definition = engine.definition_of(None, question)
    if definition.ratio:
        cuts = [
            cut if cut.value is None else replace(cut, value=scaled(definition, cut.value))
            for cut in cuts
        ]
    values = [cut.value if cut.value is not None else Decimal(0) for cut in cuts]
    adds = definition.additive and all(cut.by in definition.exclusive for cut in cuts)
    whole = sum(values, Decimal(0)) if adds else None
    if not engine.about_patients(definition) or definition.ratio:
        return Divided(tuple(cuts), False, whole)
    shown = disclosure.protect(values, whole)
    kept = tuple(
        cut if value is not None else replace(cut, value=None, records=None)
        for cut, value in zip(cuts, shown.parts, strict=True)
    )
    return Divided(kept, any(value is None for value in shown.parts), shown.total)


def _month(question: Question, first: date) -> Question:
    """The question cut to a month, and to the period that was asked for."""
    last = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    end = date.fromordinal(last.toordinal() - 1)
    asked = question.period
    start = max(first, asked.start) if asked.start else first
    return replace(question, period=Period(start, min(end, asked.end) if asked.end else end))


def _labels(viewer: Viewer, by: str, keys: Iterable[Any], language: str) -> dict[Any, str]:
    wanted = [key for key in keys if key]
    if by == "place":
        return dict(place_names(viewer, wanted, language))
    return {} if by in ("kind", "item") else figure_kept.named(wanted, language)


def coverage(viewer: Viewer, question: Question, language: str) -> Coverage:
    """The receivers of visible pairings in the period, and which of them have reported.

    A receiver has reported when it, or a part of it, has a confirmed entry of any
    measure in the period. Without a programme there is nobody to wait for.
    """
    if question.programme is None:
        return Coverage()
    pairs = visible_pairings(viewer).filter(programme_id=question.programme)
    bodies = known_bodies()
    inside = bodies.below(question.receiver) if question.receiver else None
    giver = question.giver
    wanted: set[UUID] = set()
    for row in pairs:
        held = Period(row.valid_from, row.valid_to).overlaps(question.period)
        received = inside is None or row.receiver_id in inside
        if held and received and (giver is None or _gives(bodies, row.giver_id, giver)):
            wanted.add(row.receiver_id)
    asked = replace(
        question,
        measure="",
        indicator="",
        item=None,
        unit_class=None,
        kind=None,
        activity=None,
        output_class=None,
        place=None,
    )
    visible = seen_by(viewer).organisation_ids
    groups = figure_kept.breakdown(ALL_RECORDS, asked, ("receiver",), visible)
    reporting = {group.key[0] for group in groups}
    named = names(wanted, language)
    reports = [
        Report(body, named.get(body, ""), bool(bodies.below(body) & reporting)) for body in wanted
    ]
    return Coverage(tuple(sorted(reports, key=lambda row: (row.reported, row.name))))


def _gives(bodies: Bodies, pairing_giver: UUID, giver: UUID) -> bool:
    """Whether the pairing's giver is the body asked for, a part of it, or holds it."""
    return bodies.is_part(pairing_giver, giver) or bodies.is_part(giver, pairing_giver)


def confirmers(viewer: Viewer, question: Question) -> tuple[Confirmer, ...]:
    """The accounts that confirmed the records, by name."""
    visible = seen_by(viewer).organisation_ids
    groups = figure_kept.breakdown(None, question, ("confirmed_by",), visible)
    people = {
        user.id: str(user)
        for user in User.objects.filter(id__in=[g.key[0] for g in groups if g.key[0]])
    }
    rows = [Confirmer(people.get(g.key[0], ""), g.records) for g in groups]
    return tuple(sorted(rows, key=lambda row: row.name))


def band(viewer: Viewer, question: Question) -> list[tuple[date, dict[str, int]]]:
    """How many confirmed outputs did, taught and enabled, month by month.

    Outputs are counted, not their amounts: amounts of unlike units are never added.
    """
    visible = seen_by(viewer).organisation_ids
    found: dict[date, dict[str, int]] = {}
    for group in engine.breakdown(
        ALL_RECORDS, question, ("month", "output_class"), visible=visible
    ):
        month, output_class = group.key
        found.setdefault(month, {})[output_class] = group.records
    return sorted(found.items())
