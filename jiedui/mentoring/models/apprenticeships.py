"""Apprenticeships, who teaches and learns in them, what is to be learned, and studios."""

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
from jiedui.programmes.models import Pairing, Posting, Programme


class Studio(Created, Dated):
    """A mentoring studio (传帮带工作室): a leader, members, a calendar, what came of it."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="studios")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="studios")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The supporter that keeps it.
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    leader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="studios_led")

    class Meta:
        constraints: ClassVar = [
            dates_in_order("studio_dates_in_order"),
            models.UniqueConstraint(fields=["programme", "receiver", "name"], name="studio_once"),
        ]

    def __str__(self) -> str:
        return self.name


class StudioMember(Dated):
    """Somebody of a studio for a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            dates_in_order("studio_member_dates_in_order"),
            models.UniqueConstraint(
                fields=["studio", "person"],
                condition=Q(valid_to__isnull=True),
                name="studio_member_once",
            ),
        ]


class StudioDay(Created):
    """A day in a studio's calendar: planned, then held or cancelled."""

    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, related_name="days")
    on = models.DateField()
    topic = models.CharField(max_length=200)
    held = models.BooleanField(null=True)
    # Why it was not held, or what was done.
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["studio", "on", "topic"], name="studio_day_once")
        ]


class StudioOutput(Created):
    """What came of a studio (a code of the pack's studio_outputs)."""

    studio = models.ForeignKey(Studio, on_delete=models.PROTECT, related_name="outputs")
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=200)
    on = models.DateField()
    note = models.CharField(max_length=400, blank=True)


class Apprenticeship(Created):
    """Mentors tied to apprentices; domain.states.APPRENTICESHIP_STATES says how it goes."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="apprenticeships"
    )
    # A code of the pack's apprenticeship_forms: one to one, 1+X, team to team, expert to backbone.
    form = models.CharField(max_length=32)
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pairing = models.ForeignKey(
        Pairing, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    studio = models.ForeignKey(
        Studio, on_delete=models.PROTECT, null=True, blank=True, related_name="apprenticeships"
    )
    specialty = models.CharField(max_length=16)
    # Of a team that helps a team: what the team shall be able to do (卒中团队).
    team = models.CharField(max_length=120, blank=True)
    aim = models.TextField(blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField()
    # The least number of months before independence is decided (精心蹲苗).
    least_months = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=16, default="draft")
    signed_giver_on = models.DateField(null=True, blank=True)
    signed_giver_by = models.UUIDField(null=True, blank=True)
    signed_receiver_on = models.DateField(null=True, blank=True)
    signed_receiver_by = models.UUIDField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="apprenticeship_dates_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")), name="apprenticeship_of_two_organisations"
            ),
            models.CheckConstraint(
                condition=~Q(state="active")
                | Q(signed_giver_on__isnull=False, signed_receiver_on__isnull=False),
                name="apprenticeship_active_once_both_signed",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["receiver", "state", "-starts_on"]),
            models.Index(fields=["giver", "state", "-starts_on"]),
            models.Index(fields=["programme", "-starts_on"]),
            models.Index(fields=["state", "ends_on"]),
        ]


class Mentor(models.Model):
    """Who teaches in an apprenticeship, from a day to a day; one takes over from another."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    apprenticeship = models.ForeignKey(
        Apprenticeship, on_delete=models.PROTECT, related_name="mentors"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="mentorships")
    # The posting in which the mentor teaches; blank for one who teaches from home or locally.
    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lead = models.BooleanField(default=True)
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    took_over_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="mentor_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["apprenticeship"],
                condition=Q(lead=True, last_day__isnull=True),
                name="one_lead_mentor_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["apprenticeship", "person"],
                condition=Q(last_day__isnull=True),
                name="mentor_once_at_a_time",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "last_day"])]


class Apprentice(models.Model):
    """Somebody of the receiver's staff who learns in an apprenticeship."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    apprenticeship = models.ForeignKey(
        Apprenticeship, on_delete=models.PROTECT, related_name="apprentices"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="apprenticeships")
    # Why this person (精准选苗), and what could be done before.
    selection = models.CharField(max_length=400, blank=True)
    baseline = models.CharField(max_length=400, blank=True)
    joined_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    # A code of the pack's apprentice_outcomes: independent, moved, resigned …
    outcome = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["apprenticeship", "person"], name="apprentice_once"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=F("joined_on")),
                name="apprentice_dates_in_order",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person"])]


class SelectionAnswer(models.Model):
    """How a criterion of the pack's selection_criteria was met."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    apprentice = models.ForeignKey(Apprentice, on_delete=models.CASCADE, related_name="answers")
    criterion = models.CharField(max_length=32)
    met = models.BooleanField()
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["apprentice", "criterion"], name="criterion_answered_once"
            )
        ]


class LearningGoal(Created):
    """A line of the learning plan: a procedure or an entrustable activity, how many, by when."""

    class Kind(models.TextChoices):
        PROCEDURE = "procedure"
        ACTIVITY = "activity"

    apprenticeship = models.ForeignKey(
        Apprenticeship, on_delete=models.PROTECT, related_name="goals"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # A code of the pack's procedures or entrustable_activities.
    code = models.CharField(max_length=48)
    cases = models.PositiveSmallIntegerField(default=0)
    # The entrustment level to reach, 1 to 5 (ordinal: never averaged).
    level = models.PositiveSmallIntegerField(default=4)
    due_on = models.DateField()
    position = models.PositiveSmallIntegerField(default=0)
    # A goal of the whole team: reached when the team as one can.
    of_team = models.BooleanField(default=False)
    reached_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["apprenticeship", "kind", "code"], name="learning_goal_once"
            ),
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="goal_level_1_to_5"),
        ]


class Baseline(models.Model):
    """What an apprentice could do of a goal before the apprenticeship began."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    apprentice = models.ForeignKey(Apprentice, on_delete=models.CASCADE, related_name="baselines")
    goal = models.ForeignKey(LearningGoal, on_delete=models.CASCADE, related_name="baselines")
    level = models.PositiveSmallIntegerField()
    cases_before = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["apprentice", "goal"], name="baseline_once"),
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="baseline_1_to_5"),
        ]


class PlanChange(Created):
    """A change of a plan that both sides signed: proposed by one, in force once the other signs."""

    apprenticeship = models.ForeignKey(
        Apprenticeship, on_delete=models.PROTECT, related_name="plan_changes"
    )
    # The goals as they shall be, and as they were when it came into force.
    goals = models.JSONField()
    before = models.JSONField(null=True, blank=True)
    reason = models.CharField(max_length=400)
    # domain.states.GIVER or RECEIVER: who proposes signs for the own side.
    side = models.CharField(max_length=12)
    proposed_on = models.DateField()
    proposed_by = models.UUIDField(null=True)
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)
    accepted = models.BooleanField(null=True)
    answer = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["apprenticeship"],
                condition=Q(answered_on__isnull=True),
                name="plan_changed_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True, accepted__isnull=True)
                | Q(answered_on__isnull=False, accepted__isnull=False),
                name="plan_change_answered_at_a_time",
            ),
        ]
