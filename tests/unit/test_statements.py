"""What a figure made of statements means, rule by rule, and on the published history."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest

from jiedui.core.periods import Period
from jiedui.indicators.domain.statement_figure import statement_figure
from jiedui.indicators.domain.statements import Bodies, Standing, stand
from jiedui.ledger.domain.statements import StatementRow
from tests.history import ask, bodies, body, lineage, statement, statements

WORLD = Bodies(
    lineage(
        {"甲院": "子市", "乙院": "子市", "丙院": "丑市", "子市": "域", "丑市": "域", "医大": "东省"}
    )
)


def weigh(rows: list[StatementRow], **question: object) -> Standing:
    return stand(rows, ask("surgeries", **question), WORLD)


def claims(standing: Standing) -> list[str]:
    return [row.claim for row in standing.rows]


def beside(standing: Standing) -> dict[str, str]:
    return {aside.row.claim: aside.reason for aside in standing.beside}


def parts(standing: Standing) -> dict[str, str]:
    return {aside.row.claim: aside.reason for aside in standing.parts}


# -- within one scope


def test_within_one_scope_the_widest_period_stands_and_nothing_is_added():
    rows = [
        statement("a", value=100, giver="东省", receiver="甲院", period="2016..2017"),
        statement("b", value=60, giver="东省", receiver="甲院", period="2016..2016"),
        statement("c", value=40, giver="东省", receiver="甲院", period="2017..2017"),
    ]
    found = weigh(rows, receiver="甲院")
    assert (claims(found), found.value) == (["a"], 100)
    assert beside(found) == {"b": "same-scope", "c": "same-scope"}


def test_then_the_latest_published_then_exact_before_rounded():
    one = {"giver": "东省", "receiver": "甲院", "period": "2016..2016"}
    old = statement("a", value=1, published_on=date(2017, 1, 1), **one)
    late = statement("b", value=2, published_on=date(2018, 1, 1), precision="about", **one)
    exact = statement("c", value=3, published_on=date(2018, 1, 1), **one)
    assert claims(weigh([old, late], receiver="甲院")) == ["b"]
    assert claims(weigh([old, late, exact], receiver="甲院")) == ["c"]


def test_an_unknown_start_stands_only_where_no_start_is_known():
    one = {"giver": "东省", "receiver": "甲院"}
    dated = statement("a", value=5, period="2016-04..2016-04", **one)
    blank = statement("b", value=900, period="..2017", **one)
    found = weigh([dated, blank], receiver="甲院")
    assert (claims(found), beside(found)) == (["a"], {"b": "unknown-start"})
    assert claims(weigh([blank], receiver="甲院")) == ["b"]


def test_a_repeat_counts_nothing_and_its_lines_are_the_claims_lines():
    one = {"giver": "东省", "receiver": "甲院", "period": "2016..2016"}
    rows = [
        statement("a", value=10, **one),
        statement("b", value=10, same_as="a", **one),
        statement("c", value=4, part_of="b", item="牙科", **one),
    ]
    found = weigh(rows, receiver="甲院")
    assert (claims(found), beside(found), parts(found)) == (["a"], {}, {"c": "line"})
    assert found.unexplained == 6


# -- parts and wholes


def test_parts_are_added_where_disjoint_in_receiver_and_alike_in_period():
    rows = [
        statement("a", value=100, giver="东省", receiver="甲院", period="2016..2016"),
        statement("b", value=60, giver="东省", receiver="乙院", period="2016..2016"),
        statement("c", value=7, giver="东省", receiver="丙院", period="2016..2017-01"),
    ]
    found = weigh(rows, receiver="子市")
    assert (claims(found), found.value, found.period) == (
        ["a", "b"],
        160,
        Period.read("2016", "2016"),
    )
    # Of a period of its own: the widest stands, and the others are not added to it.
    wide = weigh(rows, receiver="域")
    assert (claims(wide), beside(wide)) == (["c"], {"a": "other-scope", "b": "other-scope"})


def test_parts_are_added_where_disjoint_in_giver():
    rows = [
        statement("a", value=10, giver="东省", receiver="甲院", period="2016..2016"),
        statement("b", value=20, giver="西省", receiver="甲院", period="2016..2016"),
        statement("c", value=4, giver="医大", receiver="甲院", period="2016..2016"),
    ]
    found = weigh(rows, receiver="甲院")
    assert (claims(found), found.value, parts(found)) == (["a", "b"], 30, {"c": "beneath"})
    assert weigh(rows, receiver="甲院", giver="东省").value == 10
    assert weigh(rows, receiver="甲院", giver="医大").value == 4


@pytest.mark.parametrize(
    ("precisions", "sum_is"),
    [
        (("exact", "exact"), "exact"),
        (("exact", "about"), "about"),
        (("about", "at_least"), "at_least"),
        (("exact", "range"), "range"),
    ],
)
def test_a_sum_is_as_rounded_as_its_parts(precisions, sum_is):
    rows = [
        statement(
            name,
            value=10,
            high=Decimal(15) if precision == "range" else None,
            precision=precision,
            giver="东省",
            receiver=receiver,
            period="2016..2016",
        )
        for name, receiver, precision in zip("ab", ("甲院", "乙院"), precisions, strict=True)
    ]
    found = weigh(rows, receiver="子市")
    assert (found.value, found.precision) == (20, sum_is)
    assert found.high == (25 if sum_is == "range" else None)


def test_a_statement_of_the_whole_stands_whatever_the_dates():
    rows = [
        statement("w", value=500, giver="东省", receiver="子市", period="..2017"),
        statement("a", value=100, giver="东省", receiver="甲院", period="2016..2016"),
        statement("b", value=60, giver="东省", receiver="乙院", period="2016..2016"),
        statement("d", value=9, giver="东省", receiver="乙院", period="2018..2018"),
    ]
    found = weigh(rows, receiver="子市")
    assert (claims(found), found.value) == (["w"], 500)
    assert (parts(found), found.unexplained) == ({"a": "beneath", "b": "beneath"}, 340)
    assert beside(found) == {"d": "same-scope"}


def test_parts_outside_the_period_or_without_a_giver_explain_nothing():
    rows = [
        statement("w", value=500, giver="东省", receiver="子市", period="2016..2017"),
        statement("a", value=100, giver="东省", receiver="甲院", period="2018..2019"),
        statement("b", value=60, giver="", receiver="乙院", period="2016..2016"),
    ]
    found = weigh(rows, receiver="子市")
    assert (set(parts(found)), found.unexplained) == ({"a", "b"}, None)


def test_bodies_of_two_trees_that_share_a_part_are_not_added():
    world = Bodies(
        [*lineage({"甲院": "子市", "子市": "域"}), *lineage({"甲院": "网络", "网络": "域"})]
    )
    rows = [
        statement("a", value=10, giver="东省", receiver="子市", period="2016..2016"),
        statement("b", value=20, giver="东省", receiver="网络", period="2016..2016"),
    ]
    found = stand(rows, ask("surgeries", receiver="域"), world)
    assert (claims(found), beside(found)) == (["a"], {"b": "other-scope"})


# -- the blank giver


def test_a_blank_giver_matches_any_and_is_never_added():
    rows = [
        statement("a", value=10, giver="东省", receiver="甲院", period="2016..2016"),
        statement("b", value=20, giver="", receiver="乙院", period="2016..2016"),
        statement("c", value=30, giver="", receiver="丙院", period="2016..2016"),
    ]
    assert weigh(rows, receiver="乙院", giver="东省").value == 20
    assert weigh(rows, receiver="乙院", giver="西省").value == 20
    found = weigh(rows, receiver="域")
    assert (found.value, beside(found)) == (10, {"b": "blank-giver", "c": "blank-giver"})
    assert len(weigh(rows[1:], receiver="域").rows) == 1


def test_of_the_giver_asked_for_a_named_statement_comes_before_a_blank_one():
    rows = [
        statement("a", value=10, giver="东省", receiver="甲院", period="2016..2016"),
        statement("b", value=25, giver="", receiver="甲院", period="2016..2017"),
    ]
    assert weigh(rows, receiver="甲院", giver="东省").value == 10
    assert weigh(rows, receiver="甲院", giver="西省").value == 25
    assert weigh(rows, receiver="甲院").value == 25


# -- time


def test_only_whole_periods_count_and_overlapping_ones_stand_beside():
    one = {"giver": "东省", "receiver": "甲院"}
    rows = [
        statement("a", value=10, period="2016..2016", **one),
        statement("b", value=25, period="2016-04..2017-04", **one),
        statement("c", value=3, period="..2016-06", **one),
        statement("d", value=4, period="2018..2018", **one),
    ]
    found = weigh(rows, receiver="甲院", period="2016..2016")
    assert (claims(found), beside(found)) == (
        ["a"],
        {"b": "overlaps-period", "c": "overlaps-period"},
    )
    assert weigh(rows, receiver="甲院", period="2016-04..2017-04").value == 25
    assert weigh(rows, receiver="甲院", period="2019..2019") == Standing()


def test_a_statement_is_known_from_its_publication():
    row = statement(
        "a", giver="东省", receiver="甲院", period="2016..2016", published_on=date(2017, 4, 24)
    )
    assert weigh([row], as_of="2017-04-23").value is None
    assert weigh([row], as_of="2017-04-24").value == 1


def test_the_tree_as_it_was_then():
    moved = [
        row
        for row in lineage({"甲院": "子市"})
        if (row.descendant, row.ancestor) != (body("甲院"), body("子市"))
    ]
    tie = lineage({"甲院": "子市"})[0]._replace(
        descendant=body("甲院"), ancestor=body("子市"), valid_to=date(2016, 12, 31)
    )
    world = Bodies([*moved, tie], date(2020, 1, 1))
    row = statement("a", giver="东省", receiver="甲院", period="2016..2016")
    assert stand([row], ask("surgeries", receiver="子市"), world).value is None
    assert stand([row], ask("surgeries", receiver="子市", tree="then"), world).value == 1


# -- classes, kinds, items


def test_the_unit_class_is_that_of_the_statement_about_the_very_body():
    rows = [
        statement(
            "w", value=9, unit_class="persons", giver="东省", receiver="子市", period="..2016"
        ),
        statement("a", value=100, giver="东省", receiver="甲院", period="2010..2019"),
    ]
    found = weigh(rows, receiver="子市")
    assert (found.value, found.unit_class) == (9, "persons")
    assert beside(found) == {"a": "other-unit-class"}
    assert weigh(rows, receiver="子市", unit_class="cases").value == 100


def test_else_the_unit_class_is_that_of_the_widest_period():
    rows = [
        statement(
            "a", value=9, unit_class="persons", giver="东省", receiver="甲院", period="2016..2016"
        ),
        statement("b", value=100, giver="东省", receiver="乙院", period="2016..2017"),
    ]
    assert weigh(rows, receiver="子市").unit_class == "cases"


def test_kinds_are_never_mixed_and_what_was_done_comes_first():
    one = {"giver": "东省", "receiver": "甲院", "period": "2016..2016"}
    rows = [
        statement("a", value=100, kind="plan", **one),
        statement("b", value=40, **one),
        statement("c", value=7, kind="stock", **one),
    ]
    found = weigh(rows, receiver="甲院")
    assert (found.value, beside(found)) == (40, {"a": "other-kind", "c": "other-kind"})
    assert weigh(rows, receiver="甲院", kind="plan").value == 100
    assert weigh(rows[::2], receiver="甲院").value == 7


def test_a_price_is_never_summed():
    rows = [
        statement(name, value=5, kind="price", giver="东省", receiver=r, period="2016..2016")
        for name, r in (("a", "甲院"), ("b", "乙院"))
    ]
    assert (weigh(rows, receiver="子市").value, len(weigh(rows, receiver="子市").rows)) == (5, 1)


def test_items_are_scopes_of_their_own():
    one = {"giver": "东省", "receiver": "甲院", "period": "2016..2016"}
    rows = [
        statement("a", value=4, item="牙科", **one),
        statement("b", value=5, item="眼科", **one),
        statement("c", value=3, **one),
    ]
    found = weigh(rows, receiver="甲院")
    assert (found.value, beside(found)) == (3, {"a": "other-item", "b": "other-item"})
    assert weigh(rows, receiver="甲院", item="眼科").value == 5
    assert weigh(rows[:2], receiver="甲院").value in (4, 5)


def test_a_statement_about_several_bodies_together():
    rows = [statement("a", value=9, giver="东省", receiver=["甲院", "丙院"], period="2016..2016")]
    assert beside(weigh(rows, receiver="甲院")) == {"a": "wider"}
    assert weigh(rows, receiver="域").value == 9


def test_real_and_invented_statements_are_never_mixed():
    rows = [
        statement("a", value=9, giver="东省", receiver="甲院"),
        statement(
            "b", value=5, giver="东省", receiver="乙院", example=True, programme_id=body("示例")
        ),
    ]
    assert weigh(rows).value == 9
    assert weigh(rows, programme=body("示例")).value == 5


def test_statements_say_nothing_of_places_and_activities():
    rows = [statement("a", giver="东省", receiver="甲院")]
    assert weigh(rows, place=body("某地")) == Standing()


# -- the published history


def test_all_but_three_rows_are_placed():
    assert [row.claim for row in statements() if not row.placed] == ["000-06", "000-07", "000-08"]


@pytest.mark.parametrize(
    ("measure", "question", "value", "precision"),
    [
        ("surgeries", {"receiver": "一师医院", "as_of": "2017-04-30"}, 538, "exact"),
        ("surgeries", {"receiver": "第一师医院", "as_of": "2017-07-31"}, 887, "exact"),
        ("surgeries", {"receiver": "一师医院", "as_of": "2017-04-23"}, None, "exact"),
        ("surgeries", {"receiver": "新疆兵团"}, 887, "exact"),
        (
            "free_clinic_beneficiaries",
            {"receiver": "新疆兵团", "as_of": "2017-07-31"},
            439_300,
            "exact",
        ),
        ("free_clinic_beneficiaries", {"receiver": "四团医院"}, 467, "exact"),
        (
            "free_clinic_beneficiaries",
            {"receiver": "新疆兵团", "unit_class": "person_times", "as_of": "2017-07-31"},
            3000,
            "at_least",
        ),
        ("new_techniques", {"receiver": "第一师医院", "as_of": "2017-07-31"}, 40, "exact"),
        ("new_techniques", {"receiver": "一师医院", "as_of": "2017-04-30"}, 40, "at_least"),
        ("new_techniques", {"receiver": "兵团"}, 186, "exact"),
        ("expert_persons", {"receiver": "一师医院"}, 30, "exact"),
        ("expert_persons", {"receiver": "一师医院", "giver": "浙江大学"}, 15, "exact"),
        ("expert_persons", {"receiver": "四团医院"}, 15, "exact"),
        ("trainees", {"receiver": "兵团"}, 20_000, "at_least"),
        ("investment", {"receiver": "张家川县"}, 16_150_000, "exact"),
        ("investment", {"receiver": "我县", "kind": "plan"}, 4_496_000, "exact"),
        (
            "investment",
            {"receiver": "张家川县", "item": "toilets", "giver": "滨海新区"},
            834_000,
            "exact",
        ),
        ("investment", {"receiver": "张家川县", "period": "2020..2020"}, 2_690_000, "exact"),
        ("vehicles", {"receiver": "张家川县"}, 12, "exact"),
        ("toilets_built", {"receiver": "县中医院"}, 3, "exact"),
        ("trainees", {"receiver": "四团医院"}, None, "exact"),
    ],
)
def test_figures_of_the_history(measure, question, value, precision):
    found = stand(statements(), ask(measure, **question), bodies())
    assert (found.value, found.precision) == (value, precision)


def test_new_techniques_are_stated_twice_and_are_forty():
    found = stand(statements(), ask("new_techniques", receiver="一师医院"), bodies())
    assert (claims(found), beside(found)) == (["001-21"], {"002-04": "same-scope"})


def test_the_planned_lines_make_up_their_whole():
    found = stand(statements(), ask("investment", receiver="张家川县", kind="plan"), bodies())
    assert set(parts(found)) == {"004-21", "004-24", "004-27"}
    assert found.unexplained == 0


@pytest.mark.parametrize(
    ("measure", "as_of", "contested"),
    [
        ("critical_rescues", "2017-07-31", True),
        ("trainees", "2017-07-31", True),
        ("trainees", "2017-04-30", False),
        ("surgeries", "2017-07-31", False),
        ("new_techniques", "2017-07-31", False),
    ],
)
def test_a_value_that_stands_in_a_contradiction_is_contested(measure, as_of, contested):
    question = ask(measure, receiver="一师医院", as_of=as_of)
    found = statement_figure(statements(), question, bodies())
    assert found.figure.contested == contested
    assert bool(found.contradictions) == contested


def _seconds_to_weigh(count: int) -> float:
    """Processor seconds that one question over ``count`` statements takes, the best of three."""
    receivers = count // 8  # four measures, two periods
    rows = [
        statement(
            f"{n:05}",
            measure=("surgeries", "trainees", "lectures", "consultations")[n % 4],
            value=n // 4 % receivers,
            giver=f"省{n // 4 % 20}",
            receiver=f"院{n // 4 % receivers}",
            period=("2016..2016", "2016..2017")[n // (count // 2)],
        )
        for n in range(count)
    ]
    pairs = {f"院{n}": f"市{n % 50}" for n in range(receivers)} | {
        f"市{n}": "域" for n in range(50)
    }
    world = Bodies(lineage(pairs))
    question = ask("surgeries", receiver="域")
    taken = []
    for _ in range(3):
        started = time.process_time()
        found = statement_figure(rows, question, world)
        taken.append(time.process_time() - started)
        assert (len(found.standing.rows), found.contested) == (receivers, False)
    return min(taken)


def test_weighing_statements_grows_with_their_number_and_not_with_its_square():
    # Four times the statements: about four times the work, sixteen times were it quadratic.
    assert _seconds_to_weigh(20_000) < 10 * _seconds_to_weigh(5_000)
