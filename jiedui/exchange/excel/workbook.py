"""A workbook whose sheets are of several kinds, taken in one kind after another."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction

from jiedui.accounts.models import User
from jiedui.core.errors import InvalidInput
from jiedui.core.sheets import address, read_sheets
from jiedui.core.sheets.reading import Source
from jiedui.exchange.excel.declare import Fault, ImportKind, Options
from jiedui.exchange.excel.reading import find_parts
from jiedui.exchange.excel.run import Outcome, run


class _DryRun(Exception):
    """Undoes what a dry run wrote."""


def kinds_in(source: Source, name: str, kinds: Sequence[ImportKind]) -> list[ImportKind]:
    """Those kinds, in their order, of which the file has a visible sheet so called.

    Every header is looked at, so that nothing is written before one is found
    wanting. Raises InvalidInput ``sheets-missing`` if there is none, ``sheet-hidden`` if
    only hidden ones are, and what ``find_parts`` raises.
    """
    sheets = read_sheets(source, name)
    titles = {sheet.name for sheet in sheets if not sheet.hidden}
    found = [kind for kind in kinds if titles.intersection(kind.sheets)]
    named = {name for kind in kinds for name in kind.sheets}
    hidden = next((sheet.name for sheet in sheets if sheet.hidden and sheet.name in named), None)
    if not found and hidden:
        raise InvalidInput(
            "sheet-hidden",
            "Only the hidden sheet “%(sheet)s” has the columns; show it and try again.",
            field=address(hidden, 1, 0),
            sheet=hidden,
        )
    if not found:
        raise InvalidInput(
            "sheets-missing",
            "The file has none of the sheets %(sheets)s; say which one it holds.",
            sheets="、".join(kind.sheets[0] for kind in kinds),
        )
    for kind in found:
        find_parts(sheets, kind)
    return found


def run_all(
    source: Source,
    name: str,
    kinds: Sequence[ImportKind],
    *,
    by: User | None,
    options: Options,
    on_fault: Callable[[Fault], None],
    on_progress: Callable[[Outcome], bool] = lambda outcome: True,
    commit: bool = False,
) -> Outcome:
    """Run over a file once for each kind, as ``run`` does, and add up what came of it.

    In a dry run of several kinds each knows what those before it would add: they
    are written in a transaction that is undone.
    """
    total = Outcome()

    def run_one(kind: ImportKind, before: Outcome, commit: bool) -> Outcome:
        part = run(
            source,
            name,
            kind,
            by=by,
            options=options,
            on_fault=on_fault,
            on_progress=lambda part: on_progress(before.plus(part)),
            commit=commit,
        )
        return before.plus(part)

    if commit or len(kinds) == 1:
        for kind in kinds:
            if not total.stopped:
                total = run_one(kind, total, commit)
        return total
    try:
        with transaction.atomic():
            for kind in kinds:
                total = run_one(kind, total, True)
            raise _DryRun
    except _DryRun:
        return total
