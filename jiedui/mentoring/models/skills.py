"""What a person can do: the standing of a curve, decisions, reviews of safety, certificates."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.core.clock import now
from jiedui.core.identifiers import new_id
from jiedui.directory.models import Created, Department, Organisation, Person
from jiedui.mentoring.models.apprenticeships import Apprenticeship
from jiedui.mentoring.models.techniques import Technique
from jiedui.programmes.models import Programme


class Skill(models.Model):
    """Where a person stands in a procedure, or in an activity, at a hospital.

    Kept by every writer of cases, decisions and certificates, so that lists and matrices
    read no cases; queries.curves tells the whole curve from the cases.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="skills")
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    # The supporter from whom it was learned.
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # A code of the pack's procedures or entrustable_activities.
    code = models.CharField(max_length=48)
    cases = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)
    independent = models.PositiveIntegerField(default=0)
    last_case_on = models.DateField(null=True, blank=True)
    # domain.curves: learning, reached, alarm, missed, insufficient.
    standing = models.CharField(max_length=12, default="learning")
    reached_on = models.DateField(null=True, blank=True)
    alarm_on = models.DateField(null=True, blank=True)
    # The newest formal decision (1 to 5), and the newest ad-hoc judgement.
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    level_on = models.DateField(null=True, blank=True)
    ad_hoc_level = models.PositiveSmallIntegerField(null=True, blank=True)
    # Whether a certificate holds, until when.
    certified_on = models.DateField(null=True, blank=True)
    certified_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "code", "receiver"], name="skill_once")
        ]
        indexes: ClassVar = [
            models.Index(fields=["receiver", "code"]),
            models.Index(fields=["programme", "standing"]),
            models.Index(fields=["certified_to"]),
            models.Index(fields=["giver", "code"]),
            models.Index(fields=["-last_case_on", "-id"], name="skill_newest"),
        ]


class Decision(Created):
    """A formal entrustment decision by an assessor, apart from ad-hoc judgements of cases."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    code = models.CharField(max_length=48)
    apprenticeship = models.ForeignKey(
        Apprenticeship, on_delete=models.PROTECT, null=True, blank=True, related_name="decisions"
    )
    assessor = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    on = models.DateField()
    level = models.PositiveSmallIntegerField()
    # What it rests on: cases seen, simulator, panel.
    note = models.CharField(max_length=400, blank=True)
    told_by = models.UUIDField(null=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_by = models.UUIDField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="decision_1_to_5"),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | ~Q(reason=""),
                name="decision_withdrawn_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(assessor=F("person")), name="decision_not_on_oneself"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "code", "-on"]),
            models.Index(fields=["receiver", "-on", "-id"]),
            models.Index(fields=["giver", "-on", "-id"]),
            models.Index(fields=["-on", "-id"], name="decision_newest"),
        ]


class SafetyReview(Created):
    """A question of safety about a person's cases or a technique, open until it is answered."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="safety_reviews"
    )
    code = models.CharField(max_length=48, blank=True)
    technique = models.ForeignKey(
        Technique, on_delete=models.PROTECT, null=True, blank=True, related_name="safety_reviews"
    )
    # A code of the pack's safety_reasons; an alarm of the curve opens one by itself.
    reason = models.CharField(max_length=32)
    opened_on = models.DateField()
    note = models.CharField(max_length=400, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    conclusion = models.CharField(max_length=400, blank=True)
    # What starts anew on the day after it: learning, monitoring or nothing (domain.curves).
    restarts = models.CharField(max_length=12, blank=True)
    opened_by = models.UUIDField(null=True)
    closed_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("opened_on")),
                name="safety_review_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | Q(technique__isnull=False),
                name="safety_review_of_somebody_or_something",
            ),
            models.UniqueConstraint(
                fields=["person", "code", "receiver"],
                condition=Q(closed_on__isnull=True, reason="alarm"),
                name="alarm_reviewed_once_at_a_time",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["receiver", "closed_on"]),
            models.Index(fields=["giver", "closed_on"]),
            models.Index(fields=["person", "code"]),
            models.Index(fields=["-opened_on", "-id"], name="safety_review_newest"),
        ]


class Certificate(Created):
    """That a person does a procedure independently at a hospital (独立作业证书)."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="certificates")
    procedure = models.CharField(max_length=48)
    apprenticeship = models.ForeignKey(
        Apprenticeship, on_delete=models.PROTECT, null=True, blank=True, related_name="certificates"
    )
    issued_on = models.DateField()
    valid_to = models.DateField()
    # Typed in to verify a printed certificate; says nothing by itself.
    code = models.CharField(max_length=24, unique=True)
    # What it rested on, frozen: criterion, parameters, cases, statistic.
    basis = models.JSONField()
    decisions = models.ManyToManyField(Decision, related_name="certificates")
    issued_by = models.UUIDField(null=True)
    revoked_on = models.DateField(null=True, blank=True)
    revoked_by = models.UUIDField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    renews = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="renewals"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("issued_on")), name="certificate_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(revoked_on__isnull=True) | ~Q(reason=""),
                name="certificate_revoked_with_a_reason",
            ),
            models.UniqueConstraint(
                fields=["person", "procedure", "receiver", "issued_on"], name="certificate_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["receiver", "-issued_on", "-id"]),
            models.Index(fields=["giver", "-issued_on", "-id"]),
            models.Index(fields=["programme", "-issued_on"], name="certificate_of_programme"),
            models.Index(fields=["-issued_on", "-id"], name="certificate_newest"),
            # Those whose holder may have stopped (actions.refreshers).
            models.Index(
                fields=["valid_to"], condition=Q(revoked_on__isnull=True), name="certificate_held"
            ),
        ]


class Refresher(models.Model):
    """Practice owed after months without a case (3, then 6), by tele-proctoring or on site."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    certificate = models.ForeignKey(
        Certificate, on_delete=models.PROTECT, related_name="refreshers"
    )
    # The last case before the lapse: one task a lapse and number of months.
    lapsed_since = models.DateField()
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    # A code of the pack's refresher_modes, and what was found.
    mode = models.CharField(max_length=32, blank=True)
    note = models.CharField(max_length=400, blank=True)
    done_by = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["certificate", "lapsed_since", "months"], name="refresher_once_a_lapse"
            )
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_on"], condition=Q(done_on__isnull=True), name="refresher_owed"
            )
        ]
