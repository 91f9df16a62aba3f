"""Attachments (进修): who goes to learn where, with what goals, and what stayed of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.core.clock import now
from jiedui.core.identifiers import new_id
from jiedui.directory.models import Created, Department, Organisation, Person
from jiedui.programmes.models import Programme


class Attachment(Created):
    """Somebody of the receiver learns at a host; domain.states.ATTACHMENT_STATES says how it goes.

    The host is the giver: a supporter hospital, or a health administration.
    """

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="attachments", db_index=False
    )
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # Where at home the person works.
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="attachments", db_index=False
    )
    # A code of the pack's attachment_kinds (clinical, following classes, administration …).
    kind = models.CharField(max_length=32)
    specialty = models.CharField(max_length=16, blank=True)
    # The host's department, as the host calls it.
    host_department = models.CharField(max_length=120, blank=True)
    aim = models.CharField(max_length=400, blank=True)
    planned_from = models.DateField()
    planned_to = models.DateField()
    # As it is: planned until it is known better.
    starts_on = models.DateField()
    ends_on = models.DateField()
    hours = models.DecimalField(max_digits=6, decimal_places=1, null=True, blank=True)
    state = models.CharField(max_length=16, default="planned")
    accepted_on = models.DateField(null=True, blank=True)
    left_on = models.DateField(null=True, blank=True)
    back_on = models.DateField(null=True, blank=True)
    report = models.TextField(blank=True)
    # A code of the pack's not_returned_reasons, or words of why it was declined or withdrawn.
    not_returned = models.CharField(max_length=32, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    # Since when it is known that the person works independently in what was learned there.
    independent_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(planned_to__gte=F("planned_from")), name="attachment_plan_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="attachment_dates_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")), name="attachment_away_from_home"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "away", "returned", "not_returned"])
                | Q(accepted_on__isnull=False),
                name="attachment_accepted_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(back_on__isnull=False),
                name="attachment_returned_on_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="not_returned") | ~Q(not_returned=""),
                name="attachment_not_returned_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="away"), name="away_once_at_a_time"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-starts_on", "-id"]),
            models.Index(fields=["receiver", "-starts_on", "-id"]),
            models.Index(fields=["giver", "-starts_on", "-id"]),
            models.Index(fields=["person", "starts_on"]),
            models.Index(fields=["programme", "-starts_on"], name="attachment_of_programme"),
        ]


class AttachmentGoal(models.Model):
    """What is to be learned: a procedure of the pack, and the level to reach (ordinal)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    attachment = models.ForeignKey(
        Attachment, on_delete=models.CASCADE, related_name="goals", db_index=False
    )
    procedure = models.CharField(max_length=48)
    level = models.PositiveSmallIntegerField(default=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["attachment", "procedure"], name="attachment_goal_once"
            ),
            models.CheckConstraint(
                condition=Q(level__range=(1, 5)), name="attachment_level_1_to_5"
            ),
        ]


class AttachmentStep(models.Model):
    """One step of an attachment as it was taken; never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    attachment = models.ForeignKey(
        Attachment, on_delete=models.CASCADE, related_name="steps", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    on = models.DateField()
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attachment", "number"], name="attachment_step_once")
        ]


class FollowUp(models.Model):
    """The question so many months after the return: in post, still using it, independent?"""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    attachment = models.ForeignKey(
        Attachment, on_delete=models.CASCADE, related_name="follow_ups", db_index=False
    )
    months = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    answered_on = models.DateField(null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)
    in_post = models.BooleanField(null=True, blank=True)
    using = models.BooleanField(null=True, blank=True)
    independent = models.BooleanField(null=True, blank=True)
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["attachment", "months"], name="follow_up_once"),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True)
                | Q(in_post__isnull=False, using__isnull=False, independent__isnull=False),
                name="follow_up_answered_whole",
            ),
            models.CheckConstraint(
                condition=~Q(independent=True) | Q(in_post=True, using=True),
                name="independent_in_post_and_using",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_on"], condition=Q(answered_on__isnull=True), name="follow_up_owed"
            )
        ]
