"""The rules of presence: kept, open or broken, and by what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from jiedui.core import packs
from jiedui.programmes.domain.compliance import (
    BROKEN,
    INTERRUPTED,
    KEPT,
    NO_SENIOR,
    NOBODY_THERE,
    OPEN,
    TOO_FEW,
    TOO_MANY,
    TOO_SHORT,
    Breach,
    Rule,
    Service,
    judge,
    ratio,
    rules,
    state_of,
    unbroken,
)
from jiedui.programmes.domain.presence import Days

YEAR = Days(date(2025, 1, 1), date(2025, 12, 31))
AFTER = date(2026, 2, 1)
PACK = Path(__file__).parents[3] / "packs"


@pytest.fixture(scope="module")
def by_code() -> dict[str, Rule]:
    terms = packs.read_table(PACK / "common/presence_rules.csv", "common")
    kinds = packs.read_table(PACK / "common/posting_kinds.csv", "common")
    return {rule.code: rule for rule in rules(terms, kinds)}


def service(number: int, *stays: tuple[date, date | None], **more: object) -> Service:
    plain = {
        "posting": f"p{number}", "person": number, "kind": "planned", "senior": False,
        "ended": all(last for _first, last in stays), "ends_on": date(2025, 12, 31),
        "stays": stays,
    }  # fmt: skip
    return Service(**(plain | more))  # type: ignore[arg-type]


def whole(number: int, **more: object) -> Service:
    return service(number, (YEAR.first, YEAR.last), **more)


def test_the_packs_rules_load_and_say_whom_they_judge(by_code: dict[str, Rule]) -> None:
    team_size = by_code["county_team_size"]
    assert (team_size.minimum, team_size.per) == (5, "receiver")
    assert team_size.judges("paired_assistance", "hospital", "county", AFTER)
    assert not team_size.judges("paired_assistance", "village_clinic", "county", AFTER)
    assert not team_size.judges("group_deployment", "hospital", "county", AFTER)
    assert by_code["county_unbroken_stay"].days == 180
    assert (by_code["group_team_size"].minimum, by_code["group_team_size"].maximum) == (5, 7)


def test_the_countys_rules_judge_the_countys_hospitals(by_code: dict[str, Rule]) -> None:
    """Not a prefecture's or a division's, and each kind as its source says."""
    county = {code: rule for code, rule in by_code.items() if rule.per == "receiver"}

    def of(kind: str, tier: str) -> set[str]:
        asked = ("east_west", kind, tier, AFTER)
        return {code for code, rule in county.items() if rule.judges(*asked)}

    for tier in ("prefecture", "division", "province", "township", ""):
        assert of("hospital", tier) == of("tcm_hospital", tier) == set()
    assert of("hospital", "county") == set(county) - {"county_tcm_team_size"}
    assert of("tcm_hospital", "county") == set(county) - {"county_team_size"}
    assert by_code["county_tcm_team_size"].minimum == 3
    assert of("maternal_child_hospital", "county") == set()


def test_a_team_is_judged_by_what_it_is(by_code: dict[str, Rule]) -> None:
    """By the kinds of its postings, in whatever programme."""
    for rule in (rule for rule in by_code.values() if rule.per == "team"):
        for programme in ("group_deployment", "paired_assistance", "partnership"):
            assert rule.judges_team(programme, {"team", "flexible"}, AFTER)
            assert not rule.judges_team(programme, {"planned", "local_development"}, AFTER)
            assert not rule.judges_team(programme, (), AFTER)
            assert not rule.judges(programme, "hospital", "county", AFTER)


def test_local_people_in_development_are_no_experts(by_code: dict[str, Rule]) -> None:
    local = [whole(n, kind="local_development", senior=True) for n in range(6)]
    verdict = judge(by_code["county_always_present"], local, YEAR, AFTER)
    assert (verdict.state, verdict.found) == (BROKEN, 0)
    assert judge(by_code["county_seniority"], local, YEAR, AFTER).state == BROKEN
    grouped = judge(by_code["group_team_size"], [*local, whole(9, kind="team")], YEAR, AFTER)
    assert grouped.found == 1


def test_persons_are_counted_and_not_person_times(by_code: dict[str, Rule]) -> None:
    rule = by_code["county_team_size"]
    five = [whole(n) for n in range(5)]
    assert judge(rule, five, YEAR, AFTER).state == KEPT
    again = [*five[:4], service(3, (date(2025, 6, 1), date(2025, 9, 1)), posting="p9")]
    verdict = judge(rule, again, YEAR, AFTER)
    assert (verdict.state, verdict.found) == (BROKEN, 4)
    assert verdict.breaches == (Breach(TOO_FEW, days=1),)
    # Two volunteers of a day each are not held to six months, and so are none of the five.
    day = (date(2025, 6, 1), date(2025, 6, 1))
    visits = [service(n, day, kind="volunteer") for n in (7, 8)]
    verdict = judge(rule, [*five[:3], *visits], YEAR, AFTER)
    assert (verdict.state, verdict.found) == (BROKEN, 3)


def test_a_year_that_runs_is_open(by_code: dict[str, Rule]) -> None:
    verdict = judge(by_code["county_team_size"], [whole(1)], YEAR, date(2025, 5, 1))
    assert (verdict.state, verdict.found) == (OPEN, 1)


def test_a_team_may_be_too_large(by_code: dict[str, Rule]) -> None:
    rule = by_code["group_team_size"]
    eight = [whole(n, kind="team") for n in range(8)]
    verdict = judge(rule, eight, YEAR, AFTER)
    breach = Breach(TOO_MANY, None, 1, YEAR.first, YEAR.last)
    assert (verdict.state, verdict.breaches) == (BROKEN, (breach,))
    # A lecturer of two days is none of the team.
    day = (date(2025, 6, 1), date(2025, 6, 2))
    seven = [*eight[:7], service(9, day, kind="flexible")]
    assert judge(rule, seven, YEAR, AFTER).state == KEPT


def test_a_teams_people_are_those_at_one_time(by_code: dict[str, Rule]) -> None:
    """Who comes for another makes the team no larger; two days together do."""
    rule = by_code["group_team_size"]
    stay = [whole(n, kind="team") for n in range(6)]
    first = service(7, (YEAR.first, date(2025, 6, 30)), kind="team")
    after = service(8, (date(2025, 7, 1), YEAR.last), kind="team")
    verdict = judge(rule, [*stay, first, after], YEAR, AFTER)
    assert (verdict.state, verdict.found) == (KEPT, 7)
    sooner = after._replace(stays=((date(2025, 6, 29), YEAR.last),))
    [breach] = judge(rule, [*stay, first, sooner], YEAR, AFTER).breaches
    assert (breach.first, breach.last) == (date(2025, 6, 29), date(2025, 6, 30))
    # Five persons, never more than four of them at a time, are no team of five.
    verdict = judge(rule, [*stay[:3], first, after], YEAR, AFTER)
    assert (verdict.state, verdict.found) == (BROKEN, 4)
    # Who is on leave is still of the team.
    away = service(9, (YEAR.first, date(2025, 2, 1)), (date(2025, 3, 1), YEAR.last), kind="team")
    turned = service(
        10, (date(2025, 2, 10), date(2025, 2, 20)), (date(2025, 4, 1), YEAR.last), kind="team"
    )
    verdict = judge(rule, [*stay[:3], away, turned], YEAR, date(2025, 3, 15))
    assert (verdict.state, verdict.found) == (KEPT, 5)


def test_the_figures_count_the_stay_that_the_rule_judges(by_code: dict[str, Rule]) -> None:
    stays = [(date(2025, 1, 1), date(2025, 4, 30)), (date(2025, 5, 10), date(2025, 7, 31))]
    kept = [by_code["county_unbroken_stay"]]
    assert unbroken(kept, "planned", stays, date(2025, 7, 31)) == 120
    lenient = [replace(kept[0], leave_days=14)]
    assert unbroken(lenient, "planned", stays, date(2025, 7, 31)) == 212
    assert unbroken(lenient, "volunteer", stays, date(2025, 7, 31)) == 120


def test_180_days_hold_and_179_do_not(by_code: dict[str, Rule]) -> None:
    rule = by_code["county_unbroken_stay"]
    enough = service(1, (date(2025, 1, 1), date(2025, 6, 29)))
    short = service(2, (date(2025, 1, 1), date(2025, 6, 28)))
    assert judge(rule, [enough], YEAR, AFTER).state == KEPT
    verdict = judge(rule, [enough, short], YEAR, AFTER)
    assert (verdict.state, verdict.found) == (BROKEN, 1)
    assert verdict.breaches == (Breach(TOO_SHORT, "p2", 179),)


def test_a_leave_breaks_a_stay_and_the_reason_says_so(by_code: dict[str, Rule]) -> None:
    broken = service(
        1, (date(2025, 1, 1), date(2025, 4, 30)), (date(2025, 5, 15), date(2025, 9, 30))
    )
    verdict = judge(by_code["county_unbroken_stay"], [broken], YEAR, AFTER)
    assert verdict.breaches == (Breach(INTERRUPTED, "p1", 139),)


def test_a_stay_counts_whole_that_began_in_the_year_before(by_code: dict[str, Rule]) -> None:
    across = service(1, (date(2024, 10, 1), date(2025, 3, 31)))
    assert judge(by_code["county_unbroken_stay"], [across], YEAR, AFTER).state == KEPT


def test_who_is_still_there_is_open_until_the_days_are_full(by_code: dict[str, Rule]) -> None:
    rule = by_code["county_unbroken_stay"]
    here = service(1, (date(2025, 12, 1), None), ends_on=date(2026, 8, 1))
    assert judge(rule, [here], YEAR, AFTER).state == OPEN
    assert judge(rule, [here], YEAR, date(2026, 7, 1)).state == KEPT


def test_flexible_postings_are_not_held_to_months(by_code: dict[str, Rule]) -> None:
    short = service(1, (date(2025, 3, 1), date(2025, 3, 5)), kind="flexible")
    verdict = judge(by_code["county_unbroken_stay"], [short, whole(2)], YEAR, AFTER)
    assert verdict.state == KEPT


def test_an_empty_span_breaks_presence_with_its_days(by_code: dict[str, Rule]) -> None:
    rule = by_code["county_always_present"]
    rows = [
        service(1, (date(2025, 1, 1), date(2025, 6, 30))),
        service(2, (date(2025, 7, 11), date(2025, 12, 31))),
    ]
    verdict = judge(rule, rows, YEAR, AFTER)
    assert verdict.breaches == (
        Breach(NOBODY_THERE, None, 10, date(2025, 7, 1), date(2025, 7, 10)),
    )
    assert (verdict.state, verdict.found) == (BROKEN, Fraction(355, 365))
    so_far = judge(rule, rows[:1], YEAR, date(2025, 5, 1))
    assert (so_far.state, so_far.found) == (OPEN, 1)


def test_a_senior_title_is_wanted(by_code: dict[str, Rule]) -> None:
    rule = by_code["county_seniority"]
    assert judge(rule, [whole(1)], YEAR, AFTER).breaches == (Breach(NO_SENIOR, days=1),)
    assert judge(rule, [whole(1), whole(2, senior=True)], YEAR, AFTER).state == KEPT


def test_the_ratio_leaves_out_what_is_open(by_code: dict[str, Rule]) -> None:
    assert ratio([KEPT, BROKEN, OPEN, KEPT]) == Fraction(2, 3)
    assert ratio([OPEN]) is None
    verdicts = [
        judge(by_code["county_seniority"], [whole(1)], YEAR, AFTER),
        judge(by_code["county_always_present"], [whole(1)], YEAR, AFTER),
    ]
    assert state_of(verdicts) == BROKEN
    assert state_of(verdicts[1:]) == KEPT


def test_the_rule_says_what_a_leave_does(by_code: dict[str, Rule]) -> None:
    strict = by_code["county_unbroken_stay"]
    assert strict.leave_days == by_code["county_always_present"].leave_days == 0
    lenient = replace(strict, leave_days=14)
    away = service(1, (date(2025, 1, 1), date(2025, 4, 30)), (date(2025, 5, 15), date(2025, 7, 31)))
    assert judge(strict, [away], YEAR, AFTER).breaches == (Breach(INTERRUPTED, "p1", 120),)
    assert judge(lenient, [away], YEAR, AFTER).state == KEPT
    longer = service(2, (date(2025, 1, 1), date(2025, 4, 30)), (date(2025, 5, 16), YEAR.last))
    assert judge(replace(lenient, days=300), [longer], YEAR, AFTER).state == BROKEN
    # A leave that lasts is passed over until it is too long.
    present = replace(by_code["county_always_present"], leave_days=14)
    on_leave = service(3, (YEAR.first, date(2025, 5, 31)), ended=False)
    assert judge(present, [on_leave], YEAR, date(2025, 6, 14)).breaches == ()
    [gap] = judge(present, [on_leave], YEAR, date(2025, 6, 15)).breaches
    assert (gap.first, gap.last) == (date(2025, 6, 1), date(2025, 6, 15))
    gone = service(4, (YEAR.first, date(2025, 5, 31)), ended=True)
    assert judge(present, [gone], YEAR, date(2025, 6, 14)).state == BROKEN
