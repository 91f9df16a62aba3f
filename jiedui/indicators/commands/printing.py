"""Figures as JSON and as text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jiedui.core.packs import vocabulary
from jiedui.core.periods import Period
from jiedui.core.quantities import Precision
from jiedui.directory.queries import names
from jiedui.indicators.domain.contradictions import Contradiction, Side
from jiedui.indicators.domain.definitions import Definition
from jiedui.indicators.domain.facts import FactRow
from jiedui.indicators.domain.question import Beside, Figure, amount_of
from jiedui.indicators.queries.catalogue import definitions
from jiedui.ledger.domain.statements import StatementRow
from jiedui.programmes.domain.facts import LASTS, LONG_AGO

Json = dict[str, Any]


def number(value: Decimal | None) -> int | float | None:
    """A JSON number: whole ones without a decimal point."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def day(value: date | None) -> str | None:
    """An ISO day, or null where it is unknown."""
    return value.isoformat() if value else None


def days(period: Period) -> Json:
    """A period with its two ends."""
    return {"start": day(period.start), "end": day(period.end)}


def beside(line: Beside) -> Json:
    """A value that does not count."""
    return {
        "reason": line.reason,
        "claim": line.claim,
        "report": line.report,
        "published_on": day(line.published_on),
        "value": number(line.value),
        "precision": line.precision,
        "unit": line.unit,
        "unit_class": line.unit_class,
        "kind": line.kind,
        "item": line.item,
        "giver": line.giver,
        "receiver": line.receiver,
        "period": days(line.period),
    }


def figure(found: Figure) -> Json:
    """A figure; ``beside`` holds all that does not count, ``parts`` again those beneath it."""
    return {
        "measure": found.measure,
        "value": number(found.value),
        "high": number(found.high),
        "precision": found.precision,
        "unit": found.unit,
        "unit_class": found.unit_class,
        "kind": found.kind,
        "item": found.item,
        "period": days(found.period),
        "as_of": day(found.as_of),
        "counts": found.counts,
        "records": found.records,
        "contested": found.contested,
        "beside": [beside(line) for line in (*found.beside, *found.parts)],
        "parts": [beside(line) for line in found.parts],
        "unexplained": number(found.unexplained),
    }


def outputs(
    rows: Iterable[FactRow], language: str, definition: Definition, clip: Period | None
) -> list[Json]:
    """Rows of the streams that make up a figure, each with what it adds to it."""
    rows = list(rows)
    side = definition.numerator
    known = names({body for row in rows for body in (row.giver_id, row.receiver_id)}, language)
    return [
        {
            "entry": str(row.entry_id),
            "version": row.number,
            "known_from": day(row.known_from),
            "measure": row.measure,
            "item": row.item,
            "value": number(amount_of(row, side, clip)),
            "high": number(row.high),
            "precision": row.precision,
            "unit": definition.unit if side.count == "days" else row.unit,
            "unit_class": row.unit_class,
            "activity": row.kind,
            "giver": known.get(row.giver_id, ""),
            "receiver": known.get(row.receiver_id, ""),
            "period": {
                "start": day(row.happened_from if row.happened_from > LONG_AGO else None),
                "end": day(row.happened_to if row.happened_to < LASTS else None),
            },
        }
        for row in rows
    ]


def statement(row: StatementRow) -> Json:
    """A published statement that makes up a figure."""
    return {
        "claim": row.claim,
        "report": row.report,
        "publisher": row.publisher,
        "published_on": day(row.published_on),
        "measure": row.measure,
        "item": row.item,
        "value": number(row.value),
        "high": number(row.high),
        "precision": row.precision,
        "unit": row.unit,
        "unit_class": row.unit_class,
        "kind": row.kind,
        "giver": row.giver_text,
        "receiver": row.receiver_text,
        "period": {"start": day(row.start), "end": day(row.end)},
        "period_text": row.period_text,
        "note": row.note,
    }


def side(found: Side) -> Json:
    """One side of a contradiction."""
    return {
        "report": found.report,
        "published_on": day(found.published_on),
        "value": number(found.value),
        "high": number(found.high),
        "precision": found.precision,
        "period": days(found.period),
        "unit": found.unit,
        "measure": found.measure,
        "publisher": found.publisher,
        "claims": list(found.claims),
    }


def contradictions(found: tuple[Contradiction, ...], language: str) -> list[Json]:
    """Contradictions with the names of their bodies and the question to ask."""
    known = names({body for each in found for body in each.receivers | each.givers}, language)

    def called(bodies: frozenset[Any], text: str = "") -> str:
        return "、".join(sorted(known[body] for body in bodies if body in known)) or text

    return [
        {
            "measure": each.measure,
            "receiver": called(each.receivers, each.receiver_text),
            "kind": each.kind,
            "earlier": side(each.earlier),
            "later": side(each.later),
            "question": question_of(each),
            "giver": called(each.givers),
            "item": each.item,
            "unit_class": each.unit_class,
        }
        for each in found
    ]


def question_of(found: Contradiction) -> str:
    """What to ask, in the language in use."""
    return _(found.question) % found.details


def measure_name(code: str, language: str) -> str:
    """A measure's name from the pack, or an indicator's title."""
    term = vocabulary().tables.get("measures", {}).get(code)
    if term is None and code in definitions():
        return definitions()[code].title_in(language)
    return term.label(language) if term else code


def amount(
    value: Decimal | float, precision: str, unit: str, high: Decimal | float | None = None
) -> str:
    """538 台次, ≥2,000 名, ≈440,000 人, 40–50 项."""
    mark = {Precision.AT_LEAST.value: "≥", Precision.ABOUT.value: "≈"}.get(precision, "")
    top = f"–{number(Decimal(str(high))):,}" if high is not None else ""
    return f"{mark}{number(Decimal(str(value))):,}{top} {unit}".strip()


def span(period: Period) -> str:
    """A period in words; an unknown end says so."""
    unknown = _("unknown")
    if period.start is None and period.end is None:
        return _("period not stated")
    return _("%(start)s to %(end)s") % {
        "start": day(period.start) or unknown,
        "end": day(period.end) or unknown,
    }
