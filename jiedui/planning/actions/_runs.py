"""What every background run shares: progress told, a cancel heard, at most twice a second."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any
from uuid import UUID

from django.db.models import Model

from jiedui.planning.domain.reasons import Reason
from jiedui.planning.domain.runs import Progress, Run
from jiedui.planning.domain.states import RUNNING

# Progress is told, and a cancel heard, at most this often.
SECONDS = 0.5
BROKE_OFF = "run-broke-off"
_ = str  # marks message ids for the catalogue


def broke_off() -> Reason:
    """What is told of a run that a fault or the end of its process broke off."""
    return Reason(BROKE_OFF, _("The run broke off; what was planned before stays. Start it again."))


def watched(model: type[Model], id: UUID, run: Run, state: str = "state") -> Run:
    """The run, telling its progress to the row and hearing its ``stopping``."""
    run.tell, run.cancelled = _teller(model, id, run, state), _canceller(model, id)
    return run


def _teller(model: type[Model], id: UUID, run: Run, state: str) -> Callable[[Progress], None]:
    last = 0.0

    def tell(progress: Progress) -> None:
        nonlocal last
        if monotonic() - last < SECONDS:
            return
        last = monotonic()
        said: dict[str, Any] = {
            "stage": progress.stage, "work": progress.work, "gap": progress.gap,
            "seconds": round(run.elapsed, 1),
        }  # fmt: skip
        running = model._default_manager.filter(pk=id, **{state: RUNNING})
        running.update(progress=said)

    return tell


def _canceller(model: type[Model], id: UUID) -> Callable[[], bool]:
    last, stopped = 0.0, False

    def cancelled() -> bool:
        nonlocal last, stopped
        if not stopped and monotonic() - last >= SECONDS:
            last = monotonic()
            stopped = model._default_manager.filter(pk=id, stopping=True).exists()
        return stopped

    return cancelled
