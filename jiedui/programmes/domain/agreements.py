"""How an agreement stands on a day."""

from __future__ import annotations

from datetime import date, timedelta

COMING, IN_FORCE, ENDING, EXPIRED, ENDED = "coming", "in_force", "ending", "expired", "ended"
# Longer than any warning: what ends later is not looked at.
LONGEST_WARNING = 730


def standing(
    day: date,
    valid_from: date | None,
    valid_to: date | None,
    *,
    warn_days: int,
    renewed: bool,
    ended_early: bool,
) -> str:
    """Coming, in force, ending (the days of warning have begun, nothing settles it), or past."""
    if valid_to is not None and valid_to < day:
        return ENDED if ended_early else EXPIRED
    if valid_from is not None and day < valid_from:
        return COMING
    if renewed or ended_early or valid_to is None:
        return IN_FORCE
    if valid_to - timedelta(days=warn_days) <= day:
        return ENDING
    return IN_FORCE
