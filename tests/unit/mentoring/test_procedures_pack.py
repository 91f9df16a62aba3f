"""The pack's procedures: usable, honest about where a number is from, their limits true."""

from __future__ import annotations

from pathlib import Path

import pytest

from jiedui.core import packs
from jiedui.core.errors import InvalidInput
from jiedui.mentoring.domain import rules
from jiedui.mentoring.domain.curves import MINIMUM, STATISTIC
from tests.unit.mentoring.curve_twin import signed_off

FOLDER = Path(__file__).resolve().parents[3] / "packs"
VOCABULARY = packs.load(FOLDER, ["common"])
PROCEDURES = VOCABULARY.table("procedures")
LIMITS = VOCABULARY.table("procedure_limits")
DISTINCT = {rules.parameters_of(term): code for code, term in PROCEDURES.items()}


def test_every_procedure_says_what_counts_and_where_its_numbers_are_from() -> None:
    assert len(PROCEDURES) >= 30
    specialties = VOCABULARY.table("specialties")
    for code, term in PROCEDURES.items():
        assert term.extra["outcome"], code
        assert term.extra["outcome_en"], code
        assert term.extra["icd9cm3"], code
        assert term.extra["specialty"] in specialties, code
        published = any(str(year) in term.source for year in range(2000, 2027))
        assert published or "PMC" in term.source or "House default" in term.source, code


def test_limits_are_kept_for_the_parameters_of_now() -> None:
    assert set(LIMITS) == set(PROCEDURES)
    for code, term in PROCEDURES.items():
        assert rules.parameters_of(term) == rules.parameters_of(LIMITS[code]), code


@pytest.mark.parametrize("code", sorted(DISTINCT.values()))
def test_kept_limits_are_computed_again_alike(code: str) -> None:
    anew = rules.procedure_of(PROCEDURES[code])
    kept = rules.procedure_of(PROCEDURES[code], LIMITS[code])
    assert rules.row_of(anew) == rules.row_of(kept)
    assert anew.criterion == kept.criterion


@pytest.mark.parametrize("code", sorted(DISTINCT.values()))
def test_kept_limits_keep_to_the_allowed_rate_exactly(code: str) -> None:
    found = rules.procedure_of(PROCEDURES[code], LIMITS[code])
    rule = found.criterion
    pa, pu = rule.rates.acceptable, rule.rates.unacceptable
    if rule.kind == MINIMUM:
        assert rule.reachable
        return
    if rule.limit is None:
        assert not rule.reachable
        assert found.worth is None
        return
    assert signed_off(pa, pu, rule.limit, pu, rule.planned)[-1] <= found.false_limit


def test_a_limit_for_other_parameters_is_not_used() -> None:
    term = PROCEDURES["colonoscopy"]
    changed = packs.Term(
        term.code, term.name, term.name_en, term.source, term.pack,
        {**term.extra, "planned_cases": "60"},
    )  # fmt: skip
    found = rules.procedure_of(changed, LIMITS["colonoscopy"])
    assert found.criterion.limit != rules.procedure_of(term, LIMITS["colonoscopy"]).criterion.limit
    assert found.criterion.kind == STATISTIC
    assert found.worth is not None
    assert found.worth.planned == 60


@pytest.mark.parametrize(
    ("column", "value"),
    [("criterion", "hope"), ("acceptable", "x"), ("planned_cases", ""), ("unacceptable", "0.01")],
)
def test_a_row_that_cannot_be_used_names_its_procedure(column: str, value: str) -> None:
    term = PROCEDURES["colonoscopy"]
    broken = packs.Term(
        term.code, term.name, term.name_en, term.source, term.pack, {**term.extra, column: value}
    )
    with pytest.raises(InvalidInput) as refused:
        rules.procedure_of(broken)
    assert refused.value.code in {"procedure-unusable", "rates-unusable"}
