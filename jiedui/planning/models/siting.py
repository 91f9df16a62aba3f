"""Proposals of which clinics get which kit."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jiedui.directory.models import Created, Organisation
from jiedui.programmes.models import Programme


class SitingProposal(Created):
    """Demand, possible sites and kinds of kit under a budget, and the sites proposed.

    The problem and the result are documents among the files by content: they
    belong to this proposal alone and are read and written whole.
    """

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="siting_proposals"
    )
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=160)
    budget = models.DecimalField(max_digits=14, decimal_places=2)
    seconds = models.PositiveSmallIntegerField(default=30)
    # What was counted and where it comes from, for the readers of the proposal.
    source = models.CharField(max_length=400, blank=True)
    problem = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, default="idle")
    stopping = models.BooleanField(default=False)
    progress = models.JSONField(default=dict)
    # The numbers of the outcome: people reached, cost, bound, gap, sites, places not reached.
    result = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(budget__gte=0), name="siting_budget_not_negative")
        ]

    def __str__(self) -> str:
        return self.name
