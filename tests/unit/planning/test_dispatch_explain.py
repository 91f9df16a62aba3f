"""Explanations: empty posts, people, and wishes that cannot be."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from jiedui.planning.domain.counted import fitting
from jiedui.planning.domain.dispatch.bans import Banned
from jiedui.planning.domain.dispatch.conflict_reasons import SENTENCES, reasons_of
from jiedui.planning.domain.dispatch.conflicts import Wish, conflicts
from jiedui.planning.domain.dispatch.exchanges import with_weight
from jiedui.planning.domain.dispatch.explain import Case, EmptyPost, why_empty
from jiedui.planning.domain.dispatch.explain_person import why_person
from jiedui.planning.domain.dispatch.problem import Ban, Problem, Tour
from jiedui.planning.domain.dispatch.reasons import RULES, Reason, of_plan, out_of_reach
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.rules import Rule
from tests.unit.planning.dispatch_cast import (
    DOCTOR,
    FULL,
    LEADER,
    P_CORE,
    P_HIGH,
    P_LEADER,
    expert,
    post,
    problem,
)


def codes(reasons: tuple[Reason, ...] | list[Reason]) -> list[str]:
    """The reasons by code, each of which can be said."""
    assert all(str(reason) for reason in reasons)
    return [reason.code for reason in reasons]


def ask(given: Problem, tours: tuple[Tour, ...], name: str, **other: object) -> EmptyPost:
    return why_empty(Case(given, tours, **other), name)  # type: ignore[arg-type]


# -- empty posts ------------------------------------------------------------


def test_a_post_for_which_nobody_is_eligible_says_which_rule_removes_how_many() -> None:
    told = ask(problem(), FULL, "高原岗")

    # Three are no surgeons; the surgeon is not fit for altitude, and nothing else.
    assert told.funnel.removed == ((Rule.SPECIALTY, 3), (Rule.ALTITUDE, 1))
    assert told.funnel.alone == ((Rule.ALTITUDE, 1),)
    assert codes(told.reasons) == [
        "nobody-eligible", "removed-specialty", "removed-altitude", "alone-altitude",
    ]  # fmt: skip
    assert (told.filled, told.wanted) == (0, 12)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"capacity": 0}, "post-closed"),
        ({"from_month": 9, "to_month": 3}, "window-empty"),
        ({"from_month": 9}, "window-too-short"),
    ],
)
def test_a_post_that_nobody_could_ever_fill_says_why(change: dict[str, int], code: str) -> None:
    given = problem(posts=(P_LEADER, replace(P_CORE, **change)))

    assert codes(ask(given, (), "内科岗").reasons) == [code]


def test_who_is_free_but_too_dear_tells_the_budget_that_would_do() -> None:
    given = problem(budget=20.0)
    told = ask(given, FULL[:1], "内科岗")

    # 领队 costs 15; six months of 内科医 cost 6 + 2 + 1.
    assert "budget-missing" in codes(told.reasons)
    assert told.fill_budget == pytest.approx(24.0)
    richer = problem(budget=24.0)
    assert judge(richer, [FULL[0], Tour("内科医", "内科岗", 0, 6)]).feasible


def test_a_post_worth_less_than_what_was_chosen_tells_the_weight_that_would_do() -> None:
    light = post("轻岗", weight=0.3)
    given = problem(posts=(P_CORE, light), experts=(DOCTOR,))
    plan = (Tour("内科医", "内科岗", 0, 12),)
    told = ask(given, plan, "轻岗")

    assert codes(told.reasons) == ["people-busy", "worth-less", "fill-weight"]
    assert told.best is not None
    assert told.best.remove == plan
    assert told.best.gain < 0
    assert told.fill_weight is not None
    # At that weight the exchange pays, a little below it does not.
    for factor, pays in ((1.001, True), (0.99, False)):
        weighted = with_weight(given, "轻岗", told.fill_weight * factor)
        here = judge(weighted, [Tour("内科医", "轻岗", 0, 12)]).objective
        assert (here >= judge(weighted, plan).objective) is pays


def test_what_the_worst_off_keep_is_never_told_as_an_exchange_that_pays() -> None:
    """The only doctor is at the lighter post, so that nobody within reach has nothing."""
    light, heavy = post("轻岗", weight=0.3), post("重岗", recipient="乙", weight=3.0)
    given = problem(posts=(light, heavy), experts=(expert("内科医", max_tours=1),))
    plan = (Tour("内科医", "轻岗", 0, 12),)

    free = ask(given, plan, "重岗")
    assert "swap-pays" in codes(free.reasons)
    told = ask(given, plan, "重岗", floor=1.0)
    assert codes(told.reasons) == ["people-busy", "against-floor"]
    assert (told.best, told.fill_weight) == (None, None)
    home = expert("另一医")
    two = replace(
        given, experts=(*given.experts, home), settings=replace(given.settings, budget=15.0)
    )
    assert codes(why_person(Case(two, plan), "另一医").reasons) == ["swap-pays"]
    kept = why_person(Case(two, plan, floor=1.0), "另一医")
    assert (codes(kept.reasons), kept.best) == (["against-floor"], None)


def test_a_post_left_out_for_no_reason_could_be_filled_at_once() -> None:
    told = ask(problem(), FULL[:1], "内科岗")

    assert codes(told.reasons)[0] == "could-be-filled"
    assert told.best is not None
    assert told.best.gain == pytest.approx(
        judge(problem(), FULL).objective - judge(problem(), FULL[:1]).objective
    )
    assert told.fill_weight == pytest.approx(P_CORE.weight)


def test_a_full_post_and_a_gap_too_short_for_anybody() -> None:
    assert codes(ask(problem(), FULL, "内科岗").reasons) == ["post-full"]

    longer = replace(P_CORE, min_months=12)
    given = problem(posts=(longer,), months=24, tour_months=(12,))
    gap = problem(
        posts=(replace(longer, to_month=21),),
        experts=(expert("内科医", to_month=40),),
        months=24,
        tour_months=(12,),
    )
    assert given.settings.months == 24
    assert codes(ask(gap, (Tour("内科医", "内科岗", 0, 12),), "内科岗").reasons) == ["no-gap-fits"]


def test_tours_fixed_by_hand_never_leave_in_an_exchange() -> None:
    given = problem(posts=(P_CORE, post("轻岗")), experts=(DOCTOR,))
    plan = (Tour("内科医", "内科岗", 0, 12),)

    assert ask(given, plan, "轻岗", pinned=plan).best is None
    banned = ask(given, (), "轻岗", bans=(Ban("内科医", "轻岗"),))
    assert (Rule.FORBIDDEN, 1) in banned.funnel.removed


def test_explanations_are_plain_data() -> None:
    for told in (
        ask(problem(), FULL[:1], "内科岗"),
        ask(problem(), FULL, "高原岗"),
        why_person(Case(problem(), FULL), "领队"),
    ):
        assert json.loads(json.dumps(asdict(told)))


# -- people -----------------------------------------------------------------


def test_why_somebody_goes_there_counts_what_would_be_lost_and_the_runner_up() -> None:
    other = expert("乙医", title=0)
    given = problem(experts=(LEADER, DOCTOR, other))
    stay = why_person(Case(given, FULL), "内科医").stays[0]

    without = judge(given, FULL[:1]).objective
    instead = judge(given, [FULL[0], Tour("乙医", "内科岗", 0, 12)]).objective
    whole = judge(given, FULL).objective
    assert stay.worth.total == pytest.approx(whole - without)
    assert stay.cost == pytest.approx(15)
    assert stay.runner_up is not None
    assert stay.runner_up.tour.expert == "乙医"
    assert stay.runner_up.less == pytest.approx(whole - instead)
    assert stay.elsewhere is not None
    assert stay.elsewhere.tour.post == "内科岗"


def test_nobody_else_may_go_and_somebody_fixed_by_hand() -> None:
    told = why_person(Case(problem(), FULL, pinned=FULL), "领队").stays[0]

    assert codes(told.reasons)[:2] == ["pinned", "nobody-else"]


def test_who_stays_at_home_is_told_why() -> None:
    case = Case(problem(), FULL)

    assert codes(why_person(case, "外科医").reasons)[0] == "no-post"
    assert codes(why_person(case, "西医").reasons)[0] == "no-post"
    full = Case(problem(experts=(LEADER, DOCTOR, expert("乙医"))), FULL)
    assert codes(why_person(full, "乙医").reasons) == ["posts-full"]
    home = problem(experts=(replace(DOCTOR, max_tours=0),))
    assert codes(why_person(Case(home, ()), "内科医").reasons) == ["not-to-be-sent"]
    free = why_person(Case(problem(experts=(DOCTOR,)), ()), "内科医")
    assert free.best is not None
    assert free.best.gain > 0


# -- wishes -----------------------------------------------------------------


def rules_of(found: tuple[tuple[object, ...], ...]) -> list[list[Rule]]:
    return [[member.rule for member in conflict] for conflict in found]  # type: ignore[attr-defined]


def test_a_possible_wish_has_no_conflict() -> None:
    assert conflicts(problem(), [Wish("内科医", "内科岗", 0, 12)]) == ()
    assert conflicts(problem(), [Wish("内科医", "内科岗")]) == ()
    assert conflicts(problem(), [Wish(post="内科岗")]) == ()


def test_every_rule_that_forbids_a_wish_is_a_conflict_of_its_own() -> None:
    found = conflicts(problem(), [Wish("外科医", "内科岗", 1, 7)])

    assert sorted(rules_of(found)) == sorted([[Rule.SPECIALTY], [Rule.LENGTH], [Rule.START_STEP]])


def test_a_wish_with_open_times_names_rules_that_exclude_each_other() -> None:
    # The post opens in month 6, and who would go is away from month 9 on.
    given = problem(posts=(replace(P_CORE, from_month=6),), experts=(replace(DOCTOR, to_month=10),))
    found = conflicts(given, [Wish("内科医", "内科岗")])

    assert rules_of(found) == [[Rule.WINDOW, Rule.AVAILABLE]]
    assert all(str(reason) for reason in reasons_of(given, found[0]))


def test_tours_fixed_by_hand_stand_against_a_wish() -> None:
    given = problem(posts=(P_CORE, post("副岗")), experts=(DOCTOR, expert("乙医")))
    pinned = [Tour("内科医", "副岗", 6, 6), Tour("乙医", "内科岗", 0, 6)]

    found = conflicts(given, [Wish("内科医", "内科岗", 0, 12)], pinned=pinned)
    assert sorted(rules_of(found)) == sorted(
        [[Rule.PINNED, Rule.TWO_PLACES], [Rule.PINNED, Rule.CAPACITY]]
    )
    told = [str(reason) for conflict in found for reason in reasons_of(given, conflict)]
    assert any("副岗" in text for text in told)


def test_the_money_of_what_is_fixed_stands_against_a_wish() -> None:
    given = problem(budget=20.0)

    assert rules_of(conflicts(given, [Wish("内科医", "内科岗", 0, 12)], pinned=FULL[:1])) == [
        [Rule.BUDGET]
    ]
    assert conflicts(problem(), [Wish("内科医", "内科岗", 0, 12)], pinned=FULL[:1]) == ()


def test_a_ban_stands_against_a_wish_and_pins_against_each_other() -> None:
    found = conflicts(problem(), [Wish("内科医", "内科岗", 0, 6)], bans=[Ban(post="内科岗")])
    assert rules_of(found) == [[Rule.FORBIDDEN]]
    assert "内科岗" in str(reasons_of(problem(), found[0])[0])

    both = [Tour("内科医", "内科岗", 0, 12), Tour("内科医", "内科岗", 6, 6)]
    # Both at one post, which has room for one, and in two places at once.
    assert sorted(rules_of(conflicts(problem(), [], pinned=both))) == sorted(
        [[Rule.PINNED, Rule.PINNED, rule] for rule in (Rule.TWO_PLACES, Rule.CAPACITY)]
    )


def test_a_conflict_is_irreducible() -> None:
    """With any member lifted, the rest of the conflict can be kept."""
    given = problem(posts=(replace(P_CORE, from_month=6),), experts=(replace(DOCTOR, to_month=10),))
    wish = [Wish("内科医", "内科岗")]
    assert conflicts(given, wish)

    later = replace(DOCTOR, to_month=13)
    assert conflicts(problem(posts=given.posts, experts=(later,)), wish) == ()
    earlier = replace(P_CORE, from_month=0)
    assert conflicts(problem(posts=(earlier,), experts=given.experts), wish) == ()


def test_every_rule_has_its_sentences() -> None:
    assert set(RULES) == set(Rule)
    assert set(SENTENCES) == set(Rule) - {Rule.UNKNOWN}


# -- whole plans ------------------------------------------------------------


def test_a_plan_says_what_it_could_never_reach() -> None:
    crossed = replace(P_CORE, from_month=9, to_month=3)
    given = problem(posts=(P_LEADER, crossed, P_HIGH))
    told = of_plan(given, {"队长"}, [])

    assert codes(told) == ["windows-empty", "posts-unreachable", "budget-nothing"]
    assert codes(of_plan(given, set(), [])) == ["windows-empty", "no-tour-possible"]
    assert codes(of_plan(problem(experts=()), set(), [])) == ["nobody-listed"]
    assert codes(of_plan(problem(posts=()), set(), [])) == ["no-posts"]
    (out,) = out_of_reach(given, {"队长"})
    assert out.recipient == "乙"
    assert codes(out.posts[0][1])[0] == "nobody-eligible"


def test_a_sentence_of_one_fits_its_number() -> None:
    several = "%(count)s more lie too high."
    assert fitting(several, {"count": 2}) == several
    assert fitting(several, {"count": 1}) == fitting(several, {"count": "1"})
    assert fitting(several, {"count": 1}) % {"count": 1} == "1 more lies too high."
    assert fitting("The budget is %(budget)s.", {"budget": 1}) == "The budget is %(budget)s."


def test_bans_by_whom_they_name_forbid_as_each_does() -> None:
    bans = (Ban("内科医"), Ban("", "高原岗"), Ban("外科医", "内科岗", 3, 6), Ban("领队", "队长", 0))
    tours = [
        Tour(who, where, start, months)
        for who in ("内科医", "外科医", "领队")
        for where in ("内科岗", "高原岗", "队长")
        for start in (0, 3)
        for months in (6, 12)
    ]
    banned = Banned(bans)
    for tour in tours:
        assert banned.forbids(tour) == any(ban.forbids(tour) for ban in bans)
