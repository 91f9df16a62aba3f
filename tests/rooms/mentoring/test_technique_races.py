"""Two processes at once on one technique: cases confirmed, proposals approved, claims reviewed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from jiedui.accounts.models import AuditRow, User
from jiedui.mentoring.actions.cases import confirm_case, record_case
from jiedui.mentoring.actions.novelty import review_novelty
from jiedui.mentoring.actions.technique_steps import rest_technique, settle_technique
from jiedui.mentoring.actions.techniques import approve_technique, propose_technique
from jiedui.mentoring.models import Case, LearningFact, NoveltyReview, Technique
from tests.posting_cast import BEGIN, Scene, day, scene
from tests.racing import processes_at_once, shared_database
from tests.rooms.mentoring.technique_cast import approved, done, proposed, said

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def set_scene(transactional_db: None, tmp_path: Path) -> Iterator[Scene]:
    with shared_database(tmp_path):
        yield scene()


def recorded(technique: Technique, set_scene: Scene, number: int, role: str) -> Case:
    """A case in an expert's hands that waits for its confirmation."""
    return record_case(
        by=None, technique=technique, procedure="lap_cholecystectomy", happened_on=day(number),
        leader=set_scene.surgeon if role == "first_operator" else set_scene.second, role=role,
        success=True,
    )  # fmt: skip


def confirm(case: str) -> str:
    """In a process of its own."""
    return confirm_case(by=None, case=Case.objects.get(pk=case)).state


def approve(technique: str) -> str:
    """In a process of its own."""
    row = Technique.objects.get(pk=technique)
    return approve_technique(by=None, technique=row, on=BEGIN, licence_on=BEGIN).state


def review(technique: str, reviewer: str, scope: str) -> str:
    """In a process of its own, by who saw no review yet."""
    row, by = Technique.objects.get(pk=technique), User.objects.get(pk=reviewer)
    found = review_novelty(by=by, technique=row, on=day(3), scope=scope, note="查", seen=0)
    return found.scope or "none"


def rest(technique: str) -> str:
    """In a process of its own."""
    row = Technique.objects.get(pk=technique)
    return rest_technique(by=None, technique=row, on=day(30), reason="kit_broken").state


def settle(technique: str) -> str:
    """In a process of its own."""
    return str(settle_technique(by=None, technique=Technique.objects.get(pk=technique)))


def propose(id: str, programme: str, on: str) -> str:
    """In a process of its own: the same id and content as the other."""
    first = Technique.objects.get(pk=programme)
    found = propose_technique(
        by=None, id=None, programme=first.programme, giver=first.giver, receiver=first.receiver,
        department=first.department, name=id, category="new_technique", specialty="04.01",
        introduced_by=first.introduced_by, proposed_on=date.fromisoformat(on),
    )  # fmt: skip
    return found.state


def test_two_cases_confirmed_at_once_both_count_and_move_it_once_each(set_scene: Scene) -> None:
    technique = approved(set_scene, procedure="lap_cholecystectomy")
    first = recorded(technique, set_scene, 4, "first_operator")
    second = recorded(technique, set_scene, 6, "shared")
    answers = processes_at_once((confirm, first.id), (confirm, second.id))
    assert answers == ["confirmed", "confirmed"]
    technique.refresh_from_db()
    assert (technique.state, technique.cases) == ("joint", 2)
    assert (technique.first_case_on, technique.last_case_on) == (day(4), day(6))
    facts = LearningFact.objects.filter(record_id=technique.id, measure="techniques_begun")
    # However they came, what holds in the end is told from the first case, once.
    assert sum(fact.sign for fact in facts) == 1
    assert facts.order_by("sequence").last().happened_from == day(4)  # type: ignore[union-attr]
    numbers = list(technique.steps.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))


def test_two_reviewers_at_once_leave_one_review_and_the_other_reads_it_first(
    set_scene: Scene,
) -> None:
    technique = approved(set_scene)
    one, two = set_scene.stage.manager, set_scene.stage.coordinator
    answers = processes_at_once(
        (review, technique.id, one.id, "institution"), (review, technique.id, two.id, "")
    )
    assert "review-meanwhile" in answers
    kept = NoveltyReview.objects.get()
    technique.refresh_from_db()
    assert technique.scope_confirmed == kept.scope
    assert AuditRow.objects.filter(action="mentoring.review-novelty").count() == 1


def test_an_approval_at_once_is_one_step(set_scene: Scene) -> None:
    technique = proposed(set_scene)
    answers = processes_at_once((approve, technique.id), (approve, technique.id))
    assert sorted(answers) == ["approved", "step-not-possible"]
    assert technique.steps.filter(verb="approve").count() == 1


def test_a_case_and_a_rest_at_once_leave_it_at_rest_with_the_case_counted(
    set_scene: Scene,
) -> None:
    technique = approved(set_scene, procedure="lap_cholecystectomy")
    done(technique, day(2), "expert", set_scene.surgeon, procedure="lap_cholecystectomy")
    case = recorded(technique, set_scene, 9, "shared")
    answers = processes_at_once((confirm, case.id), (rest, technique.id))
    assert answers == ["confirmed", "dormant"]
    technique.refresh_from_db()
    assert (technique.state, technique.cases) == ("dormant", 2)


def test_the_same_name_at_once_is_registered_once(set_scene: Scene) -> None:
    technique = approved(set_scene)
    on = BEGIN.isoformat()
    answers = processes_at_once(
        (propose, "新名", technique.id, on), (propose, "新名", technique.id, on)
    )
    assert sorted(answers) == ["proposed", "technique-taken name"]
    assert Technique.objects.filter(name="新名").count() == 1
    assert said(set_scene)["name"] != "新名"


def test_settled_twice_at_once_writes_one_step(set_scene: Scene) -> None:
    technique = approved(set_scene)
    # A case of which the technique was not told: settling finds it.
    done(technique, day(2), "expert", set_scene.surgeon)
    Technique.objects.filter(pk=technique.pk).update(state="approved", cases=0)
    answers = processes_at_once((settle, technique.id), (settle, technique.id))
    assert sorted(answers) == ["False", "True"]
    assert technique.steps.filter(verb="expert").count() == 2
