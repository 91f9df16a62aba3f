"""``jiedui plan tours`` (an instance of the literature) and ``jiedui plan round`` (a folder)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from jiedui.planning.commands.running import running
from jiedui.planning.commands.saying import FILE
from jiedui.planning.domain.runs import proven_gap
from jiedui.planning.domain.tours.problem import Problem
from jiedui.planning.domain.tours.rounds import Round
from jiedui.planning.domain.tours.schedule import Plan
from jiedui.planning.domain.tours.solve import solve
from jiedui.planning.sources.rounds_files import clock, read_plan, read_round, write_plan
from jiedui.planning.sources.toptw_files import read_instance
from jiedui.planning.sources.writing import check_writable
from jiedui.web.language import spoken

SECONDS = 10.0
# Vertices that the text names of each reason; the JSON holds all.
NAMED = 20
LIMIT = click.FloatRange(min=0.0)

gettext_noop("Searching for tours")  # the stage that solve() tells
# Message ids of the reasons of domain.tours.reasons.
REASONS = {
    "no-window": gettext_noop("it has no window in which a visit could start"),
    "no-vehicle": gettext_noop("no vehicle may visit it"),
    "no-worth": gettext_noop("a visit is worth nothing now"),
    "shift-too-short": gettext_noop("even alone it takes longer than any shift"),
    "too-early": gettext_noop("it closes before a vehicle can be there"),
    "too-late": gettext_noop("it opens too late to be back by the shift's end"),
    "gives-way": gettext_noop("it could be visited, but what was chosen is worth more"),
}
BOUNDS = {
    "all-routes": gettext_noop("every route that could be better was looked at"),
    "priced-routes": gettext_noop("prices on the places, and the best route under them"),
    "time-budget": gettext_noop("the time of all shifts, filled with the best places"),
    "all-sites": gettext_noop("all places together"),
}


@click.command("plan.tours")
@click.argument("instance", type=FILE)
@click.option("--routes", type=click.IntRange(1, 100), required=True, help="How many vehicles.")
@click.option("--time-limit", type=LIMIT, help="Seconds; 10 without a limit of work.")
@click.option("--work-limit", type=click.IntRange(min=0), help="Rounds of work; repeats exactly.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option(
    "--decimals",
    type=click.IntRange(0, 4),
    help="Decimals to which distances are cut: 1 (Solomon), 2 for files named pr… (Cordeau).",
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@spoken
def tours(
    instance: Path,
    routes: int,
    time_limit: float | None,
    work_limit: int | None,
    seed: int,
    decimals: int | None,
    form: str,
) -> None:
    """Plan an INSTANCE of team orienteering with time windows from the literature."""
    problem = read_instance(instance, routes, decimals)
    with running(_seconds(time_limit, work_limit), work_limit) as run:
        plan = solve(problem, run, seed=seed)
    if form == "json":
        click.echo(json.dumps(_plain_instance(problem, plan)))
        return
    for route in plan.routes:
        click.echo(" ".join(problem.sites[stop.site].key for stop in route.stops))
    never: dict[str, list[str]] = {}
    for each in plan.unserved:
        if each.reason != "gives-way":
            never.setdefault(each.reason, []).append(problem.sites[each.site].key)
    for reason, keys in never.items():
        told = {"vertices": " ".join(keys[:NAMED]), "why": _(REASONS[reason]), "n": len(keys)}
        click.echo(
            ngettext(
                "Out of reach: %(n)s vertex (%(vertices)s): %(why)s",
                "Out of reach: %(n)s vertices (%(vertices)s): %(why)s",
                len(keys),
            )
            % told
        )
    click.echo(_summary(problem, plan))


@click.command("plan.round")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--time-limit", type=LIMIT, help="Seconds; 10 without a limit of work.")
@click.option("--work-limit", type=click.IntRange(min=0), help="Rounds of work; repeats exactly.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
@click.option("--pin", type=FILE, help="Day sheets; their stops marked as pinned are kept.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Day sheets as CSV.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@spoken
def round_(
    folder: Path,
    time_limit: float | None,
    work_limit: int | None,
    seed: int,
    pin: Path | None,
    out: Path | None,
    form: str,
) -> None:
    """Plan the round in FOLDER (docs/planning-files.md): which places on which day."""
    if out is not None:
        check_writable(out)
    before = read_plan(pin, folder) if pin else []
    today = read_round(folder, before)
    with running(_seconds(time_limit, work_limit), work_limit) as run:
        plan = solve(today.problem, run, seed=seed)
    if out is not None:
        write_plan(out, today, plan)
    told = _plain_round(today, plan)
    if pin is not None:
        was = {kept.place: [kept.vehicle, kept.day.isoformat()] for kept in before}
        told["changed"] = changes(was, told)
    if form == "json":
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        _print_round(today, plan, told)


def changes(was: dict[str, list[str]], told: dict[str, Any]) -> list[dict[str, Any]]:
    """Places whose vehicle or day differs from an earlier plan; None is: not visited."""
    now = {
        stop["place"]: [route["vehicle"], route["day"]]
        for route in told["routes"]
        for stop in route["stops"]
    }
    return [
        {"place": place, "was": was.get(place), "now": now.get(place)}
        for place in sorted(was.keys() | now.keys())
        if was.get(place) != now.get(place)
    ]


def _seconds(time_limit: float | None, work_limit: int | None) -> float | None:
    """With a limit of work alone the clock has no say, so that the plan is the same again."""
    return SECONDS if time_limit is None and work_limit is None else time_limit


def _figures(problem: Problem, plan: Plan) -> dict[str, Any]:
    return {
        "profit": _points(problem, plan.profit),
        "bound": None if plan.bound is None else _points(problem, plan.bound),
        "bound_by": plan.bound_by,
        "gap": proven_gap(plan.profit, plan.bound),
        "work": plan.work,
        "seconds": round(plan.seconds, 3),
    }


def _points(problem: Problem, points: int) -> float | int:
    return points if problem.points == 1 else points / problem.points


def _plain_instance(problem: Problem, plan: Plan) -> dict[str, Any]:
    routes = [[int(problem.sites[stop.site].key) for stop in route.stops] for route in plan.routes]
    left = [
        {
            "vertex": int(problem.sites[each.site].key),
            "reason": each.reason,
            "instead": [int(problem.sites[site].key) for site in each.instead],
        }
        for each in plan.unserved
    ]
    return {**_figures(problem, plan), "routes": routes, "unserved": left}


def _plain_round(today: Round, plan: Plan) -> dict[str, Any]:
    names = [site.key for site in today.problem.sites]
    routes = []
    for route in plan.routes:
        vehicle = today.vehicles[route.shift]
        stops = [
            {
                "place": names[stop.site],
                "arrives": clock(stop.arrival),
                "starts": clock(stop.start),
                "leaves": clock(stop.leave),
            }
            for stop in route.stops
        ]
        routes.append(
            {
                "vehicle": vehicle.key,
                "day": vehicle.day.isoformat(),
                "leaves": clock(route.depart),
                "back": clock(route.back),
                "stops": stops,
            }
        )
    return {
        **_figures(today.problem, plan),
        "routes": routes,
        "unserved": [
            {
                "place": names[left.site],
                "reason": left.reason,
                "instead": [names[site] for site in left.instead],
            }
            for left in plan.unserved
        ],
        "broken_pins": [names[today.problem.pins[pin].site] for pin in plan.broken_pins],
    }


def _summary(problem: Problem, plan: Plan) -> str:
    told = _figures(problem, plan)
    gap = told["gap"]
    said = _("Profit %(profit)s, at most %(bound)s is possible (gap %(gap)s; %(by)s).") % {
        "profit": told["profit"],
        "bound": told["bound"],
        "gap": "-" if gap is None else f"{gap:.1%}",
        "by": _(BOUNDS[plan.bound_by]),
    }
    work = _("%(seconds)s s; repeat it with --work-limit %(work)s.") % {
        "seconds": told["seconds"],
        "work": plan.work,
    }
    return f"{said}\n{work}"


def _print_round(today: Round, plan: Plan, told: dict[str, Any]) -> None:
    for route in told["routes"]:
        click.echo(
            _("%(day)s %(vehicle)s: leaves %(leaves)s, back %(back)s")
            % {name: route[name] for name in ("day", "vehicle", "leaves", "back")}
        )
        for stop in route["stops"]:
            click.echo(f"  {stop['starts']}–{stop['leaves']}  {stop['place']}")
    if told["unserved"]:
        click.echo(_("Not visited:"))
    for left in told["unserved"]:
        instead = ""
        if left["instead"]:
            instead = _(" (it would fit in place of %(place)s)") % {"place": left["instead"][0]}
        click.echo(f"  {left['place']}: {_(REASONS[left['reason']])}{instead}")
    for place in told["broken_pins"]:
        click.echo(_("Pinned, but impossible beside the others: %(place)s") % {"place": place})
    for change in told.get("changed", ()):
        click.echo(
            _("Changed: %(place)s, was %(was)s, now %(now)s")
            % {
                "place": change["place"],
                "was": " ".join(change["was"]) if change["was"] else _("not visited"),
                "now": " ".join(change["now"]) if change["now"] else _("not visited"),
            }
        )
    click.echo(_summary(today.problem, plan))


COMMANDS: list[click.Command] = [tours, round_]
