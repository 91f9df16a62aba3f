"""The months' counts of confirmed cases against a recount, and two writers of one row."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from uuid import UUID

import pytest

from jiedui.accounts.models import User
from jiedui.core.errors import Refused
from jiedui.mentoring.actions import _tally, cases
from jiedui.mentoring.actions.apprenticeships import (
    propose_apprenticeship,
    sign_apprenticeship,
)
from jiedui.mentoring.actions.cases import Pick
from jiedui.mentoring.domain.cases import LEADS
from jiedui.mentoring.models import Apprenticeship, Case, CaseTally, Skill
from tests.learning_cast import OTHER_PROCEDURE, PROCEDURE, School, day, school
from tests.racing import processes_at_once, shared_database


def recount() -> dict[UUID, Counter[str]]:
    """What the rows should say, counted anew from all confirmed cases."""
    found: dict[UUID, Counter[str]] = {}
    for case in Case.objects.filter(state="confirmed"):
        counts = found.setdefault(_tally.tally_id(_tally.key_of(case)), Counter())
        counts[case.lead] += 1
        if not case.success:
            counts["failures"] += 1
    return found


def told() -> dict[UUID, Counter[str]]:
    """What the rows say; those of nothing left out."""
    rows = {
        row.id: Counter({name: getattr(row, name) for name in (*LEADS, "failures")})
        for row in CaseTally.objects.all()
    }
    return {id: +counts for id, counts in rows.items() if sum(counts.values())}


def act(held: School, chance: random.Random) -> None:
    """One verb on some case, possible or not."""
    rows = list(Case.objects.order_by("id"))
    verb = chance.choice(
        ("record", "record", "confirm", "confirm", "correct", "withdraw", "return")
    )
    said = {
        "procedure": chance.choice((PROCEDURE, OTHER_PROCEDURE)),
        "happened_on": day(chance.choice((3, 40, 80))),
        "role": chance.choice(("assistant", "shared", "first_operator")),
        "supervision": chance.choice(("in_room", "none")), "success": chance.random() < 0.8,
    }  # fmt: skip
    if verb == "record" or not rows:
        held.recorded(**said)
    elif verb == "confirm":
        some = chance.sample(rows, min(len(rows), 2))
        cases.confirm_cases(by=held.mentor_user, picks=[Pick(row, 3) for row in some])
    elif verb == "correct":
        cases.correct_case(by=held.learner_user, case=chance.choice(rows), reason="更正。", **said)
    elif verb == "withdraw":
        by = chance.choice((held.mentor_user, held.learner_user))
        cases.withdraw_case(by=by, case=chance.choice(rows), reason="重复。")
    else:
        cases.return_case(by=held.mentor_user, case=chance.choice(rows), reason="请补充。")


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_any_order_of_verbs_counts_as_a_recount_does(seed: int) -> None:
    held, chance, done = school(), random.Random(seed), 0
    for _ in range(30):
        try:
            act(held, chance)
            done += 1
        except Refused:
            pass
        assert told() == recount()
    assert done > 15
    assert recount()
    for skill in Skill.objects.all():
        local = Case.objects.filter(
            state="confirmed", learner=skill.person, procedure=skill.code,
            lead__in=("supervised", "independent"),
        )  # fmt: skip
        assert skill.cases == local.count()


def confirm(case: str, user: str) -> str:
    """In a process of its own: confirm a case as this user."""
    held = Case.objects.get(pk=case)
    return cases.confirm_case(by=User.objects.get(pk=user), case=held, entrustment=3).state


def sign(apprenticeship: str, user: str) -> str:
    """In a process of its own: sign an apprenticeship as this user."""
    held = Apprenticeship.objects.get(pk=apprenticeship)
    return sign_apprenticeship(by=User.objects.get(pk=user), apprenticeship=held).state


@pytest.mark.django_db(transaction=True)
def test_two_confirmations_at_once_count_both_on_one_row(tmp_path: Path) -> None:
    with shared_database(tmp_path):
        held = school()
        one, two = held.recorded(), held.recorded(happened_on=day(11))
        answers = processes_at_once(
            (confirm, one.id, held.mentor_user.id), (confirm, two.id, held.mentor_user.id)
        )
        assert answers == ["confirmed", "confirmed"]
        assert CaseTally.objects.get().supervised == 2
        assert told() == recount()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_sign_at_once_one_signature_stands(tmp_path: Path) -> None:
    with shared_database(tmp_path):
        held = school()
        stage = held.scene.stage
        draft = held.drafted()
        propose_apprenticeship(by=held.scene.sender, apprenticeship=draft)
        answers = processes_at_once(
            (sign, draft.id, stage.manager.id), (sign, draft.id, stage.deputy.id)
        )
        assert "active" in answers
        assert sum(answer == "active" for answer in answers) == 1
        draft.refresh_from_db()
        assert draft.signed_receiver_by in (stage.manager.id, stage.deputy.id)
