"""Techniques brought in: claimed novelty, states, what they depend on, how support tapers."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.core.clock import now
from jiedui.core.identifiers import new_id
from jiedui.directory.models import Created, Department, Organisation, Person
from jiedui.programmes.models import Posting, Programme


class Technique(Created):
    """A technique new to a department; domain.states.TECHNIQUE_STATES says how it goes."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="techniques")
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="techniques"
    )
    specialty = models.CharField(max_length=16)
    name = models.CharField(max_length=160)
    # A code of the pack's technique_categories (new technique, new service, appropriate …).
    category = models.CharField(max_length=32)
    # The pack's procedure that its cases are of, and the surgical grade 1 to 4 (手术分级).
    procedure = models.CharField(max_length=48, blank=True)
    grade = models.PositiveSmallIntegerField(null=True, blank=True)
    introduced_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="techniques_introduced"
    )
    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, null=True, blank=True, related_name="techniques"
    )
    proposed_on = models.DateField()
    # Cases a year that the department expects; k of the windows of retention comes from it.
    expected_cases = models.PositiveSmallIntegerField(default=12)
    # What is claimed to be new (a code of the pack's novelty_scopes: institution, county, region).
    scope_claimed = models.CharField(max_length=16, blank=True)
    claim = models.CharField(max_length=400, blank=True)
    # What proves it: a search of novelty (查新), registers of the hospital, publications.
    evidence = models.CharField(max_length=400, blank=True)
    # What the newest review found (NoveltyReview): the scope, blank where the claim did not hold.
    scope_confirmed = models.CharField(max_length=16, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    licence_on = models.DateField(null=True, blank=True)
    ethics_on = models.DateField(null=True, blank=True)
    approved_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=20, default="proposed")
    state_on = models.DateField()
    # A code of the pack's stop_reasons, of a dormant or stopped one.
    stop_reason = models.CharField(max_length=32, blank=True)
    # Kept by actions._advancing from confirmed cases and experts' stays, so that pages read
    # neither: the last day of an expert who brought or led it, blank while one is there.
    departed_on = models.DateField(null=True, blank=True)
    cases = models.PositiveIntegerField(default=0)
    local_cases = models.PositiveIntegerField(default=0)
    first_case_on = models.DateField(null=True, blank=True)
    first_local_on = models.DateField(null=True, blank=True)
    last_case_on = models.DateField(null=True, blank=True)
    # After the departure (domain.retention.after_departure): local-led cases of the first and
    # of the second half year, and from when on six months on end have none.
    local_6 = models.PositiveIntegerField(default=0)
    local_12 = models.PositiveIntegerField(default=0)
    idle_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "receiver", "department", "name"],
                condition=~Q(state__in=["withdrawn", "stopped"]),
                name="technique_once",
            ),
            models.UniqueConstraint(
                fields=["programme", "receiver", "name"],
                condition=Q(department__isnull=True) & ~Q(state__in=["withdrawn", "stopped"]),
                name="technique_of_no_department_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["dormant", "stopped"]) | ~Q(stop_reason=""),
                name="technique_stops_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(grade__isnull=True) | Q(grade__range=(1, 4)),
                name="technique_grade_1_to_4",
            ),
            models.CheckConstraint(
                condition=Q(local_cases__lte=F("cases")), name="technique_local_part_of_all"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["receiver", "state", "last_case_on"]),
            models.Index(fields=["giver", "state", "last_case_on"]),
            models.Index(fields=["-state_on", "-id"], name="technique_moved"),
            models.Index(fields=["-proposed_on", "-id"], name="technique_newest"),
            models.Index(fields=["programme", "-state_on", "-id"]),
            models.Index(fields=["department", "state"]),
            models.Index(fields=["introduced_by", "departed_on"]),
        ]

    def __str__(self) -> str:
        return self.name


class TechniqueCode(models.Model):
    """A code by which a technique is seen in discharge data (ICD-9-CM-3)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    technique = models.ForeignKey(Technique, on_delete=models.CASCADE, related_name="codes")
    scheme = models.CharField(max_length=16, default="icd9cm3")
    code = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["technique", "scheme", "code"], name="technique_code_once"
            )
        ]
        # Who else claims the same (the reviewer is shown it).
        indexes: ClassVar = [models.Index(fields=["code"])]


class TechniqueStep(models.Model):
    """One step of a technique as it was taken; never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    technique = models.ForeignKey(
        Technique, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    on = models.DateField()
    reason = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["technique", "number"], name="technique_step_once")
        ]


class NoveltyReview(Created):
    """What a reviewer made of the claim to be new; the newest holds."""

    technique = models.ForeignKey(Technique, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    on = models.DateField()
    # The scope in which it is found to be new; blank: the claim does not hold.
    scope = models.CharField(max_length=16, blank=True)
    note = models.CharField(max_length=400, blank=True)
    by = models.UUIDField(null=True)


class PlatformNeed(models.Model):
    """A platform department (laboratory, imaging, anaesthesia …) that a technique depends on."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    technique = models.ForeignKey(Technique, on_delete=models.CASCADE, related_name="needs")
    # A code of the pack's platform_departments.
    platform = models.CharField(max_length=32)
    need = models.CharField(max_length=200, blank=True)
    # By when it is to be ready, and since when it is.
    due_on = models.DateField(null=True, blank=True)
    ready_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["technique", "platform"], name="platform_need_once")
        ]


class TaperStep(models.Model):
    """A stretch of months of the taper plan: how often experts come, what is led locally."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    technique = models.ForeignKey(Technique, on_delete=models.CASCADE, related_name="taper")
    first_month = models.DateField()
    last_month = models.DateField()
    # Days of an expert on site a month, and the share of cases to be led locally, of a hundred.
    expert_days = models.PositiveSmallIntegerField()
    local_share = models.PositiveSmallIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_month__gte=F("first_month")), name="taper_months_in_order"
            ),
            models.CheckConstraint(
                condition=Q(local_share__range=(0, 100)), name="taper_share_0_to_100"
            ),
            models.UniqueConstraint(fields=["technique", "first_month"], name="taper_step_once"),
        ]
