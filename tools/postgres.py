"""Run a command beside a throw-away PostgreSQL on loopback, then remove it.

    python tools/postgres.py -- COMMAND [ARG ...]

The command finds the server in DATABASE_URL. Exits with 77 where PostgreSQL is
not installed, else with the command's own status.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

NOT_INSTALLED = 77


def binaries() -> Path | None:
    """The newest installed PostgreSQL that can make a cluster."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: p.parts[-3])
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_user() -> dict[str, int]:
    """PostgreSQL refuses to run as root: become another user then."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid}
    return {}


def main() -> int:
    command = sys.argv[sys.argv.index("--") + 1 :]
    bin_folder = binaries()
    if bin_folder is None:
        return NOT_INSTALLED
    identity = as_user()
    folder = Path(tempfile.mkdtemp(prefix="jiedui-postgres-"))
    if identity:
        os.chown(folder, identity["user"], identity["group"])
    data, port = folder / "data", free_port()
    quiet = {"stdout": subprocess.DEVNULL, "cwd": folder}
    try:
        subprocess.run(
            [
                bin_folder / "initdb",
                "-D",
                data,
                "-U",
                "jiedui",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C.UTF-8",
                "--no-sync",
            ],
            check=True,
            **quiet,
            **identity,
        )
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= "
            "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=60"
        )
        subprocess.run(
            [bin_folder / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start"],
            check=True,
            **quiet,
            **identity,
        )
        url = f"postgresql://jiedui@127.0.0.1:{port}/postgres"
        return subprocess.run(command, env={**os.environ, "DATABASE_URL": url}).returncode
    finally:
        subprocess.run(
            [bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop"],
            stderr=subprocess.DEVNULL,
            **quiet,
            **identity,
        )
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
