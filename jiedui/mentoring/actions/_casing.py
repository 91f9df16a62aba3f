"""What a case says, checked: who led, who taught and was there, and with which doubts."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from jiedui.core.checking import not_ahead, term, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.packs import vocabulary
from jiedui.core.periods import meant
from jiedui.mentoring.actions._people import department_at, is_staff, of_one_world
from jiedui.mentoring.domain import cases as domain
from jiedui.mentoring.domain.states import (
    ACTIVE,
    COMPLETED,
    DRAFT,
    ENDED,
    PROPOSED,
    STOPPED,
    WITHDRAWN,
)
from jiedui.mentoring.models import Apprentice, Apprenticeship, LearningGoal, Mentor, Technique
from jiedui.mentoring.queries.attachments import away_on
from jiedui.programmes.queries.on_site import posted_to, stay_on

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Person

# Supervision by somebody who stands in the same house.
ON_THE_SPOT = ("in_room", "minutes")


@dataclass(frozen=True)
class Said:
    """What is said of a case, before it is checked."""

    apprenticeship: Apprenticeship | None
    technique: Technique | None
    learner: Person | None
    leader: Person | None
    mentor: Person | None
    department: Department | None
    procedure: str
    happened_on: date
    role: str
    supervision: str
    difficulty: str
    success: bool | None
    outcome_note: str


def columns_of(said: Said) -> dict[str, Any]:
    """The columns of a case; InvalidInput at the field of what cannot be.

    Refused is what cannot be a case of this logbook or technique; what an office's delay may
    explain (a mentor whose arrival is not entered, a procedure not in the plan) is flagged.
    """
    meant(said.happened_on, "happened_on")
    not_ahead(said.happened_on, "happened_on")
    if said.success is None:
        raise InvalidInput(
            "outcome-missing", "Say whether the case met its criterion.", field="success"
        )
    term("procedures", said.procedure, "procedure")
    term("case_difficulties", said.difficulty, "difficulty")
    if said.role:
        term("case_roles", said.role, "role")
    if said.supervision:
        term("supervision_levels", said.supervision, "supervision")
    words(said.outcome_note, "outcome_note", 200)
    sides = ("programme", "giver", "receiver")
    if said.apprenticeship is not None:
        held = Apprenticeship.objects.select_related(*sides).get(pk=said.apprenticeship.pk)
        return _of_logbook(said, held)
    if said.technique is not None:
        found = Technique.objects.select_related(*sides).get(pk=said.technique.pk)
        return _of_technique(said, found)
    raise InvalidInput(
        "case-of-nothing",
        "A case belongs to an apprenticeship or to a technique.",
        field="apprenticeship",
    )


def _alone(supervision: str) -> bool:
    return bool(vocabulary().term("supervision_levels", supervision).extra["alone"])


def _part(role: str) -> str:
    return vocabulary().term("case_roles", role).extra["part"]


def _common(said: Said, flags: list[str], tie: Apprenticeship | Technique) -> dict[str, Any]:
    department_at(tie.receiver, said.department)
    of_one_world(tie.programme, learner=said.learner, leader=said.leader, mentor=said.mentor)
    return {
        "programme_id": tie.programme_id, "giver_id": tie.giver_id,
        "receiver_id": tie.receiver_id,
        "department_id": said.department.id if said.department else tie.department_id,
        "procedure": said.procedure, "happened_on": said.happened_on,
        "apprenticeship": said.apprenticeship, "technique": said.technique,
        "learner": said.learner, "leader": said.leader, "mentor": said.mentor,
        "role": said.role, "supervision": said.supervision, "difficulty": said.difficulty,
        "success": said.success, "outcome_note": said.outcome_note.strip(),
        "flags": " ".join(flags),
    }  # fmt: skip


def _of_logbook(said: Said, held: Apprenticeship) -> dict[str, Any]:
    if held.state in (DRAFT, PROPOSED, WITHDRAWN):
        raise InvalidState(
            "apprenticeship-not-signed", "Cases are recorded once both sides have signed."
        )
    for name in ("role", "supervision"):
        if not getattr(said, name):
            raise InvalidInput("text-missing", "This field is required.", field=name)
    flags: list[str] = []
    learner = _apprentice(said, held, flags)
    part, alone = _part(said.role), _alone(said.supervision)
    mentor = said.mentor or _mentor_on(held, said.happened_on)
    posting = _must_teach(said, held, learner, mentor, flags, alone=alone)
    leader: Person | None
    if part == domain.LEADING:
        leader = learner
    else:
        leader = said.leader or mentor
        if leader is None:
            raise InvalidInput("leader-missing", "Say who was the first operator.", field="leader")
        if leader.id == learner.id:
            raise InvalidInput(
                "leader-is-learner",
                "The apprentice was the first operator: choose that role.",
                field="role",
            )
    goals = LearningGoal.objects.filter(apprenticeship=held, kind="procedure", code=said.procedure)
    if not goals.exists():
        flags.insert(0, domain.NOT_IN_PLAN)
    technique = _technique_of(said, held, flags)
    said = replace(said, learner=learner, leader=leader, mentor=mentor, technique=technique)
    lead = domain.lead_of(part, alone=alone)
    return _common(said, flags, held) | {"lead": lead, "posting_id": posting}


def _apprentice(said: Said, held: Apprenticeship, flags: list[str]) -> Person:
    rows = Apprentice.objects.filter(apprenticeship=held).select_related("person")
    if said.learner is None:
        found = rows.filter(left_on__isnull=True) if rows.count() > 1 else rows
        if found.count() != 1:
            raise InvalidInput("learner-missing", "Say whose case it is.", field="learner")
        row = found.get()
    elif (one := rows.filter(person=said.learner.id).first()) is not None:
        row = one
    else:
        raise InvalidInput(
            "learner-not-apprentice",
            "%(person)s does not learn in this apprenticeship.",
            field="learner", person=said.learner.name,
        )  # fmt: skip
    day, person = said.happened_on, row.person
    if day < row.joined_on or day < held.starts_on:
        raise InvalidInput(
            "case-before-start",
            "The apprenticeship of %(person)s began on %(day)s.",
            field="happened_on", person=person.name, day=max(row.joined_on, held.starts_on),
        )  # fmt: skip
    if not is_staff(person, held.receiver, day):
        raise InvalidInput(
            "person-elsewhere",
            "%(person)s does not belong to %(giver)s on %(day)s.",
            field="learner", person=person.name, giver=held.receiver.name, day=day,
        )  # fmt: skip
    last = row.left_on or held.ended_on
    completed = held.state == COMPLETED and (row.left_on is None or row.left_on == held.ended_on)
    if last is not None and day > last and not completed:
        raise InvalidInput(
            "case-after-leaving",
            "%(person)s left the apprenticeship on %(day)s.",
            field="happened_on", person=person.name, day=last,
        )  # fmt: skip
    # Who has learned goes on recording: monitoring and refreshers live on these cases.
    if (held.state in (ACTIVE, COMPLETED, ENDED)) and day > (held.ended_on or held.ends_on):
        flags.append(domain.AFTER_END)
    return person


def _mentor_on(held: Apprenticeship, day: date) -> Person | None:
    """Who leads the teaching on the day, if anybody."""
    rows = Mentor.objects.filter(apprenticeship=held, first_day__lte=day).exclude(last_day__lt=day)
    found = rows.select_related("person").order_by("-lead", "-first_day", "id").first()
    return found.person if found else None


def _must_teach(
    said: Said, held: Apprenticeship, learner: Person, mentor: Person | None, flags: list[str],
    *, alone: bool,
) -> UUID | None:  # fmt: skip
    """The posting in which the mentor was on site that day; flags where that is in doubt."""
    day = said.happened_on
    if mentor is None:
        if not alone:
            raise InvalidInput("mentor-missing", "Say who looked on.", field="mentor")
        return None
    if mentor.id == learner.id:
        raise InvalidInput("mentor-is-learner", "Nobody is the own mentor.", field="mentor")
    teaching = Mentor.objects.filter(apprenticeship=held, person=mentor.id)
    if not teaching.filter(first_day__lte=day).exclude(last_day__lt=day).exists():
        if not (
            teaching.exists()
            or posted_to(mentor.id, held.receiver_id)
            or is_staff(mentor, held.giver, day)
            or is_staff(mentor, held.receiver, day)
        ):
            raise InvalidInput(
                "mentor-elsewhere",
                "%(person)s belongs to neither side and was never posted here.",
                field="mentor", person=mentor.name,
            )  # fmt: skip
        flags.append(domain.OTHER_MENTOR)
    posting = stay_on(mentor.id, held.receiver_id, day)
    if said.supervision in ON_THE_SPOT and (
        away_on(mentor.id, day) or (posting is None and not is_staff(mentor, held.receiver, day))
    ):
        flags.append(domain.MENTOR_AWAY)
    return posting


def _technique_of(said: Said, held: Apprenticeship, flags: list[str]) -> Technique | None:
    """The technique that the case is of: the one said, or the department's own of the procedure."""
    if said.technique is not None:
        found = said.technique
        if (found.programme_id, found.receiver_id) != (held.programme_id, held.receiver_id):
            raise InvalidInput(
                "technique-elsewhere",
                "This technique is of another recipient or programme.",
                field="technique",
            )
        _must_be_open(found, said.happened_on, flags)
        return found
    rows = Technique.objects.filter(
        programme_id=held.programme_id, receiver_id=held.receiver_id, procedure=said.procedure
    ).exclude(Q(state__in=(WITHDRAWN, PROPOSED)) | Q(state=STOPPED, state_on__lt=said.happened_on))
    own = [row for row in rows if row.department_id in (None, held.department_id)]
    return own[0] if len(own) == 1 else None


def _must_be_open(technique: Technique, day: date, flags: list[str]) -> None:
    if technique.state == WITHDRAWN:
        raise InvalidState("technique-withdrawn", "This technique was withdrawn.")
    if technique.state == STOPPED and day > technique.state_on:
        raise InvalidInput(
            "technique-stopped",
            "This technique was stopped on %(day)s; propose it anew before its cases are recorded.",
            field="happened_on", day=technique.state_on,
        )  # fmt: skip
    if technique.state == PROPOSED:
        flags.append(domain.BEFORE_APPROVAL)


def _of_technique(said: Said, technique: Technique) -> dict[str, Any]:
    """A case without an apprentice: led by the expert, or by a local hand."""
    flags: list[str] = []
    _must_be_open(technique, said.happened_on, flags)
    if technique.procedure and said.procedure != technique.procedure:
        raise InvalidInput(
            "procedure-of-other-technique",
            "The cases of this technique are of another procedure.",
            field="procedure",
        )
    leader, day = said.leader, said.happened_on
    if leader is None:
        raise InvalidInput("leader-missing", "Say who was the first operator.", field="leader")
    if said.mentor is not None and said.mentor.id == leader.id:
        raise InvalidInput("mentor-is-learner", "Nobody is the own mentor.", field="mentor")
    local = is_staff(leader, technique.receiver, day)
    posting: UUID | None
    if local:
        if not said.supervision:
            raise InvalidInput("text-missing", "This field is required.", field="supervision")
        alone = _alone(said.supervision)
        if said.mentor is None and not alone:
            raise InvalidInput("mentor-missing", "Say who looked on.", field="mentor")
        posting = _on_site(said, said.mentor, technique, flags) if said.mentor else None
        part = _part(said.role) if said.role else domain.LEADING
        lead = domain.lead_of(domain.LEADING, alone=alone)
        if part == domain.SHARING:
            lead = domain.JOINT
        learner: Person | None = leader
    else:
        posting = stay_on(leader.id, technique.receiver_id, day)
        if (
            posting is None
            and not is_staff(leader, technique.giver, day)
            and not posted_to(leader.id, technique.receiver_id)
        ):
            raise InvalidInput(
                "leader-elsewhere",
                "%(person)s belongs to neither side and was never posted here.",
                field="leader", person=leader.name,
            )  # fmt: skip
        if posting is None:
            flags.append(domain.MENTOR_AWAY)
        part = _part(said.role) if said.role else domain.LEADING
        lead = domain.lead_of(part, alone=False, local=False)
        learner = None
    said = replace(said, learner=learner)
    return _common(said, flags, technique) | {"lead": lead, "posting_id": posting}


def _on_site(said: Said, mentor: Person, technique: Technique, flags: list[str]) -> UUID | None:
    day = said.happened_on
    posting = stay_on(mentor.id, technique.receiver_id, day)
    local = is_staff(mentor, technique.receiver, day)
    if posting is None and not local:
        if not is_staff(mentor, technique.giver, day) and not posted_to(
            mentor.id, technique.receiver_id
        ):
            raise InvalidInput(
                "mentor-elsewhere",
                "%(person)s belongs to neither side and was never posted here.",
                field="mentor", person=mentor.name,
            )  # fmt: skip
        if said.supervision in ON_THE_SPOT:
            flags.append(domain.MENTOR_AWAY)
    elif said.supervision in ON_THE_SPOT and away_on(mentor.id, day):
        flags.append(domain.MENTOR_AWAY)
    return posting
