"""Reads of siting proposals: the list, and one with what it reaches and whom it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.planning.access.sitings import may_make_siting, visible_sitings
from jiedui.planning.models import SitingProposal
from jiedui.planning.sources import documents


@dataclass(frozen=True)
class KitLine:
    """A kit of the plan and where it stands."""

    key: str
    code: str
    site: str
    kind: str
    cost: Decimal
    existing: bool
    people: float
    alone: float


@dataclass(frozen=True)
class MissedLine:
    """A place that stays without a service."""

    key: str
    code: str
    place: str
    service: str
    people: float
    nearest: str
    """The nearest site with a kit."""
    distance: float | None
    cheapest_site: str
    cheapest_kind: str
    cheapest_cost: Decimal | None


@dataclass(frozen=True)
class LeftLine:
    """A site without a new kit, and why."""

    key: str
    code: str
    site: str
    kind: str
    gain: float
    reason: str
    details: Mapping[str, Any]
    price: float | None


@dataclass(frozen=True)
class SitingOverview:
    """A proposal on one screen."""

    siting: SitingProposal
    may_edit: bool
    worked: bool
    """Its data are the worked example's: real places, invented kits."""
    kits: tuple[KitLine, ...]
    missed: tuple[MissedLine, ...]
    left: tuple[LeftLine, ...]
    kinds: tuple[Mapping[str, Any], ...]
    next: Mapping[str, Any]
    reasons: tuple[tuple[str, Mapping[str, Any]], ...]
    points: tuple[tuple[str, float, float, str], ...]


def sitings_of(viewer: Viewer) -> QuerySet[SitingProposal]:
    """The proposals in sight, for a table."""
    return visible_sitings(viewer).select_related("programme", "owner")


def files_of(siting: SitingProposal) -> dict[str, str]:
    """The files of its problem as they were handed in, as texts by name."""
    files: dict[str, str] = documents.read(siting.problem)["files"]
    return files


def siting_overview(viewer: Viewer, siting: SitingProposal) -> SitingOverview:
    """The proposal with what its last run found."""
    told: dict[str, Any] = documents.read(siting.outcome) if siting.outcome else {}
    return SitingOverview(
        siting=siting,
        may_edit=may_make_siting(viewer, siting.owner_id),
        worked=bool(documents.read(siting.problem).get("worked")),
        kits=tuple(
            KitLine(str(number), **each | {"cost": Decimal(each["cost"])})
            for number, each in enumerate(told.get("placed", ()))
        ),
        missed=tuple(_missed(str(n), each) for n, each in enumerate(told.get("unreached", ()))),
        left=tuple(
            LeftLine(
                str(number), each["code"], each["site"], each["kind"] or "", each["gain"],
                each["reason"][0], each["reason"][1], each["price"],
            )
            for number, each in enumerate(told.get("not_chosen", ()))
        ),
        kinds=tuple(told.get("kinds", ())),
        next=told.get("next", {}),
        reasons=tuple((message, details) for message, details in told.get("reasons", ())),
        points=tuple((name, lat, lon, as_) for name, lat, lon, as_ in told.get("points", ())),
    )  # fmt: skip


def _missed(key: str, each: Mapping[str, Any]) -> MissedLine:
    cheapest = each["cheapest"] or {}
    cost = cheapest.get("cost")
    return MissedLine(
        key, each["code"], each["place"], each["service"], each["people"], each["nearest"] or "",
        each["distance"], cheapest.get("site", ""), cheapest.get("kind", ""),
        None if cost is None else Decimal(cost),
    )  # fmt: skip
