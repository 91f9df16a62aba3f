"""What the figures count of a room, as rows appended to its stream."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class CountedFact(models.Model):
    """One countable fact of a room's stream; appended, never changed.

    What is known better later is taken back by the same row with ``sign`` -1 (ADR 2).
    """

    sequence = models.BigIntegerField(primary_key=True)
    sign = models.SmallIntegerField()
    # What it is of (a posting, a case …), and which of its versions the row tells of.
    record_id = models.UUIDField()
    version_id = models.UUIDField()
    number = models.PositiveIntegerField()
    line = models.PositiveSmallIntegerField()
    programme_id = models.UUIDField()
    # The kind of pairing, posting, case … by its pack.
    kind = models.CharField(max_length=48)
    giver_id = models.UUIDField()
    receiver_id = models.UUIDField()
    # Whom it is about, where persons are counted apart from person-times.
    person_id = models.UUIDField(null=True)
    # From when to when it held; 9999-12-31 while it lasts.
    happened_from = models.DateField()
    happened_to = models.DateField()
    known_from = models.DateField()
    confirmed_by = models.UUIDField(null=True)
    # A code of the pack's measures, and the specialty or other item under it.
    measure = models.CharField(max_length=48)
    item = models.CharField(max_length=64, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=2)
    unit = models.CharField(max_length=16)
    unit_class = models.CharField(max_length=16)

    class Meta:
        abstract = True


class ProgrammeFact(CountedFact):
    """What the figures count of a pairing, batch, post or posting."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version_id", "line", "sign"], name="programme_fact_once"
            ),
            models.CheckConstraint(condition=Q(sign__in=[1, -1]), name="programme_fact_sign"),
        ]
        indexes: ClassVar = [models.Index(fields=["record_id"])]
