"""The server: gunicorn for the pages, and beside it a worker for background tasks."""

from __future__ import annotations

import ipaddress
import os
import signal
import subprocess
import sys
from typing import Any

import click
from django.db import connection
from gunicorn.app.base import BaseApplication

from jiedui.accounts import queries as accounts
from jiedui.config.backup.place import Place
from jiedui.config.backup.restore import settle
from jiedui.config.statistics import refresh_statistics
from jiedui.config.warm import warm_beside
from jiedui.core.errors import InvalidState


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Pages(BaseApplication):  # type: ignore[misc]
    """Gunicorn with options from the command line instead of a file."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        """Hand the options over."""
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """The WSGI application."""
        from jiedui.config.wsgi import application

        return application


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=0, help="Processes; 0 chooses by the database.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages, and run background tasks beside them.

    Refused on an address that others can reach while a log-in of the example is
    active: its password is known to all.
    """
    settle(Place.of_settings())
    if not is_loopback(host) and accounts.example_logins_active():
        raise InvalidState(
            "example-logins-active",
            "The example's log-ins are active, so only this machine may reach the server;"
            " end them with “jiedui accounts end-example” or serve on 127.0.0.1.",
        )
    on_sqlite = connection.vendor == "sqlite"
    refresh_statistics()
    connection.close()
    tasks = subprocess.Popen([sys.executable, "-m", "jiedui.config.worker"], start_new_session=True)
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"\n结对 Jiedui: http://{shown}:{port}/\n")

    def stop_tasks(_: Any) -> None:
        if tasks.poll() is None:
            os.killpg(tasks.pid, signal.SIGTERM)

    Pages(
        {
            "bind": f"{shown}:{port}",
            "workers": workers or (1 if on_sqlite else 2),
            "worker_class": "gthread",
            "threads": 8,
            "timeout": 120,
            "graceful_timeout": 5,
            "max_requests": 0,
            "loglevel": "warning",
            "post_worker_init": warm_beside,
            "on_exit": stop_tasks,
        }
    ).run()


COMMANDS = [serve]
