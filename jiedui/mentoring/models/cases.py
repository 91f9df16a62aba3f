"""Cases of a procedure: what an apprentice's logbook and a technique's register both count."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from jiedui.core.clock import now
from jiedui.directory.models import Created, Department, Organisation, Person
from jiedui.mentoring.models.apprenticeships import Apprenticeship
from jiedui.mentoring.models.techniques import Technique
from jiedui.programmes.models import Posting, Programme


class Case(Created):
    """One case of a procedure as it is known now; no patient is named or numbered.

    domain.states.CASE_STATES says how it goes. A correction keeps what it replaces as a
    CaseHistory and takes the old row back in the stream of facts.
    """

    programme = models.ForeignKey(
        Programme, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    # A code of the pack's procedures.
    procedure = models.CharField(max_length=48)
    happened_on = models.DateField()
    apprenticeship = models.ForeignKey(
        Apprenticeship, on_delete=models.PROTECT, null=True, blank=True, related_name="cases",
        db_index=False,
    )  # fmt: skip
    technique = models.ForeignKey(
        Technique, on_delete=models.PROTECT, null=True, blank=True, related_name="recorded_cases",
        db_index=False,
    )  # fmt: skip
    # The first operator (主刀); whose skill it tells of: the apprentice in whose logbook it
    # stands, and without an apprenticeship the local leader.
    leader = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    learner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # Who led: expert, joint, supervised, independent (domain.cases.LEADS), by role and supervision.
    lead = models.CharField(max_length=12)
    # Codes of the packs' case_roles, supervision_levels and case_difficulties.
    role = models.CharField(max_length=16, blank=True)
    supervision = models.CharField(max_length=16, blank=True)
    difficulty = models.CharField(max_length=16)
    # Whether the case met the procedure's own criterion; what happened where it did not.
    success = models.BooleanField()
    outcome_note = models.CharField(max_length=200, blank=True)
    # Who taught or looked on; where the mentor was posted that day, the posting.
    mentor = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    # The mentor's ad-hoc judgement in prospective wording: next time, how much supervision?
    entrustment = models.PositiveSmallIntegerField(null=True, blank=True)
    # Codes of domain.cases.FLAGS with which it was taken in, parted by blanks.
    flags = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=12, default="recorded")
    number = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=400, blank=True)
    recorded_at = models.DateTimeField(default=now)
    recorded_by = models.UUIDField(null=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(apprenticeship__isnull=False) | Q(technique__isnull=False),
                name="case_of_a_logbook_or_a_technique",
            ),
            models.CheckConstraint(
                condition=Q(apprenticeship__isnull=True) | Q(learner__isnull=False),
                name="case_of_a_logbook_has_a_learner",
            ),
            models.CheckConstraint(
                condition=Q(entrustment__isnull=True) | Q(entrustment__range=(1, 5)),
                name="entrustment_1_to_5",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="case_confirmed_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True)
                | Q(recorded_by__isnull=True)
                | ~Q(confirmed_by=models.F("recorded_by")),
                name="case_not_confirmed_by_its_recorder",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["learner", "procedure", "happened_on", "id"]),
            models.Index(fields=["technique", "happened_on"]),
            models.Index(fields=["apprenticeship", "-happened_on"]),
            models.Index(fields=["receiver", "state", "-happened_on", "-id"]),
            models.Index(fields=["giver", "state", "-happened_on", "-id"]),
            models.Index(fields=["mentor", "state", "happened_on"], name="case_of_mentor"),
            models.Index(fields=["leader", "happened_on"]),
            models.Index(fields=["-happened_on", "-id"], name="case_newest"),
            # What waits for a confirmation is few among millions.
            models.Index(
                fields=["happened_on", "id"], condition=Q(state="recorded"), name="case_awaiting"
            ),
        ]


class CaseHistory(Created):
    """What a case said before it was corrected, returned or withdrawn; never changed."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="history", db_index=False)
    number = models.PositiveSmallIntegerField()
    verb = models.CharField(max_length=12)
    said = models.JSONField()
    reason = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField(default=now)
    by = models.UUIDField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="case_history_once")
        ]


class CaseTally(models.Model):
    """Confirmed cases of a month by who led: kept by every writer of cases (actions._tally).

    ``id`` is derived from the key, so that two writers of a first case make one row.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    giver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    receiver = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        db_index=False,
    )  # fmt: skip
    procedure = models.CharField(max_length=48)
    technique = models.ForeignKey(
        Technique, on_delete=models.PROTECT, null=True, blank=True, related_name="tallies",
        db_index=False,
    )  # fmt: skip
    # The month's first day.
    month = models.DateField()
    expert = models.PositiveIntegerField(default=0)
    joint = models.PositiveIntegerField(default=0)
    supervised = models.PositiveIntegerField(default=0)
    independent = models.PositiveIntegerField(default=0)
    failures = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["technique", "month"]),
            models.Index(fields=["receiver", "month"]),
            models.Index(fields=["giver", "month"]),
            models.Index(fields=["department", "month"]),
            # With the sides and what is summed, so that a whole programme, or a province's part
            # of it, is read from the index alone.
            models.Index(
                fields=[
                    "programme",
                    "month",
                    "giver",
                    "receiver",
                    "expert",
                    "joint",
                    "supervised",
                    "independent",
                ],
                name="tally_of_programme",
            ),
        ]
