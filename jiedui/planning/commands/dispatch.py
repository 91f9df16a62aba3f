"""``jiedui plan dispatch``."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from jiedui.core.errors import InvalidState
from jiedui.planning.commands.explain import explain
from jiedui.planning.commands.running import running
from jiedui.planning.commands.saying import FILE, plain, said
from jiedui.planning.domain.changes import ADDED, DROPPED, MOVED, Change
from jiedui.planning.domain.counted import fitting
from jiedui.planning.domain.dispatch.bans import forbidden_tours
from jiedui.planning.domain.dispatch.conflict_reasons import reasons_of
from jiedui.planning.domain.dispatch.conflicts import conflicts
from jiedui.planning.domain.dispatch.explain import Case
from jiedui.planning.domain.dispatch.problem import Ban, Problem, Tour
from jiedui.planning.domain.dispatch.reasons import (
    RULES,
    OutOfReach,
    Reason,
    crowded_out,
    of_plan,
    out_of_reach,
)
from jiedui.planning.domain.dispatch.referee import Verdict, judge
from jiedui.planning.domain.dispatch.replan import Replanned, again, floor_of_all
from jiedui.planning.domain.reasons import gap_among
from jiedui.planning.domain.runs import Run, proven_gap
from jiedui.planning.sources.dispatch_files import read_bans, read_plan, read_problem
from jiedui.planning.sources.dispatch_writing import write_plan
from jiedui.planning.sources.writing import check_writable
from jiedui.web.language import spoken

if TYPE_CHECKING:
    from jiedui.planning.domain.dispatch.solve import Plan

CHANGED = {
    ADDED: gettext_noop("added"),
    DROPPED: gettext_noop("removed"),
    MOVED: gettext_noop("moved"),
}
# Hospitals and changes that the text names; the JSON holds all.
NAMED = 20
NOT_PROVEN = Reason(
    "proof-not-reached",
    gettext_noop(
        "The run ended before it was proven what the best of all plans could reach: give it more"
        " time."
    ),
)


@click.command("plan.dispatch")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Plan to write."
)
@click.option("--time-limit", type=click.FloatRange(min=0), help="Seconds; 300 without any limit.")
@click.option("--work-limit", type=click.IntRange(0), help="Units of work, whatever the clock.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option("--floor", is_flag=True, help="Best for the worst-off recipients first.")
@click.option("--pin", type=FILE, help="Tours to keep whatever happens, a CSV file as a plan.")
@click.option("--forbid", type=FILE, help="What may not be, a CSV file as a plan with blanks.")
@click.option("--start", type=FILE, help="Plan to change as little as can be.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@spoken
def dispatch(
    folder: Path,
    out: Path,
    time_limit: float | None,
    work_limit: int | None,
    seed: int,
    floor: bool,
    pin: Path | None,
    forbid: Path | None,
    start: Path | None,
    form: str,
) -> None:
    """Plan who goes where, when and for how long, and write the plan.

    FOLDER holds the problem (docs/planning-files.md). Ctrl-C ends the run with
    the best plan so far. With --start the plan given is changed as little as
    can be, and what changed is told.
    """
    check_writable(out)
    with running(time_limit, work_limit) as run:
        problem = read_problem(folder)
        pinned = read_plan(pin, problem) if pin else []
        bans = read_bans(forbid, problem) if forbid else []
        before = read_plan(start, problem, strangers=True) if start else None
        _refuse_conflicts(problem, pinned, bans)
        forbidden = forbidden_tours(problem, bans)
        new: Replanned | None = None
        if before is None:
            plan = _plan(problem, run, seed, floor, pinned, forbidden)
        else:
            new = again(
                problem, before, run, seed=seed, floor=floor, pinned=pinned, bans=bans,
                forbidden=forbidden,
            )  # fmt: skip
            plan = new.plan
        verdict = judge(problem, plan.tours)
        if verdict.broken:
            raise RuntimeError(f"the plan breaks rules: {verdict.times_broken()}")
        write_plan(out, plan.tours)
        free = _free(problem, new, pinned, bans, run) if new is not None else None
        answer = _answer(problem, plan, verdict, run, floor) | {
            "pinned": len(pinned),
            "forbidden": len(bans),
        }
        if new is not None:
            answer |= _among(new, free)
            if floor:
                answer |= _floor_among(problem, new, pinned, forbidden, run)
            # The proofs are work too.
            answer |= {
                "seconds": round(run.elapsed, 2), "work": run.work, "changes": _changes(new),
            }  # fmt: skip
        if form == "json":
            click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        else:
            _print(answer, out, new)


def _plan(
    problem: Problem,
    run: Run,
    seed: int,
    floor: bool,
    pinned: Collection[Tour],
    forbidden: Collection[Tour],
) -> Plan:
    from jiedui.planning.domain.dispatch import solve

    return solve.plan(problem, run, seed=seed, floor=floor, pinned=pinned, forbidden=forbidden)


def _free(
    problem: Problem, new: Replanned, pinned: list[Tour], bans: list[Ban], run: Run
) -> float | None:
    """What no plan exceeds that need not keep what this one keeps; None without time for it."""
    from jiedui.planning.domain.dispatch.money import price_of_money

    if not new.held:
        return new.plan.bound
    if run.over():
        return None
    price = price_of_money(Case(problem, new.plan.tours, tuple(pinned), tuple(bans)), run)
    return max(price.bound, new.plan.objective) if price.priced else None


def _among(new: Replanned, free: float | None) -> dict[str, Any]:
    """Bound and gap among all plans, and among those that keep what this one was made around."""
    held = new.plan.bound if free is None else min(free, new.plan.bound)
    return {
        "bound": None if free is None else round(free, 4),
        "gap": proven_gap(new.plan.objective, free),
        "kept": new.held,
        "bound_kept": round(held, 4),
        "gap_kept": proven_gap(new.plan.objective, held),
        "unproven": plain(NOT_PROVEN) if free is None else None,
    }


def _floor_among(
    problem: Problem,
    new: Replanned,
    pinned: Collection[Tour],
    forbidden: Collection[Tour],
    run: Run,
) -> dict[str, Any]:
    """What bounds the floor among all plans, and among those that keep what this one keeps."""
    free = new.plan.floor_bound
    if new.held:
        over = run.over()
        free = None if over else floor_of_all(problem, run, pinned=pinned, forbidden=forbidden)
    return {"floor_bound": free, "floor_bound_kept": new.plan.floor_bound}


def _refuse_conflicts(problem: Problem, pinned: list[Tour], bans: list[Ban]) -> None:
    """Refuse tours fixed by hand that no plan can hold, with the rules that exclude each other."""
    found = conflicts(problem, [], pinned=pinned, bans=bans)
    if found:
        lines = [
            " + ".join(said(reason) for reason in reasons_of(problem, conflict))
            for conflict in found
        ]
        raise InvalidState(
            "pins-impossible",
            "No plan can hold all that is fixed by hand; these exclude each other:\n%(conflicts)s",
            conflicts="\n".join(lines),
        )


def _answer(
    problem: Problem, plan: Plan, verdict: Verdict, run: Run, floor: bool
) -> dict[str, Any]:
    reachable = plan.reachable
    answer: dict[str, Any] = {
        "objective": round(verdict.objective, 4),
        "bound": None if plan.bound is None else round(plan.bound, 4),
        "gap": plan.gap,
        "seconds": round(run.elapsed, 2),
        "tours": verdict.tours,
        "work": run.work,
        "cost": round(verdict.cost, 2),
        "budget": verdict.budget,
        "money_price": plan.money_price,
        "team_months": verdict.team_months,
        "mentored_posts": len(verdict.mentored),
        "fairness": round(verdict.fairness, 4),
        "quality": round(verdict.quality, 4),
        "team_bonus": round(verdict.teams, 4),
        "mentor_bonus": round(verdict.mentoring, 4),
        "smallest_share": verdict.smallest_share,
        "recipients_with_nothing": len(verdict.with_nothing),
        "reasons": [plain(reason) for reason in of_plan(problem, reachable, plan.tours)],
    }
    if floor:
        answer["floor"] = plan.floor
        answer["floor_bound"] = plan.floor_bound
        others = [*out_of_reach(problem, reachable), *crowded_out(problem, plan.crowded_out)]
        answer["out_of_reach"] = [_out_of_reach(each) for each in others]
    return answer


def _out_of_reach(each: OutOfReach) -> dict[str, Any]:
    return {
        "recipient": each.recipient,
        "posts": [
            {"post": post, "reasons": [plain(reason) for reason in reasons]}
            for post, reasons in each.posts
        ],
    }


def _changes(new: Replanned) -> dict[str, Any]:
    told: dict[str, Any] = {"kept": len(new.kept), "changed": len(new.changes)}
    for kind in (DROPPED, ADDED, MOVED):
        told[kind] = [_change(new, each) for each in new.changes if each.kind == kind]
    return told


def _change(new: Replanned, change: Change) -> dict[str, Any]:
    told: dict[str, Any] = {"expert": change.person}
    if change.before:
        told["before"] = _tour(change.before)
        told["rules"] = [str(rule) for rule in new.why.get(change.before, ())]
    if change.after:
        told["after"] = _tour(change.after)
    return told


def _tour(tour: Tour) -> dict[str, Any]:
    return {"post": tour.post, "start_month": tour.start, "months": tour.months}


def _print(answer: dict[str, Any], out: Path, new: Replanned | None) -> None:
    click.echo(
        _(
            "Written to %(file)s: %(tours)s. Months with a team: %(teams)s; apprentices with a"
            " mentor long enough: %(mentored)s."
        )
        % {
            "file": out,
            "tours": ngettext("%(n)s tour", "%(n)s tours", answer["tours"])
            % {"n": answer["tours"]},
            "teams": answer["team_months"],
            "mentored": answer["mentored_posts"],
        }
    )
    worth = {"worth": f"{answer['objective']:,.2f}"}
    if answer["gap"] is None or answer["objective"] <= 0 < answer["gap"]:
        click.echo(_("Worth %(worth)s; how near it is to the best is not known yet.") % worth)
        if answer.get("unproven"):
            click.echo(answer["unproven"]["text"])
    else:
        click.echo(
            _("Worth %(worth)s; no plan can be better by more than %(gap)s %%.")
            # of this plan's worth, where the gap is of the bound
            % {**worth, "gap": f"{100 * answer['gap'] / (1 - answer['gap']):.2f}"}
        )
    for among in gap_among(
        kept=answer.get("kept", 0), gap_kept=answer.get("gap_kept"), pins=answer["pinned"],
        bans=answer["forbidden"], floor=answer.get("floor"),
    ):  # fmt: skip
        click.echo(_(fitting(among.message, among.details)) % among.details)
    click.echo(
        ngettext(
            "It costs %(cost)s of %(budget)s; %(nothing)s recipient gets nobody.",
            "It costs %(cost)s of %(budget)s; %(nothing)s recipients get nobody.",
            answer["recipients_with_nothing"],
        )
        % {
            "cost": f"{answer['cost']:,.2f}",
            "budget": f"{answer['budget']:,.2f}",
            "nothing": answer["recipients_with_nothing"],
        }
    )
    if answer.get("floor") is not None:
        click.echo(
            _("The worst-off recipient that can be reached has %(floor)s %% of its need.")
            % {"floor": f"{100 * answer['floor']:.1f}"}
        )
    for reason in answer["reasons"]:
        click.echo(reason["text"])
    for each in answer.get("out_of_reach", [])[:NAMED]:
        click.echo(_("Out of reach: %(recipient)s") % each)
        for post in each["posts"]:
            why = " ".join(reason["text"] for reason in post["reasons"])
            click.echo(f"  {post['post']}: {why}")
    if new is not None:
        _print_changes(new)
    click.echo(
        ngettext(
            "%(seconds)s s, %(work)s unit of work (--work-limit %(work)s repeats it).",
            "%(seconds)s s, %(work)s units of work (--work-limit %(work)s repeats it).",
            answer["work"],
        )
        % {"seconds": answer["seconds"], "work": answer["work"]}
    )


def _print_changes(new: Replanned) -> None:
    click.echo(
        ngettext(
            "%(kept)s tour stays as it was; changes: %(changed)s",
            "%(kept)s tours stay as they were; changes: %(changed)s",
            len(new.kept),
        )
        % {"kept": len(new.kept), "changed": len(new.changes)}
    )
    for each in new.changes[:NAMED]:
        sides = [
            f"{tour.post} {tour.start}+{tour.months}"
            for tour in (each.before, each.after)
            if tour is not None
        ]
        rules = new.why.get(each.before, ()) if each.before else ()
        why = _(", ").join(_(RULES[rule]) for rule in rules)
        kind = _(CHANGED[each.kind])
        click.echo(f"  {kind}: {each.person} {' → '.join(sides)}" + (f" ({why})" if why else ""))


COMMANDS: list[click.Command] = [dispatch, explain]
