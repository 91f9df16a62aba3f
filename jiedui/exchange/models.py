"""Imports: a file handed in, what was found in it, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from jiedui.core.clock import now
from jiedui.core.identifiers import new_id
from jiedui.exchange.domain.states import STATES


class ImportJob(models.Model):
    """One file of one kind. Its content lies in the files' folder under its hash."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    # The code of the programme chosen, where the kind needs one.
    programme = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, default="waiting")
    rows = models.PositiveIntegerField(default=0)
    bad_rows = models.PositiveIntegerField(default=0)
    fault_count = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    # The first faults, to be shown; all of them lie in a file beside the content.
    faults = models.JSONField(default=list)
    remarks = models.JSONField(default=list)
    # Why the whole file was refused: code, message, field, details.
    refusal = models.JSONField(default=dict)
    # The owner asked for the work under way to stop.
    stopping = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    moved_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=sorted(STATES)), name="import_state")
        ]
        indexes: ClassVar = [models.Index(fields=["created_by", "-created_at"])]
