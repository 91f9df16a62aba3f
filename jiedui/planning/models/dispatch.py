"""Dispatch plans: a horizon with its rules, scenarios of it, and what becomes of the chosen one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jiedui.core.clock import now
from jiedui.core.identifiers import new_id
from jiedui.directory.models import Created, Organisation
from jiedui.planning.models.candidates import Candidate
from jiedui.programmes.models import Post, Posting, Programme


class DispatchPlan(Created):
    """A time for which people are to be sent; domain.states.PLAN_STATES says how it goes."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="dispatch_plans"
    )
    # Whose recipients it plans for: a region's body with its parts; blank is all of the programme.
    area = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(max_length=160)
    # The first day of the first month.
    starts_on = models.DateField()
    months = models.PositiveSmallIntegerField()
    # Rules and weights as they were taken from the pack (domain.dispatch.problem.Settings).
    settings = models.JSONField(default=dict)
    state = models.CharField(max_length=12, default="draft")
    reason = models.CharField(max_length=400, blank=True)
    # The scenario handed in, and once adopted the one that was.
    chosen = models.ForeignKey(
        "Scenario", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(months__range=(1, 120)), name="plan_months_1_to_120"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "approved", "adopted"])
                | Q(chosen__isnull=False),
                name="plan_submitted_with_a_scenario",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "state"])]

    def __str__(self) -> str:
        return self.name


class Scenario(Created):
    """One way to do it: a frozen problem, what was settled by hand, and the plan found."""

    plan = models.ForeignKey(DispatchPlan, on_delete=models.PROTECT, related_name="scenarios")
    name = models.CharField(max_length=120)
    note = models.CharField(max_length=400, blank=True)
    # The scenario that this one was copied from, kept as near to as can be.
    based_on = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    budget = models.DecimalField(max_digits=14, decimal_places=2)
    # First lift the worst-off recipients, then the rest.
    floor = models.BooleanField(default=False)
    seed = models.PositiveIntegerField(default=0)
    seconds = models.PositiveSmallIntegerField(default=20)
    # The problem as it was asked (JSON among the files by content), blank before the first run.
    problem = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=12, default="idle")
    stopping = models.BooleanField(default=False)
    # While it runs and after: stage, work, gap.
    progress = models.JSONField(default=dict)
    # What was found: objective, bound, gap, cost, teams, mentored, shares, changes, reasons.
    result = models.JSONField(default=dict)
    run_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "name"], name="scenario_name_once_a_plan"),
            models.CheckConstraint(condition=Q(budget__gte=0), name="scenario_budget_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


class ScenarioTour(models.Model):
    """One candidate at one post for some months of the plan's horizon."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="tours")
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="tours")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="tours")
    start = models.PositiveSmallIntegerField()
    months = models.PositiveSmallIntegerField()
    # The posting that the adoption opened from it.
    posting = models.OneToOneField(
        Posting, on_delete=models.PROTECT, null=True, blank=True, related_name="tour"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scenario", "candidate", "start"], name="tour_once_a_candidate_and_start"
            ),
            models.CheckConstraint(condition=Q(months__gte=1), name="tour_of_a_month_or_more"),
        ]


class Ruling(models.Model):
    """Something settled by hand in a scenario: a tour that must be, or one that must not."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="rulings")
    # "pin" or "forbid".
    verb = models.CharField(max_length=8)
    candidate = models.ForeignKey(
        Candidate, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Blank of a forbidding: at any time.
    start = models.PositiveSmallIntegerField(null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField(default=now)
    created_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(verb__in=["pin", "forbid"]), name="ruling_verb"),
            models.CheckConstraint(
                condition=Q(verb="forbid")
                | Q(
                    candidate__isnull=False,
                    post__isnull=False,
                    start__isnull=False,
                    months__isnull=False,
                ),
                name="ruling_pins_a_whole_tour",
            ),
            models.CheckConstraint(
                condition=Q(candidate__isnull=False) | Q(post__isnull=False),
                name="ruling_names_somebody_or_some_post",
            ),
        ]


class Consent(models.Model):
    """An organisation's answer to its part of the plan handed in."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scenario = models.ForeignKey(Scenario, on_delete=models.PROTECT, related_name="consents")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    # "giver" or "receiver".
    side = models.CharField(max_length=8)
    # "asked", "given" or "refused".
    answer = models.CharField(max_length=8, default="asked")
    reason = models.CharField(max_length=400, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["scenario", "organisation", "side"], name="consent_once_a_side"
            ),
            models.CheckConstraint(
                condition=Q(answer__in=["asked", "given", "refused"]), name="consent_answer"
            ),
            models.CheckConstraint(
                condition=Q(side__in=["giver", "receiver"]), name="consent_side"
            ),
            models.CheckConstraint(
                condition=Q(answer="asked") | Q(answered_at__isnull=False),
                name="consent_answered_at_a_time",
            ),
        ]
