"""From posts, candidates and postings in days to a problem in months."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiedui.core.errors import InvalidInput
from jiedui.core.packs import vocabulary
from jiedui.planning.domain.changes import changes
from jiedui.planning.domain.dispatch.problem import Ban, Tour
from jiedui.planning.domain.framing import (
    Able,
    Asked,
    Framed,
    Held,
    Tied,
    World,
    frame,
    placed,
    post_of,
)
from jiedui.planning.domain.frozen import Question, from_plain, to_plain
from jiedui.planning.domain.house_rules import TABLE, settings_of, taken
from jiedui.planning.domain.months import (
    day_of,
    last_day_of,
    needed_months,
    runs,
    touched_months,
    whole_months,
)
from jiedui.planning.domain.reasons import BESIDE_KEPT, GAPS, gap_among, gap_in_words, why_changed
from jiedui.planning.domain.stays import stay

START = date(2027, 1, 1)


def rules(**own: str) -> Mapping[str, str]:
    return taken(vocabulary().table(TABLE), {"tour_months": "3 6 12"} | own)


def asked(id: str = "p", **changes: Any) -> Asked:
    said: dict[str, Any] = {
        "id": id, "receiver": "r", "specialty": "03.04", "category": "clinical", "rank": 3,
        "leader": False, "core": False, "flexible": False, "first": START, "last": None,
        "months": 6, "headcount": 1, "apprentices": 0, "priority": 3,
    }  # fmt: skip
    return Asked(**said | changes)


def able(id: str = "c", **changes: Any) -> Able:
    said: dict[str, Any] = {
        "id": id, "person": f"person {id}", "giver": "g", "specialty": "03.04",
        "category": "clinical", "rank": 3, "can_lead": False, "altitude_ok": False,
        "flexible_ok": False, "first": START, "last": date(2029, 12, 31),
        "max_tours": 1, "max_months": 12,
    }  # fmt: skip
    return Able(**said | changes)


def framed(**changes: Any) -> Framed:
    said: dict[str, Any] = {
        "start": START, "months": 12, "rules": rules(), "posts": [asked()],
        "candidates": [able()], "filled": [], "away": [],
        "ties": [Tied("g", "r", None, None, True)], "high": [],
    }  # fmt: skip
    return frame(World(**said | changes), 100_000)


def test_months_of_days() -> None:
    assert day_of(date(2027, 11, 1), 3) == date(2028, 2, 1)
    assert last_day_of(date(2027, 11, 1), 4) == date(2028, 2, 29)
    assert whole_months(START, date(2027, 1, 1), date(2027, 3, 31), 12) == (0, 3)
    assert whole_months(START, date(2027, 1, 2), date(2027, 3, 30), 12) == (1, 2)
    assert whole_months(START, None, None, 12) == (0, 12)
    assert needed_months(START, date(2027, 1, 17), date(2027, 3, 15), 12) == (0, 3)
    assert needed_months(START, date(2027, 1, 18), date(2027, 3, 14), 12) == (1, 2)
    assert touched_months(START, date(2026, 5, 1), date(2027, 2, 1), 12) == (0, 2)
    assert runs([True, False, True, True]) == [(0, 1), (2, 4)]


def test_a_post_and_a_candidate_become_the_problems() -> None:
    found = framed(posts=[asked(apprentices=2, core=True)], high=["r"])
    [post], [expert] = found.problem.posts, found.problem.experts
    assert (post.from_month, post.to_month, post.min_months, post.capacity) == (0, 12, 6, 1)
    assert (post.core, post.mentor_months, post.weight, post.min_title) == (True, 12, 1.4, 3)
    assert (expert.from_month, expert.to_month, expert.title) == (0, 13, 3)
    assert found.problem.recipient["r"].high_altitude
    assert found.problem.allowed == found.problem.preferred == {("g", "r")}
    assert (found.bans, found.posts, found.candidates) == ((), {}, {})


def test_a_leader_is_of_no_specialty_and_makes_the_recipient_want_a_team() -> None:
    found = framed(posts=[asked(leader=True, core=True)])
    [post] = found.problem.posts
    assert (post.leader, post.core, post.specialty) == (True, False, "")
    assert found.problem.recipient["r"].wants_team


def test_a_nurse_is_not_asked_for_a_physicians_post() -> None:
    found = framed(candidates=[able(category="nursing"), able("d")])
    [post] = found.problem.posts
    fitting = {one.id for one in found.problem.experts if one.specialty == post.specialty}
    assert fitting == {"d"}


def test_places_that_are_taken_for_a_time_are_free_beside_it() -> None:
    found = framed(
        posts=[asked(headcount=3)],
        filled=[
            Held("p", START, date(2027, 6, 30)), Held("p", date(2027, 10, 1), date(2029, 1, 1)),
        ],
    )  # fmt: skip
    windows = {(p.id, p.from_month, p.to_month, p.capacity) for p in found.problem.posts}
    assert windows == {("p", 0, 12, 2), ("p~1", 6, 9, 1)}
    assert sum((last - first) * places for _, first, last, places in windows) == 36 - 6 - 3
    assert {post_of(post.id) for post in found.problem.posts} == {"p"}


def test_what_cannot_be_is_left_out_with_its_reason() -> None:
    found = framed(
        posts=[
            asked("late", first=date(2028, 6, 1)), asked("full"), asked("lone", receiver="x"),
            asked("open"),
        ],
        filled=[Held("full", START, date(2028, 1, 31))],
        candidates=[
            able("short", first=date(2027, 3, 2), last=date(2027, 4, 29)),
            able("alone", giver="y"), able("busy"), able("fit"),
        ],
        away=[Held("person busy", date(2026, 1, 1), date(2028, 12, 31))],
    )  # fmt: skip
    assert {id: reason.code for id, reason in found.posts.items()} == {
        "late": "post-not-needed", "full": "post-taken", "lone": "post-not-paired",
    }  # fmt: skip
    assert {id: reason.code for id, reason in found.candidates.items()} == {
        "short": "candidate-not-available", "alone": "candidate-not-paired",
        "busy": "candidate-posted",
    }  # fmt: skip
    assert [post.id for post in found.problem.posts] == ["open"]
    assert found.outside == {"x": ("lone",)}
    assert [expert.id for expert in found.problem.experts] == ["fit"]


def test_a_posting_leaves_the_longest_span_that_it_does_not_touch() -> None:
    found = framed(away=[Held("person c", date(2027, 2, 10), date(2027, 4, 2))])
    [expert] = found.problem.experts
    assert (expert.from_month, expert.to_month) == (4, 13)


def test_nobody_goes_beyond_the_days_of_a_pairing() -> None:
    ties = [Tied("g", "r", None, date(2027, 9, 30), True)]
    found = framed(ties=ties)
    assert Ban("c", "p", 0, 12) in found.bans
    assert Ban("c", "p", 3, 6) in found.bans  # the handover would lie beyond
    assert Ban("c", "p", 0, 6) not in found.bans
    followed = [*ties, Tied("g", "r", date(2027, 10, 1), None, False)]
    assert framed(ties=followed).bans == ()


def test_nobody_outlasts_the_agreement_that_there_is() -> None:
    paper = Tied("g", "r", None, date(2027, 9, 30), True)
    found = framed(papers=[paper])
    assert Ban("c", "p", 0, 12) in found.bans
    assert Ban("c", "p", 6, 6) in found.bans
    assert Ban("c", "p", 3, 6) not in found.bans  # it ends with the agreement
    assert Ban("c", "p", 9, 3) not in found.bans  # without any agreement
    renewed = paper._replace(first=date(2027, 10, 1), last=None)
    assert framed(papers=[paper, renewed]).bans == ()
    assert framed(papers=[paper._replace(receiver="elsewhere")]).bans == ()


def test_a_post_asks_for_no_longer_than_there_is_time() -> None:
    [post] = framed(posts=[asked(months=12, last=date(2027, 7, 31))]).problem.posts
    assert (post.to_month, post.min_months) == (7, 6)


def test_tours_of_a_post_are_put_where_there_is_room() -> None:
    found = framed(
        posts=[asked(headcount=2)], filled=[Held("p", START, date(2027, 6, 30))],
        candidates=[able(id) for id in "abc"],
    )  # fmt: skip
    tours = [Tour("a", "p", 6, 6), Tour("b", "p", 0, 12), Tour("c", "p", 0, 3)]
    assert [tour.post for tour in placed(found.problem, tours)] == ["p~1", "p", "p"]
    assert placed(found.problem, [Tour("a", "no", 0, 3)]) == (Tour("a", "no", 0, 3),)


@given(
    st.lists(st.tuples(st.integers(0, 11), st.integers(1, 12)), max_size=6),
    st.integers(1, 4),
)
def test_places_are_neither_lost_nor_made(spans: list[tuple[int, int]], headcount: int) -> None:
    held = [
        Held("p", day_of(START, first), last_day_of(START, min(12, first + length)))
        for first, length in spans
    ]
    found = framed(posts=[asked(headcount=headcount)], filled=held)
    for month in range(12):
        there = sum(first <= month < first + length for first, length in spans)
        free = sum(
            post.capacity for post in found.problem.posts
            if post.from_month <= month < post.to_month
        )  # fmt: skip
        assert free == max(0, headcount - there)


def test_a_question_is_the_same_after_it_was_kept() -> None:
    found = framed(ties=[Tied("g", "r", None, date(2027, 9, 30), True)])
    question = Question(
        found.problem, found.bans, (Ban("c"),), (Tour("c", "p", 0, 6),), (), True, 7
    )
    assert from_plain(to_plain(question)) == question


def test_changes_tell_added_dropped_and_moved() -> None:
    before = [Tour("a", "p", 0, 6), Tour("b", "p", 6, 6), Tour("c", "q", 0, 6)]
    after = [Tour("a", "p", 0, 6), Tour("b", "q", 6, 6), Tour("d", "q", 0, 6)]
    told = {(each.kind, each.person) for each in changes(before, after)}
    assert told == {("moved", "b"), ("dropped", "c"), ("added", "d")}
    assert changes(before, before) == ()


def test_a_stay_ends_with_the_handover_where_somebody_follows() -> None:
    assert stay(START, 0, 6, 1, {6}) == (START, date(2027, 7, 31), 1)
    assert stay(START, 0, 6, 1, {7}) == (START, date(2027, 6, 30), 0)


def test_the_gap_in_words() -> None:
    told = [gap_in_words(gap).code for gap in (None, 0, 0.0004, 0.004, 0.03, 0.4, 1)]
    assert told == ["unknown", "proven", "close", "close", "fair", "far", "unknown"]
    # A fifth of the bound is a quarter of the plan; what is at most is taken up.
    more = [gap_in_words(gap).details["percent"] for gap in (0.0004, 0.0101, 0.2, 0.995)]
    assert more == ["0.1", "1.1", "25", "19900"]
    for _code, limit, message in GAPS:
        assert message % {"percent": "1"}, limit


def test_a_plan_around_what_stood_never_claims_more_than_was_proven() -> None:
    """The gap of a plan that keeps tours says among which plans it was proven."""
    near = gap_in_words(0.04, kept=7)
    assert (near.code, near.message, near.details["percent"]) == ("fair", BESIDE_KEPT, "4.2")
    assert gap_in_words(None, kept=7).code == "unknown"
    told = gap_among(kept=7, gap_kept=0.0, pins=0, bans=0, floor=None)
    assert [(each.code, each.details["kept"]) for each in told] == [("kept-best", 7)]
    told = gap_among(kept=7, gap_kept=0.01, pins=2, bans=1, floor=0.3)
    assert [each.code for each in told] == ["kept-near", "by-hand"]
    [unknown] = gap_among(kept=7, gap_kept=None, pins=0, bans=0, floor=None)
    assert unknown.code == "kept-unknown"
    [above] = gap_among(kept=0, gap_kept=None, pins=0, bans=0, floor=0.25)
    assert str(above.message % above.details).count("25 %") == 1
    for none in (None, 0.0):
        assert gap_among(kept=0, gap_kept=None, pins=0, bans=0, floor=none) == ()


def test_why_a_run_changed_a_tour() -> None:
    def codes(*rules: str, **other: bool) -> list[str]:
        said = {"freed": False, "pinned": False, "fresh": False} | other
        return [each.code for each in why_changed(rules, **said)]

    assert codes("unknown", freed=True) == ["unknown"]
    assert codes("by-hand") == ["by-hand"]
    assert codes(freed=True) == ["room-freed"]
    assert codes() == ["means-freed"]
    assert codes(fresh=True, freed=True) == ["from-nothing"]
    assert codes("two-places", pinned=True) == ["two-places", "pinned"]


def test_rules_of_the_pack_become_settings() -> None:
    settings = settings_of(rules(start_step="2"), 24, 5.0)
    assert (settings.start_step, settings.tour_months, settings.months) == (2, (3, 6, 12), 24)
    assert sum(share for share, _ in settings.fairness) == pytest.approx(1)
    with pytest.raises(InvalidInput):
        rules(monthly_cost="-1")
