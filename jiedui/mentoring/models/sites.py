"""Education sites (branches of CME centres, residency bases), their years, and awards."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.directory.models import (
    Created,
    Dated,
    Organisation,
    Person,
    dates_in_order,
)
from jiedui.programmes.models import Programme


class EducationSite(Created, Dated):
    """A place of education at an organisation, and how it stands with who accredits it."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="education_sites"
    )
    # Codes of the pack's education_site_kinds and accreditation_states.
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=160)
    specialty = models.CharField(max_length=16, blank=True)
    standing = models.CharField(max_length=32)
    standing_on = models.DateField()
    accredited_by = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints: ClassVar = [
            dates_in_order("education_site_dates_in_order"),
            models.UniqueConstraint(
                fields=["organisation", "kind", "name"], name="education_site_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SiteYear(models.Model):
    """What a site took in and what came out of it in a year."""

    id = models.BigAutoField(primary_key=True)
    site = models.ForeignKey(
        EducationSite, on_delete=models.CASCADE, related_name="years", db_index=False
    )
    year = models.PositiveSmallIntegerField()
    intake = models.PositiveIntegerField(null=True, blank=True)
    examined = models.PositiveIntegerField(null=True, blank=True)
    passed = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["site", "year"], name="site_year_once"),
            models.CheckConstraint(
                condition=Q(passed__isnull=True)
                | Q(examined__isnull=False, passed__lte=F("examined")),
                name="passed_part_of_examined",
            ),
        ]


class Award(Created):
    """A prize of a competition or body: weak evidence, kept with who gave it."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="awards", db_index=False
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="awards", db_index=False
    )
    # Who won it: a person of the directory, or the team's name.
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.CharField(max_length=120, blank=True)
    name = models.CharField(max_length=200)
    # A code of the pack's award_levels.
    level = models.CharField(max_length=32)
    rank = models.CharField(max_length=40, blank=True)
    given_by = models.CharField(max_length=160)
    on = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "organisation", "name", "on"], name="award_once"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(team=""), name="award_of_somebody"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["programme", "-on"], name="award_of_programme"),
            models.Index(fields=["organisation", "-on"]),
        ]
