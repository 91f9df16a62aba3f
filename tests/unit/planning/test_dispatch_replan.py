"""Planning again: what can stay stays, and what leaves says why."""

from __future__ import annotations

from dataclasses import replace

from jiedui.planning.domain.dispatch.bans import forbidden_tours
from jiedui.planning.domain.dispatch.problem import Ban, Tour
from jiedui.planning.domain.dispatch.referee import judge
from jiedui.planning.domain.dispatch.replan import Removed, keep
from jiedui.planning.domain.dispatch.rules import Rule
from tests.unit.planning.dispatch_cast import DOCTOR, FULL, LEADER, P_CORE, expert, post, problem


def test_nothing_leaves_while_nothing_changed() -> None:
    assert keep(problem(), FULL).tours == tuple(sorted(FULL))
    assert keep(problem(), FULL).removed == ()


def test_who_drops_out_leaves_and_nobody_else() -> None:
    kept = keep(problem(experts=(LEADER,)), FULL)

    assert kept.tours == FULL[:1]
    assert kept.removed == (Removed(FULL[1], (Rule.UNKNOWN,)),)


def test_a_closed_post_and_a_ban_send_people_home() -> None:
    closed = keep(problem(posts=(replace(P_CORE, to_month=6),)), FULL[1:])
    assert closed.removed == (Removed(FULL[1], (Rule.WINDOW,)),)

    banned = keep(problem(), FULL, bans=[Ban("领队")])
    assert banned.removed == (Removed(FULL[0], (Rule.FORBIDDEN,)),)


def test_less_room_keeps_what_is_worth_most_and_what_is_fixed() -> None:
    two = problem(
        posts=(replace(P_CORE, mentor_months=0),), experts=(DOCTOR, expert("乙医", title=0))
    )
    before = [Tour("乙医", "内科岗", 0, 12), Tour("内科医", "内科岗", 0, 12)]

    assert keep(two, before).tours == (before[1],)
    assert keep(two, before).removed == (Removed(before[0], (Rule.CAPACITY,)),)
    assert keep(two, before, pinned=before[:1]).tours == (before[0],)


def test_less_money_sends_the_fewest_home() -> None:
    posts = (post("甲岗"), post("乙岗", weight=3.0), post("丙岗", min_months=6, to_month=6))
    people = tuple(expert(name) for name in ("一", "二", "三"))
    before = [Tour("一", "甲岗", 0, 12), Tour("二", "乙岗", 0, 12), Tour("三", "丙岗", 0, 6)]
    # 15 + 15 + 9: 38 is one too few for all; the dear one that is worth least leaves.
    given = problem(posts=posts, experts=people, budget=25.0)
    kept = keep(given, before)

    assert kept.removed == (Removed(before[0], (Rule.BUDGET,)),)
    assert judge(given, kept.tours).feasible
    # Where the short one does, it leaves: it is worth least of all.
    assert keep(problem(posts=posts, experts=people, budget=30.0), before).removed == (
        Removed(before[2], (Rule.BUDGET,)),
    )
    fixed = keep(given, before, pinned=before[:1])
    assert before[0] in fixed.tours
    assert judge(given, fixed.tours).feasible


def test_a_ban_is_written_out_as_tours() -> None:
    given = problem()

    assert forbidden_tours(given, [Ban("内科医", months=12)]) == [Tour("内科医", "内科岗", 0, 12)]
    assert {tour.expert for tour in forbidden_tours(given, [Ban(post="内科岗")])} == {"内科医"}
    assert len(forbidden_tours(given, [Ban(post="内科岗"), Ban("内科医")])) == 4
    assert forbidden_tours(given, [Ban("西医")]) == []
