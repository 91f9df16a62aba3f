"""The register of techniques: proposed, corrected, approved, withdrawn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, not_ahead, taken, term, whole, words
from jiedui.core.errors import InvalidInput
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.directory.actions.guards import first_answer, hash_of, insert, pattern
from jiedui.directory.queries import ancestors_of, homes_of
from jiedui.mentoring.access.techniques import must_act_on_technique
from jiedui.mentoring.actions._advancing import (
    add_step,
    after_case,
    held_technique,
    tell_technique,
)
from jiedui.mentoring.domain.states import TECHNIQUE_STATES
from jiedui.mentoring.models import Technique, TechniqueCode
from jiedui.programmes.queries import pairing_for

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation, Person
    from jiedui.programmes.models import Posting, Programme

SCHEME = "icd9cm3"
MOST_CODES = 20
MOST_EXPECTED = 20_000


@days_meant
@transaction.atomic
def propose_technique(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    giver: Organisation,
    receiver: Organisation,
    name: str,
    category: str,
    specialty: str,
    introduced_by: Person,
    proposed_on: date,
    department: Department | None = None,
    posting: Posting | None = None,
    procedure: str = "",
    grade: int | None = None,
    codes: Collection[str] = (),
    expected_cases: int = 12,
    scope: str = "",
    claim: str = "",
    evidence: str = "",
) -> Technique:
    """Enter a technique that an expert of the giver brings to a department of the receiver.

    Either side proposes, or the expert. A claim of novelty needs its words. Raises InvalidInput
    at the field: ``technique-taken``, ``not-paired``, ``person-elsewhere``, ``posting-elsewhere``,
    ``department-elsewhere``, ``code-malformed``, ``codes-missing``, ``claim-missing`` …
    """
    must_act_on_technique(by, "propose", giver.id, receiver.id, introduced_by)
    content = hash_of(
        programme=programme, giver=giver, receiver=receiver, name=name, category=category,
        specialty=specialty, introduced_by=introduced_by, proposed_on=proposed_on,
        department=department, posting=posting, procedure=procedure, grade=grade,
        codes=sorted(codes), expected=expected_cases, scope=scope, claim=claim, evidence=evidence,
    )  # fmt: skip
    if found := first_answer(Technique, id, content):
        return found
    not_ahead(proposed_on, "proposed_on")
    if pairing_for(programme.id, giver.id, receiver.id, proposed_on) is None:
        raise InvalidInput(
            "not-paired",
            "%(giver)s does not help %(receiver)s in this programme on %(day)s.",
            field="giver", giver=giver.name, receiver=receiver.name, day=proposed_on,
        )  # fmt: skip
    _brought(programme, giver, receiver, introduced_by, posting, proposed_on)
    technique = Technique(
        id=id or new_id(), content=content, programme=programme, giver=giver, receiver=receiver,
        introduced_by=introduced_by, posting=posting, proposed_on=proposed_on,
        state=TECHNIQUE_STATES.initial, state_on=proposed_on,
    )  # fmt: skip
    _describe(
        technique, name=name, category=category, specialty=specialty, department=department,
        procedure=procedure, grade=grade, expected_cases=expected_cases,
    )  # fmt: skip
    claimed(technique, scope, claim, evidence)
    insert(
        technique, "technique-taken",
        "A technique of this name is already in the register of this department.", "name",
    )  # fmt: skip
    _code(technique, codes)
    add_step(technique, "propose", proposed_on, by)
    record(
        by=by, action="mentoring.propose-technique", object_kind="technique",
        object_id=technique.id, giver=str(giver.id), receiver=str(receiver.id), category=category,
    )  # fmt: skip
    return technique


def _brought(
    programme: Programme,
    giver: Organisation,
    receiver: Organisation,
    person: Person,
    posting: Posting | None,
    day: date,
) -> None:
    """The expert belongs to the giver, or was posted from it in the posting that is named."""
    if person.example != programme.example or giver.example != programme.example:
        raise InvalidInput(
            "programme-mixes-example",
            "An invented example and real organisations never meet in one programme.",
            field="introduced_by",
        )
    if posting is not None:
        fits = (posting.person_id, posting.programme_id, posting.receiver_id)
        if fits != (person.id, programme.id, receiver.id):
            raise InvalidInput(
                "posting-elsewhere",
                "This posting is another person's, or to another place.",
                field="posting",
            )
        return
    homes = {
        body
        for body, start, end in homes_of(person.id)
        if (start or date.min) <= day <= (end or date.max)
    }
    if not any(giver.id in ancestors_of(body, day) for body in homes):
        raise InvalidInput(
            "person-elsewhere",
            "%(person)s does not belong to %(giver)s on %(day)s.",
            field="introduced_by", person=person.name, giver=giver.name, day=day,
        )  # fmt: skip


def _describe(technique: Technique, **said: Any) -> None:
    """What a technique is: checked, and set."""
    department = said["department"]
    if department is not None and department.organisation_id != technique.receiver_id:
        raise InvalidInput(
            "department-elsewhere",
            "%(department)s is not a department of %(organisation)s.",
            field="department", department=department.name,
            organisation=technique.receiver.name,
        )  # fmt: skip
    technique.name = words(said["name"], "name", 160, required=True)
    technique.category = term("technique_categories", said["category"], "category")
    technique.specialty = term("specialties", said["specialty"], "specialty")
    technique.department = department
    if said["procedure"]:
        term("procedures", said["procedure"], "procedure")
    technique.procedure = said["procedure"]
    if said["grade"] is not None:
        term("technique_grades", str(said["grade"]), "grade")
    technique.grade = said["grade"]
    technique.expected_cases = whole(said["expected_cases"], "expected_cases", 1, MOST_EXPECTED)


def _code(technique: Technique, codes: Collection[str]) -> None:
    """The codes by which it is seen in discharge data; a graded technique has one at least."""
    tidy = list(dict.fromkeys(code.strip() for code in codes if code.strip()))
    if len(tidy) > MOST_CODES:
        raise InvalidInput(
            "codes-too-many", "At most %(limit)s codes.", field="codes", limit=MOST_CODES
        )
    if technique.grade is not None and not tidy:
        raise InvalidInput(
            "codes-missing",
            "A graded technique has a procedure code, by which it is found in discharge data.",
            field="codes",
        )
    for code in tidy:
        pattern("procedure_code_schemes", SCHEME, code, "codes")
    technique.codes.all().delete()
    TechniqueCode.objects.bulk_create(
        [TechniqueCode(technique=technique, scheme=SCHEME, code=code) for code in tidy]
    )


def claimed(technique: Technique, scope: str, claim: str, evidence: str) -> None:
    """A claim of novelty: its scope and its words, or neither."""
    if scope:
        term("novelty_scopes", scope, "scope")
    technique.scope_claimed = scope
    technique.claim = words(claim, "claim", 400)
    technique.evidence = words(evidence, "evidence", 400)
    if scope and not technique.claim:
        raise InvalidInput(
            "claim-missing",
            "Say what is new, and compared with what; a reviewer will read it.",
            field="claim",
        )


@transaction.atomic
def correct_technique(
    *,
    by: User | None,
    technique: Technique,
    name: str,
    category: str,
    specialty: str,
    department: Department | None = None,
    procedure: str = "",
    grade: int | None = None,
    codes: Collection[str] = (),
    expected_cases: int = 12,
) -> Technique:
    """Say better what a technique is; its state, cases and reviews stay.

    Raises InvalidInput at the field, ``licence-missing`` or ``ethics-missing`` where an approved
    one would need a date that it does not have.
    """
    held = held_technique(technique)
    must_act_on_technique(by, "propose", held.giver_id, held.receiver_id, held.introduced_by)
    _describe(
        held, name=name, category=category, specialty=specialty, department=department,
        procedure=procedure, grade=grade, expected_cases=expected_cases,
    )  # fmt: skip
    if held.approved_on is not None:
        _papers(held, held.approved_on)
    same = Technique.objects.filter(
        programme_id=held.programme_id, receiver_id=held.receiver_id, department=department,
        name=held.name,
    )  # fmt: skip
    if same.exclude(pk=held.pk).exclude(state__in=["withdrawn", "stopped"]).exists():
        raise InvalidInput(
            "technique-taken",
            "A technique of this name is already in the register of this department.",
            field="name",
        )
    held.save()
    _code(held, codes)
    held = after_case(by=by, technique=held)
    tell_technique(by=by, technique=held)
    record(
        by=by, action="mentoring.correct-technique", object_kind="technique", object_id=held.id,
        category=category,
    )  # fmt: skip
    return held


def _papers(technique: Technique, on: date) -> None:
    """The dates that grade or category ask before the approval."""
    tables = vocabulary()
    asking = [tables.term("technique_categories", technique.category)]
    if technique.grade is not None:
        asking.append(tables.term("technique_grades", str(technique.grade)))
    needs_licence = [row for row in asking if row.extra["licence"]]
    if needs_licence and technique.licence_on is None:
        raise InvalidInput(
            "licence-missing",
            "“%(kind)s” is approved only once it is authorised; give the day.",
            field="licence_on", kind=needs_licence[0].name,
        )  # fmt: skip
    needs_ethics = [row for row in asking if row.extra["ethics"]]
    if needs_ethics and technique.ethics_on is None:
        raise InvalidInput(
            "ethics-missing",
            "“%(kind)s” is approved only after the ethics committee's review; give the day.",
            field="ethics_on", kind=needs_ethics[0].name,
        )  # fmt: skip
    for field, day in (("licence_on", technique.licence_on), ("ethics_on", technique.ethics_on)):
        in_order(day, on, field)


@days_meant
@transaction.atomic
def approve_technique(
    *,
    by: User | None,
    technique: Technique,
    on: date,
    licence_on: date | None = None,
    ethics_on: date | None = None,
) -> Technique:
    """The receiver approves; confirmed cases, if there are any already, move it on at once.

    Raises InvalidInput ``licence-missing`` or ``ethics-missing`` at the field where the
    grade or category (pack) asks for the day.
    """
    held = held_technique(technique)
    step = taken(TECHNIQUE_STATES, held.state, "approve")
    must_act_on_technique(by, "approve", held.giver_id, held.receiver_id, held.introduced_by)
    not_ahead(on)
    in_order(held.proposed_on, on, "on")
    held.licence_on, held.ethics_on = licence_on, ethics_on
    _papers(held, on)
    held.state, held.state_on, held.approved_on = step.target, on, on
    held.save(update_fields=["state", "state_on", "approved_on", "licence_on", "ethics_on"])
    add_step(held, "approve", on, by)
    held = after_case(by=by, technique=held)
    tell_technique(by=by, technique=held)
    record(
        by=by, action="mentoring.approve-technique", object_kind="technique", object_id=held.id,
        on=on.isoformat(),
    )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def withdraw_technique(
    *, by: User | None, technique: Technique, on: date, reason: str
) -> Technique:
    """Take a proposal back before it is approved, saying why."""
    held = held_technique(technique)
    step = taken(TECHNIQUE_STATES, held.state, "withdraw")
    must_act_on_technique(by, "withdraw", held.giver_id, held.receiver_id, held.introduced_by)
    not_ahead(on)
    in_order(held.proposed_on, on, "on")
    why = words(reason, "reason", 400, required=True)
    held.state, held.state_on = step.target, on
    held.save(update_fields=["state", "state_on"])
    add_step(held, "withdraw", on, by, why)
    tell_technique(by=by, technique=held)
    record(
        by=by, action="mentoring.withdraw-technique", object_kind="technique", object_id=held.id,
        on=on.isoformat(),
    )  # fmt: skip
    return held
