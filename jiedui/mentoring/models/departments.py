"""How far a department has come: maturity, key-specialty ladder, standards, special clinics."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.core.clock import now
from jiedui.core.identifiers import new_id
from jiedui.directory.models import (
    Created,
    Dated,
    Department,
    Organisation,
    Person,
    dates_in_order,
)
from jiedui.programmes.models import Programme


class DepartmentStanding(models.Model):
    """Where a department stands today, kept by its writers so that lists read one row."""

    department = models.OneToOneField(
        Department, on_delete=models.PROTECT, primary_key=True, related_name="standing"
    )
    # A code of the pack's maturity_stages with its rank; blank before the first.
    stage = models.CharField(max_length=32, blank=True)
    stage_rank = models.PositiveSmallIntegerField(default=0)
    stage_on = models.DateField(null=True, blank=True)
    # The highest level of the pack's key_specialty_levels that it holds.
    level = models.CharField(max_length=32, blank=True)
    level_rank = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["stage_rank", "department"], name="standing_by_stage"),
            models.Index(fields=["level_rank", "department"], name="standing_by_level"),
        ]


class StageAnswer(Created):
    """Whether a criterion of the pack's stage_criteria is met, as answered on a day.

    Appended; the newest day holds, and on one day what was written last.
    """

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="stage_answers"
    )
    criterion = models.CharField(max_length=48)
    met = models.BooleanField()
    on = models.DateField()
    evidence = models.CharField(max_length=400)
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(evidence=""), name="stage_answer_with_evidence")
        ]
        indexes: ClassVar = [models.Index(fields=["department", "criterion", "-on", "-at"])]


class StageStep(Created):
    """A department reached a stage, or fell back from one with a reason; never changed."""

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="stage_steps", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    # Blank: fallen below the first stage.
    stage = models.CharField(max_length=32, blank=True)
    fell = models.BooleanField(default=False)
    on = models.DateField()
    reason = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["department", "number"], name="stage_step_once"),
            models.CheckConstraint(
                condition=Q(fell=False, reason="") | (Q(fell=True) & ~Q(reason="")),
                name="stage_falls_for_a_reason",
            ),
        ]


class KeySpecialty(Created):
    """A level of the key-specialty ladder that a department aims at or holds."""

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="key_specialties"
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # A code of the pack's key_specialty_levels.
    level = models.CharField(max_length=32)
    target_on = models.DateField(null=True, blank=True)
    reached_on = models.DateField(null=True, blank=True)
    evidence = models.CharField(max_length=400, blank=True)
    lost_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["department", "level"], name="key_specialty_once"),
            models.CheckConstraint(
                condition=Q(target_on__isnull=False) | Q(reached_on__isnull=False),
                name="key_specialty_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(reached_on__isnull=True) | ~Q(evidence=""),
                name="key_specialty_with_evidence",
            ),
            models.CheckConstraint(
                condition=Q(lost_on__isnull=True)
                | (Q(reached_on__isnull=False, lost_on__gte=F("reached_on")) & ~Q(reason="")),
                name="key_specialty_lost_for_a_reason",
            ),
        ]


class Checklist(Created):
    """A standard of the pack that a department, or a hospital, works towards."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="checklists"
    )
    # Blank where the standard is of the whole hospital.
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="checklists"
    )
    # A code of the pack's standards.
    standard = models.CharField(max_length=48)
    begun_on = models.DateField()
    target_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["department", "standard"],
                condition=Q(department__isnull=False),
                name="checklist_of_department_once",
            ),
            models.UniqueConstraint(
                fields=["organisation", "standard"],
                condition=Q(department__isnull=True),
                name="checklist_of_hospital_once",
            ),
            models.CheckConstraint(
                condition=Q(target_on__isnull=True) | Q(target_on__gte=F("begun_on")),
                name="checklist_dates_in_order",
            ),
        ]


class ItemAnswer(Created):
    """How an item of a standard stands on a day; appended, the newest holds."""

    checklist = models.ForeignKey(Checklist, on_delete=models.PROTECT, related_name="answers")
    # Codes of the pack's standard_items and standard_answers.
    item = models.CharField(max_length=64)
    answer = models.CharField(max_length=16)
    on = models.DateField()
    evidence = models.CharField(max_length=400, blank=True)
    # Who puts right what is missing, and by when.
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["checklist", "item", "-on", "-at"])]


class SpecialClinic(Created, Dated):
    """A special clinic (特色专科门诊、专病门诊) of a department, from when to when it was open."""

    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="clinics")
    # A code of the pack's clinic_kinds.
    kind = models.CharField(max_length=32)
    name = models.CharField(max_length=120)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            dates_in_order("special_clinic_dates_in_order"),
            models.UniqueConstraint(
                fields=["department", "name"],
                condition=Q(valid_to__isnull=True),
                name="special_clinic_once_open",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClinicHour(models.Model):
    """A half day of a week (1 Monday to 7 Sunday) on which a special clinic is held."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey(SpecialClinic, on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    # A code of the pack's day_parts.
    part = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "weekday", "part"], name="clinic_hour_once"),
            models.CheckConstraint(
                condition=Q(weekday__range=(1, 7)), name="clinic_weekday_1_to_7"
            ),
        ]


class ClinicMonth(models.Model):
    """How often a special clinic was held in a month, and how many visits it saw (person-times)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    clinic = models.ForeignKey(SpecialClinic, on_delete=models.PROTECT, related_name="months")
    month = models.DateField()
    sessions = models.PositiveSmallIntegerField()
    visits = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "month"], name="clinic_month_once")
        ]
