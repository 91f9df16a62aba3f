"""Accounts from a sheet; their one-time passwords are told once, to who imports them."""

from __future__ import annotations

from jiedui.accounts.actions import import_accounts
from jiedui.exchange.excel.declare import Column, ImportKind, Record, Tally, Task

_ = str  # marks message ids for the catalogue

COLUMNS = (
    Column(
        "username", "用户名", "User name", True, _("Letters, digits, dots and hyphens."), "jia.yi"
    ),
    Column("name", "姓名", "Name", True, "", "甲一"),
    Column("email", "电子邮箱", "E-mail", False, "", "jia.yi@example.org"),
    Column(
        "language",
        "语言",
        "Language",
        False,
        _("zh-hans or en; Chinese if blank."),
        "zh-hans",
        choices=lambda by: ("zh-hans", "en"),
    ),
)


def _row(record: Record) -> dict[str, str]:
    return {column.code: record.text(column.code) for column in COLUMNS}


def import_sheet(task: Task) -> Tally:
    """Check all rows; with ``commit`` make the accounts of those without fault."""
    kept = [record for record in task.records if not record.broken]
    checked = import_accounts(by=task.by, rows=[_row(r) for r in kept], dry_run=True)
    faulty = {fault.row for fault in checked.faults}
    for fault in checked.faults:
        task.refuse(kept[fault.row], fault.column, fault.refused)
    good = [record for number, record in enumerate(kept) if number not in faulty]
    if not task.commit or not good:
        return Tally(len(good))
    done = import_accounts(by=task.by, rows=[_row(r) for r in good])
    for fault in done.faults:
        task.refuse(good[fault.row], fault.column, fault.refused)
    return Tally(len(done.passwords), told=done.passwords)


ACCOUNTS = ImportKind(
    code="accounts",
    title=_("Accounts"),
    intro=_(
        "A row an account. Each gets a one-time password, told once when the file is imported."
    ),
    permission="accounts.manage",
    columns=COLUMNS,
    work=import_sheet,
    tells=True,
)
