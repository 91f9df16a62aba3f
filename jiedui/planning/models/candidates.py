"""Who could be sent: what the supporters say of their people for the planner."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.directory.models import Created, Organisation, Person
from jiedui.programmes.models import Programme


class Candidate(Created):
    """A person whom a supporter can send, when and how long; nothing is promised by it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="candidates")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="candidacies")
    # The home organisation that would send.
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="candidates")
    specialty = models.CharField(max_length=16)
    # A code of the pack's expert_categories.
    category = models.CharField(max_length=32)
    can_lead = models.BooleanField(default=False)
    # Fit for places above the altitude that the pack's planning rules name.
    altitude_ok = models.BooleanField(default=False)
    flexible_ok = models.BooleanField(default=False)
    available_from = models.DateField()
    available_to = models.DateField()
    max_tours = models.PositiveSmallIntegerField(default=1)
    # The longest single tour, in months.
    max_months = models.PositiveSmallIntegerField(default=12)
    note = models.CharField(max_length=400, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(available_to__gte=F("available_from")), name="candidate_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(max_tours__range=(1, 10), max_months__range=(1, 60)),
                name="candidate_tours_possible",
            ),
            models.UniqueConstraint(
                fields=["programme", "person", "available_from"],
                condition=Q(withdrawn_at__isnull=True),
                name="candidate_once_a_start",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "giver"])]
