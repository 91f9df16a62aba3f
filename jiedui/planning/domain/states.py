"""How plans, runs and rounds go; docs/states.md is drawn from these tables."""

from __future__ import annotations

from jiedui.core.states import StateTable, Transition

DRAFT, SUBMITTED, APPROVED, ADOPTED, ABANDONED = (
    "draft",
    "submitted",
    "approved",
    "adopted",
    "abandoned",
)
COORDINATOR, BOTH_SIDES, EITHER = "coordinator", "both sides", "either side"

PLAN_STATES = StateTable(
    "dispatch plan",
    DRAFT,
    (
        Transition("submit", DRAFT, SUBMITTED, COORDINATOR),
        Transition("recall", SUBMITTED, DRAFT, COORDINATOR),
        Transition("refuse", SUBMITTED, DRAFT, EITHER),
        Transition("approve", SUBMITTED, APPROVED, BOTH_SIDES),
        Transition("recall", APPROVED, DRAFT, COORDINATOR),
        Transition("adopt", APPROVED, ADOPTED, COORDINATOR),
        Transition("abandon", DRAFT, ABANDONED, COORDINATOR),
    ),
)

IDLE, WAITING, RUNNING, DONE, CANCELLED, FAILED = (
    "idle",
    "waiting",
    "running",
    "done",
    "cancelled",
    "failed",
)

# One planner's run, of a scenario, a round or a proposal.
RUN_STATES = StateTable(
    "run",
    IDLE,
    (
        Transition("ask", IDLE, WAITING, COORDINATOR),
        Transition("start", WAITING, RUNNING, "the worker"),
        Transition("cancel", WAITING, CANCELLED, COORDINATOR),
        Transition("finish", RUNNING, DONE, "the worker"),
        Transition("cancel", RUNNING, CANCELLED, "the worker, with the best plan so far"),
        Transition("fail", RUNNING, FAILED, "the worker"),
        Transition("ask", DONE, WAITING, COORDINATOR),
        Transition("ask", CANCELLED, WAITING, COORDINATOR),
        Transition("ask", FAILED, WAITING, COORDINATOR),
    ),
)

# Beside its run: a round is planned, then fixed for the crews.
FIXED = "fixed"
ROUND_STATES = StateTable(
    "round",
    DRAFT,
    (
        Transition("fix", DRAFT, FIXED, COORDINATOR),
        Transition("reopen", FIXED, DRAFT, COORDINATOR),
    ),
)
