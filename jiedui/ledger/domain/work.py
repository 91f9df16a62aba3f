"""Work that waits and news, as plain rows for the Today page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class WorkItem:
    """One line: what it is, where it leads, since when; ``tone`` is ok, wait, wrong or plain.

    ``title`` is an English message id with ``%(name)s`` places filled from
    ``details`` after translation.
    """

    title: str
    detail: str
    url_name: str
    url_args: tuple[str, ...]
    since: datetime | None
    tone: str
    count: int = 1
    url_query: str = ""
