"""Background tasks: one process that takes them from the database, one at a time.

It is kept by another that begins it anew when it is killed, and ends with the server.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from typing import Any

# How long a worker that ended by itself is left alone, and how often the server is looked for.
PAUSE = 1.0


def work() -> None:
    """Take tasks until told to stop; first settle what the process before left behind."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jiedui.config.settings")
    import django
    from django.core.management import execute_from_command_line
    from django_tasks.signals import task_finished

    django.setup()
    task_finished.connect(_count)
    from jiedui.exchange import tasks as exchange
    from jiedui.mentoring import tasks as learning
    from jiedui.planning import tasks as planning

    exchange.resume()
    planning.resume()
    learning.resume()
    execute_from_command_line(["jiedui", "db_worker", "--interval", "1"])


def _count(**_: Any) -> None:
    """After a task, which may have been a large import; while another writes, after the next."""
    from django.db import OperationalError

    from jiedui.config.statistics import refresh_statistics

    with suppress(OperationalError):
        refresh_statistics()


def keep(command: list[str], server: int) -> None:
    """Run the command anew whenever it ends, as long as the server (our parent) lives."""
    stopping = False

    def stop(*_: Any) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    while not stopping and os.getppid() == server:
        child = subprocess.Popen(command)  # noqa: S603 - the house's own worker
        while child.poll() is None:
            if stopping or os.getppid() != server:
                # It finishes the task in hand.
                child.terminate()
                child.wait()
                return
            time.sleep(PAUSE)


if __name__ == "__main__":
    if "work" in sys.argv[1:]:
        work()
    else:
        keep([sys.executable, "-m", "jiedui.config.worker", "work"], os.getppid())
