"""Worker processes that solve blocks side by side, with results in the order asked for.

A task is a plain function of a shared context and its own argument, so a result
never depends on which worker had it, or on what that worker did before. That,
and handing results out in order, keeps a plan the same whatever the load.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

from jiedui.planning.domain.runs import Run

Task = TypeVar("Task")
Result = TypeVar("Result")

_GLANCE = 0.2
"""Seconds between two looks at the stop rule."""
_PROGRAMME = (
    "import sys; from jiedui.planning.domain.dispatch.crew import work; work(int(sys.argv[1]))"
)
"""A plain programme: neither a fork, which would inherit the locks of a server's threads,
nor a spawned child, which would import the caller's main module with all its rooms."""


class Crew:
    """Up to ``size`` processes that all hold ``context``; with size 0 the caller does the work."""

    def __init__(self, context: Any, size: int) -> None:
        self.context = context
        self.size = size
        self.members: list[tuple[subprocess.Popen[bytes], Connection]] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.dismiss()

    def each(
        self, function: Callable[[Any, Task], Result], tasks: Sequence[Task], run: Run
    ) -> Iterator[Result]:
        """The results in the order of the tasks; ends early where the run is over.

        What is under way when the clock or somebody's cancel ends the run is thrown away.
        """
        if not self.size:
            for task in tasks:
                result = function(self.context, task)
                if run.over():
                    return
                yield result
            return
        self._gather()
        done: dict[int, Result] = {}
        busy: dict[Any, int] = {}
        idle = [connection for _, connection in self.members]
        following = 0
        for wanted in range(len(tasks)):
            while wanted not in done:
                while idle and following < len(tasks):
                    connection = idle.pop(0)
                    connection.send((function, tasks[following]))
                    busy[connection] = following
                    following += 1
                ready_now = wait(list(busy), _GLANCE)
                for ready in [one for one in busy if one in ready_now]:
                    result, error = ready.recv()
                    if error is not None:
                        raise error
                    done[busy.pop(ready)] = result
                    idle.append(ready)
                if run.over():
                    self.dismiss()
                    return
            yield done.pop(wanted)

    def dismiss(self) -> None:
        """End the processes, and whatever they are at."""
        for process, connection in self.members:
            connection.close()
            process.kill()
        for process, _ in self.members:
            process.wait()
        self.members = []

    def _gather(self) -> None:
        """Start the processes, unless they are there."""
        if self.members:
            return
        root = str(Path(__file__).parents[4])
        paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
        for _ in range(self.size):
            ours, theirs = Pipe()
            process = subprocess.Popen(  # noqa: S603 - our own programme
                [sys.executable, "-c", _PROGRAMME, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=environment,
                # the terminal's Ctrl-C is for the caller, who ends the run in good order
                start_new_session=True,
            )
            theirs.close()
            self.members.append((process, ours))
        for _, connection in self.members:
            connection.send(self.context)


def work(descriptor: int) -> None:
    """What a process does until nobody asks any more: a task in, its result out."""
    connection = Connection(descriptor)
    with contextlib.suppress(EOFError, KeyboardInterrupt, BrokenPipeError):
        context = connection.recv()
        while True:
            function, task = connection.recv()
            try:
                connection.send((function(context, task), None))
            except Exception as error:
                connection.send((None, error))
