"""Cases of a logbook and of a technique: recorded, confirmed, returned, corrected, withdrawn."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.core.identifiers import new_id
from jiedui.mentoring.actions import cases
from jiedui.mentoring.models import Case, CaseTally, LearningFact
from tests.learning_cast import School, day, school

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> School:
    return school()


def test_a_case_is_recorded_and_confirmed(held: School) -> None:
    case = held.recorded()
    assert (case.state, case.lead, case.flags) == ("recorded", "supervised", "")
    assert case.mentor == held.mentor
    assert case.posting_id == held.posting.id
    done = cases.confirm_case(by=held.mentor_user, case=case, entrustment=3)
    assert (done.state, done.entrustment) == ("confirmed", 3)
    assert CaseTally.objects.get().supervised == 1
    fact = LearningFact.objects.get(record_id=case.id)
    assert (fact.measure, fact.value, fact.item) == ("cases_taught", 1, "04.01")
