"""The state of a technique against a slow twin that lives through every day and case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiedui.core.clock import today
from jiedui.mentoring.actions._advancing import after_case, rules_of
from jiedui.mentoring.actions.technique_steps import (
    rest_technique,
    resume_technique,
    settle_technique,
)
from jiedui.mentoring.domain.months import same_day
from jiedui.mentoring.domain.techniques import (
    LADDER,
    Free,
    Rules,
    Standing,
    floor_of,
    free_of_experts,
    reached,
    sustained,
)
from jiedui.mentoring.models import Case, Technique
from tests.lasting import lasting
from tests.posting_cast import BEGIN, Scene, scene
from tests.rooms.mentoring.technique_cast import approved, laid

LEADS = ("expert", "joint", "supervised", "independent")
RULES = Rules(12, 6, 3)
START = date(2024, 1, 1)
END = START + timedelta(days=900)


def day(number: int) -> date:
    return START + timedelta(days=number)


def twin(
    steps: list[tuple[str, str, date]],
    cases: list[tuple[date, str]],
    stays: list[tuple[date, date | None]],
    rules: Rules,
    last: date,
) -> str:
    """Live every day from the first to the last and say where the technique stands at the end."""
    state, counts_from = "proposed", None
    for verb, target, on in steps:
        if verb in ("propose", "withdraw", "rest", "stop"):
            state, counts_from = target, None
        elif verb == "approve":
            state, counts_from = "approved", date.min
        elif verb in ("resume", "resume_locally"):
            state, counts_from = target, on
    if counts_from is None:
        return state
    ladder = ["approved", *LEADS]
    for on, lead in cases:
        if on >= counts_from and ladder.index(lead) > ladder.index(state):
            state = lead
    if state != "independent":
        return state
    there = set()
    for first, end in [*stays, *((on, on) for on, lead in cases if lead in ("expert", "joint"))]:
        one = first
        while one <= (end or last):
            there.add(one)
            one += timedelta(days=1)
    left: date | None = None
    one = min([*there, *(on for on, _ in cases)], default=last)
    while one <= last:
        if one in there:
            left = one
        elif left is not None:
            begin = max(left, counts_from)
            local = sorted(
                on for on, lead in cases
                if lead in ("supervised", "independent") and begin < on <= one
                and on > same_day(one, -rules.months)
            )  # fmt: skip
            if (
                one >= same_day(begin, rules.months)
                and len(local) >= rules.least
                and local[-1] > same_day(one, -rules.recent)
            ):
                return "sustained"
        one += timedelta(days=1)
    return state


numbers = st.integers(0, 900)
case_lists = st.lists(st.tuples(numbers, st.sampled_from(LEADS)), max_size=25)
stay_lists = st.lists(st.tuples(numbers, st.integers(0, 200)), max_size=3)
acts = st.sampled_from(
    [
        [],
        [("rest", "dormant", 300)],
        [("rest", "dormant", 300), ("resume", "expert", 330)],
        [("rest", "dormant", 100), ("resume_locally", "independent", 200)],
        [("stop", "stopped", 700)],
    ]
)


@settings(max_examples=300, deadline=None)
@given(case_lists, stay_lists, acts)
def test_the_rule_agrees_with_a_life_day_by_day(
    told: list[tuple[int, str]], spans: list[tuple[int, int]], more: list[tuple[str, str, int]]
) -> None:
    steps = [("propose", "proposed", day(0)), ("approve", "approved", day(1))]
    steps += [(verb, state, day(on)) for verb, state, on in more]
    cases = [(day(on), lead) for on, lead in told]
    stays = [(day(first), day(first + long) if first + long < 900 else None)
             for first, long in spans]  # fmt: skip
    floor, counts_from = floor_of(steps)
    state = floor.state
    if counts_from is not None:
        firsts: dict[str, date] = {}
        for on, lead in sorted(cases):
            if on >= counts_from:
                firsts.setdefault(lead, on)
        level = reached(floor, firsts)
        present = [*stays, *((on, on) for on, lead in cases if lead in ("expert", "joint"))]
        local = [on for on, lead in cases if lead in ("supervised", "independent")]
        state = sustained(level, free_of_experts(present, END), local, RULES, counts_from).state
    assert state == twin(steps, cases, stays, RULES, END)


def test_days_free_of_experts_join_overlapping_stays_and_go_on_while_one_is_there() -> None:
    stays = [(day(0), day(10)), (day(5), day(20)), (day(21), day(30)), (day(40), None)]
    assert free_of_experts(stays, END) == [Free(day(30), day(39))]
    assert free_of_experts([(day(0), day(10))], END) == [Free(day(10), END)]
    assert free_of_experts([], END) == []


def test_sustained_needs_enough_cases_the_newest_not_long_ago() -> None:
    level = Standing("independent", day(0))
    free = [Free(day(0), END)]
    due = same_day(day(0), 12)
    kept = [day(60), day(180), due - timedelta(days=20)]
    assert sustained(level, free, kept, RULES, date.min) == Standing("sustained", due)
    # Two are not enough; three of which the newest is old are not either.
    assert sustained(level, free, kept[:2], RULES, date.min) == level
    old = [day(20), day(30), day(40)]
    assert sustained(level, free, old, RULES, date.min) == level
    # Taken up again later: from the third case within a year.
    late = [due + timedelta(days=n) for n in (10, 40, 70)]
    assert sustained(level, free, late, RULES, date.min).since == late[2]
    # An expert who comes back before the year is over begins it anew.
    short = [Free(day(0), due - timedelta(days=1))]
    assert sustained(level, short, kept, RULES, date.min) == level


pytestmark = pytest.mark.django_db


the_cast, set_scene = lasting(scene)


def _in_database(technique: Technique) -> str:
    """The twin's answer from the rows themselves."""
    cases = list(
        Case.objects.filter(technique=technique, state="confirmed").values_list(
            "happened_on", "lead"
        )
    )
    steps = list(technique.steps.order_by("number").values_list("verb", "state", "on"))
    return twin(steps, cases, [], rules_of(technique), today()) if cases else "approved"


@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(data=st.data())
def test_cases_confirmed_and_taken_back_leave_what_a_first_reading_finds(
    set_scene: Scene, data: Any
) -> None:
    technique = approved(set_scene, name=f"技术{Technique.objects.count()}", on=BEGIN)
    held: list[Case] = []
    for _turn in range(data.draw(st.integers(1, 8))):
        if held and data.draw(st.booleans()):
            case = held.pop(data.draw(st.integers(0, len(held) - 1)))
            case.state = "withdrawn"
            case.save()
        else:
            on = BEGIN + timedelta(days=data.draw(st.integers(0, 190)))
            lead = data.draw(st.sampled_from(LEADS))
            held.append(laid(technique, on, lead, set_scene.surgeon))
        technique = after_case(by=None, technique=technique)
        assert technique.state == _in_database(technique)
        assert technique.cases == len(held)
        assert technique.local_cases == sum(one.lead in LEADS[2:] for one in held)
        last = technique.steps.order_by("number").last()
        assert last is not None
        assert last.state == technique.state


def test_time_alone_makes_it_sustained_and_twice_changes_nothing(set_scene: Scene) -> None:
    long_ago = today() - timedelta(days=720)
    technique = approved(set_scene, on=long_ago)
    laid(technique, long_ago + timedelta(days=5), "expert", set_scene.surgeon)
    for number in range(30, 710, 40):
        laid(technique, long_ago + timedelta(days=number), "independent", set_scene.stage.nurse)
    assert settle_technique(by=None, technique=technique) is True
    technique.refresh_from_db()
    assert technique.state == "sustained"
    assert technique.departed_on == long_ago + timedelta(days=5)
    assert technique.state_on == same_day(long_ago + timedelta(days=5), 12)
    steps = technique.steps.count()
    assert settle_technique(by=None, technique=technique) is False
    assert technique.steps.count() == steps
    # A later visit of an expert takes nothing away.
    laid(technique, today() - timedelta(days=3), "expert", set_scene.surgeon)
    technique = after_case(by=None, technique=technique)
    assert technique.state == "sustained"
    assert technique.departed_on == today() - timedelta(days=3)


def test_what_rests_is_not_moved_by_a_case_and_counts_from_its_resumption(
    set_scene: Scene,
) -> None:
    technique = approved(set_scene)
    laid(technique, BEGIN + timedelta(days=5), "independent", set_scene.stage.nurse)
    after_case(by=None, technique=technique)
    rest_technique(
        by=set_scene.stage.manager, technique=technique, on=BEGIN + timedelta(days=40),
        reason="staff_left",
    )  # fmt: skip
    laid(technique, BEGIN + timedelta(days=60), "joint", set_scene.surgeon)
    technique = after_case(by=None, technique=technique)
    assert (technique.state, technique.cases) == ("dormant", 2)
    technique = resume_technique(
        by=set_scene.stage.manager, technique=technique, on=BEGIN + timedelta(days=70)
    )
    assert (technique.state, technique.stop_reason) == ("expert", "")
    laid(technique, BEGIN + timedelta(days=80), "supervised", set_scene.stage.nurse)
    technique = after_case(by=None, technique=technique)
    assert technique.state == "supervised"
    assert LADDER[-1] == "independent"
