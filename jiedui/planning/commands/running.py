"""Running a planner at a terminal: its stop rule, its progress, and the cancel key."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from jiedui.planning.domain.runs import Progress, Run

# Without any limit a planner would never end: this many seconds then.
SECONDS = 300.0
BETWEEN_LINES = 2.0
# What the planner of dispatches says it is doing.
STAGES = (
    gettext_noop("Listing the tours that the rules allow"),
    gettext_noop("Finding the prices of money and people"),
    gettext_noop("Finding what the worst-off can have"),
    gettext_noop("Planning block by block"),
    gettext_noop("The plan is made"),
)


@contextmanager
def running(seconds: float | None, work_limit: int | None) -> Iterator[Run]:
    """A run that the first interruption ends with the best plan so far; a second one kills."""
    stopped = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopped
        stopped = True
        signal.signal(number, before[number])
        click.echo(_("Stopping with the best plan so far …"), err=True)

    before: dict[int, Any] = {
        number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)
    }
    for number in before:
        signal.signal(number, stop)
    if seconds is None and work_limit is None:
        seconds = SECONDS
    run = Run(seconds=seconds, work_limit=work_limit, cancelled=lambda: stopped)
    run.tell = Teller(run)
    try:
        yield run
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class Teller:
    """Progress as lines on stderr, not more than one every other second."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.last: float | None = None
        self.stage = ""

    def __call__(self, progress: Progress) -> None:
        """Tell how far the run is."""
        now = self.run.elapsed
        soon = self.last is not None and now - self.last < BETWEEN_LINES
        if soon and progress.stage == self.stage:
            return
        self.last, self.stage = now, progress.stage
        said = [f"{now:6.1f} s", _(progress.stage)]
        if progress.objective is not None and progress.least:
            value = {"value": f"{progress.objective:,.0f}"}
            said.append(_("All ways together: %(value)s.").rstrip(".。") % value)
        elif progress.objective is not None:
            said.append(_("worth %(objective)s") % {"objective": f"{progress.objective:,.2f}"})
        if progress.gap is not None:
            told = {"gap": f"{100 * progress.gap:.2f}", "kept": progress.kept}
            near = _("at most %(gap)s %% from the best")
            if progress.kept:
                near = ngettext(
                    "at most %(gap)s %% from the best that keeps the tour of before",
                    "at most %(gap)s %% from the best that keeps the %(kept)s tours of before",
                    progress.kept,
                )
            said.append(near % told)
        click.echo(" · ".join(said), err=True)
        sys.stderr.flush()
