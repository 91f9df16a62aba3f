"""Published figures from a sheet with the columns of packs/history/published_figures.csv."""

from __future__ import annotations

from datetime import date, datetime

from jiedui.core.errors import InvalidInput
from jiedui.exchange.excel.declare import Column, ImportKind, Record, Tally, Task
from jiedui.exchange.excel.kinds.choices import names_of, organisations_seen
from jiedui.exchange.excel.lookups import Lookups
from jiedui.ledger.actions import import_statements

_ = str  # marks message ids for the catalogue

COLUMNS = (
    Column(
        "claim",
        "条目编号",
        "Claim",
        True,
        _("A number of the statement, unique over all reports."),
        "001-01",
    ),
    Column("report", "报道编号", "Report", True, _("The report that states it."), "001"),
    Column("published_by", "发布单位", "Published by", True, "", "示例日报"),
    Column("published_on", "发布日期", "Published on", True, "", "2017-04-24", kind="day"),
    Column("measure", "指标项目", "Measure", True, "", "surgeries", choices=names_of("measures")),
    Column("item", "细目", "Item"),
    Column("value", "数值", "Value", True, _("The number alone."), "538"),
    Column("value_max", "数值上限", "Upper value", False, _("Only for a range.")),
    Column(
        "precision",
        "准确程度",
        "Precision",
        True,
        _("exact, at_least, about or range"),
        "exact",
        choices=names_of("precisions"),
    ),
    Column("unit", "单位", "Unit", True, "", "台"),
    Column(
        "unit_class", "计量类别", "Unit class", True, "", "cases", choices=names_of("unit_classes")
    ),
    Column(
        "kind",
        "数据性质",
        "Kind",
        True,
        _("flow, stock, plan or price"),
        "flow",
        choices=names_of("figure_kinds"),
    ),
    Column("giver", "支援方", "Giver", True, choices=organisations_seen),
    Column("receiver", "受援方", "Receiver", True, choices=organisations_seen),
    Column("period_text", "时间表述", "Period as written"),
    Column(
        "period_start", "起", "From", False, _("A day, month or year; blank if unknown."), "2016-04"
    ),
    Column(
        "period_end", "止", "To", False, _("A day, month or year; blank if unknown."), "2017-04"
    ),
    Column("part_of", "所属条目", "Part of", False, _("The statement of which this is a line.")),
    Column(
        "same_as",
        "同条目",
        "Same as",
        False,
        _("A statement that this one repeats; it counts nothing."),
    ),
    Column("note", "备注", "Note"),
)
_TABLES = {
    "measure": "measures",
    "precision": "precisions",
    "unit_class": "unit_classes",
    "kind": "figure_kinds",
}


def _row(task: Task, known: Lookups, record: Record) -> dict[str, str] | None:
    """A row as texts, terms by their codes; None if a term is not known."""
    row: dict[str, str] = {}
    for column in COLUMNS:
        value = record.values.get(column.code)
        if isinstance(value, datetime | date):
            row[column.code] = value.isoformat()[:10]
        else:
            row[column.code] = record.text(column.code)
    for code, table in _TABLES.items():
        if row[code]:
            try:
                row[code] = known.code(table, row[code])
            except InvalidInput as refused:
                task.refuse(record, code, refused)
                return None
    return row


def import_history(task: Task) -> Tally:
    """Read published figures; all reports of the file belong to the programme chosen."""
    known = Lookups(task.by)
    if not task.options.programme:
        raise InvalidInput("programme-missing", "Say to which programme the entries belong.")
    programme = known.programme(task.options.programme)
    rows: list[tuple[int, dict[str, str]]] = []
    records: list[Record] = []
    for record in task.records:
        row = None if record.broken else _row(task, known, record)
        if row is not None:
            records.append(record)
            rows.append((len(records) - 1, row))
    reports = {row["report"]: programme for _line, row in rows}
    done = import_statements(by=task.by, rows=rows, programmes=reports, dry_run=not task.commit)
    for error in done.errors:
        task.refuse(records[error.line], error.column, error.refused)
    return Tally(done.read, done.repeated)


HISTORY = ImportKind(
    code="history",
    title=_("Published figures"),
    intro=_(
        "What reports state: a row a figure. Names that cannot be placed are listed, not guessed."
    ),
    permission="ledger.place",
    columns=COLUMNS,
    work=import_history,
    needs_programme=True,
    everywhere=True,
)
