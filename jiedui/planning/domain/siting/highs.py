"""HiGHS set up as every siting model needs it."""

from __future__ import annotations

from typing import Any

from jiedui.planning.domain.runs import Run

LOOK_EVERY = 0.25
"""Seconds between two questions whether somebody cancelled."""


def quiet(run: Run) -> Any:
    """A silent HiGHS on one thread that stops when the clock or somebody's cancel says so.

    What it was doing then is thrown away by its caller, so that the clock never
    shapes a plan; limits of its own by the clock are not set for the same reason.
    """
    import highspy

    make: Any = highspy.Highs
    model = make()
    model.setOptionValue("output_flag", False)
    model.setOptionValue("parallel", "off")

    looked = run.elapsed

    def stop(event: Any) -> None:
        nonlocal looked
        now = run.elapsed
        # The solver asks many thousand times a second; whoever may cancel is asked less often.
        if now - looked >= LOOK_EVERY:
            looked = now
            if run.cancelled():
                event.interrupt()
        if run.left <= 0:
            event.interrupt()

    model.cbSimplexInterrupt += stop
    model.cbIpmInterrupt += stop
    model.cbMipInterrupt += stop
    return model
