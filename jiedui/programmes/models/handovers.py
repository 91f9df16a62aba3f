"""Handover from who leaves to who comes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.core.clock import now
from jiedui.directory.models import Created
from jiedui.programmes.models.postings import Posting


class Handover(Created):
    """What one posting hands to the next, signed by both; patients as a count only."""

    outgoing = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="handover")
    # Blank while no successor is known.
    incoming = models.ForeignKey(
        Posting, on_delete=models.PROTECT, null=True, blank=True, related_name="taken_over"
    )
    due_on = models.DateField()
    patients_of_concern = models.PositiveSmallIntegerField(default=0)
    apprentices = models.TextField(blank=True)
    techniques = models.TextField(blank=True)
    projects = models.TextField(blank=True)
    contacts = models.TextField(blank=True)
    created_at = models.DateTimeField(default=now)
    outgoing_signed_at = models.DateTimeField(null=True, blank=True)
    outgoing_signed_by = models.UUIDField(null=True, blank=True)
    incoming_signed_at = models.DateTimeField(null=True, blank=True)
    incoming_signed_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(incoming__isnull=True) | ~Q(incoming=F("outgoing")),
                name="handover_between_two",
            ),
            models.CheckConstraint(
                condition=Q(incoming_signed_at__isnull=True)
                | Q(incoming__isnull=False, outgoing_signed_at__isnull=False),
                name="handover_signed_in_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_on"], name="handover_by_due_day"),
            models.Index(
                fields=["due_on"],
                condition=Q(incoming_signed_at__isnull=True),
                name="handover_open_by_due_day",
            ),
        ]
