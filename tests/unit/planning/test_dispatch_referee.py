"""The referee counts by hand what a plan is worth and names every broken rule."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jiedui.planning.domain.dispatch.greedy import spreadsheet_plan
from jiedui.planning.domain.dispatch.problem import Ban, Tour
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.rules import Rule, possible_tours
from tests.unit.planning.dispatch_cast import (
    DOCTOR,
    FULL,
    P_CORE,
    P_HIGH,
    P_LEADER,
    expert,
    post,
    problem,
)


def test_a_full_plan_is_worth_what_one_counts_by_hand() -> None:
    verdict = judge(problem(), FULL)

    # 甲 needs 12 + 24 and has all of it: half at 1.2, half at 0.8. 乙 has nothing.
    assert verdict.fairness == pytest.approx(18 * 1.2 + 18 * 0.8)
    # Seniors, and 东 is preferred at 甲.
    assert verdict.quality == pytest.approx(36 * 0.1)
    # Twelve months with a team, each 0.2 of the weights 1 + 2.
    assert verdict.teams == pytest.approx(12 * 0.2 * 3)
    assert verdict.mentoring == pytest.approx(0.25 * 12 * 2)
    assert verdict.cost == pytest.approx(2 * (12 + 2 + 1))
    assert verdict.team_months == 12
    assert verdict.mentored == ("内科岗",)
    assert verdict.shares == {"甲": 1.0, "乙": 0.0}
    assert verdict.with_nothing == ("乙",)
    assert verdict.smallest_share == 0
    assert verdict.feasible


def test_two_in_relay_mentor_an_apprentice_and_a_gap_does_not() -> None:
    relay = [Tour("内科医", "内科岗", 0, 6), Tour("乙医", "内科岗", 6, 6)]
    people = problem(experts=(DOCTOR, expert("乙医")))

    assert judge(people, relay).mentored == ("内科岗",)
    assert judge(people, relay[:1]).mentored == ()


def test_altitude_costs_more_and_title_counts_less() -> None:
    surgeon = expert("外科医", specialty="外科", title=1)
    verdict = judge(problem(experts=(surgeon,)), [Tour("外科医", "高原岗", 0, 6)])

    assert verdict.cost == pytest.approx(6 * 1.5 + 2 + 1)
    assert verdict.quality == pytest.approx(6 * (0.95 - 1))


BROKEN = [
    (Rule.SPECIALTY, DOCTOR, P_LEADER, 0, 6),
    (Rule.SPECIALTY, DOCTOR, replace(P_CORE, specialty="外科"), 0, 6),
    (Rule.TITLE, replace(DOCTOR, title=0), replace(P_CORE, min_title=1), 0, 6),
    (Rule.ALTITUDE, replace(DOCTOR, altitude_ok=False), replace(P_CORE, recipient="乙"), 0, 6),
    (Rule.REGION, replace(DOCTOR, supporter="西"), P_CORE, 0, 6),
    (
        Rule.FLEXIBLE,
        replace(DOCTOR, flexible_ok=False),
        replace(P_CORE, flexible=True, min_months=1),
        0,
        2,
    ),
    (Rule.LENGTH, DOCTOR, P_CORE, 0, 7),
    (Rule.START_STEP, DOCTOR, P_CORE, 1, 6),
    (Rule.WINDOW, DOCTOR, replace(P_CORE, from_month=3), 0, 6),
    (Rule.WINDOW, DOCTOR, replace(P_CORE, to_month=9), 6, 6),
    (Rule.POST_MINIMUM, DOCTOR, replace(P_CORE, min_months=12), 0, 6),
    (Rule.EXPERT_MAXIMUM, replace(DOCTOR, max_months=6), P_CORE, 0, 12),
    (Rule.AVAILABLE, replace(DOCTOR, from_month=3), P_CORE, 0, 6),
    # Free until month 12, so that there is no time left to hand over.
    (Rule.AVAILABLE, replace(DOCTOR, to_month=12), P_CORE, 6, 6),
]


@pytest.mark.parametrize(("rule", "who", "where", "start", "months"), BROKEN)
def test_each_rule_of_a_tour_is_named(rule, who, where, start, months) -> None:  # type: ignore[no-untyped-def]
    tour = Tour(who.id, where.id, start, months)
    verdict = judge(problem(experts=(who,), posts=(where,)), [tour])

    assert [(each.rule, each.tours) for each in verdict.broken] == [(rule, (tour,))]


def test_rules_of_the_whole_plan_are_named() -> None:
    twice = [Tour("内科医", "内科岗", 0, 6), Tour("内科医", "副岗", 6, 6)]
    posts = (P_CORE, post("副岗"))

    # The first tour's handover reaches into the second.
    verdict = judge(problem(posts=posts), twice)
    assert [(each.rule, each.where) for each in verdict.broken] == [(Rule.TWO_PLACES, "内科医")]

    once = replace(DOCTOR, max_tours=1)
    apart = [Tour("内科医", "内科岗", 0, 6), Tour("内科医", "副岗", 9, 3)]
    verdict = judge(problem(posts=posts, experts=(once,), tour_months=(3, 6)), apart)
    assert Rule.MAX_TOURS in {each.rule for each in verdict.broken}

    both = problem(experts=(DOCTOR, expert("乙医")))
    crowd = [Tour("内科医", "内科岗", 0, 6), Tour("乙医", "内科岗", 3, 6)]
    verdict = judge(both, crowd)
    assert verdict.times_broken() == {"capacity": 3}
    assert verdict.broken[0].tours == tuple(crowd)

    assert judge(problem(budget=29.9), FULL).times_broken() == {"budget": 1}
    assert judge(problem(budget=30.0), FULL).feasible


def test_strangers_are_told_and_not_counted() -> None:
    verdict = judge(problem(), [Tour("无名", "内科岗", 0, 6), *FULL])

    assert verdict.times_broken() == {"unknown": 1}
    assert verdict.objective == pytest.approx(judge(problem(), FULL).objective)


def test_the_spreadsheet_takes_heavy_posts_first_and_keeps_the_rules() -> None:
    people = problem()
    plan = spreadsheet_plan(people)

    assert plan == [Tour("内科医", "内科岗", 0, 12), Tour("领队", "队长", 0, 12)]
    assert judge(people, plan).feasible
    poor = problem(budget=15.0)
    assert spreadsheet_plan(poor) == plan[:1]
    assert spreadsheet_plan(problem(budget=0.0)) == []


def test_possible_tours_are_those_that_break_no_rule() -> None:
    people = problem()

    assert possible_tours(people, DOCTOR, P_CORE) == [
        Tour("内科医", "内科岗", 0, 6),
        Tour("内科医", "内科岗", 0, 12),
        Tour("内科医", "内科岗", 3, 6),
        Tour("内科医", "内科岗", 6, 6),
    ]
    assert possible_tours(people, DOCTOR, P_HIGH) == []
    crossed = replace(P_CORE, from_month=9, to_month=3)
    assert possible_tours(problem(posts=(crossed,)), DOCTOR, crossed) == []


def test_a_ban_without_a_name_is_for_anybody() -> None:
    tour = FULL[0]

    assert Ban("领队").forbids(tour)
    assert Ban(post="队长", start=0).forbids(tour)
    assert not Ban(post="队长", start=3).forbids(tour)
    assert not Ban("内科医", "队长").forbids(tour)
