"""Measuring one instance: results with their targets, time, processors, memory."""

from __future__ import annotations

import json
import os
import platform
import resource
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Target:
    """A value that should be at most, or at least, something."""

    name: str
    value: float | None
    at_most: float | None = None
    at_least: float | None = None

    @property
    def reached(self) -> bool:
        """Whether it is; a value that is not known misses its target."""
        if self.value is None:
            return False
        below = self.at_most is None or self.value <= self.at_most
        return below and (self.at_least is None or self.value >= self.at_least)

    def plain(self) -> dict[str, Any]:
        """The target for a machine."""
        limit = {"at_most": self.at_most} if self.at_most is not None else {}
        if self.at_least is not None:
            limit["at_least"] = self.at_least
        return {"name": self.name, "value": self.value, **limit, "reached": self.reached}


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured, and what it should have been."""

    values: Mapping[str, Any]
    targets: tuple[Target, ...] = field(default=())


Instance = Callable[[Path, Tell], Result]


def measure(name: str, instance: Instance, folder: Path, tell: Tell) -> dict[str, Any]:
    """Run one instance and give its line of results."""
    cpu, began = _cpu(), time.monotonic()
    with most_memory() as memory:
        result = instance(folder, tell)
    seconds = time.monotonic() - began
    peak = round(memory.megabytes, 1)
    targets = [target.plain() for target in result.targets]
    return {
        "instance": name,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "seconds": round(seconds, 2),
        "cpu_seconds": round(_cpu() - cpu, 2),
        "peak_mb": peak,
        **result.values,
        "targets": targets,
        "reached": all(target["reached"] for target in targets),
    }


def _cpu() -> float:
    """Seconds of processors of this process and of its ended children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)


class Memory:
    """The most memory that this process and its children held together, looked at by turns."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self.done = threading.Event()

    def look(self) -> None:
        """Look now."""
        own = os.getpid()
        total = sum(_megabytes(pid) for pid in (own, *_children(own)))
        self.megabytes = max(self.megabytes, total)

    def watch(self) -> None:
        """Look twice a second until done."""
        while not self.done.wait(0.5):
            self.look()


@contextmanager
def most_memory() -> Iterator[Memory]:
    """Watch the memory while something runs; shared pages count once."""
    memory = Memory()
    watcher = threading.Thread(target=memory.watch, daemon=True)
    memory.look()
    watcher.start()
    try:
        yield memory
    finally:
        memory.done.set()
        watcher.join()
        memory.look()
        highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        memory.megabytes = max(memory.megabytes, highest)


def _megabytes(pid: int) -> float:
    """The proportional share of memory of a process; 0 once it has ended."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    except OSError:
        return 0.0
    found = (line.split() for line in text.splitlines() if line.startswith("Pss:"))
    return sum(int(cells[1]) for cells in found) / 1024


def _children(pid: int) -> list[int]:
    """Processes below a process, all the way down."""
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in path.read_text("ascii").split()]
        except OSError:
            continue
    return found + [below for child in found for below in _children(child)]


def kept(path: Path) -> dict[str, dict[str, Any]]:
    """The results of a file by instance, the newest of each; a line cut short is left aside."""
    found: dict[str, dict[str, Any]] = {}
    if path.exists():
        for line in path.read_text("utf-8").splitlines():
            try:
                result = json.loads(line)
            except ValueError:
                continue
            found[result["instance"]] = result
    return found


def keep(path: Path, result: Mapping[str, Any]) -> None:
    """Append a result."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(result, ensure_ascii=False) + "\n")
