"""Figures that cannot both be true: each kind, its limits, and the published history whole."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest

from jiedui.indicators.domain.contradictions import QUESTIONS, Contradiction, find
from jiedui.indicators.domain.question import Question
from jiedui.indicators.domain.statements import known
from tests.history import statement, statements

ONE = {"giver": "东省", "receiver": "甲院"}


def kinds(*rows) -> list[str]:
    return [each.kind for each in find(rows).contradictions]


def remarks(*rows) -> list[str]:
    return [each.kind for each in find(rows).remarks]


def pair(first, second, **fields):
    """Two totals since one start; each a value or (value, precision)."""
    rows = []
    for claim, said, end in (("a", first, "2017-04"), ("b", second, "2017-07")):
        value, precision = said if isinstance(said, tuple) else (said, "exact")
        rows.append(
            statement(
                claim,
                value=value,
                precision=precision,
                **{**ONE, "period": f"2016..{end}", **fields},
            )
        )
    return rows


# -- totals that fall


@pytest.mark.parametrize(
    ("earlier", "later", "falls"),
    [
        (538, 887, False),
        (887, 538, True),
        (40, 40, False),
        ((2000, "at_least"), 451, True),
        ((5500, "at_least"), 5300, True),
        ((40, "at_least"), 40, False),
        (900, (800, "at_least"), False),
        (1000, (950, "about"), False),
        ((1000, "about"), 950, False),
        ((1000, "about"), 800, True),
        (1000, (800, "about"), True),
    ],
)
def test_a_total_since_the_same_start_cannot_fall(earlier, later, falls):
    assert kinds(*pair(earlier, later)) == (["fall"] if falls else [])


def test_a_range_falls_only_from_its_lower_end():
    earlier, later = pair(10, 40)
    wide = statement(
        "a", value=30, high=Decimal(50), precision="range", period="2016..2017-04", **ONE
    )
    assert kinds(wide, later) == []
    assert kinds(wide, statement("b", value=29, period="2016..2017-07", **ONE)) == ["fall"]
    assert earlier.value == 10


@pytest.mark.parametrize(
    "other",
    [
        {"receiver": "乙院"},
        {"giver": "西省"},
        {"giver": ""},
        {"item": "牙科"},
        {"unit_class": "persons"},
        {"kind": "plan"},
        {"kind": "stock"},
        {"measure": "trainees"},
        {"period": "2015..2017-07"},
        {"period": "..2017-07"},
        {"example": True},
        {"placed": False},
    ],
)
def test_only_scopes_that_are_the_same_can_contradict(other):
    earlier, _ = pair(900, 1)
    later = statement("b", **{**ONE, "period": "2016..2017-07", "value": 1, **other})
    assert find([earlier, later]).contradictions == ()


@pytest.mark.parametrize("kind", ["stock", "plan", "price"])
def test_only_what_was_done_adds_up_over_time(kind):
    assert kinds(*pair(900, 1, kind=kind)) == []


def test_an_unknown_start_equals_an_unknown_start():
    rows = [
        statement("a", value=900, period="..2017-04", **ONE),
        statement("b", value=1, period="..2017-07", **ONE),
    ]
    assert kinds(*rows) == ["fall"]


def test_without_any_date_nothing_says_that_a_number_is_a_running_total():
    rows = [
        statement("a", value=900, published_on=date(2017, 1, 1), **ONE),
        statement("b", value=1, published_on=date(2018, 1, 1), **ONE),
    ]
    assert kinds(*rows) == []


def test_an_end_left_open_is_the_day_of_publication():
    rows = [
        statement("a", value=900, period="2016..", published_on=date(2017, 1, 1), **ONE),
        statement("b", value=1, period="2016..2017-06", published_on=date(2018, 1, 1), **ONE),
    ]
    assert [(e.earlier.claims, e.later.claims) for e in find(rows).contradictions] == [
        (("a",), ("b",))
    ]


def test_each_later_total_is_set_against_the_highest_floor_before_it():
    rows = [
        statement(claim, value=value, period=f"2016..2017-{month}", **ONE)
        for claim, value, month in (
            ("a", 10, "01"),
            ("b", 30, "02"),
            ("c", 20, "03"),
            ("d", 25, "04"),
        )
    ]
    found = find(rows)
    assert [(e.earlier.claims, e.later.claims) for e in found.contradictions] == [
        (("b",), ("c",)),
        (("b",), ("d",)),
    ]
    assert found.contested == {"b", "c", "d"}


# -- one period, stated differently


def test_exact_figures_that_differ_for_one_scope_and_period():
    rows = [
        statement("a", value=10, period="2016..2016", **ONE),
        statement("b", value=12, period="2016-01..2016-12", **ONE),
    ]
    assert kinds(*rows) == ["differs"]


@pytest.mark.parametrize(
    ("value", "precision", "found"),
    [(10, "exact", []), (12, "about", []), (9, "at_least", []), (40, "at_least", ["differs"])],
)
def test_a_rounded_figure_differs_only_where_both_cannot_be(value, precision, found):
    rows = [
        statement("a", value=11 if precision == "about" else 10, period="2016..2016", **ONE),
        statement("b", value=value, precision=precision, period="2016..2016", **ONE),
    ]
    assert kinds(*rows) == found


def test_plans_and_stocks_of_one_period_may_differ_too():
    for kind in ("plan", "stock"):
        rows = [
            statement(claim, value=value, kind=kind, period="2016..2016", **ONE)
            for claim, value in (("a", 1), ("b", 2))
        ]
        assert kinds(*rows) == ["differs"]


# -- lines and wholes


def whole_and_lines(whole, *lines, **fields):
    plan = {"measure": "investment", "kind": "plan", "unit_class": "money", **ONE, **fields}
    return [
        statement("w", value=whole, item="all", **plan),
        *(
            statement(f"l{n}", value=v, item=f"{n}", part_of="w", **plan)
            for n, v in enumerate(lines)
        ),
    ]


@pytest.mark.parametrize(
    ("whole", "lines", "found"),
    [
        (4_496_000, (3_300_000, 416_000, 780_000), []),
        (4_496_000, (3_300_000, 416_000, 790_000), ["sum_mismatch"]),
        (4_496_000, (3_300_000, 416_000), ["sum_mismatch"]),
        (4_496_000, (3_300_000,), []),
        (100, (101,), ["part_exceeds_whole"]),
        (100, (101, 5), ["part_exceeds_whole", "sum_mismatch"]),
    ],
)
def test_lines_and_their_whole(whole, lines, found):
    assert sorted(kinds(*whole_and_lines(whole, *lines))) == found


def test_a_mismatch_says_both_sums():
    (found,) = find(whole_and_lines(1000, 40, 50)).contradictions
    assert (found.earlier.value, found.later.value) == (1000, 90)
    assert found.later.claims == ("l0", "l1")
    assert found.question % found.details == (
        "The lines make 90 and the whole is 1,000. "
        "Ask whether a line is missing, or counted twice, or rounded."
    )


def test_a_subset_need_not_make_up_its_whole():
    whole = statement("w", measure="new_techniques", value=186, **ONE)
    subset = statement("a", measure="gap_filling_techniques", value=23, part_of="w", **ONE)
    other = statement("b", measure="gap_filling_techniques", value=3, part_of="w", **ONE)
    assert kinds(whole, subset, other) == []
    assert kinds(
        whole, statement("a", measure="gap_filling_techniques", value=187, part_of="w")
    ) == ["part_exceeds_whole"]


def test_lines_of_one_scope_are_portions_and_not_two_statements_of_the_same():
    """Without items they share their scope with one another and with the whole."""
    plan = {"measure": "investment", "kind": "plan", "period": "2021..2021", **ONE}
    whole = statement("w", value=100, **plan)
    lines = [statement(c, value=v, part_of="w", **plan) for c, v in (("a", 60), ("b", 40))]
    assert kinds(whole, *lines) == []
    assert kinds(whole, lines[0], statement("b", value=30, part_of="w", **plan)) == ["sum_mismatch"]
    other = statement("c", value=70, **plan)
    assert kinds(whole, *lines, other) == ["differs"]


def test_lines_of_another_class_or_kind_are_not_compared():
    whole = statement("w", value=10, **ONE)
    for other in ({"unit_class": "persons"}, {"kind": "plan"}):
        assert kinds(whole, statement("a", value=467, part_of="w", **other)) == []


def test_a_floor_has_no_upper_end_and_rounded_lines_are_not_held_to_less():
    whole = statement("w", value=3000, precision="at_least", **ONE)
    line = [statement(c, value=2000, item=c, part_of="w", **ONE) for c in "ab"]
    assert kinds(whole, *line) == []
    assert kinds(whole, line[0]) == []
    exact = statement("w", value=3000, **ONE)
    assert kinds(exact, *line) == ["sum_mismatch"]
    rounded = [statement(c, value=1000, precision="at_least", item=c, part_of="w") for c in "ab"]
    assert kinds(exact, *rounded) == []


# -- remarks


def test_a_jump_in_rate_is_a_remark():
    (found,) = find(pair(365, 730)).remarks
    assert (found.kind, found.is_remark) == ("rate_jump", True)
    assert found.details == {"days": "92", "times": "5.3"}
    assert remarks(*pair(365, 400)) == []
    assert remarks(*pair((365, "at_least"), 4000)) == []


def test_a_floor_that_falls_and_a_floor_that_is_met_are_remarks():
    assert remarks(*pair((50, "at_least"), (40, "at_least"))) == ["floor_falls"]
    assert remarks(*pair((40, "at_least"), 40)) == ["none_added"]


def test_every_kind_has_its_question():
    found = [
        *find(pair(900, 1)).contradictions,
        *find(whole_and_lines(100, 101, 5)).contradictions,
        *find(pair(1, 500)).remarks,
        *find(pair((40, "at_least"), 40)).remarks,
        *find(pair((50, "at_least"), (40, "at_least"))).remarks,
    ]
    for each in found:
        assert each.question == QUESTIONS[each.kind]
        assert "%(" not in each.question % each.details


# -- the published history


def of_history(as_of: date | None = None):
    return find(known(statements(), Question(as_of=as_of)))


def told(
    found: tuple[Contradiction, ...],
) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    return [(each.kind, each.measure, each.earlier.claims, each.later.claims) for each in found]


def test_the_history_has_exactly_two_contradictions():
    found = of_history()
    assert told(found.contradictions) == [
        ("fall", "critical_rescues", ("002-02",), ("001-19",)),
        ("fall", "trainees", ("002-07",), ("001-20",)),
    ]
    assert found.contested == {"002-02", "001-19", "002-07", "001-20"}


def test_the_history_has_two_remarks():
    assert told(of_history().remarks) == [
        ("rate_jump", "surgeries", ("002-01",), ("001-18",)),
        ("none_added", "new_techniques", ("002-04",), ("001-21",)),
    ]


def test_before_the_second_report_there_was_no_contradiction():
    assert of_history(date(2017, 7, 20)).contradictions == ()
    assert len(of_history(date(2017, 7, 21)).contradictions) == 2


def test_twenty_thousand_statements_are_searched_in_three_seconds():
    rows = [
        statement(
            f"{n:05}",
            value=n * 7919 % 997,
            giver=f"省{n % 20}",
            receiver=f"院{n % 2000}",
            period=f"2016..2017-{n // 2000 + 1:02}",
        )
        for n in range(20_000)
    ]
    started = time.process_time()
    assert find(rows).contradictions
    assert time.process_time() - started < 3
