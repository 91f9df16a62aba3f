"""Apprentices, techniques and their cases, laid over the invented country of programmes.

Nothing is random: the same size is the same school. Every column that the actions keep
(skills, months' counts, techniques) is counted from the very cases that are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from jiedui.config.learning_bench.asking import asked
from jiedui.config.learning_bench.building import BUILT
from jiedui.config.learning_bench.classes import sent, taught
from jiedui.directory.models import Affiliation, Person
from jiedui.mentoring.actions._tally import tally_id
from jiedui.mentoring.domain.cases import EXPERT, INDEPENDENT, JOINT, LOCAL, SUPERVISED
from jiedui.mentoring.domain.retention import after_departure
from jiedui.mentoring.models import (
    Apprentice,
    Apprenticeship,
    Case,
    CaseTally,
    Certificate,
    Decision,
    LearningGoal,
    Mentor,
    Refresher,
    SafetyReview,
    Skill,
    Technique,
)
from jiedui.programmes.bench.country import Country, number
from jiedui.programmes.domain.states import PRESENT
from jiedui.programmes.models import Posting, Programme

LOCALS, APPRENTICESHIPS, TECHNIQUES, CASES, SKILLS, CERTIFICATES = 40, 41, 42, 43, 44, 45
PROCEDURES = (
    "lap_cholecystectomy", "lap_appendectomy", "gastroscopy", "pci", "thrombolysis_stroke",
    "tracheal_intubation", "caesarean_section", "port_implantation",
)  # fmt: skip
# Apprentices for each technique, and how a series of cases passes to local hands.
PER_TECHNIQUE = 3
LEADS = (EXPERT, EXPERT, JOINT, SUPERVISED, SUPERVISED, SUPERVISED, *(INDEPENDENT,) * 4)
BATCH = 4_000
# What a certificate rests on, as actions.certificates freezes it.
BASIS = {
    "criterion": "statistic", "acceptable": 0.05, "unacceptable": 0.15, "planned": 60,
    "minimum": 0, "limit": 2.5, "monitor_limit": 3.0, "false_rate": 0.1, "true_rate": 0.9,
    "cases": 60, "failures": 3, "reached_case": 41, "reached_on": None, "value": 2.6,
    "decisions": [],
}  # fmt: skip
COLUMNS = (
    "id", "content", "programme_id", "giver_id", "receiver_id", "department_id", "procedure",
    "happened_on", "apprenticeship_id", "technique_id", "leader_id", "learner_id", "lead", "role",
    "supervision", "difficulty", "success", "outcome_note", "mentor_id", "posting_id",
    "entrustment", "flags", "state", "number", "reason", "recorded_at", "recorded_by",
    "confirmed_at", "confirmed_by",
)  # fmt: skip


@dataclass(frozen=True)
class Size:
    """How many apprentices at least, and cases of each who goes on to the end."""

    apprentices: int
    cases: int


@dataclass
class Counted:
    """What is counted of a technique while its cases are written."""

    row: Technique
    local: list[date] = field(default_factory=list)


def write(model: Any, rows: Iterable[Any]) -> None:
    """Insert rows in batches."""
    left = iter(rows)
    while batch := list(islice(left, BATCH)):
        model.objects.bulk_create(batch)


class School:
    """Writes apprentices of every recipient, their mentors' techniques and all cases."""

    def __init__(self, country: Country, programme: Programme, size: Size, day: date) -> None:
        self.country, self.programme, self.size, self.day = country, programme, size, day
        self.tallies: dict[Any, list[int]] = {}
        self.serial = 0

    def write(self) -> None:
        """Everything, recipient by recipient, so that little is held at once."""
        each = -(-self.size.apprentices // self.country.recipients)
        for recipient in range(self.country.recipients):
            postings = list(
                Posting.objects.filter(
                    receiver=self.country.recipient(recipient), arrived_on__isnull=False,
                    department__isnull=False, starts_on__lte=self.day,
                ).order_by("starts_on", "id")
            )  # fmt: skip
            if postings:
                with transaction.atomic():
                    self._recipient(recipient, postings, each)

    def _recipient(self, recipient: int, postings: list[Posting], each: int) -> None:
        self.tallies = {}
        receiver = self.country.recipient(recipient)
        people, posts, ties, mentors, learners, goals = [], [], [], [], [], []
        skills, decisions, certificates, refreshers, reviews = [], [], [], [], []
        techniques: dict[int, Counted] = {}
        cases: list[tuple[Any, ...]] = []
        for n in range(each):
            key = recipient * 1000 + n
            place = n // PER_TECHNIQUE
            posting = postings[place * 7 % len(postings)]
            procedure = PROCEDURES[(recipient + place) % len(PROCEDURES)]
            if place not in techniques:
                techniques[place] = Counted(self._technique(recipient, place, posting, procedure))
            technique = techniques[place]
            person = Person(id=number(LOCALS, key), name=f"示例学员{key}", example=True)
            people.append(person)
            ends = self.day + timedelta(days=30) if key % 400 == 0 else None
            posts.append(
                Affiliation(
                    person=person, organisation_id=receiver, department_id=posting.department_id,
                    valid_from=posting.starts_on - timedelta(days=900), valid_to=ends,
                )
            )  # fmt: skip
            tie = self._tie(key, posting, receiver)
            ties.append(tie)
            mentors.append(
                Mentor(
                    apprenticeship=tie, person_id=posting.person_id, posting=posting,
                    first_day=posting.starts_on,
                    last_day=None if posting.state in PRESENT else posting.departed_on,
                )
            )  # fmt: skip
            learners.append(
                Apprentice(apprenticeship=tie, person=person, joined_on=posting.starts_on)
            )
            goals.append(
                LearningGoal(
                    id=number(46, key), apprenticeship=tie, kind="procedure", code=procedure,
                    cases=50, level=4, due_on=tie.ends_on,
                )
            )  # fmt: skip
            skill = self._cases(key, posting, tie, technique, person, cases)
            skills.append(skill)
            sides = {
                "programme": self.programme, "giver_id": posting.giver_id, "receiver_id": receiver,
            }  # fmt: skip
            if key % 3 == 0:
                issued = skill.last_case_on or self.day
                issued = max(posting.starts_on, issued - timedelta(days=400))
                decisions.append(
                    Decision(
                        id=number(47, key), **sides, person=person, code=procedure,
                        apprenticeship=tie, assessor_id=posting.person_id, on=issued, level=4,
                    )
                )  # fmt: skip
                certificate = Certificate(
                    id=number(CERTIFICATES, key), **sides, department_id=posting.department_id,
                    person=person, procedure=procedure, apprenticeship=tie, issued_on=issued,
                    valid_to=issued + timedelta(days=730), code=f"B{key:011d}", basis=BASIS,
                )  # fmt: skip
                certificates.append(certificate)
                skill.level, skill.level_on = 4, issued
                skill.certified_on, skill.certified_to = issued, certificate.valid_to
                if key % 30 == 0:
                    refreshers.append(
                        Refresher(
                            id=number(48, key), certificate=certificate,
                            lapsed_since=self.day - timedelta(days=100), months=3,
                            due_on=self.day + timedelta(days=key % 20 - 10),
                        )
                    )  # fmt: skip
            if key % 50 == 0:
                reviews.append(
                    SafetyReview(
                        id=number(49, key), **sides, person=person, code=procedure,
                        reason="complication", opened_on=self.day - timedelta(days=5),
                    )
                )  # fmt: skip
        for counted in techniques.values():
            self._followed(counted)
        for model, rows in (
            (Person, people), (Affiliation, posts),
            (Technique, [counted.row for counted in techniques.values()]),
            (Apprenticeship, ties), (Mentor, mentors), (Apprentice, learners),
            (LearningGoal, goals), (Skill, skills), (Decision, decisions),
            (Certificate, certificates), (Refresher, refreshers), (SafetyReview, reviews),
            (CaseTally, list(self._tally_rows())),
        ):  # fmt: skip
            write(model, rows)
        for laid in (taught, sent, *BUILT, asked):
            for model, rows in laid(recipient, postings, people, self.day).items():
                write(model, rows)
        self._insert(cases)

    def _technique(self, recipient: int, place: int, posting: Posting, procedure: str) -> Technique:
        return Technique(
            id=number(TECHNIQUES, recipient * 100 + place), programme=self.programme,
            giver_id=posting.giver_id, receiver_id=posting.receiver_id,
            department_id=posting.department_id, specialty=posting.specialty,
            name=f"示例技术{place + 1}", category="new_technique", procedure=procedure,
            grade=1 + place % 4, introduced_by_id=posting.person_id, posting=posting,
            proposed_on=posting.starts_on, approved_on=posting.starts_on, expected_cases=24,
            state="independent", state_on=posting.starts_on,
            departed_on=None if posting.state in PRESENT else posting.departed_on,
        )  # fmt: skip

    def _tie(self, key: int, posting: Posting, receiver: UUID) -> Apprenticeship:
        proposed = key % 200 == 1
        return Apprenticeship(
            id=number(APPRENTICESHIPS, key), programme=self.programme, form="one_to_one",
            giver_id=posting.giver_id, receiver_id=receiver,
            department_id=posting.department_id, specialty=posting.specialty,
            starts_on=posting.starts_on, ends_on=max(posting.ends_on, posting.starts_on),
            state="proposed" if proposed else "active",
            signed_giver_on=posting.starts_on,
            signed_receiver_on=None if proposed else posting.starts_on,
        )  # fmt: skip

    def _cases(
        self, key: int, posting: Posting, tie: Apprenticeship, technique: Counted, person: Person,
        cases: list[tuple[Any, ...]],
    ) -> Skill:  # fmt: skip
        """The cases of an apprentice from the mentor's arrival until today."""
        row = technique.row
        days = max(1, (self.day - posting.starts_on).days)
        skill = Skill(
            id=number(SKILLS, key), person=person, receiver_id=row.receiver_id,
            department_id=row.department_id, programme=self.programme, giver_id=row.giver_id,
            code=row.procedure, standing="reached" if key % 3 == 0 else "learning",
        )  # fmt: skip
        for k in range(self.size.cases):
            # Every eighth technique came to rest when its expert had left.
            on = posting.starts_on + timedelta(days=k * days // self.size.cases)
            if row.departed_on is not None and on > row.departed_on and row.id.int % 8 == 0:
                break
            lead = LEADS[k * len(LEADS) // self.size.cases]
            # The newest two of some still wait for their confirmation.
            waits = key % 10 == 0 and k >= self.size.cases - 2
            success = (key + k) % 17 != 0
            self._case(cases, posting, tie, row, person, on, lead, success=success, waits=waits)
            if waits:
                continue
            row.cases += 1
            row.first_case_on = min(row.first_case_on or on, on)
            row.last_case_on = max(row.last_case_on or on, on)
            if lead in LOCAL:
                technique.local.append(on)
                row.local_cases += 1
                row.first_local_on = min(row.first_local_on or on, on)
                skill.cases += 1
                skill.failures += not success
                skill.independent += lead == INDEPENDENT
                skill.last_case_on = max(skill.last_case_on or on, on)
        return skill

    def _case(
        self, cases: list[tuple[Any, ...]], posting: Posting, tie: Apprenticeship,
        row: Technique, person: Person, on: date, lead: str, *, success: bool, waits: bool,
    ) -> None:  # fmt: skip
        self.serial += 1
        at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
        leader = posting.person_id if lead in (EXPERT, JOINT) else person.id
        cases.append(
            (
                number(CASES, self.serial), "", self.programme.id, row.giver_id, row.receiver_id,
                row.department_id, row.procedure, on, tie.id, row.id, leader, person.id, lead,
                "first_operator", "in_room", "routine", success, "", posting.person_id, posting.id,
                3, "", "recorded" if waits else "confirmed", 1, "", at, None,
                None if waits else at, None,
            )
        )  # fmt: skip
        if waits:
            return
        key = (
            self.programme.id, row.giver_id, row.receiver_id, row.department_id, row.procedure,
            row.id, on.replace(day=1),
        )  # fmt: skip
        counts = self.tallies.setdefault(key, [0, 0, 0, 0, 0])
        counts[(EXPERT, JOINT, SUPERVISED, INDEPENDENT).index(lead)] += 1
        counts[4] += not success

    def _followed(self, counted: Counted) -> None:
        row = counted.row
        left = row.departed_on
        days = [day for day in counted.local if left is not None and day > left]
        row.local_6, row.local_12, row.idle_on = after_departure(left, days)

    def _tally_rows(self) -> Iterator[CaseTally]:
        for key, counts in self.tallies.items():
            programme, giver, receiver, department, procedure, technique, month = key
            yield CaseTally(
                id=tally_id(key), programme_id=programme, giver_id=giver, receiver_id=receiver,
                department_id=department, procedure=procedure, technique_id=technique, month=month,
                expert=counts[0], joint=counts[1], supervised=counts[2], independent=counts[3],
                failures=counts[4],
            )  # fmt: skip

    def _insert(self, cases: list[tuple[Any, ...]]) -> None:
        """Two million rows without two million objects."""
        marks = ", ".join(["%s"] * len(COLUMNS))
        table = Case._meta.db_table
        plain = (
            [tuple(each.hex if isinstance(each, UUID) else each for each in row) for row in cases]
            if connection.vendor == "sqlite"
            else cases
        )
        with connection.cursor() as cursor:
            cursor.executemany(
                f'INSERT INTO "{table}" ({", ".join(COLUMNS)}) VALUES ({marks})',  # noqa: S608 - ours
                plain,
            )
