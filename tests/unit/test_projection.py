"""Points on the picture of the map."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from jiedui.directory.domain.projection import HEIGHT, WIDTH, project


@given(st.lists(st.tuples(st.floats(-89, 89), st.floats(-179, 179)), min_size=1, max_size=20))
def test_every_point_is_on_the_picture_and_north_is_up(spots: list[tuple[float, float]]) -> None:
    globe = project([(str(n), "点", lat, lon, "") for n, (lat, lon) in enumerate(spots)])
    assert len(globe.points) == len(spots)
    at = {int(point.id): point for point in globe.points}
    for point in globe.points:
        assert 0 <= point.x <= WIDTH
        assert 0 <= point.y <= HEIGHT
    north = max(range(len(spots)), key=lambda n: spots[n][0])
    east = max(range(len(spots)), key=lambda n: spots[n][1])
    assert at[north].y == min(point.y for point in globe.points)
    assert at[east].x == max(point.x for point in globe.points)


def test_nothing_makes_an_empty_picture() -> None:
    assert project([]).points == ()


def test_labels_do_not_cover_one_another() -> None:
    globe = project([(str(n), "示例甲县", 39.5, 75.9 + n / 1000, "") for n in range(5)])
    assert sum(point.labelled for point in globe.points) < 5


def test_on_a_phone_larger_names_have_less_room() -> None:
    globe = project([(str(n), f"第{n}人民医院", 40 + n / 25, 80 + n / 40, "") for n in range(12)])
    labelled = [p for p in globe.points if p.labelled]
    for label in labelled:
        start = label.x - 99 if label.left else label.x + 6
        covered = [p for p in globe.points if start < p.x < start + 93 and abs(p.y - label.y) < 9]
        assert covered == []
    narrow = [p for p in globe.points if p.narrow]
    assert 0 < len(narrow) < len(labelled)
    assert set(narrow) <= set(labelled)
    boxes = [
        (p.x - 190 if p.left else p.x, p.y - 18, p.x if p.left else p.x + 190, p.y + 18)
        for p in narrow
    ]
    for one in boxes:
        assert one[0] >= 0
        assert one[2] <= WIDTH
        for other in boxes:
            apart = one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
            assert one is other or apart
