"""HiGHS set up as every siting model needs it."""

from __future__ import annotations

from typing import Any

from jiedui.planning.domain.runs import Run


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

    def stop(event: Any) -> None:
        if run.left <= 0 or run.cancelled():
            event.interrupt()

    model.cbSimplexInterrupt += stop
    model.cbIpmInterrupt += stop
    model.cbMipInterrupt += stop
    return model
