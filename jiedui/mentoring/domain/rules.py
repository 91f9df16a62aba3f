"""The pack's numbers for learning: rules, and each procedure's criterion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from jiedui.core.errors import InvalidInput
from jiedui.core.packs import Term, Vocabulary, vocabulary
from jiedui.mentoring.domain.curves import (
    MINIMUM,
    STATISTIC,
    Criterion,
    Rates,
    SignOff,
    Watch,
)

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
    # What the criterion is worth; None where no limit can be reached within the planned cases.
    worth: SignOff | None
    watch: Watch

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


def procedure_of(term: Term, kept: Term | None = None) -> Procedure:
    """A row of the pack as values; InvalidInput ``procedure-unusable`` names what is wrong.

    ``kept`` is its row of procedure_limits. Where the parameters are no longer those for
    which it was computed, or there is none, the limit is computed anew, once a process.
    """
    said = term.extra
    try:
        kind = said["criterion"]
        if kind not in (STATISTIC, MINIMUM):
            raise ValueError(kind)
        rates = Rates(float(said["acceptable"]), float(said["unacceptable"]))
        planned, minimum = int(said["planned_cases"]), int(said["minimum_cases"] or 0)
        false_limit, monitor_limit = float(said["false_limit"]), float(said["monitor_limit"])
    except (KeyError, ValueError) as wrong:
        raise InvalidInput(
            "procedure-unusable",
            "The pack's procedure “%(code)s” cannot be used: %(fault)s.",
            field=term.code, code=term.code, fault=str(wrong),
        ) from wrong  # fmt: skip
    if kept is not None and parameters_of(term) == parameters_of(kept):
        worth, watched = _kept(kept, planned)
    else:
        worth, watched = computed(kind, rates, planned, minimum, false_limit, monitor_limit)
    limit = worth.limit if worth is not None and kind == STATISTIC else None
    criterion = Criterion(kind, rates, planned, minimum, limit, monitor_limit)
    return Procedure(term, criterion, false_limit, worth, watched)


# What a kept limit was computed for.
PARAMETERS = (
    "acceptable", "unacceptable", "planned_cases", "criterion", "minimum_cases", "false_limit",
    "monitor_limit",
)  # fmt: skip
COMPUTED = (
    "limit", "false_rate", "true_rate", "median_cases", "least_cases", "well", "worse",
)  # fmt: skip


def parameters_of(term: Term) -> tuple[str, ...]:
    """The parameters of a row of either table, as they are written."""
    return tuple(term.extra.get(each, "") for each in PARAMETERS)


def computed(
    kind: str, rates: Rates, planned: int, minimum: int, false_limit: float, monitor_limit: float
) -> tuple[SignOff | None, Watch]:
    """What a criterion is worth, by simulation."""
    from jiedui.mentoring.domain import calibration

    watched = calibration.watch(rates, monitor_limit)
    if kind == MINIMUM:
        fits = 0 < minimum <= planned
        return (
            calibration.sign_off_minimum(rates, monitor_limit, minimum) if fits else None
        ), watched
    limit = calibration.calibrated(rates, planned, false_limit)
    return (None if limit is None else calibration.sign_off(rates, limit, planned)), watched


def worth_of(rates: Rates, limit: float, planned: int) -> SignOff:
    """What a limit given by somebody is worth, by simulation."""
    from jiedui.mentoring.domain import calibration

    return calibration.sign_off(rates, limit, planned)


def row_of(found: Procedure) -> dict[str, str]:
    """The procedure's row of procedure_limits: its parameters, and what they come to."""
    worth, watched = found.worth, found.watch
    told = ["" for _each in COMPUTED[:5]]
    if worth is not None:
        told = [
            f"{worth.limit:.4f}", f"{worth.false_rate:.4f}", f"{worth.true_rate:.4f}",
            "" if worth.median is None else str(worth.median), str(worth.least),
        ]  # fmt: skip
    told += [f"{watched.well:.1f}", f"{watched.worse:.1f}"]
    return dict(zip(PARAMETERS, parameters_of(found.term), strict=True)) | dict(
        zip(COMPUTED, told, strict=True)
    )


def _kept(kept: Term, planned: int) -> tuple[SignOff | None, Watch]:
    said = kept.extra
    watched = Watch(float(said["monitor_limit"]), float(said["well"]), float(said["worse"]))
    if not said["limit"]:
        return None, watched
    cases = int(said["minimum_cases"]) if said["criterion"] == MINIMUM else planned
    return SignOff(
        float(said["limit"]), cases, float(said["false_rate"]), float(said["true_rate"]),
        int(said["median_cases"]) if said["median_cases"] else None, int(said["least_cases"]),
    ), watched  # fmt: skip
