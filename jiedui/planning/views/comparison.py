"""Scenarios side by side: each measure, its best, and how far each is from the leading one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from jiedui.accounts.permissions import Viewer
from jiedui.planning import queries
from jiedui.planning.views import words
from jiedui.planning.views.base import url
from jiedui.web.templatetags.jiedui import amount

if TYPE_CHECKING:
    from jiedui.planning.models import DispatchPlan
    from jiedui.planning.queries import Measure, PlanOverview, ScenarioCard


@dataclass(frozen=True)
class Head:
    """A scenario at the head of its column."""

    name: str
    url: str
    show_url: str
    state: str
    tone: str
    detail: str
    leading: bool
    chosen: bool
    stale: bool


@dataclass(frozen=True)
class Cell:
    """A value, whether it is the best, and its difference to the leading scenario's."""

    text: str
    best: bool
    difference: str
    leading: bool


@dataclass(frozen=True)
class ComparisonTable:
    """The table: scenarios as columns, measures as rows."""

    heads: Sequence[Head]
    rows: Sequence[tuple[str, Sequence[Cell]]]
    recipients: Sequence[tuple[str, Sequence[str]]]
    leading: str


def _text(value: float | None, unit: str) -> str:
    if value is None:
        return "–"
    if unit == "share":
        return words.percent(value)
    if unit in ("CNY",):
        return words.money(value)
    return amount(round(value, 1))


def _difference(value: float | None, base: float | None, unit: str) -> str:
    """How much more or less than the leading scenario; blank where nothing can be said."""
    if value is None or base is None:
        return ""
    apart = value - base
    if unit == "share":
        points = round(100 * apart, 1)
        if not points:
            return "="
        return _("%(n)s points") % {"n": f"{points:+g}".replace("-", "−")}
    if not round(apart, 1):
        return "="
    return ("+" if apart > 0 else "−") + _text(abs(apart), unit)


def _head(plan: DispatchPlan, card: ScenarioCard, leading: ScenarioCard | None) -> Head:
    detail = _("Budget %(budget)s") % {"budget": words.money(card.budget)}
    if card.floor:
        detail = _("%(detail)s, worst-off first") % {"detail": detail}
    return Head(
        card.name, url("scenario", card.id), f"{url('plan', plan.id)}?scenario={card.id}",
        str(words.RUN_STATES[card.state]), words.RUN_TONES.get(card.state, "plain"), detail,
        leading is not None and card.id == leading.id, card.chosen, card.stale,
    )  # fmt: skip


def _row(measure: Measure, at: int | None) -> tuple[str, list[Cell]]:
    base = measure.values[at] if at is not None else None
    return _(measure.label), [
        Cell(
            _text(value, measure.unit), place in measure.best,
            "" if place == at else _difference(value, base, measure.unit), place == at,
        )
        for place, value in enumerate(measure.values)
    ]  # fmt: skip


def compared(
    viewer: Viewer, plan: DispatchPlan, overview: PlanOverview, leading: ScenarioCard | None
) -> ComparisonTable | None:
    """The plan's scenarios side by side."""
    cards = overview.scenarios
    if not cards:
        return None
    rows = {row.id: row for row in plan.scenarios.select_related("plan__programme", "plan__area")}
    scenarios = [rows[card.id] for card in cards if card.id in rows]
    found = queries.comparison(viewer, plan, scenarios, words.language())
    ids = [card.id for card in found.scenarios]
    at = ids.index(leading.id) if leading is not None and leading.id in ids else None
    return ComparisonTable(
        [_head(plan, card, leading) for card in found.scenarios],
        [_row(measure, at) for measure in found.measures],
        [
            (line.name, [words.percent(share) for share in line.shares])
            for line in found.recipients
        ],
        leading.name if leading else "",
    )  # fmt: skip
