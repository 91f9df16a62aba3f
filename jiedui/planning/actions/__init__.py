"""What is done to candidates, dispatch plans, their scenarios, and what is settled by hand."""

from jiedui.planning.actions.adopting import Adoption, adopt_plan
from jiedui.planning.actions.candidates import (
    Proposal,
    add_candidate,
    add_candidates,
    add_newcomer,
    edit_candidate,
    withdraw_candidate,
)
from jiedui.planning.actions.consents import give_consent, refuse_consent
from jiedui.planning.actions.plans import (
    abandon_plan,
    create_dispatch_plan,
    edit_dispatch_plan,
    recall_plan,
    submit_plan,
)
from jiedui.planning.actions.rulings import forbid, lift, move_tour, pin
from jiedui.planning.actions.running import ask_run, cancel_run, end_broken_off, run_scenario
from jiedui.planning.actions.scenarios import (
    copy_scenario,
    create_scenario,
    drop_scenario,
    edit_scenario,
)

__all__ = [
    "Adoption",
    "Proposal",
    "abandon_plan",
    "add_candidate",
    "add_candidates",
    "add_newcomer",
    "adopt_plan",
    "ask_run",
    "cancel_run",
    "copy_scenario",
    "create_dispatch_plan",
    "create_scenario",
    "drop_scenario",
    "edit_candidate",
    "edit_dispatch_plan",
    "edit_scenario",
    "end_broken_off",
    "forbid",
    "give_consent",
    "lift",
    "move_tour",
    "pin",
    "recall_plan",
    "refuse_consent",
    "run_scenario",
    "submit_plan",
    "withdraw_candidate",
]
