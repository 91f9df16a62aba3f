"""Lists on pages: filter, sort, paging by key, export. One class for every list."""

from jiedui.web.tables.columns import Column, Filter
from jiedui.web.tables.table import Empty, Table

__all__ = ["Column", "Empty", "Filter", "Table"]
