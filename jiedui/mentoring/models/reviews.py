"""Two-sided reviews: each side answers by itself; the two are compared when both are in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.core.clock import now
from jiedui.core.identifiers import new_id
from jiedui.directory.models import Created, Organisation
from jiedui.programmes.models import Pairing, Programme, Task


class ReviewRound(Created):
    """One asking of both sides, in the middle, at the end or a year after."""

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="review_rounds", db_index=False
    )
    pairing = models.ForeignKey(
        Pairing, on_delete=models.PROTECT, null=True, blank=True, related_name="review_rounds"
    )
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # A code of the pack's review_phases.
    phase = models.CharField(max_length=32)
    opens_on = models.DateField()
    # The last day on which a side may answer or take its answers back.
    closes_on = models.DateField()
    # Closed before that day, by whom.
    closed_on = models.DateField(null=True, blank=True)
    closed_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["programme", "giver", "receiver", "phase", "opens_on"],
                name="review_round_once",
            ),
            models.CheckConstraint(condition=~Q(giver=F("receiver")), name="review_of_two"),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")), name="review_dates_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["giver", "-opens_on"]),
            models.Index(fields=["receiver", "-opens_on"]),
            models.Index(fields=["opens_on", "id"], name="review_by_day"),
            models.Index(fields=["closes_on"]),
        ]


class ReviewSide(models.Model):
    """One side's sheet in a round: a draft until it is handed in, once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(
        ReviewRound, on_delete=models.CASCADE, related_name="sheets", db_index=False
    )
    # giver or receiver (domain.states).
    side = models.CharField(max_length=8)
    # domain.states.REVIEW_STATES.
    state = models.CharField(max_length=12, default="draft")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.UUIDField(null=True, blank=True)
    # Whoever wrote in it last; nobody answers for both sides.
    written_by = models.UUIDField(null=True, blank=True)
    written_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "side"], name="review_sheet_once"),
            models.CheckConstraint(
                condition=Q(side__in=["giver", "receiver"]), name="review_side_of_two"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True)
                | Q(state="submitted", submitted_at__isnull=False),
                name="review_submitted_with_its_moment",
            ),
        ]


class ReviewAnswer(models.Model):
    """A side's answer to a question: a level (ordinal, never averaged) or words."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sheet = models.ForeignKey(
        ReviewSide, on_delete=models.CASCADE, related_name="answers", db_index=False
    )
    # A code of the pack's review_questions.
    question = models.CharField(max_length=48)
    # 1 to 5; blank with ``unknown``: cannot say.
    level = models.PositiveSmallIntegerField(null=True, blank=True)
    unknown = models.BooleanField(default=False)
    words = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "question"], name="review_answer_once"),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__range=(1, 5), unknown=False),
                name="review_level_1_to_5",
            ),
        ]


class ReviewTask(models.Model):
    """A task that followed from a question of a round."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(ReviewRound, on_delete=models.PROTECT, related_name="tasks")
    question = models.CharField(max_length=48)
    task = models.OneToOneField(Task, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
