"""``jiedui plan explain``: why a plan is as it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jiedui.core.errors import InvalidInput
from jiedui.planning.commands.running import running
from jiedui.planning.commands.saying import FILE, plain, said
from jiedui.planning.domain.dispatch.conflict_reasons import reasons_of
from jiedui.planning.domain.dispatch.conflicts import Wish, conflicts
from jiedui.planning.domain.dispatch.exchanges import Exchange
from jiedui.planning.domain.dispatch.explain import Case, EmptyPost, why_empty
from jiedui.planning.domain.dispatch.explain_person import Person, RunnerUp, why_person
from jiedui.planning.domain.dispatch.problem import Problem, Tour
from jiedui.planning.sources.dispatch_files import read_bans, read_plan, read_problem
from jiedui.web.language import spoken

Json = dict[str, Any]


@click.command("plan.explain")
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("plan", type=FILE)
@click.option("--post", help="Why this post is empty, or who fills it.")
@click.option("--expert", help="Why this person goes there, or stays at home.")
@click.option("--wish", help="“person,post,start month,months”, of which any may be blank.")
@click.option("--budget", is_flag=True, help="What 1 % more of the budget would buy.")
@click.option("--time-limit", type=click.FloatRange(min=0), default=60.0, show_default=True)
@click.option("--pin", type=FILE, help="Tours fixed by hand.")
@click.option("--forbid", type=FILE, help="What is forbidden by hand.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@spoken
def explain(
    folder: Path,
    plan: Path,
    post: str | None,
    expert: str | None,
    wish: str | None,
    budget: bool,
    time_limit: float,
    pin: Path | None,
    forbid: Path | None,
    form: str,
) -> None:
    """Say why a plan is as it is: ask about a post, a person, a wish or the budget."""
    if not (post or expert or wish or budget):
        raise InvalidInput("nothing-asked", "Ask something: --post, --expert, --wish or --budget.")
    problem = read_problem(folder)
    case = Case(
        problem,
        tuple(read_plan(plan, problem)),
        tuple(read_plan(pin, problem)) if pin else (),
        tuple(read_bans(forbid, problem)) if forbid else (),
    )
    answer: Json = {}
    if post:
        _known(post, problem.post, "--post")
        answer["post"] = _post(why_empty(case, post), case)
    if expert:
        _known(expert, problem.expert, "--expert")
        answer["expert"] = _person(why_person(case, expert))
    if wish:
        answer["wish"] = _wish(case, _read_wish(problem, wish))
    if budget:
        answer["budget"] = _budget(case, time_limit)
    if form == "json":
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        for part in answer.values():
            for line in part["text"]:
                click.echo(line)


def _known(name: str, known: dict[str, Any], option: str) -> None:
    if name not in known:
        raise InvalidInput("id-unknown", "“%(id)s” is not known.", field=option, id=name)


def _read_wish(problem: Problem, text: str) -> Wish:
    cells = [cell.strip() for cell in text.replace("，", ",").split(",")]
    cells += [""] * (4 - len(cells))
    numbers = [cell for cell in cells[2:] if cell]
    if len(cells) > 4 or not all(number.isdecimal() for number in numbers) or not any(cells[:2]):
        raise InvalidInput(
            "wish-malformed",
            "“%(text)s” is no wish; write “person,post,start month,months”.",
            field="--wish",
            text=text,
        )
    for name, known in zip(cells[:2], (problem.expert, problem.post), strict=True):
        if name:
            _known(name, known, "--wish")  # type: ignore[arg-type]
    start, months = (int(cell) if cell else None for cell in cells[2:])
    return Wish(cells[0], cells[1], start, months)


def _tour(tour: Tour) -> Json:
    return {
        "expert": tour.expert,
        "post": tour.post,
        "start_month": tour.start,
        "months": tour.months,
    }


def _exchange(swap: Exchange | None) -> Json | None:
    if swap is None:
        return None
    return {
        "add": _tour(swap.add),
        "remove": [_tour(tour) for tour in swap.remove],
        "gain": round(swap.gain, 4),
        "cost": round(swap.cost, 4),
    }


def _post(told: EmptyPost, case: Case) -> Json:
    there = [_tour(tour) for tour in case.tours if tour.post == told.post]
    head = _("Post %(post)s (weight %(weight)s): %(filled)s of %(wanted)s months are filled.") % {
        "post": told.post,
        "weight": f"{told.weight:g}",
        "filled": told.filled,
        "wanted": told.wanted,
    }
    return {
        "post": told.post,
        "filled": told.filled,
        "wanted": told.wanted,
        "tours": there,
        "people": told.funnel.people,
        "removed": {str(rule): count for rule, count in told.funnel.removed},
        "eligible": len(told.funnel.left),
        "reasons": [plain(reason) for reason in told.reasons],
        "fill_weight": told.fill_weight,
        "fill_budget": told.fill_budget,
        "best": _exchange(told.best),
        "text": [head, *("  " + said(reason) for reason in told.reasons)],
    }


def _runner_up(found: RunnerUp | None) -> Json | None:
    if found is None:
        return None
    return {**_tour(found.tour), "less": round(found.less, 4), "cost": round(found.cost, 4)}


def _person(told: Person) -> Json:
    text = []
    stays = []
    for stay in told.stays:
        text.append(
            _(
                "%(expert)s goes to %(post)s from month %(start)s for %(months)s months:"
                " worth %(worth)s, cost %(cost)s."
            )
            % {
                "expert": stay.tour.expert,
                "post": stay.tour.post,
                "start": stay.tour.start,
                "months": stay.tour.months,
                "worth": f"{stay.worth.total:.2f}",
                "cost": f"{stay.cost:.2f}",
            }
        )
        text += ["  " + said(reason) for reason in stay.reasons]
        stays.append(
            {
                **_tour(stay.tour),
                "worth": round(stay.worth.total, 4),
                "fairness": round(stay.worth.fairness, 4),
                "quality": round(stay.worth.quality, 4),
                "team_bonus": round(stay.worth.teams, 4),
                "mentor_bonus": round(stay.worth.mentoring, 4),
                "cost": round(stay.cost, 4),
                "runner_up": _runner_up(stay.runner_up),
                "elsewhere": _runner_up(stay.elsewhere),
                "reasons": [plain(reason) for reason in stay.reasons],
            }
        )
    if not told.stays:
        text.append(_("%(expert)s stays at home.") % {"expert": told.expert})
        text += ["  " + said(reason) for reason in told.reasons]
    return {
        "expert": told.expert,
        "possible_posts": told.possible_posts,
        "stays": stays,
        "best": _exchange(told.best),
        "reasons": [plain(reason) for reason in told.reasons],
        "text": text,
    }


def _wish(case: Case, wish: Wish) -> Json:
    found = conflicts(case.problem, [wish], pinned=case.pinned, bans=case.bans)
    if not found:
        text = [_("Nothing stands against it: fix it by hand (--pin) and plan again.")]
    else:
        text = [
            ngettext(
                "It is impossible. Of these rules one would have to yield:",
                "It is impossible. Of each of these %(count)s groups one rule would have to yield:",
                len(found),
            )
            % {"count": len(found)}
        ]
    groups = []
    for number, conflict in enumerate(found, 1):
        told = reasons_of(case.problem, conflict)
        groups.append([plain(reason) for reason in told])
        text.append(f"  {number}. " + " ".join(said(reason) for reason in told))
    return {"possible": not found, "conflicts": groups, "text": text}


def _budget(case: Case, seconds: float) -> Json:
    from jiedui.planning.domain.dispatch.money import more_money, price_of_money

    with running(seconds, None) as run:
        price = price_of_money(case, run)
    told = more_money(case, price=price)
    text = [
        ngettext(
            "With %(extra)s more (and %(unspent)s unspent) %(tours)s tour could be added:"
            " the plan would be worth %(gain)s more at least.",
            "With %(extra)s more (and %(unspent)s unspent) %(tours)s tours could be added:"
            " the plan would be worth %(gain)s more at least.",
            len(told.tours),
        )
        % {
            "extra": f"{told.extra:,.2f}",
            "unspent": f"{told.unspent:,.2f}",
            "tours": len(told.tours),
            "gain": f"{told.gain:,.2f}",
        }
    ]
    if told.most is not None:
        text.append(
            _(
                "However it were spent, no plan would gain more than %(most)s;"
                " the last unit of money brings %(price)s."
            )
            % {"most": f"{told.most:,.2f}", "price": f"{price.money:.4g}"}
        )
    return {
        "extra": round(told.extra, 4),
        "unspent": round(told.unspent, 4),
        "gain": round(told.gain, 4),
        "most": None if told.most is None else round(told.most, 4),
        "money_price": price.money,
        "cost": round(told.cost, 4),
        "tours": [_tour(tour) for tour in told.tours],
        "text": text,
    }
