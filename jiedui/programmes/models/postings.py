"""Postings: who was sent, from nomination to departure, and what was theirs on the way."""

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
from jiedui.programmes.models.agreements import Agreement
from jiedui.programmes.models.posts import Batch, Post, Team
from jiedui.programmes.models.structure import Pairing, Programme


class Credential(Dated):
    """A licence or certificate of a person, with its end."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="credentials")
    # A code of the pack's credential_kinds.
    kind = models.CharField(max_length=32)
    number = models.CharField(max_length=64, blank=True)
    issuer = models.CharField(max_length=160, blank=True)

    class Meta:
        constraints: ClassVar = [
            dates_in_order("credential_dates_in_order"),
            models.UniqueConstraint(
                fields=["kind", "number"], condition=~Q(number=""), name="credential_number_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["person", "valid_to"])]


class Posting(Created):
    """A person sent to a recipient; domain.states.POSTING_STATES says how it goes."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="postings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="postings")
    # The home organisation that sends.
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="postings_sent", db_index=False
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="postings_received", db_index=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    specialty = models.CharField(max_length=16)
    # Codes of the pack's posting_kinds (planned, flexible, volunteer, team, local development)
    # and expert_categories (clinical, nursing, technical, managerial).
    kind = models.CharField(max_length=32)
    category = models.CharField(max_length=32)
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="postings"
    )
    batch = models.ForeignKey(
        Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="postings"
    )
    # Without a team it is a lone posting (单兵作战).
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="postings"
    )
    team_role = models.CharField(max_length=32, blank=True)
    pairing = models.ForeignKey(
        Pairing, on_delete=models.PROTECT, null=True, blank=True, related_name="postings"
    )
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, null=True, blank=True, related_name="postings"
    )
    # The title held on the first day (pack's titles).
    title = models.CharField(max_length=32, blank=True)
    # The share of full time, of a hundred; a flexible posting may be less.
    workload = models.PositiveSmallIntegerField(default=100)
    planned_from = models.DateField()
    planned_to = models.DateField()
    # As it is: planned until it is known better (arrival, extension, departure).
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=16, default="nominated")
    approved_on = models.DateField(null=True, blank=True)
    arrived_on = models.DateField(null=True, blank=True)
    departed_on = models.DateField(null=True, blank=True)
    # Why it was declined, withdrawn or ended early.
    reason = models.CharField(max_length=400, blank=True)
    nominated_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(planned_to__gte=F("planned_from")), name="posting_plan_in_order"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="posting_dates_in_order"
            ),
            models.CheckConstraint(
                condition=Q(arrived_on__isnull=True)
                | Q(approved_on__isnull=False, arrived_on__gte=F("approved_on")),
                name="posting_approved_before_arrival",
            ),
            models.CheckConstraint(
                condition=Q(departed_on__isnull=True)
                | Q(arrived_on__isnull=False, departed_on__gte=F("arrived_on")),
                name="posting_arrived_before_departure",
            ),
            models.CheckConstraint(
                condition=Q(workload__range=(1, 100)), name="posting_workload_1_to_100"
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")), name="posting_away_from_home"
            ),
            models.UniqueConstraint(
                fields=["team"],
                condition=Q(team_role="leader")
                & Q(state__in=["approved", "travelling", "on_site", "on_leave"]),
                name="team_has_one_leader",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["receiver", "starts_on"]),
            models.Index(fields=["giver", "starts_on"]),
            models.Index(fields=["programme", "starts_on"]),
            models.Index(fields=["state", "ends_on"]),
            models.Index(fields=["receiver", "state", "ends_on"], name="posting_at_by_state"),
            models.Index(fields=["giver", "state", "ends_on"], name="posting_from_by_state"),
        ]


class PostingStep(models.Model):
    """One step of a posting, as it was taken: what, on which day, by whom. Never changed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, related_name="steps", db_index=False
    )
    number = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    # The day it holds for, and, of an extension or a leave, until when.
    on = models.DateField()
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["posting", "number"], name="posting_step_once")
        ]


class Stay(models.Model):
    """Days on site without a break: from an arrival or return to a leave or departure."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="stays")
    # The posting's person and receiver, so that the database can refuse two stays at once.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="stays")
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    first_day = models.DateField()
    # Blank while it lasts.
    last_day = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="stay_dates_in_order",
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(last_day__isnull=True), name="person_at_one_place"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["receiver", "first_day"])]


class Appointment(Dated):
    """A post with authority at the host (科主任, 副院长), apart from the home post."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="appointments")
    # A code of the pack's host_appointments.
    kind = models.CharField(max_length=32)
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # The paper by which the host appointed, and what it empowers to.
    document = models.CharField(max_length=200, blank=True)
    authority = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [dates_in_order("appointment_dates_in_order")]


class WelfareItem(models.Model):
    """One line of the welfare check list (housing, meals, travel …): who sees to it, and issues."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="welfare")
    # A code of the pack's welfare_items.
    item = models.CharField(max_length=32)
    owner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    done_on = models.DateField(null=True, blank=True)
    issue = models.CharField(max_length=400, blank=True)
    raised_on = models.DateField(null=True, blank=True)
    resolved_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["posting", "item"], name="welfare_item_once")
        ]


class SelfEvaluation(models.Model):
    """What the expert says of the posting at its end; nobody is ranked by it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="evaluation")
    achieved = models.TextField(blank=True)
    unfinished = models.TextField(blank=True)
    advice = models.TextField(blank=True)
    # 1 to 5: how the work and the life there were.
    work = models.PositiveSmallIntegerField(null=True, blank=True)
    life = models.PositiveSmallIntegerField(null=True, blank=True)
    submitted_at = models.DateTimeField(default=now)
    submitted_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=(Q(work__isnull=True) | Q(work__range=(1, 5)))
                & (Q(life__isnull=True) | Q(life__range=(1, 5))),
                name="evaluation_1_to_5",
            )
        ]
