"""``jiedui figures show``, ``list`` and ``contradictions``."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import click
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput
from jiedui.directory.queries import names
from jiedui.indicators.commands import asking, printing
from jiedui.indicators.domain.counting import ENTRIES
from jiedui.indicators.domain.question import Beside, Figure, Question, clip_of
from jiedui.indicators.domain.statement_figure import StatementFigure
from jiedui.indicators.queries import answer as answer_query
from jiedui.indicators.queries import contradictions as contradictions_query
from jiedui.indicators.queries import engine
from jiedui.indicators.queries.listing import listing
from jiedui.web.language import spoken

Command = TypeVar("Command", bound=Callable[..., Any])

# Message ids of the reasons for which a value stands beside a figure.
REASONS = {
    "same-scope": gettext_noop("same scope, stated otherwise"),
    "unknown-start": gettext_noop("its start is unknown"),
    "overlaps-period": gettext_noop("its period reaches beyond the one asked for"),
    "other-unit-class": gettext_noop("another class of unit"),
    "other-kind": gettext_noop("another kind (done, there, planned or price)"),
    "other-item": gettext_noop("another item"),
    "other-scope": gettext_noop("of other bodies or another period: not added"),
    "blank-giver": gettext_noop("supporter not named: never added"),
    "line": gettext_noop("a line of it"),
    "beneath": gettext_noop("a part beneath it"),
    "wider": gettext_noop("stated for several bodies together"),
    "unplaced": gettext_noop("its bodies are not placed yet"),
    "statement-agrees": gettext_noop("a published figure; the entries agree with it"),
    "statement-differs": gettext_noop("a published figure; the entries do not agree with it"),
    "statement-without-entries": gettext_noop("a published figure; no entry in its scope"),
    "statement-not-compared": gettext_noop("a published figure, not compared"),
}


def _language() -> str:
    return get_language() or "zh-hans"


def _common(command: Command) -> Command:
    for option in (
        click.option("--format", "form", type=click.Choice(["text", "json"]), default="text"),
        spoken,
    ):
        command = option(command)
    return command


def _scope(command: Command) -> Command:
    for option in (
        click.option("--programme", default="", help="Code or name; all real ones without it."),
        click.option("--as-of", default="", help="As known on this day; today without it."),
        click.option("--receiver", default="", help="Any name of an organisation; with parts."),
        click.option("--giver", default="", help="Any name of an organisation; with parts."),
    ):
        command = option(command)
    return command


@click.command("figures.show")
@click.option("--measure", default="", help="Code or name of a measure.")
@click.option("--indicator", default="", help="Code or title of an indicator.")
@_scope
@click.option("--from", "start", default="", help="First day, month or year.")
@click.option("--to", "end", default="", help="Last day, month or year.")
@click.option("--unit-class", default="", help="persons, person_times, cases, money or things.")
@click.option("--kind", default="", help="flow, stock, plan or price.")
@click.option("--item", default=None, help="What exactly is counted; a blank one as such.")
@click.option("--records", "with_records", is_flag=True, help="Print the records as well.")
@_common
def show(form: str, with_records: bool, **options: Any) -> None:
    """Print one figure, with what stands beside it."""
    if not options["measure"] and not options["indicator"]:
        raise InvalidInput(
            "measure-missing",
            "Say which figure: --measure or --indicator; “jiedui figures list” prints them.",
            field="--measure",
        )
    question = asking.question(**options)
    found, stated = answer_query.answer(question)
    records = _records(found, question, stated, _language()) if with_records else []
    against = stated.contradictions if stated else ()
    if form == "json":
        answer = printing.figure(found)
        if with_records:
            answer["record_list"] = records
        answer["contradictions"] = printing.contradictions(against, _language())
        _print_json(answer)
        return
    _print_figure(found, question, _language())
    for each in against:
        click.echo("  " + _("Ask: %(question)s") % {"question": printing.question_of(each)})
    if with_records:
        _print_records(records)


def _records(
    found: Figure, question: Question, stated: StatementFigure | None, language: str
) -> list[printing.Json]:
    """The records that make up the figure: statements, or outputs of entries."""
    if found.counts != ENTRIES:
        return [printing.statement(row) for row in stated.standing.rows] if stated else []
    definition = engine.definition_of(None, question)
    clip = clip_of(question, definition, today())
    return printing.outputs(engine.records(None, question), language, definition, clip)


def _print_figure(figure: Figure, question: Question, language: str) -> None:
    bodies = names({body for body in (question.giver, question.receiver) if body}, language)
    scope = " → ".join(bodies[body] for body in (question.giver, question.receiver) if body)
    head = " · ".join(
        part for part in (printing.measure_name(figure.measure, language), scope) if part
    )
    if figure.value is None:
        click.echo(_("%(head)s: no figure") % {"head": head})
    else:
        value = printing.amount(figure.value, figure.precision, figure.unit, figure.high)
        item = f" ({figure.item})" if figure.item else ""
        click.echo(f"{head}: {value}{item}")
        click.echo(
            "  "
            + _("%(period)s; as known on %(as_of)s; records: %(records)s")
            % {
                "period": printing.span(figure.period),
                "as_of": printing.day(figure.as_of) or "",
                "records": figure.records,
            }
        )
    if figure.contested:
        click.echo("  " + _("Contested: another report contradicts it."))
    if figure.parts:
        click.echo(_("Beneath it:"))
        _print_lines(figure.parts)
        if figure.unexplained is not None:
            left = printing.amount(figure.unexplained, "exact", figure.unit)
            click.echo("  " + _("Left unexplained: %(left)s") % {"left": left})
    if figure.beside:
        click.echo(_("Beside it, not counted:"))
        _print_lines(figure.beside)


def _print_lines(lines: tuple[Beside, ...]) -> None:
    for line in lines:
        value = printing.amount(line.value, line.precision, line.unit)
        item = f" ({line.item})" if line.item else ""
        bodies = " → ".join(name for name in (line.giver, line.receiver) if name)
        source = f"{line.claim} {printing.day(line.published_on) or ''}".strip()
        reason = _(REASONS[line.reason]) if line.reason in REASONS else line.reason
        parts = (f"{value}{item}", bodies, printing.span(line.period), source, reason)
        click.echo("  " + " | ".join(part for part in parts if part))


def _print_records(records: list[printing.Json]) -> None:
    click.echo(_("Records:"))
    for each in records:
        value = printing.amount(each["value"], each["precision"], each["unit"], each["high"])
        start, end = each["period"]["start"] or "", each["period"]["end"] or ""
        told = f"{each['publisher']} {each['published_on']}" if "claim" in each else ""
        parts = (
            each.get("claim") or each["entry"],
            f"{start}–{end}" if start or end else "",
            f"{each['giver']} → {each['receiver']}",
            value,
            told,
            each.get("note", ""),
        )
        click.echo("  " + " | ".join(part for part in parts if part))


@click.command("figures.list")
@_common
@click.option("--programme", default="", help="Code or name; all real ones without it.")
def list_(form: str, programme: str) -> None:
    """Print the measures that have data with their counts, then the indicators."""
    question = asking.question(programme=programme)
    answer = [
        {
            "measure": line.measure,
            "indicator": line.indicator,
            "name": line.label(_language()),
            "statements": line.statements,
            "entries": line.entries,
        }
        for line in listing(question)
    ]
    if form == "json":
        _print_json(answer)
        return
    click.echo(f"{_('statements'):>8} {_('entries'):>8}")
    for line in answer:
        code = line["measure"] or line["indicator"]
        click.echo(f"{line['statements']:>10} {line['entries']:>10}  {code:32} {line['name']}")


@click.command("figures.contradictions")
@click.option("--measure", default="", help="Code or name of a measure; all without it.")
@_scope
@click.option("--remarks", is_flag=True, help="Also what is possible but strange.")
@_common
def contradictions(form: str, remarks: bool, **options: Any) -> None:
    """Print figures that cannot both be true, side by side, with what to ask."""
    question = asking.question(**options)
    found = contradictions_query.contradictions(question, remarks=remarks)
    found += contradictions_query.ledger_contradictions(None, question)
    answer = printing.contradictions(found, _language())
    if form == "json":
        _print_json(answer)
        return
    if not answer:
        click.echo(_("No contradictions."))
    for each, line in zip(found, answer, strict=True):
        name = printing.measure_name(each.measure, _language())
        item = f" ({each.item})" if each.item else ""
        click.echo(f"{line['receiver']} · {name}{item} [{each.kind}]")
        for side in (each.earlier, each.later):
            value = printing.amount(side.value, side.precision, side.unit, side.high)
            claims = f" ({', '.join(side.claims)})" if side.claims else ""
            click.echo(
                f"  {side.published_on} {side.publisher}{claims}: "
                f"{value}; {printing.span(side.period)}"
            )
        click.echo("  " + _("Ask: %(question)s") % {"question": line["question"]})


def _print_json(answer: Any) -> None:
    click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
