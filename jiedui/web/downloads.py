"""Files that a page gives: written whole first, so that the answer tells their true length."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, cast
from urllib.parse import quote

from django.http import FileResponse

from jiedui.core import sheets
from jiedui.core.clock import today

EXPORTS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def download(kind: str, name: str, write: Callable[[BinaryIO], object]) -> FileResponse:
    """What ``write`` writes, as a file of this kind (a key of EXPORTS) and name."""
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=1 << 20))  # noqa: SIM115
    write(file)
    # The answer reads its length from the file when it is made: not before this.
    file.seek(0)
    answer = FileResponse(file, content_type=EXPORTS[kind])
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def list_file(
    kind: str, title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]
) -> FileResponse:
    """A list as CSV or workbook, named by its title and today."""

    def write(file: BinaryIO) -> None:
        if kind == "csv":
            sheets.write_csv(file, heads, rows)
        else:
            sheets.write_xlsx(file, heads, rows, title=title)

    return download(kind, f"{title}-{today():%Y%m%d}.{kind}", write)
