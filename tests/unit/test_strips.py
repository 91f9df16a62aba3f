"""The geometry of the presence strip."""

from __future__ import annotations

from datetime import date

from jiedui.web.strips import LANE, ROOM, Mark, Strip, StripChart, StripGroup
from jiedui.web.templatetags.strips import strip_grid, strip_lines, strip_rows


def chart(*marks: Mark, today: date | None = None) -> StripChart:
    group = StripGroup("示例县医院", [Strip("内科", marks)])
    return StripChart("在岗", date(2024, 1, 1), date(2024, 12, 31), [group], today)


def mark(first: date, last: date, kind: str = "there", lane: int = 0) -> Mark:
    return Mark(kind, first, last, "甲一", "甲一", "", lane)  # type: ignore[arg-type]


def test_marks_are_cut_at_the_ends_of_the_chart() -> None:
    whole = mark(date(2023, 1, 1), date(2025, 1, 1))
    outside = mark(date(2025, 1, 1), date(2025, 2, 1))
    ((_group, (row,)),) = chart(whole, outside).drawn()
    (drawn,) = row.marks
    assert (drawn.x, drawn.width, drawn.before, drawn.after) == ("0.000%", "100.000%", True, True)


def test_a_mark_of_one_day_is_as_wide_as_a_day() -> None:
    ((_group, (row,)),) = chart(mark(date(2024, 2, 1), date(2024, 2, 1))).drawn()
    assert (row.marks[0].x, row.marks[0].width) == ("8.470%", "0.273%")


def test_lanes_make_a_row_higher_and_handovers_stand_behind() -> None:
    ((_group, (row,)),) = chart(
        mark(date(2024, 2, 1), date(2024, 5, 1)),
        mark(date(2024, 4, 1), date(2024, 5, 1), "handover"),
        mark(date(2024, 4, 1), date(2024, 8, 1), lane=1),
    ).drawn()
    assert row.height == 2 * LANE + ROOM
    assert [each.mark.kind for each in row.behind] == ["handover"]
    assert [each.y for each in row.marks] == [ROOM // 2, LANE + ROOM // 2]


def test_the_axis_tells_months_or_years_and_today() -> None:
    assert len(chart().ticks()) == 12
    assert [tick.x for tick in chart().ticks()][:2] == ["0.000%", "8.470%"]
    years = StripChart("在岗", date(2016, 5, 1), date(2024, 4, 30))
    assert [tick.day.year for tick in years.ticks()] == list(range(2017, 2025))
    assert chart(today=date(2024, 7, 1)).today_x == "49.727%"
    assert chart(today=date(2025, 1, 1)).today_x == ""


def test_the_axis_of_two_to_four_years_tells_quarters() -> None:
    shown = StripChart("计划", date(2026, 2, 1), date(2029, 1, 31)).ticks()
    assert [(tick.day.year, tick.day.month) for tick in shown[:3]] == [
        (2026, 4), (2026, 7), (2026, 10)
    ]  # fmt: skip
    assert len(shown) == 12
    assert all(tick.major for tick in shown)


def test_what_a_script_must_know_stands_at_the_mark_escaped() -> None:
    moved = Mark("pinned", date(2024, 1, 1), date(2024, 3, 31), "甲一", "甲一", "/t/", 0,
                 {"tour": '7" onclick="x', "start": 0})  # fmt: skip
    drawn = chart(moved)
    ((group, (row,)),) = drawn.drawn()
    told = str(strip_rows(drawn, group, [row]))
    assert ' data-tour="7&quot; onclick=&quot;x" data-start="0"' in told
    assert 'class="strip-pinned"' in told


def test_a_row_and_its_line_of_the_table_are_escaped() -> None:
    strip = Strip("<b>", [Mark("gap", date(2024, 1, 1), date(2024, 3, 31), "空岗", "<i>")],
                  "<u>", '/"', "/p/", {"post": "<a>"})  # fmt: skip
    one = StripChart("在岗", date(2024, 1, 1), date(2024, 12, 31), [StripGroup("<h>", [strip])])
    ((group, (row,)),) = one.drawn()
    for told in (str(strip_rows(one, group, [row])), str(strip_lines(one))):
        assert not any(tag in told for tag in ("<b>", "<i>", "<u>", "<a>", "<h>"))
        assert "&lt;b&gt;" in told
    assert ' data-post="&lt;a&gt;"' in str(strip_rows(one, group, [row]))


def test_a_gap_far_ahead_is_drawn_apart() -> None:
    near = Mark("gap", date(2024, 1, 1), date(2024, 3, 31), "空岗", "空岗")
    far = Mark("gap", date(2024, 6, 1), date(2024, 8, 31), "空岗", "空岗", far=True)
    drawn = chart(near, far)
    ((group, (row,)),) = drawn.drawn()
    told = str(strip_rows(drawn, group, [row]))
    assert told.count('<rect class="strip-gap"') == told.count('<rect class="strip-gap strip-far"')
    assert "far" in drawn.legend


def test_the_lines_of_the_months_are_drawn_once_and_named_by_every_row() -> None:
    drawn = chart(mark(date(2024, 2, 1), date(2024, 5, 1)))
    assert str(strip_grid(drawn)).startswith('<g id="strip-grid"><line ')
    assert str(strip_grid(drawn)).count("<line ") == len(drawn.ticks())
    ((group, rows),) = drawn.drawn()
    told = str(strip_rows(drawn, group, [*rows, *rows]))
    assert told.count('<use href="#strip-grid"/>') == 2
    assert "strip-grid-major" not in told
