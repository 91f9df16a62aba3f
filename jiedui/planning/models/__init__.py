"""Candidates, dispatch plans with their scenarios, rounds and siting proposals."""

from jiedui.planning.models.candidates import Candidate
from jiedui.planning.models.dispatch import Consent, DispatchPlan, Ruling, Scenario, ScenarioTour
from jiedui.planning.models.rounds import Round, RoundPlace, RoundStop, RoundVehicle
from jiedui.planning.models.siting import SitingProposal

__all__ = [
    "Candidate",
    "Consent",
    "DispatchPlan",
    "Round",
    "RoundPlace",
    "RoundStop",
    "RoundVehicle",
    "Ruling",
    "Scenario",
    "ScenarioTour",
    "SitingProposal",
]
