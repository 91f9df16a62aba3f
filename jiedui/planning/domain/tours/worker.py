"""The second process of a run: one PyVRP search that waits for portions of work.

Started as a plain program with pickles on its pipes, so that it imports neither
the caller's main module nor Django. In the same process (``processes=1``) the same
portions give the same routes, only later.
"""

from __future__ import annotations

import os
import pickle
import select
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jiedui.planning.domain.tours.network import Network, lay_out
from jiedui.planning.domain.tours.problem import Problem
from jiedui.planning.domain.tours.search import Search

Told = list[tuple[int, tuple[int, ...]]]
Start = Sequence[tuple[int, Sequence[tuple[int, int]]]]
SLICE = 50
"""Iterations between two looks at the clock."""


class Here:
    """The search in this process."""

    def __init__(self, network: Network, seed: int) -> None:
        self.search = Search(network, seed)
        self.asked: tuple[int, Start | None] = (0, None)

    def post(self, iterations: int, start: Start | None) -> None:
        """Ask for a portion, from this plan where one is given."""
        self.asked = (iterations, start)

    def collect(self, over: Callable[[], bool]) -> Told | None:
        """The routes of the portion; None if the run was over before."""
        iterations, start = self.asked
        if start is not None:
            self.search.start(start)
        told: Told = []
        for done in range(0, iterations, SLICE):
            if over():
                return None
            told += self.search.advance(min(SLICE, iterations - done))
        return told

    def close(self) -> None:
        """Nothing to end."""


class Apart:
    """The search in a process of its own."""

    def __init__(self, problem: Problem, seed: int) -> None:
        root = str(Path(__file__).parents[4])
        paths = [root, os.environ.get("PYTHONPATH", "")]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jiedui.planning.domain.tours.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths))},
        )
        self._send((problem, seed))

    def _send(self, what: object) -> None:
        pipe = self.process.stdin
        if pipe is None:
            raise RuntimeError("the worker has no pipe")
        pickle.dump(what, pipe, protocol=pickle.HIGHEST_PROTOCOL)
        pipe.flush()

    def post(self, iterations: int, start: Start | None) -> None:
        """Ask for a portion, from this plan where one is given."""
        self._send((iterations, start))

    def collect(self, over: Callable[[], bool]) -> Told | None:
        """The routes of the portion; None if the run was over before."""
        pipe = self.process.stdout
        if pipe is None:
            raise RuntimeError("the worker has no pipe")
        while not select.select([pipe], [], [], 0.02)[0]:
            if over():
                return None
        told: Told = pickle.load(pipe)  # noqa: S301 - written by our own process
        return told

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        self.process.wait()


def main() -> None:
    """Serve portions until the pipe closes."""
    pipe: Any = sys.stdin.buffer
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # PyVRP logs to standard output
    problem, seed = pickle.load(pipe)  # noqa: S301 - written by our own process
    search = Search(lay_out(problem), seed)
    while True:
        try:
            iterations, start = pickle.load(pipe)  # noqa: S301 - written by our own process
        except EOFError:
            return
        if start is not None:
            search.start(start)
        told: Told = []
        for done in range(0, iterations, SLICE):
            told += search.advance(min(SLICE, iterations - done))
        pickle.dump(told, answers, protocol=pickle.HIGHEST_PROTOCOL)
        answers.flush()


if __name__ == "__main__":
    main()
