"""Agreements: parties, term, file, targets and reviews."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jiedui.core.clock import now
from jiedui.core.identifiers import new_id
from jiedui.directory.models import Created, Dated, Organisation, dates_in_order
from jiedui.programmes.models.structure import Pairing, Programme


class AgreementFile(models.Model):
    """A signed paper, kept under the hash of its content (see core.files)."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    added_at = models.DateTimeField(default=now)
    added_by = models.UUIDField(null=True)


class Agreement(Created, Dated):
    """What the parties agreed for a term; a renewal is a new agreement that names the old one."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="agreements")
    # A code of the pack's agreement_kinds.
    kind = models.CharField(max_length=32)
    number = models.CharField(max_length=64, blank=True)
    title = models.CharField(max_length=200)
    scope = models.TextField(blank=True)
    signed_on = models.DateField(null=True, blank=True)
    # Days before the end from which the end is warned of.
    warn_days = models.PositiveSmallIntegerField(default=90)
    pairings = models.ManyToManyField(Pairing, related_name="agreements", blank=True)
    files = models.ManyToManyField(AgreementFile, related_name="+", blank=True)
    renews = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewed_by"
    )
    # Ended before its term: the day is valid_to, this says why.
    ended_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            dates_in_order("agreement_dates_in_order"),
            models.UniqueConstraint(
                fields=["programme", "number"],
                condition=~Q(number=""),
                name="agreement_number_once",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "valid_to"])]

    def __str__(self) -> str:
        return self.title


class AgreementParty(models.Model):
    """A body that signs, in its role: giver, receiver, sponsor, host, organiser, co-organiser."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # A code of the pack's party_roles.
    role = models.CharField(max_length=32)
    signed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["agreement", "organisation", "role"], name="party_once_in_a_role"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "agreement"])]


class AgreementTarget(Created):
    """What the agreement wants to reach; domain.targets says whether it can be judged by it."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="targets")
    title = models.CharField(max_length=200)
    # A measure or an indicator by code, and the unit it is told in.
    measure = models.CharField(max_length=48, blank=True)
    unit = models.CharField(max_length=16, blank=True)
    baseline = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    baseline_on = models.DateField(null=True, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    source = models.CharField(max_length=400, blank=True)
    # How it is seen that the result holds when the experts have left.
    after_exit = models.CharField(max_length=400, blank=True)


class AgreementReview(Created):
    """A review that is due, and what it found when it was held."""

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="reviews")
    due_on = models.DateField()
    held_on = models.DateField(null=True, blank=True)
    findings = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "due_on"], name="review_once_a_day")
        ]
