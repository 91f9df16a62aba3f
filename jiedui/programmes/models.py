"""Programmes and dated pairings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.directory.models import Created, Dated, dates_in_order
from jiedui.directory.models import Organisation as Organisation  # a type of this room too


class Programme(Created, Dated):
    """An assistance programme; real or invented, and no figure spans both."""

    code = models.SlugField(max_length=64, unique=True)
    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=32)
    source = models.CharField(max_length=400, blank=True)
    example = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [dates_in_order("programme_dates_in_order")]

    def __str__(self) -> str:
        return self.name


class Pairing(Created, Dated):
    """A giver tied to a receiver in a programme, for a time."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="pairings")
    kind = models.CharField(max_length=32)
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="pairings_as_giver"
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="pairings_as_receiver"
    )

    class Meta:
        constraints: ClassVar = [
            dates_in_order("pairing_dates_in_order"),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")), name="pairing_of_two_organisations"
            ),
            models.UniqueConstraint(
                fields=["programme", "kind", "giver", "receiver", "valid_from"],
                name="pairing_once_from_a_day",
            ),
        ]
