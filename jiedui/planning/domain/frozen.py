"""A run's question as a document: kept by its content, it can be asked again and answers the same.

It holds ids only, never a name.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, TypeVar

from jiedui.planning.domain.dispatch.problem import (
    Ban,
    Expert,
    Post,
    Problem,
    Recipient,
    Settings,
    Supporter,
    Tour,
)

T = TypeVar("T")
FORMAT = 1


@dataclass(frozen=True)
class Question:
    """A problem with what was settled by hand, and the plan to stay near to, if there is one."""

    problem: Problem
    # What the world forbids beside the problem's rules, and what people excluded.
    bans: tuple[Ban, ...] = ()
    forbidden: tuple[Ban, ...] = ()
    pins: tuple[Tour, ...] = ()
    before: tuple[Tour, ...] = ()
    floor: bool = False
    seed: int = 0

    @property
    def all_bans(self) -> tuple[Ban, ...]:
        """Everything that may not be."""
        return self.bans + self.forbidden


def _rows(values: Any) -> list[list[Any]]:
    return [list(asdict(value).values()) for value in values]


def _back(kind: type[T], rows: list[list[Any]]) -> tuple[T, ...]:
    return tuple(kind(*row) for row in rows)


def _settings(plain: dict[str, Any]) -> Settings:
    tuples = {
        name: tuple(tuple(one) if isinstance(one, list) else one for one in value)
        for name, value in plain.items()
        if isinstance(value, list)
    }
    return Settings(**plain | tuples)


def to_plain(question: Question) -> dict[str, Any]:
    """JSON values, the same for the same question."""
    problem = question.problem
    return {
        "format": FORMAT,
        "recipients": _rows(problem.recipients),
        "supporters": _rows(problem.supporters),
        "experts": _rows(problem.experts),
        "posts": _rows(problem.posts),
        "allowed": sorted(map(list, problem.allowed)),
        "preferred": sorted(map(list, problem.preferred)),
        "settings": {each.name: getattr(problem.settings, each.name) for each in fields(Settings)},
        "bans": _rows(question.bans),
        "forbidden": _rows(question.forbidden),
        "pins": _rows(question.pins),
        "before": _rows(question.before),
        "floor": question.floor,
        "seed": question.seed,
    }


def from_plain(plain: dict[str, Any]) -> Question:
    """The question again."""
    problem = Problem(
        _back(Recipient, plain["recipients"]),
        _back(Supporter, plain["supporters"]),
        _back(Expert, plain["experts"]),
        _back(Post, plain["posts"]),
        frozenset((one, other) for one, other in plain["allowed"]),
        frozenset((one, other) for one, other in plain["preferred"]),
        _settings(plain["settings"]),
    )
    return Question(
        problem,
        _back(Ban, plain["bans"]),
        _back(Ban, plain["forbidden"]),
        _back(Tour, plain["pins"]),
        _back(Tour, plain["before"]),
        bool(plain["floor"]),
        int(plain["seed"]),
    )
