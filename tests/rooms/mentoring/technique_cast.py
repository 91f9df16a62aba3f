"""A stage for techniques: the postings' scene, and confirmed cases laid straight into the books."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from jiedui.accounts.models import User
from jiedui.core.clock import now
from jiedui.core.identifiers import new_id
from jiedui.directory.models import Person
from jiedui.mentoring.actions._advancing import after_case
from jiedui.mentoring.actions._tally import tally
from jiedui.mentoring.actions.technique_plans import need_platform
from jiedui.mentoring.actions.techniques import approve_technique, propose_technique
from jiedui.mentoring.models import Case, CaseTally, Technique
from tests.ledger_cast import Stage
from tests.posting_cast import BEGIN, Scene

CODE = "51.2300"


def said(scene: Scene, **changes: Any) -> dict[str, Any]:
    """A plain proposal as keyword arguments."""
    plain: dict[str, Any] = {
        "programme": scene.stage.programme, "giver": scene.stage.giver,
        "receiver": scene.stage.receiver, "department": scene.ward, "name": "腹腔镜胆囊切除术",
        "category": "new_technique", "specialty": "04.01", "introduced_by": scene.surgeon,
        "proposed_on": BEGIN, "grade": 3, "codes": [CODE], "expected_cases": 24,
        "scope": "institution", "claim": "本院此前未开展", "evidence": "手术登记本",
    }  # fmt: skip
    return plain | changes


def proposed(scene: Scene, by: User | None = None, **changes: Any) -> Technique:
    """Proposed by the giver's manager, or by whom is said."""
    return propose_technique(by=by or scene.sender, **said(scene, **changes))


def approved(scene: Scene, on: date = BEGIN, **changes: Any) -> Technique:
    """Approved by the receiver's manager."""
    technique = proposed(scene, proposed_on=on, **changes)
    return approve_technique(
        by=scene.stage.manager, technique=technique, on=on, licence_on=on, ethics_on=on
    )


def laid(technique: Technique, on: date, lead: str, leader: Person, **changes: Any) -> Case:
    """A confirmed case as its row alone; ``after_case`` is the test's to call."""
    plain: dict[str, Any] = {
        "id": new_id(), "programme_id": technique.programme_id, "giver_id": technique.giver_id,
        "receiver_id": technique.receiver_id, "department_id": technique.department_id,
        "procedure": technique.procedure, "happened_on": on, "technique": technique,
        "leader": leader, "lead": lead, "difficulty": "usual", "success": True,
        "state": "confirmed", "confirmed_at": now(),
    }  # fmt: skip
    return Case.objects.create(**(plain | changes))


def done(technique: Technique, on: date, lead: str, leader: Person, **changes: Any) -> Technique:
    """A confirmed case, and what it makes of the technique."""
    with transaction.atomic():
        laid(technique, on, lead, leader, **changes)
        return after_case(by=None, technique=technique)


def tallied(technique: Technique) -> None:
    """The months' counts of the technique's confirmed cases, as the writers of cases keep them."""
    CaseTally.objects.filter(technique=technique).delete()
    tally((case, 1) for case in Case.objects.filter(technique=technique, state="confirmed"))


def registered(stage: Stage) -> dict[str, Any]:
    """A technique of others with a claim and a platform department, by the words of outsiders."""
    on = date(2024, 3, 2)
    technique = propose_technique(
        by=None, programme=stage.programme, giver=stage.giver, receiver=stage.receiver,
        name="不外传的技术", category="new_technique", specialty="03",
        introduced_by=stage.surgeon, proposed_on=on, scope="institution", claim="不外传",
    )  # fmt: skip
    technique = approve_technique(by=None, technique=technique, on=on)
    need = need_platform(by=None, technique=technique, platform="icu", need="不外传")
    return {"technique": technique.id, "technique-verb": "stop", "technique-need": need.id}
