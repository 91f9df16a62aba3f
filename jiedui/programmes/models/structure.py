"""Programmes, the networks in them, and who helps whom."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.core.identifiers import new_id
from jiedui.directory.models import Created, Dated, Department, dates_in_order
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


class Network(Created, Dated):
    """A specialty or single-disease alliance or a medical consortium, with its lead.

    Its members are the receivers of the pairings that name it.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="networks")
    # A code of the pack's pairing_kinds that forms networks.
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=160)
    lead = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="networks_led")
    specialty = models.CharField(max_length=16, blank=True)
    # A code of the pack's alliance_diseases.
    disease = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints: ClassVar = [
            dates_in_order("network_dates_in_order"),
            models.UniqueConstraint(fields=["programme", "name"], name="network_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Pairing(Created, Dated):
    """A giver tied to a receiver, or to one of its departments, in a programme for a time."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="pairings")
    kind = models.CharField(max_length=32)
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="pairings_as_giver"
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="pairings_as_receiver"
    )
    # The receiver's department that the giver takes charge of (以院包科, 多院帮科).
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    network = models.ForeignKey(
        Network, on_delete=models.PROTECT, null=True, blank=True, related_name="ties"
    )
    # Whether what lies in the two sides is paired by it too, where it is so agreed.
    passes_down = models.BooleanField(default=True)
    # What says so, where only a report does.
    source = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            dates_in_order("pairing_dates_in_order"),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")), name="pairing_of_two_organisations"
            ),
            models.UniqueConstraint(
                fields=["programme", "kind", "giver", "receiver", "valid_from"],
                condition=Q(department__isnull=True),
                name="pairing_once_from_a_day",
            ),
            models.UniqueConstraint(
                fields=["programme", "kind", "giver", "receiver", "department", "valid_from"],
                condition=Q(department__isnull=False),
                name="department_pairing_once_from_a_day",
            ),
        ]


class Duty(Dated):
    """What a giver answers for at a department that several help: a declared split.

    A duty at a department has one giver at a time, so that nothing is counted twice.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, related_name="duties")
    # The pairing's department, so that the database can refuse the same duty twice.
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    # A code of the pack's duties.
    duty = models.CharField(max_length=32)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            dates_in_order("duty_dates_in_order"),
            models.UniqueConstraint(
                fields=["department", "duty"],
                condition=Q(valid_to__isnull=True),
                name="duty_has_one_giver",
            ),
        ]
