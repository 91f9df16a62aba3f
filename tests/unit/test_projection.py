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
