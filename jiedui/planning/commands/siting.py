"""``jiedui plan siting pmedian`` and ``jiedui plan siting cover``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.core.errors import InvalidInput
from jiedui.planning.commands.running import running
from jiedui.planning.domain.counted import fitting
from jiedui.planning.domain.siting.cover import CoverPlan, CoverProblem
from jiedui.planning.domain.siting.cover_plan import GAP
from jiedui.planning.domain.siting.cover_plan import solve as solve_cover
from jiedui.planning.domain.siting.pmedian import Medians
from jiedui.planning.domain.siting.pmedian import solve as solve_pmedian
from jiedui.planning.sources.pmedian_files import read_pmedian
from jiedui.planning.sources.siting_files import (
    PLAN_COLUMNS,
    UNREACHED_COLUMNS,
    plain,
    plan_rows,
    read_cover,
    unreached_rows,
)
from jiedui.planning.sources.writing import check_writable, write_rows
from jiedui.web.language import spoken

PRINTED = 20
"""Places not reached and sites not chosen that the text names; JSON and CSV name all."""
FILE = click.Path(dir_okay=False, path_type=Path)
TIME = click.option(
    "--time-limit", type=click.FloatRange(min=0), help="Seconds; 60 without a limit of work."
)
WORK = click.option(
    "--work-limit", type=click.IntRange(min=0), help="Steps of work; repeats a run exactly."
)
SEED = click.option("--seed", type=click.IntRange(0, 2**31 - 1), default=0, show_default=True)
FORMAT = click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")


class _Money(click.ParamType[Decimal]):
    """An amount of money as a decimal number."""

    name = "money"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Decimal:
        """The amount, or a refusal."""
        try:
            amount = Decimal(value)
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite():
            raise InvalidInput(
                "not-a-number", "“%(text)s” is not a number.", field="--budget", text=value
            )
        return amount


@click.command("plan.siting.pmedian")
@click.argument("instance", type=click.Path(path_type=Path))
@TIME
@WORK
@SEED
@FORMAT
@spoken
def pmedian(
    instance: Path,
    time_limit: float | None,
    work_limit: int | None,
    seed: int,
    form: str,
) -> None:
    """Choose the p sites of an INSTANCE of the OR-Library that are nearest to all together.

    Ctrl-C ends the run with the best sites so far; progress is told on stderr.
    """
    problem = read_pmedian(instance)
    with running(_seconds(time_limit, work_limit), work_limit) as run:
        found = solve_pmedian(problem, run, seed=seed)
    if form == "json":
        click.echo(json.dumps(plain_medians(found), ensure_ascii=False))
        return
    click.echo(" ".join(str(site + 1) for site in found.sites))
    values = {"value": f"{plain(found.objective):,}", "gap": _percent(found.gap)}
    if found.proven:
        click.echo(_("All ways together: %(value)s; proven to be the shortest.") % values)
    elif found.gap is None:
        click.echo(_("All ways together: %(value)s.") % values)
    else:
        click.echo(_("All ways together: %(value)s; at most %(gap)s above the shortest.") % values)
    _print_reasons(found.reasons)
    _print_work(found.work, found.seconds)


def plain_medians(found: Medians) -> dict[str, Any]:
    """The plan for a machine; sites and places by the numbers of the file."""
    return {
        "objective": plain(found.objective),
        "proven": found.proven,
        "sites": [site + 1 for site in found.sites],
        "bound": None if found.bound is None else plain(found.bound),
        "gap": found.gap,
        "unserved": [client + 1 for client in found.unserved],
        "reasons": _told(found.reasons),
        "seconds": round(found.seconds, 2),
        "work": found.work,
    }


@click.command("plan.siting.cover")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--budget", type=_Money(), help="In the place of the budget in settings.json.")
@click.option("--out", type=FILE, help="The plan as a CSV file.")
@click.option("--unreached", type=FILE, help="Whom it does not reach, as a CSV file.")
@click.option(
    "--gap",
    type=click.FloatRange(0, 1),
    default=GAP,
    show_default=True,
    help="Share of the best that may be missing.",
)
@TIME
@WORK
@FORMAT
@spoken
def cover(
    folder: Path,
    budget: Decimal | None,
    out: Path | None,
    unreached: Path | None,
    gap: float,
    time_limit: float | None,
    work_limit: int | None,
    form: str,
) -> None:
    """Plan which sites in FOLDER (docs/planning-files.md) get which kit, to reach most people.

    Ctrl-C ends the run with the best plan so far; progress is told on stderr.
    """
    for path in (out, unreached):
        if path is not None:
            check_writable(path)
    problem = read_cover(folder, budget)
    with running(_seconds(time_limit, work_limit), work_limit) as run:
        plan = solve_cover(problem, run, gap=gap)
    if out is not None:
        write_rows(out, PLAN_COLUMNS, plan_rows(problem, plan))
    if unreached is not None:
        write_rows(unreached, UNREACHED_COLUMNS, unreached_rows(problem, plan))
    if form == "json":
        click.echo(json.dumps(plain_cover(problem, plan), ensure_ascii=False))
    else:
        _print_cover(problem, plan)


def plain_cover(problem: CoverProblem, plan: CoverPlan) -> dict[str, Any]:
    """The plan for a machine."""
    sites, kinds = problem.sites, problem.kinds
    more = plan.next_percent
    return {
        "objective": plain(plan.objective),
        "bound": plain(plan.bound),
        "gap": plan.gap,
        "proven": plan.proven,
        "greedy": plain(plan.greedy),
        "people": plain(plan.people),
        "reached": {service: plain(people) for service, people in plan.reached.items()},
        "by_kind": {kind: plain(people) for kind, people in plan.by_kind.items()},
        "cost": float(plan.cost),
        "budget": float(problem.budget),
        "sites": [
            {
                "site": sites[kit.site].code,
                "kind": kinds[kit.kind].code,
                "existing": kit.existing,
                "people": plain(kit.people),
                "alone": plain(kit.alone),
            }
            for kit in plan.placed
        ],
        "unreached": [
            dict(zip(UNREACHED_COLUMNS, _numbers(row), strict=True))
            for row in unreached_rows(problem, plan)
        ],
        "next_percent": {
            "money": float(more.money),
            "buys": [
                {"site": sites[site].code, "kind": kinds[kind].code} for site, kind in more.buys
            ],
            "gain": plain(more.gain),
            "at_most": None if more.at_most is None else round(more.at_most, 2),
            "first_useful": None if more.first_useful is None else float(more.first_useful),
        },
        "not_chosen": [
            {
                "site": sites[each.site].code,
                "kind": None if each.kind is None else kinds[each.kind].code,
                "gain": plain(each.gain),
                "reason": _words(each.reason, each.details),
                "price": None if each.price is None else round(each.price, 4),
            }
            for each in plan.not_chosen
        ],
        "reasons": _told(plan.reasons),
        "seconds": round(plan.seconds, 2),
        "work": plan.work,
    }


def _print_cover(problem: CoverProblem, plan: CoverPlan) -> None:
    for kit in plan.placed:
        site, kind = problem.sites[kit.site], problem.kinds[kit.kind]
        line = _("%(site)s: %(kind)s, reaches %(people)s, %(alone)s by it alone") % {
            "site": site.name or site.code,
            "kind": kind.name or kind.code,
            "people": f"{plain(kit.people):,}",
            "alone": f"{plain(kit.alone):,}",
        }
        click.echo(line + (_(" (stands already)") if kit.existing else ""))
    _print_reasons(plan.reasons)
    for service, people in plan.reached.items():
        words = {
            "service": service,
            "people": f"{plain(people):,}",
            "all": f"{plain(plan.people):,}",
            "share": _percent(people / plan.people if plan.people else 0.0),
        }
        told = _("Reached: %(people)s of %(all)s people (%(share)s).") % words
        click.echo(_("%(service)s: ") % words + told if service else told)
    click.echo(
        _("Cost: %(cost)s of %(budget)s.")
        % {"cost": f"{plan.cost:,f}", "budget": f"{problem.budget:,f}"}
    )
    if plan.proven:
        click.echo(_("No plan for this money reaches more."))
    else:
        click.echo(
            _(
                "At most %(gap)s more could be reached for this money;"
                " greedy choice reaches %(greedy)s."
            )
            % {"gap": _percent(plan.gap), "greedy": f"{plain(plan.greedy):,}"}
        )
    _print_next(problem, plan)
    if plan.unreached:
        click.echo(_("Not reached, most people first:"))
        for row in unreached_rows(problem, plan)[:PRINTED]:
            values = dict(zip(UNREACHED_COLUMNS, row, strict=True))
            line = f"  {values['name'] or values['place']} {values['service']} {values['people']:,}"
            if values["nearest_site"]:
                line += _("; nearest site %(nearest_site)s, %(distance_km)s km") % values
            click.echo(line)
        if len(plan.unreached) > PRINTED:
            left = len(plan.unreached) - PRINTED
            click.echo(_("  … and %(more)s more places (--unreached FILE).") % {"more": left})
    _print_work(plan.work, plan.seconds)


def _print_next(problem: CoverProblem, plan: CoverPlan) -> None:
    """What one per cent more of the budget buys."""
    more = plan.next_percent
    if more.buys:
        kits = _(", ").join(
            f"{problem.sites[site].name or problem.sites[site].code}"
            f" ({problem.kinds[kind].name or problem.kinds[kind].code})"
            for site, kind in more.buys
        )
        click.echo(
            _("1 %% more budget buys %(kits)s and reaches %(people)s more.")
            % {"kits": kits, "people": f"{plain(more.gain):,}"}
        )
    elif more.first_useful is not None:
        click.echo(
            _("1 %% more budget buys nothing to add; that takes %(money)s more.")
            % {"money": f"{more.first_useful:,f}"}
        )


def _numbers(row: tuple[object, ...]) -> tuple[object, ...]:
    return tuple(float(cell) if isinstance(cell, Decimal) else cell for cell in row)


def _words(message: str, details: Mapping[str, Any]) -> str:
    plain_details = {
        name: plain(value) if isinstance(value, float) else value for name, value in details.items()
    }
    return _(fitting(message, details)) % plain_details if details else _(message)


def _told(reasons: tuple[tuple[str, Mapping[str, Any]], ...]) -> list[str]:
    return [_words(message, details) for message, details in reasons]


def _print_reasons(reasons: tuple[tuple[str, Mapping[str, Any]], ...]) -> None:
    for reason in _told(reasons):
        click.echo(reason)


def _print_work(work: int, seconds: float) -> None:
    click.echo(
        ngettext(
            "%(seconds)s s, %(work)s step of work (--work-limit %(work)s repeats it).",
            "%(seconds)s s, %(work)s steps of work (--work-limit %(work)s repeats it).",
            work,
        )
        % {"seconds": f"{seconds:.1f}", "work": work}
    )


def _percent(share: float | None) -> str:
    return "?" if share is None else f"{100 * share:.3g}%"


def _seconds(time_limit: float | None, work_limit: int | None) -> float | None:
    return 60.0 if time_limit is None and work_limit is None else time_limit


COMMANDS: list[click.Command] = [pmedian, cover]
