"""Teaching sessions: days, teachers, who was there, tests before and after, reactions."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.core.clock import now
from jiedui.core.identifiers import new_id
from jiedui.directory.models import Created, Department, Organisation, Person
from jiedui.ledger.models import Entry
from jiedui.programmes.models import Programme


class TeachingSession(Created):
    """A course, lecture, round …: what was taught by whom to whom.

    domain.states.SESSION_STATES says how it goes; a case that is discussed names no patient.
    """

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="sessions", db_index=False
    )
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Codes of the pack's session_kinds and teaching_directions.
    kind = models.CharField(max_length=32)
    direction = models.CharField(max_length=16)
    specialty = models.CharField(max_length=16)
    # The pack's procedure that it teaches, if it teaches one.
    procedure = models.CharField(max_length=48, blank=True)
    topic = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    # The first and last of its days.
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=12, default="planned")
    reason = models.CharField(max_length=400, blank=True)
    # Typed in to sign in, while the session goes on; blank once it is told held or cancelled.
    sign_in_code = models.CharField(max_length=8, blank=True)
    # Continuing medical education: credits, class (pack's cme_classes) and project number.
    cme_credits = models.DecimalField(max_digits=5, decimal_places=1, null=True, blank=True)
    cme_class = models.CharField(max_length=32, blank=True)
    cme_number = models.CharField(max_length=64, blank=True)
    # Yuan; blank where nobody knows.
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    spent = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    # The ledger's entry of the same event, which then counts it in this one's place.
    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    created_by = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")), name="session_dates_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(giver=F("receiver")), name="session_of_two_organisations"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(reason=""), name="session_cancelled_for_reason"
            ),
            models.UniqueConstraint(
                fields=["sign_in_code"],
                condition=~Q(sign_in_code=""),
                name="sign_in_code_of_one_session",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-starts_on", "-id"]),
            models.Index(fields=["receiver", "-starts_on", "-id"]),
            models.Index(fields=["giver", "-starts_on", "-id"]),
            models.Index(fields=["programme", "-starts_on"], name="session_of_programme"),
        ]

    def __str__(self) -> str:
        return self.topic


class SessionDay(models.Model):
    """A day of a session: when it begins, how many hours, who was there without a name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(TeachingSession, on_delete=models.CASCADE, related_name="days")
    on = models.DateField()
    starts_at = models.TimeField()
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    # Attendances beyond those who signed in: counted, not named.
    unnamed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "on"], name="session_day_once"),
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=24), name="session_hours_of_a_day"
            ),
        ]


class SessionTeacher(models.Model):
    """Who taught in a session."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(
        TeachingSession, on_delete=models.CASCADE, related_name="teachers", db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sessions_taught")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "person"], name="session_teacher_once")
        ]


class Attendance(models.Model):
    """A learner who was there on a day; the same person twice is one row."""

    class Way(models.TextChoices):
        CODE = "code"
        HAND = "hand"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(
        TeachingSession, on_delete=models.CASCADE, related_name="attendances", db_index=False
    )
    day = models.ForeignKey(
        SessionDay, on_delete=models.CASCADE, related_name="attendances", db_index=False
    )
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, related_name="sessions_attended", db_index=False
    )
    way = models.CharField(max_length=8, choices=Way.choices)
    at = models.DateTimeField(default=now)
    # Who told it; blank of one who signed in without an account.
    by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "person"], name="attendance_once_a_day")
        ]
        indexes: ClassVar = [
            models.Index(fields=["session", "person"]),
            models.Index(fields=["person", "session"]),
        ]


class SessionTest(models.Model):
    """A test before or after a session, and its full marks."""

    class Phase(models.TextChoices):
        PRE = "pre"
        POST = "post"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(TeachingSession, on_delete=models.CASCADE, related_name="tests")
    phase = models.CharField(max_length=4, choices=Phase.choices)
    full_marks = models.DecimalField(max_digits=6, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "phase"], name="session_test_once"),
            models.CheckConstraint(condition=Q(full_marks__gt=0), name="full_marks_above_nought"),
        ]


class TestScore(models.Model):
    """What a learner reached in a test."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    test = models.ForeignKey(
        SessionTest, on_delete=models.CASCADE, related_name="scores", db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    marks = models.DecimalField(max_digits=6, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["test", "person"], name="score_once"),
            models.CheckConstraint(condition=Q(marks__gte=0), name="marks_not_below_nought"),
        ]


class ReactionCount(models.Model):
    """How many gave an answer (1 to 5) to a question; who gave it is kept nowhere."""

    class Source(models.TextChoices):
        PHONE = "phone"
        PAPER = "paper"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(
        TeachingSession, on_delete=models.CASCADE, related_name="reactions", db_index=False
    )
    # A code of the pack's reaction_questions.
    question = models.CharField(max_length=32)
    source = models.CharField(max_length=8, choices=Source.choices)
    answer = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["session", "question", "source", "answer"], name="reaction_count_once"
            ),
            models.CheckConstraint(condition=Q(answer__range=(1, 5)), name="reaction_1_to_5"),
        ]


class Reacted(models.Model):
    """That a learner has answered, and nothing of what: so that nobody answers twice."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    session = models.ForeignKey(
        TeachingSession, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["session", "person"], name="reacted_once")
        ]
