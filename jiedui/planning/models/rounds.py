"""Rounds of mobile clinics: the places to visit, the vehicles, and the days planned."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.core.identifiers import new_id
from jiedui.directory.models import Created, Organisation, Place
from jiedui.programmes.models import Programme


class Round(Created):
    """A time in which vehicles visit places; domain.states.ROUND_STATES says how it goes."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rounds")
    # Who sends the vehicles out.
    organiser = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="rounds")
    name = models.CharField(max_length=160)
    starts_on = models.DateField()
    ends_on = models.DateField()
    # Where every day begins and ends.
    depot = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    # Speed and detour of the roads, as the pack's planning rules had them.
    settings = models.JSONField(default=dict)
    seed = models.PositiveIntegerField(default=0)
    seconds = models.PositiveSmallIntegerField(default=10)
    state = models.CharField(max_length=12, default="draft")
    # How the planner's run goes (RUN_STATES).
    run = models.CharField(max_length=12, default="idle")
    stopping = models.BooleanField(default=False)
    progress = models.JSONField(default=dict)
    # Profit, bound, places left out with the reason.
    result = models.JSONField(default=dict)
    fixed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="round_dates_in_order"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["programme", "starts_on"])]

    def __str__(self) -> str:
        return self.name


class RoundVehicle(models.Model):
    """A vehicle with its crew and its hours, on every day of the round or on those named."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="vehicles")
    name = models.CharField(max_length=80)
    # Minutes from midnight.
    leaves_at = models.PositiveSmallIntegerField(default=8 * 60)
    back_by = models.PositiveSmallIntegerField(default=18 * 60)
    # Days on which it drives, as ISO dates; empty is every day of the round.
    days = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(back_by__gt=F("leaves_at"), back_by__lte=24 * 60),
                name="round_vehicle_hours_in_order",
            ),
            models.UniqueConstraint(fields=["round", "name"], name="round_vehicle_name_once"),
        ]


class RoundPlace(models.Model):
    """A place that may be visited: how long it takes, when it is open, what it is worth."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="places")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="+")
    minutes = models.PositiveSmallIntegerField(default=120)
    # 1 is the most urgent; with the time since the last visit it makes the profit.
    priority = models.PositiveSmallIntegerField(default=3)
    last_visited_on = models.DateField(null=True, blank=True)
    people = models.PositiveIntegerField(default=0)
    # [{"day": ISO date or "", "from": minute, "to": minute}]; empty is any hour of any day.
    windows = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "place"], name="round_place_once"),
            models.CheckConstraint(
                condition=Q(priority__range=(1, 5), minutes__range=(1, 24 * 60)),
                name="round_place_possible",
            ),
        ]


class RoundStop(models.Model):
    """A visit planned: which vehicle, which day, when."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="stops")
    vehicle = models.ForeignKey(RoundVehicle, on_delete=models.CASCADE, related_name="stops")
    place = models.ForeignKey(RoundPlace, on_delete=models.CASCADE, related_name="stops")
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    # Minutes from midnight.
    arrives = models.PositiveSmallIntegerField()
    starts = models.PositiveSmallIntegerField()
    leaves = models.PositiveSmallIntegerField()
    # Settled by hand: planned anew, it stays.
    pinned = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vehicle", "day", "number"], name="round_stop_number_once_a_day"
            ),
            models.UniqueConstraint(fields=["round", "place"], name="round_place_visited_once"),
        ]
