"""``jiedui learning curve``: a series from a file. ``jiedui learning calibrate``: limits."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

import click
from django.utils import translation
from django.utils.translation import gettext as _

from jiedui.core.errors import InvalidInput
from jiedui.core.packs import read_table
from jiedui.mentoring.domain import rules
from jiedui.mentoring.domain.curves import (
    MINIMUM,
    STATISTIC,
    Criterion,
    Curve,
    Rates,
    SignOff,
    Watch,
    curve_of,
    sprt,
)
from jiedui.mentoring.sources.outcomes import Fault, Read, read_outcomes

LANGUAGES = {"zh": "zh-hans", "en": "en"}
SHARE = click.FloatRange(0, 1, min_open=True, max_open=True)
TOLD = 20
SOURCE = (
    "由 procedures.csv 的参数模拟得出（40000名学员、固定种子；jiedui learning calibrate）"
    " Simulated from procedures.csv (40,000 trainees, fixed seed)"
)


def _criterion(
    procedure: str | None, given: dict[str, Any]
) -> tuple[Criterion, SignOff | None, Watch]:
    """What is asked for: the pack's procedure, or the parameters given one by one."""
    if procedure:
        found = rules.procedure(procedure)
        return found.criterion, found.worth, found.watch
    if given["acceptable"] is None or given["unacceptable"] is None:
        raise InvalidInput(
            "rates-missing", "Give a procedure, or the acceptable and unacceptable rates.",
            field="--procedure",
        )  # fmt: skip
    rates = Rates(given["acceptable"], given["unacceptable"])
    kind = MINIMUM if given["minimum"] else STATISTIC
    worth, watched = rules.computed(
        kind, rates, given["planned"], given["minimum"], given["false_limit"],
        given["monitor_limit"],
    )  # fmt: skip
    limit = worth.limit if worth is not None and kind == STATISTIC else None
    if given["limit"] is not None and kind == STATISTIC:
        limit = given["limit"]
        worth = rules.worth_of(rates, limit, given["planned"])
    made = Criterion(kind, rates, given["planned"], given["minimum"], limit, given["monitor_limit"])
    return made, worth, watched


def _parameters(command: Any) -> Any:
    for option in (
        click.option("--procedure", help="A code of the pack's procedures, with its parameters."),
        click.option("--acceptable", type=SHARE, help="Share of failures that is acceptable."),
        click.option("--unacceptable", type=SHARE, help="The larger share that is not."),
        click.option("--planned", type=click.IntRange(1, 2000), default=50, show_default=True,
                     help="Planned cases: the limit is for these."),
        click.option("--false-limit", type=SHARE, default=0.1, show_default=True,
                     help="How many of those not adequate may be signed off."),
        click.option("--monitor-limit", type=click.FloatRange(0, min_open=True), default=3.0,
                     show_default=True, help="Limit of monitoring after sign-off."),
        click.option("--minimum", type=click.IntRange(0), default=0,
                     help="A minimum number of cases in the place of the statistic."),
        click.option("--format", "form", type=click.Choice(["text", "json"]), default="text"),
        click.option("--lang", type=click.Choice(list(LANGUAGES)), default="zh"),
    ):  # fmt: skip
        command = option(command)
    return command


@click.command("learning.curve")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_parameters
@click.option("--limit", type=click.FloatRange(0, min_open=True),
              help="A limit in the place of the one found by simulation.")  # fmt: skip
def curve(file: Path, procedure: str | None, form: str, lang: str, **given: Any) -> None:
    """Draw the curve of a FILE of outcomes (CSV or xlsx; columns outcome and, if told, date)."""
    with translation.override(LANGUAGES[lang]):
        read = read_outcomes(file)
        if read.faults:
            _refuse(read, form)
        criterion, worth, watched = _criterion(procedure, given)
        found = curve_of(read.cases, criterion)
        if form == "json":
            click.echo(json.dumps(plain(found, worth, watched, read), ensure_ascii=False))
        else:
            _say(found, worth, read)


@click.command("learning.calibrate")
@_parameters
@click.option("--pack", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="A pack: write its procedure_limits.csv anew.")  # fmt: skip
def calibrate(procedure: str | None, form: str, lang: str, pack: Path | None, **given: Any) -> None:
    """Find the limit for the planned cases, and say what it is worth."""
    with translation.override(LANGUAGES[lang]):
        if pack is not None:
            click.echo(_("%(n)s procedures written.") % {"n": _write(pack)})
            return
        criterion, worth, watched = _criterion(procedure, given | {"limit": None})
        if form == "json":
            click.echo(json.dumps(_worth(criterion, worth, watched), ensure_ascii=False))
        else:
            _say_worth(criterion, worth)
            click.echo(
                _("Monitoring at %(limit)s: alarm after %(well)s cases on average where all is"
                  " well, after %(worse)s at the unacceptable rate.")
                % {"limit": f"{watched.limit:g}", "well": f"{watched.well:.0f}",
                   "worse": f"{watched.worse:.0f}"}
            )  # fmt: skip


def _write(pack: Path) -> int:
    terms = read_table(pack / "procedures.csv", pack.name)
    text = io.StringIO()
    titles = ["code", "name", "name_en", "source", *rules.PARAMETERS, *rules.COMPUTED]
    writer = csv.DictWriter(text, titles, lineterminator="\n")
    writer.writeheader()
    for code, term in terms.items():
        found = rules.procedure_of(term)
        named = {"code": code, "name": term.name, "name_en": term.name_en, "source": SOURCE}
        writer.writerow(named | rules.row_of(found))
    (pack / "procedure_limits.csv").write_text(text.getvalue(), "utf-8")
    return len(terms)


def _refuse(read: Read, form: str) -> None:
    if form == "json":
        faults = [
            {"cell": each.place, "code": each.refusal.code, "text": _sentence(each)}
            for each in read.faults
        ]
        click.echo(json.dumps({"faults": faults}, ensure_ascii=False))
    else:
        for each in read.faults[:TOLD]:
            click.echo(f"{each.place}: {_sentence(each)} [{each.refusal.code}]", err=True)
        if len(read.faults) > TOLD:
            more = len(read.faults) - TOLD
            click.echo(_("… and %(more)s more faults.") % {"more": more}, err=True)
    sys.exit(2)


def _sentence(fault: Fault) -> str:
    said = _(fault.refusal.message)
    return said % fault.refusal.details if fault.refusal.details else said


def _worth(criterion: Criterion, worth: SignOff | None, watched: Watch) -> dict[str, Any]:
    return {
        "criterion": criterion.kind,
        "acceptable": criterion.rates.acceptable,
        "unacceptable": criterion.rates.unacceptable,
        "planned": criterion.planned,
        "limit": worth.limit if worth else None,
        "false_rate": worth.false_rate if worth else None,
        "true_rate": worth.true_rate if worth else None,
        "median_cases": worth.median if worth else None,
        "least_cases": worth.least if worth else None,
        "monitoring": {"limit": watched.limit, "well": watched.well, "worse": watched.worse},
    }


def plain(found: Curve, worth: SignOff | None, watched: Watch, read: Read) -> dict[str, Any]:
    """The curve for a machine."""
    other = sprt([each.success for each in read.cases], found.criterion.rates)
    return {
        "standing": found.standing,
        "cases": found.counted,
        "failures": found.failed,
        "reached_at": found.reached.number if found.reached else None,
        "alarm_at": found.alarm.number if found.alarm else None,
        "value": found.value,
        "wanting": found.wanting,
        "left": found.left,
        "calibration": _worth(found.criterion, worth, watched),
        "points": [
            {
                "case": each.number,
                "date": each.on.isoformat() if read.dated else None,
                "success": each.success,
                "phase": each.phase,
                "value": each.value,
                "event": each.event,
            }
            for each in found.points
        ],
        "sprt": {
            "step": other.step, "lower": other.lower, "upper": other.upper,
            "decision": other.decision, "case": other.decided,
        },
    }  # fmt: skip


def _say(found: Curve, worth: SignOff | None, read: Read) -> None:
    click.echo(
        _("%(cases)s cases, %(failures)s failed.")
        % {"cases": len(read.cases), "failures": sum(not each.success for each in read.cases)}
    )
    for point in found.points:
        if point.event == "reached":
            click.echo(_("Limit reached at case %(n)s.") % {"n": point.number})
        elif point.event == "alarm":
            click.echo(_("Alarm at case %(n)s.") % {"n": point.number})
    standings = {
        "learning": _("Still learning: at least %(n)s more cases without a failure."),
        "reached": _("The criterion of the series is met. It never decides alone."),
        "alarm": _("The failures have become too many: review before going on."),
        "missed": _("The limit cannot be reached within the planned cases any more."),
        "insufficient": _("Insufficient cases: no limit can be reached within the planned cases."),
    }
    click.echo(standings[found.standing] % {"n": found.wanting})
    _say_worth(found.criterion, worth)


def _say_worth(criterion: Criterion, worth: SignOff | None) -> None:
    if worth is None:
        click.echo(_("Insufficient cases: no limit can be reached within the planned cases."))
        return
    told = {
        "limit": f"{worth.limit:g}", "planned": criterion.planned,
        "false": f"{100 * worth.false_rate:.0f}", "true": f"{100 * worth.true_rate:.0f}",
        "least": worth.least,
    }  # fmt: skip
    click.echo(
        _("Limit %(limit)s for %(planned)s planned cases: signed off are %(false)s %% of those at"
          " the unacceptable rate and %(true)s %% of those at the acceptable one; at least"
          " %(least)s cases.") % told
    )  # fmt: skip


COMMANDS = [curve, calibrate]
