"""How large a file may be before it is refused, so that memory stays bounded."""

from __future__ import annotations

from jiedui.core.errors import InvalidInput
from jiedui.core.sheets.cells import address

_ = str  # marks message ids for the catalogue

# Refused before anything is parsed.
MAX_BYTES = 50 * 1024 * 1024
# A list for people is never so wide; Excel itself allows 16,384.
MAX_COLUMNS = 1024
MAX_ROWS = 1_048_576
# What Excel lets a cell hold.
MAX_CELL = 32_767
# The block from A1 to the last value of a sheet, which the reader holds whole.
MAX_BLOCK = 6_000_000
# Of an archive: members, unpacked bytes, and unpacked to packed.
MAX_MEMBERS = 2_000
MAX_UNPACKED = 600 * 1024 * 1024
MAX_RATIO = 150
# Below this even a steep ratio harms nobody.
RATIO_MATTERS_FROM = 20 * 1024 * 1024
# Marked cells (formulas, errors, merged blocks) that are remembered one by one.
MAX_MARKED = 200_000


def too_many(what: str, sheet: str, row: int, limit: int) -> InvalidInput:
    """The refusal of a sheet with too many ``rows`` or ``columns``."""
    message = {
        "columns": _("The sheet has more than %(limit)s columns."),
        "rows": _("The sheet has more than %(limit)s rows."),
    }[what]
    return InvalidInput(f"too-many-{what}", message, field=address(sheet, row, 0), limit=limit)
