"""Dispatch problems read from folders, plans and bans from CSV files.

docs/planning-files.md describes them for the people who write them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from jiedui.core.errors import InvalidInput
from jiedui.planning.domain.dispatch.problem import (
    Ban,
    Expert,
    Post,
    Problem,
    Recipient,
    Supporter,
    Tour,
)
from jiedui.planning.sources.dispatch_settings import MOST_MONTHS, TITLES, read_settings
from jiedui.planning.sources.faults import Faults
from jiedui.planning.sources.tables import Line, read_table

PLAN_COLUMNS = ("expert", "post", "start_month", "months")
COLUMNS = {
    "recipients": ("recipient", "region", "high_altitude", "wants_team"),
    "supporters": ("supporter", "region"),
    "experts": (
        "expert", "supporter", "specialty", "title", "can_lead", "altitude_ok",
        "from_month", "to_month", "max_tours", "max_months", "flexible_ok",
    ),
    "posts": (
        "post", "recipient", "specialty", "leader", "core", "flexible", "from_month", "to_month",
        "min_months", "min_title", "mentor_months", "capacity", "weight",
    ),
    "preferred": ("supporter", "recipient"),
    "allowed": ("supporter_region", "recipient_region"),
}  # fmt: skip
MOST_PLACES = 1000

Kind = TypeVar("Kind", Recipient, Supporter, Expert, Post)


def read_problem(folder: Path) -> Problem:
    """The problem in a folder; InvalidInput ``planning-files-malformed`` tells every fault."""
    faults = Faults()
    if not folder.is_dir():
        faults.add(InvalidInput("folder-missing", "There is no such folder."), str(folder))
        faults.refuse()
    settings = read_settings(folder / "settings.json", faults)
    lines = {
        name: read_table(folder / f"{name}.csv", columns, faults)
        for name, columns in COLUMNS.items()
    }
    horizon = settings.months if settings else MOST_MONTHS
    recipients = _all(lines["recipients"], "recipient", _recipient)
    supporters = _all(lines["supporters"], "supporter", _supporter)
    known_recipients = {one.id for one in recipients}
    known_supporters = {one.id for one in supporters}
    experts = _all(lines["experts"], "expert", _expert)
    posts = _all(lines["posts"], "post", lambda line: _post(line, horizon))
    _refer(lines["experts"], "supporter", known_supporters)
    _refer(lines["posts"], "recipient", known_recipients)
    _refer(lines["preferred"], "supporter", known_supporters)
    _refer(lines["preferred"], "recipient", known_recipients)
    allowed = frozenset(
        (line.text("supporter_region"), line.text("recipient_region")) for line in lines["allowed"]
    )
    preferred = frozenset(
        (line.text("supporter"), line.text("recipient")) for line in lines["preferred"]
    )
    if faults.found or settings is None:
        faults.refuse()
    return Problem(
        recipients=tuple(recipients),
        supporters=tuple(supporters),
        experts=tuple(experts),
        posts=tuple(posts),
        allowed=allowed,
        preferred=preferred,
        settings=settings,
    )


def _all(lines: Iterable[Line], key: str, make: Callable[[Line], Kind]) -> list[Kind]:
    """One object a line; an id that stands twice is a fault."""
    found: list[Kind] = []
    first: dict[str, int] = {}
    for line in lines:
        made = make(line)
        if made.id and made.id in first:
            line.fault(
                key,
                InvalidInput(
                    "id-twice", "“%(id)s” stands already in line %(line)s.",
                    id=made.id, line=first[made.id],
                ),
            )  # fmt: skip
        first.setdefault(made.id, line.number)
        found.append(made)
    return found


def _refer(lines: Iterable[Line], column: str, known: set[str]) -> None:
    """A fault for every cell that names nobody."""
    for line in lines:
        name = line.cells.get(column, "")
        if name and name not in known:
            line.fault(column, InvalidInput("id-unknown", "“%(id)s” is not known.", id=name))


def _recipient(line: Line) -> Recipient:
    return Recipient(
        id=line.text("recipient"),
        region=line.text("region"),
        high_altitude=line.flag("high_altitude"),
        wants_team=line.flag("wants_team"),
    )


def _supporter(line: Line) -> Supporter:
    return Supporter(id=line.text("supporter"), region=line.text("region"))


def _expert(line: Line) -> Expert:
    can_lead = line.flag("can_lead")
    return Expert(
        id=line.text("expert"),
        supporter=line.text("supporter"),
        specialty=line.text("specialty", blank=can_lead),
        title=line.whole("title", 0, TITLES - 1),
        can_lead=can_lead,
        altitude_ok=line.flag("altitude_ok"),
        from_month=line.whole("from_month", -MOST_MONTHS, 2 * MOST_MONTHS),
        to_month=line.whole("to_month", -MOST_MONTHS, 2 * MOST_MONTHS),
        max_tours=line.whole("max_tours", 0, MOST_MONTHS),
        max_months=line.whole("max_months", 0, 2 * MOST_MONTHS),
        flexible_ok=line.flag("flexible_ok"),
    )


def _post(line: Line, horizon: int) -> Post:
    leader = line.flag("leader")
    return Post(
        id=line.text("post"),
        recipient=line.text("recipient"),
        specialty=line.text("specialty", blank=leader),
        leader=leader,
        core=line.flag("core"),
        flexible=line.flag("flexible"),
        from_month=line.whole("from_month", 0, horizon),
        to_month=line.whole("to_month", 0, horizon),
        min_months=line.whole("min_months", 0, 2 * MOST_MONTHS),
        min_title=line.whole("min_title", 0, TITLES - 1),
        mentor_months=line.whole("mentor_months", 0, 2 * MOST_MONTHS),
        capacity=line.whole("capacity", 0, MOST_PLACES),
        weight=line.number_from("weight", 0),
    )


def read_plan(path: Path, problem: Problem, *, strangers: bool = False) -> list[Tour]:
    """The tours of a plan; whom or what the problem does not know is a fault.

    With ``strangers`` it is none: the plan may be of before somebody dropped out.
    """
    faults = Faults()
    lines = read_table(path, PLAN_COLUMNS, faults)
    tours = [
        Tour(
            line.text("expert"),
            line.text("post"),
            line.whole("start_month", 0, 2 * MOST_MONTHS),
            line.whole("months", 0, 2 * MOST_MONTHS),
        )
        for line in lines
    ]
    if not strangers:
        _refer(lines, "expert", set(problem.expert))
        _refer(lines, "post", set(problem.post))
    faults.stop()
    return tours


def read_bans(path: Path, problem: Problem) -> list[Ban]:
    """What a plan may not hold: a blank or missing cell stands for any."""
    faults = Faults()
    lines = read_table(path, (), faults, optional=PLAN_COLUMNS)
    bans = []
    for line in lines:
        if not (line.cells.get("expert") or line.cells.get("post")):
            faults.add(
                InvalidInput("ban-of-all", "A line must name a person or a post."),
                line.file,
                line.number,
            )
            continue
        start, months = (
            line.whole(column, 0, 2 * MOST_MONTHS) if line.cells.get(column) else None
            for column in ("start_month", "months")
        )
        bans.append(
            Ban(line.text("expert", blank=True), line.text("post", blank=True), start, months)
        )
    _refer(lines, "expert", set(problem.expert))
    _refer(lines, "post", set(problem.post))
    faults.stop()
    return bans
