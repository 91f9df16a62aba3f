"""The pack's numbers for learning: rules, and each procedure's criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from jiedui.core.errors import InvalidInput
from jiedui.core.packs import Term, Vocabulary, vocabulary
from jiedui.mentoring.domain.curves import MINIMUM, STATISTIC, Criterion, Rates

RULES, PROCEDURES, ACTIVITIES = "learning_rules", "procedures", "entrustable_activities"
LIMITS = "procedure_limits"


def whole(code: str) -> int:
    """A rule that is a whole number."""
    return numbers(code)[0]


def numbers(code: str) -> tuple[int, ...]:
    """A rule of one or more whole numbers; InvalidInput ``rule-unreadable`` at its code."""
    term = vocabulary().term(RULES, code)
    text, low, high = (term.extra[each] for each in ("value", "low", "high"))
    try:
        found = tuple(int(part) for part in text.split())
    except ValueError:
        found = ()
    single = term.extra["kind"] == "whole"
    inside = all(int(low) <= each <= int(high) for each in found)
    if not found or not inside or (single and len(found) != 1):
        raise InvalidInput(
            "rule-unreadable",
            "“%(text)s” cannot be used here; give something like %(example)s, from %(low)s to"
            " %(high)s.",
            field=code, text=text, example=low, low=low, high=high,
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class Procedure:
    """A procedure of the pack: what counts as a success, and how a series is judged."""

    term: Term
    criterion: Criterion
    false_limit: float

    @property
    def code(self) -> str:
        """Its code in the pack."""
        return self.term.code


def procedure(code: str) -> Procedure:
    """The procedure of a code; InvalidInput ``code-unknown``."""
    vocabulary().term(PROCEDURES, code)
    return procedures(vocabulary())[code]


def is_procedure(code: str) -> bool:
    """Whether the code is a procedure's, and not an entrustable activity's."""
    return code in vocabulary().tables.get(PROCEDURES, {})


@cache
def procedures(words: Vocabulary) -> Mapping[str, Procedure]:
    """All procedures of the pack, read once."""
    limits = words.tables.get(LIMITS, {})
    return MappingProxyType(
        {
            code: procedure_of(term, limits.get(code))
            for code, term in words.tables.get(PROCEDURES, {}).items()
        }
    )


def procedure_of(term: Term, limits: Term | None = None) -> Procedure:
    """A row of the pack as values; InvalidInput ``procedure-unusable`` names what is wrong."""
    said = term.extra
    try:
        kind = said["criterion"]
        if kind not in (STATISTIC, MINIMUM):
            raise ValueError(kind)
        limit = limits.extra["limit"] if limits is not None else ""
        return Procedure(
            term,
            Criterion(
                kind=kind,
                rates=Rates(float(said["acceptable"]), float(said["unacceptable"])),
                planned=int(said["planned_cases"]),
                minimum=int(said["minimum_cases"] or 0),
                limit=float(limit) if limit else None,
                monitor_limit=float(said["monitor_limit"]),
            ),
            float(said["false_limit"]),
        )
    except (KeyError, ValueError) as wrong:
        raise InvalidInput(
            "procedure-unusable",
            "The pack's procedure “%(code)s” cannot be used: %(fault)s.",
            field=term.code, code=term.code, fault=str(wrong),
        ) from wrong  # fmt: skip
