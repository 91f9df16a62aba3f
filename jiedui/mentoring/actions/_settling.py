"""What follows a case confirmed or taken back, in the same transaction.

Locks are taken in one order: people, cases, techniques, counts, and last the house's own
(facts and audit), so that two confirmations at once never wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from jiedui.accounts.models import User
from jiedui.directory.queries import hold_person
from jiedui.mentoring.actions import _advancing, _standing
from jiedui.mentoring.actions._facts import Said, tell
from jiedui.mentoring.actions._tally import tally
from jiedui.mentoring.domain.cases import EXPERT, INDEPENDENT, JOINT, SUPERVISED
from jiedui.mentoring.models import Case

# What a confirmed case counts as: done for them, taught, done by themselves.
MEASURES = {
    EXPERT: "cases_expert_led",
    JOINT: "cases_joint",
    SUPERVISED: "cases_supervised",
    INDEPENDENT: "cases_local_alone",
}


def hold(ids: Iterable[UUID]) -> list[Case]:
    """The cases, locked after the people whose skill they tell of."""
    wanted = set(ids)
    rows = Case.objects.filter(pk__in=wanted)
    people = rows.values_list("learner_id", "leader_id")
    for person in sorted({learner or leader for learner, leader in people}):
        hold_person(person)
    return list(
        Case.objects.select_for_update(of=("self",), no_key=True)
        .select_related(
            "programme", "giver", "receiver", "learner", "leader", "mentor", "apprenticeship",
            "technique",
        )
        .filter(pk__in=wanted)
        .order_by("id")
    )  # fmt: skip


def settle(by: User | None, changed: Sequence[tuple[Case, int]]) -> None:
    """Count cases confirmed (+1) and taken back (-1): months, skills, techniques, facts."""

    techniques = {case.technique_id: case.technique for case, _ in changed if case.technique}
    for id in sorted(techniques, key=str):
        techniques[id] = _advancing.after_case(by=by, technique=techniques[id])
    tally(changed)
    skills = {
        (case.learner_id, case.procedure, case.receiver_id)
        for case, _ in changed
        if case.learner_id is not None
    }
    for person, code, receiver in sorted(skills, key=str):
        _standing.refresh(by=by, person_id=person, code=code, receiver_id=receiver)
    for case, sign in changed:
        lines = [Said(MEASURES[case.lead], case.happened_on, case.happened_on, item=_item(case))]
        tell(
            by=by, record_id=case.id, programme_id=case.programme_id, kind=case.procedure,
            giver_id=case.giver_id, receiver_id=case.receiver_id,
            lines=lines if sign > 0 else [],
        )  # fmt: skip
    for id in sorted(techniques, key=str):
        _advancing.tell_technique(by=by, technique=techniques[id])


def _item(case: Case) -> str:
    """The specialty under which the figures count a case."""
    tie = case.apprenticeship or case.technique
    return tie.specialty if tie is not None else ""
