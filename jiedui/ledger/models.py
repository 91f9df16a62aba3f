"""Activity entries in versions, published statements, evidence, and the stream of facts."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.core.clock import now
from jiedui.core.identifiers import new_id
from jiedui.core.quantities import FigureKind, OutputClass, Precision, UnitClass
from jiedui.directory.models import Department, Organisation, Person, Place
from jiedui.programmes.models import Pairing, Programme


def one_of(enum: type[StrEnum]) -> list[tuple[str, str]]:
    """Choices from an enumeration of codes; the web layer names them."""
    return [(member.value, member.value) for member in enum]


class Measured(models.Model):
    """A number with all that keeps it apart from other numbers."""

    measure = models.CharField(max_length=48)
    # What exactly is counted where one measure covers several things.
    item = models.CharField(max_length=64, blank=True)
    value = models.DecimalField(max_digits=18, decimal_places=2)
    high = models.DecimalField(max_digits=18, decimal_places=2, null=True, blank=True)
    precision = models.CharField(
        max_length=8, choices=one_of(Precision), default=Precision.EXACT.value
    )
    unit = models.CharField(max_length=16)
    unit_class = models.CharField(max_length=16, choices=one_of(UnitClass))

    class Meta:
        abstract = True


class Entry(models.Model):
    """One event of a programme; what is known of it lies in its versions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="entries")
    created_at = models.DateTimeField(default=now)
    created_by = models.UUIDField(null=True)


class EntryVersion(models.Model):
    """What was recorded of an event, by whom and when; only drafts are ever edited."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Keys whose index is the head of a wider one below have none of their own.
    entry = models.ForeignKey(
        Entry, on_delete=models.PROTECT, related_name="versions", db_index=False
    )
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=48)
    happened_from = models.DateField()
    happened_to = models.DateField()
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    pairing = models.ForeignKey(
        Pairing,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    place = models.ForeignKey(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    narrative = models.TextField(blank=True)
    # draft, submitted, confirmed, returned, withdrawn, superseded: see domain.states
    state = models.CharField(max_length=12, default="draft")
    reason = models.CharField(max_length=400, blank=True)
    recorded_on = models.DateField()
    recorded_at = models.DateTimeField(default=now)
    recorded_by = models.UUIDField(null=True)
    # The side that records: only its people see and edit a draft.
    recorded_for = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.UUIDField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.UUIDField(null=True, blank=True)
    # When a version was superseded or withdrawn; the day from which that is known.
    ended_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.UUIDField(null=True, blank=True)
    # Hash of the content as first recorded under this id: a repeated write compares it.
    content_hash = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "number"], name="entry_version_once"),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state="confirmed"), name="entry_confirmed_once"
            ),
            models.UniqueConstraint(
                fields=["entry"],
                condition=Q(state__in=["draft", "submitted", "returned"]),
                name="entry_one_version_in_hand",
            ),
            models.CheckConstraint(
                condition=Q(happened_to__gte=F("happened_from")), name="entry_dates_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-happened_from", "-id"]),
            models.Index(fields=["receiver", "state", "-happened_from"]),
            models.Index(fields=["giver", "state", "-happened_from"]),
            models.Index(fields=["state", "recorded_at"]),
            models.Index(
                fields=["-confirmed_at"],
                condition=Q(confirmed_at__isnull=False),
                name="entry_confirmed_lately",
            ),
            models.Index(
                fields=["-ended_at"], condition=Q(ended_at__isnull=False), name="entry_ended_lately"
            ),
        ]


class EntryQuantity(Measured):
    """One output of an event, counted once under its class."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(
        EntryVersion, on_delete=models.CASCADE, related_name="quantities", db_index=False
    )
    line = models.PositiveSmallIntegerField()
    output_class = models.CharField(max_length=8, choices=one_of(OutputClass))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "line"], name="quantity_line_once"),
            models.UniqueConstraint(
                fields=["version", "measure", "item", "unit_class"], name="output_counted_once"
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="quantity_not_negative"),
        ]
        indexes: ClassVar = [
            # All that the totals of the whole ledger read, in the order they group by.
            models.Index(
                fields=[
                    "measure",
                    "unit_class",
                    "output_class",
                    "unit",
                    "version",
                    "precision",
                    "value",
                ],
                name="quantity_totals",
            ),
        ]


class Participant(models.Model):
    """A person in an event, with the affiliation of that day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(
        EntryVersion, on_delete=models.CASCADE, related_name="participants", db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "person"], name="participant_once")
        ]


class EntryReturn(models.Model):
    """Once that a version was given back, and why; it stays when the version is sent again."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(EntryVersion, on_delete=models.CASCADE, related_name="returns")
    reason = models.CharField(max_length=400)
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True)


class EvidenceFile(models.Model):
    """A file kept under the hash of its content."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    added_at = models.DateTimeField(default=now)
    added_by = models.UUIDField(null=True)


class EntryEvidence(models.Model):
    """A file that backs a version of an entry."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(
        EntryVersion, on_delete=models.CASCADE, related_name="evidence", db_index=False
    )
    file = models.ForeignKey(EvidenceFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "file"], name="evidence_once")
        ]


class RefusedWrite(models.Model):
    """A second content for an id that is taken: refused, and kept for a person to look at."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object_id = models.UUIDField()
    content_hash = models.CharField(max_length=64)
    content = models.JSONField()
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["object_id", "content_hash"], name="refused_once")
        ]


class Publication(models.Model):
    """A published report that states figures."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="publications")
    code = models.CharField(max_length=32, unique=True)
    publisher = models.CharField(max_length=160)
    published_on = models.DateField()


class Statement(Measured):
    """A figure that a report states: a summary entry, never changed once read."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    publication = models.ForeignKey(
        Publication, on_delete=models.PROTECT, related_name="statements"
    )
    # Unique over all publications ("002-01").
    claim = models.CharField(max_length=32, unique=True)
    # The number in the stream of facts under which it was read in.
    sequence = models.BigIntegerField(unique=True)
    content_hash = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=one_of(FigureKind))
    giver_text = models.CharField(max_length=160, blank=True)
    receiver_text = models.CharField(max_length=160, blank=True)
    period_text = models.CharField(max_length=160, blank=True)
    # As written (2016-04), and the days they mean; blank is unknown.
    start_text = models.CharField(max_length=10, blank=True)
    end_text = models.CharField(max_length=10, blank=True)
    period_start = models.DateField(null=True, blank=True)
    period_end = models.DateField(null=True, blank=True)
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="lines"
    )
    same_as = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="repeats"
    )
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(period_start__isnull=True)
                | Q(period_end__isnull=True)
                | Q(period_end__gte=F("period_start")),
                name="statement_dates_in_order",
            ),
        ]


class Placing(models.Model):
    """Whom a statement is about, as placed by a person or by its names; the newest holds."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="placings")
    number = models.PositiveIntegerField()
    # The number in the stream of facts, in the order of commit.
    sequence = models.BigIntegerField(unique=True)
    givers = models.ManyToManyField(Organisation, related_name="+")
    receivers = models.ManyToManyField(Organisation, related_name="+")
    placed_at = models.DateTimeField(default=now)
    placed_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["statement", "number"], name="placing_once")
        ]


class Fact(Measured):
    """One confirmed output as the figures take it in; appended, never changed.

    A version that supersedes another, and a withdrawal, append the old row again
    with ``sign`` -1: whatever the day asked for, the sum of ``sign`` × ``value``
    over rows known by that day is the figure, and no window over versions is
    needed.
    """

    sequence = models.BigIntegerField(primary_key=True)
    sign = models.SmallIntegerField()
    entry_id = models.UUIDField()
    version_id = models.UUIDField()
    number = models.PositiveIntegerField()
    line = models.PositiveSmallIntegerField()
    programme_id = models.UUIDField()
    kind = models.CharField(max_length=48)
    output_class = models.CharField(max_length=8)
    giver_id = models.UUIDField()
    receiver_id = models.UUIDField()
    place_id = models.UUIDField(null=True)
    happened_from = models.DateField()
    happened_to = models.DateField()
    known_from = models.DateField()
    confirmed_by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version_id", "line", "sign"], name="fact_once"),
            models.CheckConstraint(condition=Q(sign__in=[1, -1]), name="fact_sign"),
        ]
