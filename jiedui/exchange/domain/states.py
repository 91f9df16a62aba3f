"""The states of an import: handed in, checked, written; or refused, failed, cancelled."""

from __future__ import annotations

from jiedui.core.states import StateTable, Transition

WAITING, CHECKING, CHECKED = "waiting", "checking", "checked"
QUEUED, IMPORTING, DONE = "queued", "importing", "done"
REFUSED, CANCELLED, STOPPED, FAILED = "refused", "cancelled", "stopped", "failed"

IMPORT = StateTable(
    "import",
    WAITING,
    (
        Transition("check", WAITING, CHECKING, "the house"),
        Transition("find", CHECKING, CHECKED, "the house"),
        Transition("refuse", CHECKING, REFUSED, "the house"),
        Transition("commit", CHECKED, QUEUED, "the owner"),
        Transition("write", QUEUED, IMPORTING, "the house"),
        Transition("finish", IMPORTING, DONE, "the house"),
        Transition("stop", IMPORTING, STOPPED, "the owner"),
        Transition("commit", STOPPED, QUEUED, "the owner"),
        Transition("cancel", WAITING, CANCELLED, "the owner"),
        Transition("cancel", CHECKING, CANCELLED, "the owner"),
        Transition("cancel", CHECKED, CANCELLED, "the owner"),
        Transition("cancel", QUEUED, CHECKED, "the owner"),
        Transition("fail", IMPORTING, FAILED, "the house"),
        Transition("commit", FAILED, QUEUED, "the owner"),
    ),
)

STATES = frozenset(IMPORT.states)
# Work is under way or about to be.
MOVING = frozenset({WAITING, CHECKING, QUEUED, IMPORTING})
ENDED = frozenset({DONE, CANCELLED, REFUSED})
