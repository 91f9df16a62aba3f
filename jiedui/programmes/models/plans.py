"""Work plans, meetings and visits, and the tasks that follow from them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.core.identifiers import new_id
from jiedui.directory.models import Created, Dated, Organisation, dates_in_order
from jiedui.programmes.models.structure import Programme


class WorkPlan(Created, Dated):
    """A programme's plan for a time: goals, the actions that reach them, the indicators."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="plans")
    title = models.CharField(max_length=200)
    # The body whose plan it is.
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [dates_in_order("work_plan_dates_in_order")]

    def __str__(self) -> str:
        return self.title


class PlanItem(Created):
    """A goal, an action below a goal, or an indicator below an action."""

    class Level(models.TextChoices):
        GOAL = "goal"
        ACTION = "action"
        INDICATOR = "indicator"

    plan = models.ForeignKey(WorkPlan, on_delete=models.CASCADE, related_name="items")
    parent = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="items"
    )
    level = models.CharField(max_length=10, choices=Level.choices)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=200)
    # The need that a goal answers, with where it is seen.
    evidence = models.CharField(max_length=400, blank=True)
    evidence_url = models.CharField(max_length=400, blank=True)
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    # An indicator's code, from where to where.
    indicator = models.CharField(max_length=48, blank=True)
    baseline = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(level="goal", parent__isnull=True)
                | (~Q(level="goal") & Q(parent__isnull=False)),
                name="plan_goal_stands_at_the_top",
            )
        ]


class Meeting(Created):
    """A meeting, survey, ceremony or exchange visit; a milestone is never counted as service."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="meetings")
    # A code of the pack's meeting_kinds, which says what is a milestone and what a visit.
    kind = models.CharField(max_length=32)
    title = models.CharField(max_length=200)
    held_from = models.DateField()
    held_to = models.DateField()
    place = models.CharField(max_length=160, blank=True)
    agenda = models.TextField(blank=True)
    decisions = models.TextField(blank=True)
    # Of a visit: how many came, and what came of it.
    delegation = models.PositiveSmallIntegerField(null=True, blank=True)
    outputs = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(held_to__gte=F("held_from")), name="meeting_dates_in_order"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "-held_from"])]

    def __str__(self) -> str:
        return self.title


class MeetingBody(models.Model):
    """An organisation at a meeting, in a role of the pack's party_roles."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="bodies")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["meeting", "organisation", "role"], name="body_once_in_a_role"
            )
        ]


class Task(Created):
    """Something that a body owes by a day: from a meeting, a visit, a review or a handover."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="tasks")
    title = models.CharField(max_length=200)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(null=True, blank=True)
    done_on = models.DateField(null=True, blank=True)
    done_note = models.CharField(max_length=400, blank=True)
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    handover = models.ForeignKey(
        "programmes.Handover", on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["owner", "due_on"],
                condition=Q(done_on__isnull=True),
                name="task_open_of_owner",
            )
        ]
