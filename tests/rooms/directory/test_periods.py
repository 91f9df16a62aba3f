"""Past the actions, PostgreSQL itself refuses overlapping periods; open ends reach for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from jiedui.directory.models import (
    Department,
    Organisation,
    OrganisationEdge,
    OrganisationSeat,
    Place,
    PlaceEdge,
)
from jiedui.programmes.models import Pairing, Programme

pytestmark = pytest.mark.django_db

Make = Callable[..., Model]


@pytest.fixture
def makers() -> dict[str, Make]:
    upper, other, lower = (Place.objects.create(name=n) for n in ("示例甲", "示例乙", "示例丙"))
    whole, part = (
        Organisation.objects.create(name=n, kind="hospital") for n in ("示例丁", "示例戊")
    )
    programme = Programme.objects.create(code="demo", name="示例", kind="city")
    parents = iter((upper, other, upper, other))
    places = iter((upper, other, upper, other))
    return {
        "place edge": lambda **span: PlaceEdge.objects.create(
            tree="health", place=lower, parent=next(parents), **span
        ),
        "seat": lambda **span: OrganisationSeat.objects.create(
            organisation=part, place=next(places), **span
        ),
        "part": lambda **span: OrganisationEdge.objects.create(
            organisation=part, whole=whole, **span
        ),
        "department": lambda **span: Department.objects.create(
            organisation=part, specialty="03", name="内科", **span
        ),
        "pairing": lambda **span: Pairing.objects.create(
            programme=programme, kind="hospital", giver=whole, receiver=part, **span
        ),
    }


KINDS = ("place edge", "seat", "part", "department", "pairing")


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such constraint")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "span",
    [
        {"valid_from": date(2024, 12, 31)},
        {"valid_to": date(2024, 1, 1)},
        {},
        {"valid_from": date(2024, 5, 1), "valid_to": date(2024, 5, 1)},
    ],
)
def test_the_database_refuses_an_overlap(
    makers: dict[str, Make], kind: str, span: dict[str, Any]
) -> None:
    makers[kind](valid_from=date(2024, 1, 1), valid_to=date(2024, 12, 31))

    with pytest.raises(IntegrityError), transaction.atomic():
        makers[kind](**span)


@pytest.mark.parametrize("kind", KINDS)
def test_periods_that_only_touch_stand_side_by_side(makers: dict[str, Make], kind: str) -> None:
    makers[kind](valid_from=date(2024, 1, 1), valid_to=date(2024, 12, 31))
    makers[kind](valid_to=date(2023, 12, 31))
    makers[kind](valid_from=date(2025, 1, 1))
