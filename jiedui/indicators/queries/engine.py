"""The door to the engine of the figures: what the daily entries say.

``visible`` are the bodies whose entries count for a viewer (as giver or as
receiver), None for all of them. Whoever shows the numbers applies the
small-number rule (``about_patients`` and domain.disclosure).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from django.conf import settings

from jiedui.core.clock import today
from jiedui.directory.access.graph import tree
from jiedui.directory.domain.lineage import LineageRow
from jiedui.directory.queries import lineage
from jiedui.indicators.domain.facts import FactRow
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.regions import Ties
from jiedui.indicators.queries.catalogue import about_patients, definition_of, definitions
from jiedui.indicators.queries.engine_core import Engine, Indicator, Visible
from jiedui.indicators.queries.engine_records import After, page_mark
from jiedui.indicators.queries.engine_result import KEYS, EngineResult, Group
from jiedui.indicators.queries.engine_scope import World
from jiedui.indicators.queries.stream import facts
from jiedui.indicators.sources.state import Keeper
from jiedui.indicators.sources.store.reader import Limits
from jiedui.programmes.queries import example_programmes

__all__ = [
    "KEYS",
    "After",
    "EngineResult",
    "Group",
    "about_patients",
    "breakdown",
    "definition_of",
    "definitions",
    "engine",
    "moment",
    "page_mark",
    "records",
    "series",
    "total",
    "totals",
]

_ties: tuple[list[LineageRow], Ties] | None = None


def _world() -> World:
    """What holds in the rooms below; lineage is sorted anew only when it has changed."""
    global _ties
    rows = lineage()
    if _ties is None or _ties[0] is not rows:
        _ties = (rows, Ties.of(rows))
    return World(_ties[1], example_programmes(), today(), _places_in)


def _places_in(place: UUID) -> frozenset[UUID]:
    """A place and all places that lie in it today, in any tree."""
    now = tree()
    nodes = now.graph.below([now.node(place)], today())
    inside = {each for each, body in now.body_of.items() if body in nodes}
    return frozenset({place, *inside, *(nodes - now.organisations)})


@lru_cache(maxsize=1)
def _engine_at(folder: Path) -> Engine:
    limits = Limits(settings.FIGURES_MEMORY, settings.FIGURES_THREADS, settings.HOME / "tmp")
    return Engine(Keeper(folder, facts, limits), _world)


def engine() -> Engine:
    """The engine of this process, over the store and the ledger of this house."""
    return _engine_at(Path(settings.STORE))


def moment() -> AbstractContextManager[None]:
    """Within it all questions see one moment, and the database is asked for it once."""
    return engine().moment()


def total(indicator: Indicator, question: Question, *, visible: Visible = None) -> EngineResult:
    """The number, in one class of unit: see ``Engine.total``."""
    return engine().total(indicator, question, visible=visible)


def totals(
    indicator: Indicator, question: Question, *, visible: Visible = None
) -> list[EngineResult]:
    """The number in every class of unit, most records first."""
    return engine().totals(indicator, question, visible=visible)


def breakdown(
    indicator: Indicator,
    question: Question,
    by: str | Sequence[str],
    *,
    regions: Collection[UUID] = (),
    visible: Visible = None,
) -> list[Group]:
    """The number by one or several ``KEYS``: see ``Engine.breakdown``."""
    return engine().breakdown(indicator, question, by, regions=regions, visible=visible)


def series(
    indicator: Indicator, question: Question, grain: str = "month", *, visible: Visible = None
) -> list[Group]:
    """The number by ``month``, ``year`` or ``day``, in order of time."""
    return engine().series(indicator, question, grain, visible=visible)


def records(
    indicator: Indicator,
    question: Question,
    after: After | None = None,
    limit: int | None = None,
    *,
    side: str = "numerator",
    visible: Visible = None,
) -> list[FactRow]:
    """The records behind the number, the latest event first; pages by ``page_mark``."""
    return engine().records(indicator, question, after, limit, side=side, visible=visible)
