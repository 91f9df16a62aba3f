"""Scenarios of a plan side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from jiedui.accounts.permissions import Viewer
from jiedui.directory import access as directory
from jiedui.directory.queries import names
from jiedui.planning.access import sees_whole, visible_scenarios
from jiedui.planning.access.dispatch import READ
from jiedui.planning.models import DispatchPlan, Scenario
from jiedui.planning.queries.cards import card_of
from jiedui.planning.queries.shapes import Comparison, Measure, Result, Shares

_ = str  # marks message ids for the catalogue

# Code, label, unit, whether more is better (None: neither), and where it stands.
MEASURES: tuple[tuple[str, str, str, bool | None, Callable[[Result], float | None]], ...] = (
    ("coverage", _("Covered need"), "share", True, lambda r: r.coverage),
    ("filled", _("Posts filled all the time"), "posts", True, lambda r: float(r.filled)),
    ("empty", _("Empty posts"), "posts", False, lambda r: float(r.empty)),
    ("smallest", _("Share of the worst-off recipient"), "share", True, lambda r: r.smallest),
    (
        "with_nothing",
        _("Recipients to whom nobody goes"),
        "recipients",
        False,
        lambda r: float(r.with_nothing),
    ),
    ("team_months", _("Months with a team"), "months", True, lambda r: float(r.team_months)),
    ("mentored", _("Mentored posts"), "posts", True, lambda r: float(r.mentored)),
    ("people", _("People sent"), "people", None, lambda r: float(r.people)),
    ("tours", _("Tours"), "tours", None, lambda r: float(r.tours)),
    ("cost", _("Cost"), "CNY", False, lambda r: r.cost),
    ("gap", _("Distance to the best"), "share", False, lambda r: r.gap),
    # Of a plan made around another, how much of that it kept.
    ("kept", _("Tours kept from before"), "tours", None, lambda r: float(r.kept)),
)


def comparison(
    viewer: Viewer,
    plan: DispatchPlan,
    scenarios: Sequence[Scenario],
    language: str = "zh-hans",
) -> Comparison:
    """The scenarios in the order given; one without a run has nothing to compare."""
    ids = [each.id for each in scenarios]
    rows = (
        visible_scenarios(viewer)
        .filter(plan=plan, id__in=ids)
        .select_related("based_on")
        .prefetch_related("rulings")
    )
    known = {row.id: row for row in rows}
    shown = [known[id] for id in ids if id in known]
    cards = tuple(card_of(plan, each) for each in shown)
    results = [card.result for card in cards]
    measures = tuple(
        _measure(code, label, unit, more, [ask(each) if each else None for each in results])
        for code, label, unit, more, ask in MEASURES
    )
    shares = [each.result.get("shares", {}) for each in shown]
    bodies = sorted({body for each in shares for body in each})
    if not sees_whole(viewer, plan):
        held = directory.reach(viewer, READ)
        bodies = [body for body in bodies if held.covers(UUID(body))]
    called = names(map(UUID, bodies), language)
    lines = [
        Shares(UUID(body), called[UUID(body)], tuple(each.get(body) for each in shares))
        for body in bodies
    ]
    return Comparison(cards, measures, tuple(sorted(lines, key=lambda line: line.name)))


def _measure(
    code: str, label: str, unit: str, more: bool | None, values: list[float | None]
) -> Measure:
    told = [value for value in values if value is not None]
    best: frozenset[int] = frozenset()
    if more is not None and len(set(told)) > 1:
        top = max(told) if more else min(told)
        best = frozenset(i for i, value in enumerate(values) if value == top)
    return Measure(code, label, unit, tuple(values), best)
