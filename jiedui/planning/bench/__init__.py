"""What the planners reach in how long: one instance a call, each result kept.

A module of this package that measures something has ``INSTANCES``, a table from
names to functions ``(folder, tell) -> measure.Result``. The folder is where
``--data`` says: instances are read from it, or made there; plans are kept in it.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from jiedui.planning.bench.measure import Instance

MODULES = ("dispatch", "tours", "siting")


def instances() -> dict[str, Instance]:
    """Every instance by its name, in the order in which they are measured."""
    found: dict[str, Instance] = {}
    for name in MODULES:
        module = f"{__name__}.{name}"
        if find_spec(module):
            found.update(import_module(module).INSTANCES)
    return found
