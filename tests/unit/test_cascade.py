"""Rings that spokes would close, and the cascade as lines of a tree."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jiedui.programmes.domain.cascade import Tie, cascade, ring, supplied

A, B, C, D, REGION = (UUID(int=n) for n in range(1, 6))
NAMES = {A: "甲", B: "乙", C: "丙", D: "丁", REGION: "区"}


def tie(
    giver: UUID, receiver: UUID, *, spoke: bool = False, start: int = 0, end: int = 0,
    down: bool = False,
) -> Tie:  # fmt: skip
    days = [date(year, 1, 1) if year else None for year in (start, end)]
    return Tie(UUID(int=giver.int * 100 + receiver.int), giver, receiver, spoke, *days, down)


def test_a_spoke_never_leads_back() -> None:
    chain = [tie(A, B), tie(B, C, spoke=True)]
    assert ring(chain, tie(C, A, spoke=True)) == (C, A, B, C)
    assert ring(chain, tie(C, A)) == (C, A, B, C)
    assert ring(chain, tie(C, D, spoke=True)) == ()
    assert ring([tie(A, B)], tie(B, A, spoke=True)) == (B, A, B)


def test_equals_may_help_one_another() -> None:
    assert ring([tie(A, B)], tie(B, A)) == ()


def test_a_ring_holds_only_where_all_its_ties_share_a_day() -> None:
    early = tie(A, B, end=2020)
    late = tie(B, A, spoke=True, start=2021)
    assert ring([early], late) == ()
    assert ring([early], tie(B, A, spoke=True, start=2020)) == (B, A, B)
    three = [tie(A, B, start=2020, end=2022), tie(B, C, spoke=True, start=2022, end=2024)]
    assert ring(three, tie(C, A, start=2023)) == ()
    assert ring(three, tie(C, A, start=2021)) == (C, A, B, C)


def test_a_ring_may_lead_through_what_a_region_holds() -> None:
    lies_in = {B: {B, REGION}, C: {C}, A: {A}, D: {D, A}, REGION: {REGION}}
    holds = {REGION: {REGION, B}, A: {A, D}}

    def closed(ties: list[Tie], new: Tie) -> bool:
        return bool(ring(ties, new, lambda b: lies_in.get(b, {b}), lambda b: holds.get(b, {b})))

    helps_region = tie(A, REGION, down=True)
    # A hospital of the region helps on, and not the helper or what lies in the helper.
    assert not closed([helps_region], tie(B, C, spoke=True))
    assert closed([helps_region], tie(B, A, spoke=True))
    assert closed([helps_region], tie(B, D, spoke=True))
    assert closed([tie(B, D, spoke=True)], helps_region)
    # Where the region's tie is of the region itself alone, its parts are free.
    assert not closed([tie(A, REGION)], tie(B, A, spoke=True))
    # A hub may carry its whole region, itself among it.
    assert not closed([tie(C, REGION, down=True)], tie(B, REGION, spoke=True, down=True))


def test_spokes_hang_below_who_is_helped() -> None:
    lines = cascade(
        [tie(A, B), tie(D, B), tie(B, C, spoke=True), tie(C, UUID(int=9), spoke=True)], NAMES, {}
    )
    assert [(each.depth, each.body.int) for each in lines] == [(0, 2), (1, 3), (2, 9)]
    assert [t.giver for t in lines[0].ties] == [A, D]


def test_a_hub_helped_through_its_region_stands_below_it() -> None:
    ties = [tie(A, REGION, down=True), tie(B, C, spoke=True)]
    lines = cascade(ties, NAMES, {B: {REGION}})
    assert [(each.depth, each.body) for each in lines] == [(0, REGION), (1, B), (2, C)]
    assert [(e.depth, e.body) for e in cascade(ties, NAMES, {})] == [(0, B), (1, C), (0, REGION)]


def test_what_two_hubs_help_hangs_once_with_all_below_it() -> None:
    ties = [
        tie(A, B), tie(A, D), tie(B, C, spoke=True), tie(D, C, spoke=True),
        tie(C, UUID(int=9), spoke=True),
    ]  # fmt: skip
    lines = cascade(ties, NAMES, {})
    places = [(each.depth, each.body.int, each.repeated) for each in lines]
    assert places == [(0, 4, False), (1, 3, False), (2, 9, False), (0, 2, False), (1, 3, True)]


def test_a_ring_in_old_data_is_still_drawn() -> None:
    lines = cascade([tie(A, B, spoke=True), tie(B, A, spoke=True)], NAMES, {})
    assert {each.body for each in lines} == {A, B}


def test_a_spoke_of_who_is_helped_no_longer_leads_nothing_on() -> None:
    assert supplied([(B, C), (C, D)], [B]) == {B, C, D}
    assert supplied([(B, C), (C, D)], [A]) == {A}
    # Another hub that is helped leads on; a ring of spokes feeds nobody.
    assert supplied([(B, D), (C, D), (D, B)], [C]) == {B, C, D}
    assert supplied([(B, C), (C, B)], []) == set()
