"""The audit chain finds every kind of tampering."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from jiedui.accounts.domain.chain import Fault, Link, faults, link_hash, plain

START = datetime(2025, 3, 5, 8, 0, tzinfo=UTC)


def chain(length: int, *, actor: str = "jia1") -> list[Link]:
    links: list[Link] = []
    previous = ""
    for number in range(1, length + 1):
        link = Link(
            number,
            START + timedelta(minutes=number),
            "",
            actor,
            "ledger.confirm",
            "entry",
            str(number),
            {"次": number},
            previous,
        )
        link = replace(link, hash=link_hash(link))
        links.append(link)
        previous = link.hash
    return links


def check(links: list[Link], *, head: Link) -> list[Fault]:
    return faults(links, last_sequence=head.sequence, last_hash=head.hash)


def test_a_whole_chain_has_no_faults() -> None:
    links = chain(5)
    assert check(links, head=links[-1]) == []


def test_an_empty_chain_with_an_empty_head_is_whole() -> None:
    assert faults([], last_sequence=0, last_hash="") == []


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "yi2"},
        {"at": START},
        {"action": "ledger.return"},
        {"details": {"次": 99}},
        {"object_id": "x"},
        {"actor_id": "1"},
    ],
)
def test_a_changed_row_is_named(change: dict[str, object]) -> None:
    links = chain(5)
    links[2] = replace(links[2], **change)  # type: ignore[arg-type]
    assert check(links, head=links[-1]) == [Fault(3, "changed")]


def test_a_changed_row_with_a_new_hash_breaks_the_next_one() -> None:
    links = chain(5)
    forged = replace(links[2], details={"次": 99})
    links[2] = replace(forged, hash=link_hash(forged))
    assert check(links, head=links[-1]) == [Fault(4, "reordered")]


def test_missing_rows_are_named_wherever_they_were() -> None:
    links = chain(6)
    assert check([*links[:2], *links[4:]], head=links[-1]) == [
        Fault(3, "missing"),
        Fault(4, "missing"),
    ]
    assert check(links[1:], head=links[-1]) == [Fault(1, "missing")]


def test_rows_cut_off_at_the_end_are_missing() -> None:
    links = chain(5)
    assert check(links[:3], head=links[-1]) == [Fault(4, "missing"), Fault(5, "missing")]
    assert check([], head=links[-1]) == [Fault(n, "missing") for n in range(1, 6)]


def test_two_rows_that_changed_places_are_found() -> None:
    links = chain(4)
    swapped = [
        links[0],
        replace(links[2], sequence=2),
        replace(links[1], sequence=3),
        links[3],
    ]
    assert {fault.sequence for fault in check(swapped, head=links[-1])} >= {2, 3}


def test_a_chain_made_anew_does_not_end_in_the_head() -> None:
    assert check(chain(5, actor="yi2"), head=chain(5)[-1]) == [Fault(5, "rewritten")]


def test_a_row_behind_the_head_is_unexpected() -> None:
    links = chain(5)
    assert check(links, head=links[3]) == [Fault(5, "unexpected")]


def test_details_become_what_every_database_gives_back() -> None:
    value = {
        "day": date(2025, 3, 5),
        "amount": Decimal("1.50"),
        "rate": 0.1,
        "id": UUID(int=7),
        "set": {"b", "a"},
        "list": (1, None, True),
        "text": "a\0b",
    }
    assert plain(value) == {
        "day": "2025-03-05",
        "amount": "1.50",
        "rate": "0.1",
        "id": "00000000-0000-0000-0000-000000000007",
        "set": ["a", "b"],
        "list": [1, None, True],
        "text": "a\ufffdb",
    }
    with pytest.raises(TypeError):
        plain({"object": object()})
