"""Covering problems read from folders, and their plans written.

docs/planning-files.md describes them for the people who write them.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import numpy as np

from jiedui.core.errors import InvalidInput
from jiedui.planning.domain.siting.cover import CoverPlan, CoverProblem, Kind, Place, Site
from jiedui.planning.domain.siting.graph import Matrix, great_circles
from jiedui.planning.sources.faults import Faults
from jiedui.planning.sources.siting_settings import Settings, money_fault, read_settings
from jiedui.planning.sources.tables import Line, out_of_range, read_table

PLAN_COLUMNS = ("site", "name", "kind", "cost", "existing", "people", "alone")
UNREACHED_COLUMNS = (
    "place", "name", "service", "people", "nearest_site", "distance_km", "cheapest_site",
    "cheapest_kind", "cheapest_cost",
)  # fmt: skip
MOST_PEOPLE = 1e9
MOST_PAIRS = 50_000_000
"""Sites times places: what fits into a memory."""

Thing = TypeVar("Thing", Place, Site, Kind)


def read_cover(
    folder: Path, budget: Decimal | None = None, most_pairs: int = MOST_PAIRS
) -> CoverProblem:
    """The problem in a folder, with another budget if one is given.

    InvalidInput ``planning-files-malformed`` tells every fault.
    """
    faults = Faults()
    if not folder.is_dir():
        faults.add(InvalidInput("folder-missing", "There is no such folder."), str(folder))
        faults.refuse()
    settings = read_settings(folder / "settings.json", faults)
    given = (folder / "distances.csv").exists()
    where = ("latitude", "longitude")
    needed = () if given else where
    demand = read_table(
        folder / "demand.csv", ("place", "people", *needed), faults, optional=("name", *where)
    )
    posts = read_table(
        folder / "sites.csv",
        ("site", *needed),
        faults,
        optional=("name", "kinds", "existing", "required", *where),
    )
    kits = read_table(
        folder / "kinds.csv",
        ("kind", "cost"),
        faults,
        optional=("reach_km", "reach_minutes", "service", "available", "name"),
    )
    kinds = _all(kits, "kind", _kind)
    codes = {kind.code for kind in kinds}
    places = _all(demand, "place", _place)
    sites = _all(posts, "site", lambda line: _site(line, codes))
    if budget is None:
        budget = settings.budget
    if budget is None:
        faults.add(
            InvalidInput("budget-missing", "Say the budget: in settings.json or by --budget."),
            "settings.json",
            1,
            "budget",
        )
    elif refusal := money_fault(budget):
        faults.add(refusal, "--budget")
    if len(places) * len(sites) > most_pairs:
        faults.add(
            InvalidInput(
                "pairs-too-many",
                "%(sites)s sites and %(places)s places are more pairs than can be planned for.",
                sites=len(sites),
                places=len(places),
            ),
            "sites.csv",
        )
        faults.refuse()
    km = _flown(posts, demand, required=not given) * settings.detour
    minutes = km / settings.speed * 60 if settings.speed else np.full_like(km, np.nan)
    if given:
        _read_distances(folder / "distances.csv", sites, places, km, minutes, settings, faults)
    if any(kind.minutes for kind in kinds) and not given and not settings.speed:
        faults.add(
            InvalidInput(
                "speed-missing",
                "A reach in minutes needs speed_kmh here, or minutes in distances.csv.",
            ),
            "settings.json",
            1,
            "speed_kmh",
        )
    if faults.found or budget is None:
        faults.refuse()
    return CoverProblem(
        tuple(places), tuple(sites), tuple(kinds), budget, km, minutes, settings.weights
    )


def _all(lines: list[Line], key: str, make: Callable[[Line], Thing]) -> list[Thing]:
    """One object a line; a code that stands twice is a fault."""
    found: list[Thing] = []
    first: dict[str, int] = {}
    for line in lines:
        made = make(line)
        if made.code and made.code in first:
            line.fault(
                key,
                InvalidInput(
                    "id-twice", "“%(id)s” stands already in line %(line)s.",
                    id=made.code, line=first[made.code],
                ),
            )  # fmt: skip
        first.setdefault(made.code, line.number)
        found.append(made)
    return found


def _place(line: Line) -> Place:
    people = line.number_from("people", 0)
    if people > MOST_PEOPLE:
        line.fault("people", out_of_range(line.cells["people"], 0, MOST_PEOPLE))
    return Place(line.text("place"), people, line.text("name", blank=True))


def _site(line: Line, codes: set[str]) -> Site:
    allowed = line.text("kinds", blank=True)
    return Site(
        line.text("site"),
        line.text("name", blank=True),
        _codes(line, "kinds", codes) if allowed else None,
        _codes(line, "existing", codes),
        _codes(line, "required", codes),
    )


def _codes(line: Line, column: str, known: set[str]) -> frozenset[str]:
    """Kinds of kit, parted by spaces; “-” is none at all."""
    found = [code for code in line.text(column, blank=True).split() if code != "-"]
    for code in found:
        if code not in known:
            line.fault(column, InvalidInput("id-unknown", "“%(id)s” is not known.", id=code))
    return frozenset(found)


def _kind(line: Line) -> Kind:
    cost = Decimal(0)
    before = len(line.faults.found)
    line.number_from("cost", 0)
    if len(line.faults.found) == before and line.cells["cost"]:
        cost = Decimal(line.cells["cost"])
        if refusal := money_fault(cost):
            line.fault("cost", refusal)
    measures = [name for name in ("reach_km", "reach_minutes") if line.cells.get(name)]
    if len(measures) != 1:
        line.fault(
            "reach_km",
            InvalidInput(
                "reach-not-one", "A kind has one reach: reach_km or reach_minutes, not both."
            ),
        )
    available = line.cells.get("available", "")
    return Kind(
        line.text("kind"),
        cost,
        line.number_from(measures[0], 0) if len(measures) == 1 else 0.0,
        measures == ["reach_minutes"],
        line.text("service", blank=True),
        line.whole("available", 0, 10**6) if available else None,
        line.text("name", blank=True),
    )


def _flown(sites: list[Line], places: list[Line], *, required: bool) -> Matrix:
    """Kilometres as the crow flies; nan where a coordinate is missing and need not be there."""
    return great_circles(_degrees(sites, required), _degrees(places, required))


def _degrees(lines: list[Line], required: bool) -> Matrix:
    found = np.full((len(lines), 2), np.nan)
    for number, line in enumerate(lines):
        for index, (column, most) in enumerate((("latitude", 90), ("longitude", 180))):
            if not line.cells.get(column) and not required:
                continue
            value = line.number_from(column, -1e9)
            if not -most <= value <= most and line.cells.get(column):
                line.fault(column, out_of_range(line.cells[column], -most, most))
            found[number, index] = value
    return found


def _read_distances(
    path: Path,
    sites: list[Site],
    places: list[Place],
    km: Matrix,
    minutes: Matrix,
    settings: Settings,
    faults: Faults,
) -> None:
    """Put the ways that are measured in the place of those told from coordinates."""
    rows = {site.code: number for number, site in enumerate(sites)}
    columns = {place.code: number for number, place in enumerate(places)}
    lines = read_table(path, ("site", "place"), faults, optional=("km", "minutes"))
    if lines and not {"km", "minutes"} & lines[0].cells.keys():
        faults.add(InvalidInput("column-missing", "This column is missing."), path.name, 1, "km")
        return
    for line in lines:
        row, column = rows.get(line.text("site")), columns.get(line.text("place"))
        for name, number in (("site", row), ("place", column)):
            if number is None and line.cells.get(name):
                refusal = InvalidInput("id-unknown", "“%(id)s” is not known.", id=line.cells[name])
                line.fault(name, refusal)
        if not line.cells.get("km") and not line.cells.get("minutes"):
            line.text("km")
            continue
        if row is None or column is None:
            continue
        if line.cells.get("km"):
            km[row, column] = line.number_from("km", 0)
            if settings.speed:
                minutes[row, column] = km[row, column] / settings.speed * 60
        if line.cells.get("minutes"):
            minutes[row, column] = line.number_from("minutes", 0)


def plan_rows(problem: CoverProblem, plan: CoverPlan) -> list[tuple[object, ...]]:
    """A plan as rows of ``PLAN_COLUMNS``."""
    return [
        (
            problem.sites[kit.site].code,
            problem.sites[kit.site].name,
            problem.kinds[kit.kind].code,
            Decimal(0) if kit.existing else problem.kinds[kit.kind].cost,
            kit.existing,
            plain(kit.people),
            plain(kit.alone),
        )
        for kit in plan.placed
    ]


def unreached_rows(problem: CoverProblem, plan: CoverPlan) -> list[tuple[object, ...]]:
    """Whom a plan does not reach, as rows of ``UNREACHED_COLUMNS``."""
    return [
        (
            problem.places[each.place].code,
            problem.places[each.place].name,
            each.service,
            plain(each.people),
            None if each.nearest is None else problem.sites[each.nearest].code,
            None if each.distance is None else round(each.distance, 1),
            *(
                (None, None, None)
                if each.cheapest is None
                else (
                    problem.sites[each.cheapest[0]].code,
                    problem.kinds[each.cheapest[1]].code,
                    problem.kinds[each.cheapest[1]].cost,
                )
            ),
        )
        for each in plan.unreached
    ]


def plain(value: float) -> int | float:
    """Whole numbers without a decimal point."""
    return int(value) if value == int(value) else round(value, 6)
