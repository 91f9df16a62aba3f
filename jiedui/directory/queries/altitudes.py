"""How high organisations lie."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from jiedui.directory.models import Organisation, OrganisationSeat
from jiedui.directory.queries.people import on_day


def altitudes(organisation_ids: Iterable[UUID], day: date) -> dict[UUID, int]:
    """Metres above the sea of each one's seat on the day; those not known are left out.

    A body that stands for a place lies where the place lies.
    """
    wanted = set(organisation_ids)
    seats = OrganisationSeat.objects.filter(on_day(day), organisation_id__in=wanted)
    rows = seats.filter(place__altitude_m__isnull=False).values_list(
        "organisation_id", "place__altitude_m"
    )
    found = {body: metres for body, metres in rows if metres is not None}
    standing = Organisation.objects.filter(
        id__in=wanted - found.keys(), stands_for__altitude_m__isnull=False
    ).values_list("id", "stands_for__altitude_m")
    return found | {body: metres for body, metres in standing if metres is not None}
