"""The four sheets of the directory, with the columns that its export writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from jiedui.directory.actions import import_rows
from jiedui.directory.domain.sheets import SHEET_TITLES, SHEETS
from jiedui.directory.queries import sheet_columns
from jiedui.exchange.excel.declare import Column, Fault, ImportKind, Record, Tally, Task
from jiedui.exchange.excel.kinds.choices import names_of, organisations_seen

_ = str  # marks message ids for the catalogue

TITLES = {
    "places": _("Directory: places"),
    "organisations": _("Directory: organisations"),
    "departments": _("Directory: departments"),
    "people": _("Directory: staff"),
}


# What the template offers in a column of a sheet.
CHOICES = {
    ("places", "code_scheme"): names_of("place_code_schemes"),
    ("places", "tier"): names_of("tiers", of="place"),
    ("organisations", "kind"): names_of("organisation_kinds"),
    ("organisations", "tier"): names_of("tiers", of="organisation"),
    ("organisations", "part_of"): organisations_seen,
    ("departments", "organisation"): organisations_seen,
    ("departments", "specialty"): names_of("specialties"),
    ("people", "titles"): names_of("titles"),
    ("people", "specialties"): names_of("specialties"),
}


def text_of(record: Record, code: str) -> str:
    """A cell as the directory reads it: days in ISO 8601, a tick as 1."""
    value = record.values.get(code)
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "1" if value else ""
    return record.text(code)


def _work(sheet: str) -> Callable[[Task], Tally]:
    def work(task: Task) -> Tally:
        kept = [record for record in task.records if not record.broken]
        codes = [column.code for column in sheet_columns(sheet)]
        rows = [{code: text_of(record, code) for code in codes} for record in kept]
        done = import_rows(by=task.by, sheet=sheet, rows=rows, dry_run=not task.commit)
        for error in done:
            record = kept[error.row]
            task.report(
                Fault(
                    record.sheet,
                    record.row,
                    record.column(error.column),
                    error.code,
                    error.message,
                    dict(error.details),
                )
            )
        return Tally(done.added, done.unchanged)

    return work


def _kind(sheet: str) -> ImportKind:
    return ImportKind(
        code=f"directory-{sheet}",
        title=TITLES[sheet],
        intro=_(
            "Rows that are new are added; rows that are there already change nothing."
            " An export of the directory has the same columns."
        ),
        permission="directory.import",
        columns=tuple(
            Column(
                c.code,
                c.title,
                c.title_en,
                c.required,
                c.help,
                c.example,
                choices=CHOICES.get((sheet, c.code)),
            )
            for c in sheet_columns(sheet)
        ),
        work=_work(sheet),
        sheets=SHEET_TITLES[sheet],
        everywhere=True,
    )


DIRECTORY = tuple(_kind(sheet) for sheet in SHEETS)
