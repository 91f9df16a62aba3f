"""Who taught whom: generations, time, rings and self-teaching."""

from __future__ import annotations

from datetime import date

from jiedui.mentoring.domain.cascade import Link, Reached, cascade, counted, tree


def link(teacher: str, learner: str, day: int, way: str = "apprenticeship") -> Link[str]:
    return Link(teacher, learner, date(2026, 1, day), way)


def generations(links: list[Link[str]], *roots: str, most: int = 3) -> dict[str, int]:
    return {who: one.generation for who, one in cascade(links, roots or ("a",), most).items()}


def test_those_taught_by_those_taught_are_the_second_generation() -> None:
    links = [link("a", "b", 1), link("b", "c", 5), link("c", "d", 9), link("d", "e", 12)]
    assert generations(links) == {"b": 1, "c": 2, "d": 3}
    assert counted(cascade(links, ["a"])) == {1: 1, 2: 1, 3: 1}


def test_nobody_passes_on_what_was_not_taught_yet() -> None:
    assert generations([link("a", "b", 5), link("b", "c", 5)]) == {"b": 1}
    assert generations([link("a", "b", 5), link("b", "c", 6)]) == {"b": 1, "c": 2}


def test_the_nearest_generation_counts_even_if_the_longer_way_was_earlier() -> None:
    links = [link("a", "b", 1), link("b", "c", 2), link("a", "c", 20)]
    assert generations(links) == {"b": 1, "c": 1}


def test_what_was_learned_on_the_longer_way_is_passed_on_all_the_same() -> None:
    links = [link("a", "b", 1), link("b", "c", 2), link("a", "c", 20), link("c", "d", 5)]
    found = cascade(links, ["a"])
    assert found["d"].generation == 3
    assert found["d"].teacher == "c"


def test_rings_and_self_teaching_end() -> None:
    links = [link("a", "a", 1), link("a", "b", 2), link("b", "a", 3), link("b", "b", 4),
             link("b", "c", 5), link("c", "b", 6)]  # fmt: skip
    assert generations(links, most=9) == {"b": 1, "c": 2}


def test_every_way_between_the_two_is_told_the_strongest_first() -> None:
    links = [link("a", "b", 3, "session"), link("a", "b", 8, "certificate"), link("a", "b", 5)]
    assert cascade(links, ["a"])["b"] == Reached(
        "b", 1, "a", date(2026, 1, 3), ("certificate", "apprenticeship", "session")
    )


def test_the_tree_holds_everybody_once_below_who_taught_them() -> None:
    links = [link("a", "b", 1), link("a", "c", 2), link("b", "d", 5), link("c", "d", 4)]
    lines = [(one.reached.person, one.depth, one.below) for one in tree(cascade(links, ["a"]))]
    assert lines == [("b", 1, 0), ("c", 1, 1), ("d", 2, 0)]
