"""What every background run shares: progress told, a cancel heard, an end where it broke off."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from jiedui.accounts.audit import record
from jiedui.core.clock import now
from jiedui.planning.domain.reasons import Reason
from jiedui.planning.domain.runs import Progress, Run
from jiedui.planning.domain.states import FAILED, RUN_STATES, RUNNING, WAITING
from jiedui.planning.sources import documents

_log = logging.getLogger(__name__)
# Progress is told, and a cancel heard, at most this often.
SECONDS = 0.5
BROKE_OFF = "run-broke-off"
_ = str  # marks message ids for the catalogue


def broke_off() -> Reason:
    """What is told of a run that a fault or the end of its process broke off."""
    return Reason(BROKE_OFF, _("The run broke off; what was planned before stays. Start it again."))


@dataclass(frozen=True)
class Kind:
    """A kind of run: whose rows have it, in which field, and how the audit calls it.

    ``moved`` names the field that keeps when the run last moved, where the rows have one.
    """

    model: type[Model]
    thing: str
    action: str
    state: str = "state"
    moved: str = ""


@transaction.atomic
def fail_run(kind: Kind, id: UUID, reason: Reason) -> None:
    """End a run with the reason; one that runs no longer is left alone."""
    said: dict[str, Any] = {
        kind.state: RUN_STATES.after(RUNNING, "fail"), "stopping": False,
        "progress": {"error": reason.plain()},
    }  # fmt: skip
    if kind.moved:
        said[kind.moved] = now()
    running = kind.model._default_manager.filter(pk=id, **{kind.state: RUNNING})
    if running.update(**said):
        record(
            by=None, action=kind.action, object_kind=kind.thing, object_id=id,
            state=FAILED, reason=reason.code,
        )  # fmt: skip


def end_broken(kind: Kind) -> list[UUID]:
    """End the runs whose process was stopped in their midst, and give those to be begun.

    For the start of a process that works on runs: what was told to the one before it may
    be lost.
    """
    rows = kind.model._default_manager.all()
    for id in rows.filter(**{kind.state: RUNNING}).values_list("pk", flat=True):
        with documents.running(id) as mine:
            if mine:
                _log.warning("the run of %s %s was broken off", kind.thing, id)
                fail_run(kind, id, broke_off())
    waiting = rows.filter(**{kind.state: WAITING}).order_by(kind.moved or "pk")
    return list(waiting.values_list("pk", flat=True))


def run_of(asked: Mapping[str, Any], seconds: float) -> Run:
    """The stop rule: as many steps of work as were asked for, else the clock."""
    steps = asked.get("work_limit")
    return Run(seconds=seconds) if steps is None else Run(work_limit=steps)


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
            "seconds": round(run.elapsed, 1), "kept": progress.kept, "work_limit": run.work_limit,
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
