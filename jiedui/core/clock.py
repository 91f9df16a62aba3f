"""The one clock: aware moments in UTC, days in the configured time zone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_zone = ZoneInfo("Asia/Shanghai")
_stopped: ContextVar[datetime | None] = ContextVar("stopped clock", default=None)


def use_zone(name: str) -> None:
    """Set the time zone in which days begin; the settings call it once."""
    global _zone
    _zone = ZoneInfo(name)


def zone() -> ZoneInfo:
    """The configured time zone."""
    return _zone


def now() -> datetime:
    """This moment, aware, in UTC."""
    return _stopped.get() or datetime.now(UTC)


def today() -> date:
    """Today's date in the configured time zone."""
    return now().astimezone(_zone).date()


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Stop the clock: for tests, and for an example whose history is invented."""
    token = _stopped.set(moment)
    try:
        yield
    finally:
        _stopped.reset(token)
