"""The directory as a workbook or as CSV, with the columns that an import reads."""

from __future__ import annotations

from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.core.clock import today
from jiedui.directory import queries
from jiedui.directory.domain.sheets import SHEETS
from jiedui.directory.queries.workbook import write_workbook
from jiedui.directory.views.requests import Request
from jiedui.web.downloads import download, list_file


@require_GET
def export(request: Request) -> HttpResponseBase:
    """All four sheets as a workbook; ``?sheet=people`` gives one of them as CSV."""
    viewer = request.viewer
    viewer.must("directory.read")
    language = get_language() or "zh-hans"
    sheet = request.GET.get("sheet", "")
    columns = queries.sheet_columns(sheet) if sheet else ()
    if sheet:
        heads = [c.title_en if language.startswith("en") else c.title for c in columns]
        rows = ([row[c.code] for c in columns] for row in queries.export_rows(viewer, sheet))
        return list_file("csv", sheet, heads, rows)
    name = f"{_('Directory')}-{today():%Y%m%d}.xlsx"
    return download("xlsx", name, lambda file: write_workbook(file, viewer, SHEETS, language))
