"""Answers of the engine that are kept in the process for as long as nothing changes.

A key holds the question, the reach and the engine's mark (end of the stream,
lineage, day), so that an answer is never stale; the oldest go first.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence, Sized
from typing import Any, TypeVar
from uuid import UUID

from jiedui.directory.queries import names
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.regions import Ties
from jiedui.indicators.queries import engine
from jiedui.indicators.queries.engine_core import Indicator, Mark, Visible
from jiedui.indicators.queries.engine_result import EngineResult, Group

# So many lines are kept, whatever the number of answers.
MOST = 400_000
T = TypeVar("T")

_lock = threading.Lock()
# The mark is held beside the answer: its key is good only while it lives.
_kept: OrderedDict[tuple[Any, ...], tuple[Mark, int, Any]] = OrderedDict()
_lines = 0
# Names by language and id, good as long as the directory that they were read from.
_names: tuple[Ties | None, dict[str, dict[UUID, str]]] = (None, {})


def kept(name: tuple[Any, ...], make: Callable[[], T]) -> T:
    """What was made under this name while nothing has changed since, not to be altered.

    Names of organisations may be part of it: every change to the directory renews
    the mark.
    """
    global _lines
    asked = engine.engine()
    mark = asked.mark()
    key = (asked, *name, mark.key)
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            answer: T = found[2]
            return answer
    made = make()
    size = _size(made)
    with _lock:
        _lines += size - (_kept[key][1] if key in _kept else 0)
        _kept[key] = (mark, size, made)
        while _lines > MOST and _kept:
            _lines -= _kept.popitem(last=False)[1][1]
    return made


def _size(answer: Any) -> int:
    return 1 + (len(answer) if isinstance(answer, Sized) else 0)


def named(ids: Iterable[UUID], language: str) -> dict[UUID, str]:
    """``directory.queries.names``, each read once while the directory stands."""
    global _names
    ties = engine.engine().mark().ties
    if _names[0] is not ties:
        _names = (ties, {})
    known = _names[1].setdefault(language, {})
    wanted = list(ids)
    if missing := [id for id in wanted if id not in known]:
        known.update(names(missing, language))
    return {id: known[id] for id in wanted if id in known}


def total(indicator: Indicator, question: Question, visible: Visible) -> EngineResult:
    """``engine.total``, kept."""
    return kept(
        ("total", _name(indicator), question, visible),
        lambda: engine.total(indicator, question, visible=visible),
    )


def breakdown(
    indicator: Indicator, question: Question, by: Sequence[str], visible: Visible
) -> list[Group]:
    """``engine.breakdown``, kept."""
    return kept(
        ("breakdown", _name(indicator), question, tuple(by), visible),
        lambda: engine.breakdown(indicator, question, by, visible=visible),
    )


def _name(indicator: Indicator) -> str:
    return indicator if isinstance(indicator, str) else indicator.code if indicator else ""
