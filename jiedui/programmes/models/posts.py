"""What recipients ask for, what supporters offer, and the batches and teams that come."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.core.clock import now
from jiedui.directory.models import (
    Created,
    Dated,
    Department,
    Organisation,
    dates_in_order,
)
from jiedui.programmes.models.structure import Programme


class Post(Created):
    """A place that a recipient asks to have filled; domain.states.POST_STATES says how it goes."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="posts")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="posts")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    specialty = models.CharField(max_length=16)
    # The least title asked for (pack's titles); blank asks for none.
    title = models.CharField(max_length=32, blank=True)
    # Codes of the pack's expert_categories, post_modes (resident, visiting) and team_roles.
    category = models.CharField(max_length=32)
    mode = models.CharField(max_length=32)
    team_role = models.CharField(max_length=32, blank=True)
    headcount = models.PositiveSmallIntegerField(default=1)
    months = models.PositiveSmallIntegerField()
    apprentices = models.PositiveSmallIntegerField(default=0)
    # 1 is the most urgent.
    priority = models.PositiveSmallIntegerField(default=3)
    reason = models.CharField(max_length=400, blank=True)
    # From when to when somebody should be there; a blank end goes on.
    needed_from = models.DateField()
    needed_to = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, default="requested")
    state_reason = models.CharField(max_length=400, blank=True)
    requested_at = models.DateTimeField(default=now)
    # From when on the figures count it as asked; blank while or where it was not agreed.
    agreed_on = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(needed_to__isnull=True) | Q(needed_to__gte=F("needed_from")),
                name="post_dates_in_order",
            ),
            models.CheckConstraint(
                condition=Q(priority__range=(1, 5)), name="post_priority_1_to_5"
            ),
            models.CheckConstraint(condition=Q(headcount__gte=1), name="post_for_somebody"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["receiver", "state"]),
            models.Index(fields=["programme", "state", "priority"]),
        ]


class Offer(Created, Dated):
    """An item of a supporter's menu (菜单): what it can give, how much of it, for a time."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="offers")
    giver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offers")
    # A code of the pack's offer_kinds.
    kind = models.CharField(max_length=32)
    specialty = models.CharField(max_length=16, blank=True)
    title = models.CharField(max_length=200)
    details = models.TextField(blank=True)
    # How many times it can be given in its time; blank is not said.
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [dates_in_order("offer_dates_in_order")]

    def __str__(self) -> str:
        return self.title


class Wish(Created):
    """What a recipient orders from the menu, or asks beside it; WISH_STATES says how it goes."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="wishes")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="wishes")
    # Whom it asks: the offer's giver, or one named without an offer.
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="wishes_asked"
    )
    offer = models.ForeignKey(
        Offer, on_delete=models.PROTECT, null=True, blank=True, related_name="wishes"
    )
    title = models.CharField(max_length=200)
    details = models.TextField(blank=True)
    wanted_from = models.DateField(null=True, blank=True)
    wanted_to = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, default="asked")
    asked_at = models.DateTimeField(default=now)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.UUIDField(null=True, blank=True)
    scheduled_from = models.DateField(null=True, blank=True)
    scheduled_to = models.DateField(null=True, blank=True)
    # Why it was withdrawn.
    reason = models.CharField(max_length=400, blank=True)
    # How the recipient found it, 1 to 5, when it was given.
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    rating_note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)),
                name="wish_rating_1_to_5",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["state", "asked_at"])]


class Batch(Created, Dated):
    """A batch (第N批) in its sender's own series."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="batches")
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="batches")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=160, blank=True)
    # How many it was said to have, where only a report says so.
    stated_people = models.PositiveSmallIntegerField(null=True, blank=True)
    source = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            dates_in_order("batch_dates_in_order"),
            models.UniqueConstraint(
                fields=["programme", "sender", "number"], name="batch_number_once_a_sender"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="batch_number_from_1"),
        ]


class Team(Created, Dated):
    """People of a batch who work at one recipient as a group; its leader is a role of a posting."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="teams")
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="teams"
    )
    sender = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    receiver = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="teams")
    name = models.CharField(max_length=160)
    # How many the team must have on site; blank asks for what the rule of the pack says.
    core = models.PositiveSmallIntegerField(null=True, blank=True)
    # Local people who learn as a team from this one (团队带团队).
    partner_department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [dates_in_order("team_dates_in_order")]
        indexes: ClassVar = [models.Index(fields=["receiver", "valid_to"])]

    def __str__(self) -> str:
        return self.name
