"""Answers of the engine that are kept in the process for as long as nothing changes.

A key holds the question, the reach and the engine's mark (end of the stream,
lineage, day), so that an answer is never stale; the oldest go first.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

from jiedui.indicators.domain.question import Question
from jiedui.indicators.queries import engine
from jiedui.indicators.queries.engine_core import Engine, Indicator, Mark, Visible
from jiedui.indicators.queries.engine_result import EngineResult, Group

SIZE = 2048

_lock = threading.Lock()
# The mark is held beside the answer: its key is good only while it lives.
_kept: OrderedDict[tuple[Any, ...], tuple[Mark, Any]] = OrderedDict()


def _find(key: tuple[Any, ...]) -> tuple[Mark, Any] | None:
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
        return found


def _keep(key: tuple[Any, ...], mark: Mark, answer: Any) -> None:
    with _lock:
        _kept[key] = (mark, answer)
        while len(_kept) > SIZE:
            _kept.popitem(last=False)


def total(
    indicator: Indicator, question: Question, visible: Visible, on: Engine | None = None
) -> EngineResult:
    """``engine.total``, kept; ``on`` another engine than that of this house."""
    asked = on or engine.engine()
    mark = asked.mark()
    key = (asked, "total", _name(indicator), question, visible, mark.key)
    if (found := _find(key)) is None:
        answer = asked.total(indicator, question, visible=visible)
        _keep(key, mark, answer)
        return answer
    kept: EngineResult = found[1]
    return kept


def breakdown(
    indicator: Indicator,
    question: Question,
    by: Sequence[str],
    visible: Visible,
    on: Engine | None = None,
) -> list[Group]:
    """``engine.breakdown``, kept; do not alter the list."""
    asked = on or engine.engine()
    mark = asked.mark()
    key = (asked, "breakdown", _name(indicator), question, tuple(by), visible, mark.key)
    if (found := _find(key)) is None:
        answer = asked.breakdown(indicator, question, by, visible=visible)
        _keep(key, mark, answer)
        return answer
    kept: list[Group] = found[1]
    return kept


def _name(indicator: Indicator) -> str:
    return indicator if isinstance(indicator, str) else indicator.code if indicator else ""
