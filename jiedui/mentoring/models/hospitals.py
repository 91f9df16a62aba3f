"""What a hospital builds: the way to a grade, management procedures, research."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.directory.models import Created, Department, Organisation, Person
from jiedui.programmes.models import Programme


class AccreditationRoad(Created):
    """A hospital's way to a grade (三级甲等创建): applied, reviewed, and what came of it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="accreditations", db_index=False
    )
    # A code of the pack's accreditation_targets.
    target = models.CharField(max_length=32)
    begun_on = models.DateField()
    target_on = models.DateField()
    applied_on = models.DateField(null=True, blank=True)
    reviewed_on = models.DateField(null=True, blank=True)
    # A code of the pack's accreditation_results.
    result = models.CharField(max_length=32, blank=True)
    result_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "target"],
                condition=Q(result=""),
                name="accreditation_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(target_on__gte=F("begun_on")), name="accreditation_target_after_begin"
            ),
            models.CheckConstraint(
                condition=(Q(applied_on__isnull=True) | Q(applied_on__gte=F("begun_on")))
                & (
                    Q(reviewed_on__isnull=True)
                    | Q(applied_on__isnull=False, reviewed_on__gte=F("applied_on"))
                )
                & (
                    Q(result_on__isnull=True)
                    | Q(reviewed_on__isnull=False, result_on__gte=F("reviewed_on"))
                ),
                name="accreditation_steps_in_order",
            ),
            models.CheckConstraint(
                condition=Q(result="", result_on__isnull=True)
                | (~Q(result="") & Q(result_on__isnull=False)),
                name="accreditation_result_with_its_day",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["organisation", "-begun_on"])]


class Milestone(Created):
    """A step on the way to a grade, due by a day, done on a day."""

    road = models.ForeignKey(AccreditationRoad, on_delete=models.PROTECT, related_name="milestones")
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)


class ManagementProcedure(Created):
    """A management procedure or routine brought in: adopted, audited, perhaps given up."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="procedures", db_index=False
    )
    # Blank where it is of the whole hospital.
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="procedures"
    )
    # A code of the pack's management_kinds.
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=200)
    adopted_on = models.DateField()
    next_audit_on = models.DateField(null=True, blank=True)
    retired_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organisation", "title"],
                condition=Q(retired_on__isnull=True),
                name="management_procedure_once",
            ),
            models.CheckConstraint(
                condition=Q(retired_on__isnull=True)
                | (Q(retired_on__gte=F("adopted_on")) & ~Q(reason="")),
                name="procedure_retired_for_a_reason",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "next_audit_on"], name="procedure_by_audit"),
            models.Index(fields=["adopted_on", "id"], name="procedure_by_adoption"),
        ]

    def __str__(self) -> str:
        return self.title


class ProcedureAudit(Created):
    """Whether a procedure was found to be followed, and what was found."""

    procedure = models.ForeignKey(
        ManagementProcedure, on_delete=models.PROTECT, related_name="audits"
    )
    on = models.DateField()
    # A code of the pack's audit_results.
    result = models.CharField(max_length=32)
    findings = models.CharField(max_length=400)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["procedure", "on"], name="procedure_audit_once_a_day")
        ]


class ResearchProject(Created):
    """A research project: applied for, funded or refused, closed; three counts never added."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="research", db_index=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="research"
    )
    # A code of the pack's research_levels.
    level = models.CharField(max_length=32)
    title = models.CharField(max_length=200)
    applied_on = models.DateField()
    refused_on = models.DateField(null=True, blank=True)
    funded_on = models.DateField(null=True, blank=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    funder = models.CharField(max_length=160, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "title"], name="research_once"),
            models.CheckConstraint(
                condition=Q(refused_on__isnull=True)
                | Q(refused_on__gte=F("applied_on"), funded_on__isnull=True),
                name="research_refused_or_funded",
            ),
            models.CheckConstraint(
                condition=Q(funded_on__isnull=True, amount__isnull=True)
                | Q(funded_on__gte=F("applied_on"), amount__gt=0),
                name="research_funded_with_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True)
                | (
                    Q(closed_on__gte=F("applied_on"), refused_on__isnull=True)
                    & (Q(funded_on__isnull=True) | Q(closed_on__gte=F("funded_on")))
                ),
                name="research_closed_in_order",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "-applied_on"], name="research_by_hospital"),
            models.Index(fields=["applied_on", "id"], name="research_by_application"),
        ]

    def __str__(self) -> str:
        return self.title
