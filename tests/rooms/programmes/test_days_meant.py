"""A day that cannot be meant is refused at its field by every action and form of the room."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.forms import BaseForm

from jiedui.core.clock import stopped_at
from jiedui.core.errors import InvalidInput
from jiedui.core.periods import EARLIEST, EARLIEST_FOUNDED, latest, meant
from jiedui.directory.forms.organisations import OrganisationForm
from jiedui.programmes import actions
from jiedui.programmes.actions import Nomination, nominate_many
from jiedui.programmes.forms import agreements, batches, credentials, menu, plans, postings, posts
from jiedui.programmes.forms import structure as structure_forms
from jiedui.web.fields import DayField
from tests.posting_cast import scene as set_scene

ABSURD = (date(1, 1, 1), EARLIEST - timedelta(days=1), date(9999, 12, 31))


def dated() -> Iterator[tuple[str, str]]:
    """Every action with each of its days."""
    for name in actions.__all__:
        act = getattr(actions, name)
        if inspect.isfunction(act):
            for field, said in inspect.signature(act, eval_str=False).parameters.items():
                if str(said.annotation) in ("date", "date | None"):
                    yield name, field


def test_there_are_days_to_refuse() -> None:
    found = set(dated())
    assert ("schedule_wish", "scheduled_to") in found
    assert ("raise_welfare", "on") in found
    assert len(found) > 70


@pytest.mark.parametrize(("name", "field"), sorted(dated()))
def test_every_action_refuses_an_absurd_day_before_anything_else(name: str, field: str) -> None:
    for day in ABSURD:
        with pytest.raises(InvalidInput) as refused:
            getattr(actions, name)(**{field: day})
        assert (refused.value.code, refused.value.field) == ("day-out-of-range", field)


def test_the_rule_goes_from_the_first_day_to_thirty_years_ahead() -> None:
    with stopped_at(datetime(2024, 2, 29, 4, tzinfo=UTC)):
        assert latest() == date(2054, 3, 1)
    assert meant(EARLIEST) == EARLIEST
    assert meant(latest()) == latest()
    assert meant(date(1869, 1, 1), earliest=EARLIEST_FOUNDED) == date(1869, 1, 1)
    with pytest.raises(InvalidInput):
        meant(latest() + timedelta(days=1))


def test_a_hospital_may_be_older_than_the_programmes() -> None:
    field = OrganisationForm.base_fields["valid_from"]
    assert field.clean("1869-05-01") == date(1869, 5, 1)


def _days(form: type[BaseForm]) -> list[Any]:
    return [field for field in form.base_fields.values() if type(field).__name__ == "DateField"]


def test_no_form_of_the_room_has_a_day_without_the_rule() -> None:
    modules = (agreements, batches, credentials, menu, plans, postings, posts, structure_forms)
    forms = [
        each
        for module in modules
        for each in vars(module).values()
        if inspect.isclass(each) and issubclass(each, BaseForm)
    ]
    assert len(forms) > 25
    assert [form for form in forms if _days(form)] == []
    days = [
        field
        for form in forms
        for field in form.base_fields.values()
        if isinstance(field, DayField)
    ]
    assert len(days) > 30
    for field in days:
        with pytest.raises(Exception, match="9999"):
            field.clean("9999-12-31")


@pytest.mark.django_db
def test_a_list_of_nominations_refuses_the_row() -> None:
    scene = set_scene()
    row = Nomination(**scene.said(planned_to=date(9999, 12, 31)))
    [answer] = nominate_many(by=scene.sender, rows=[row])
    assert isinstance(answer, InvalidInput)
    assert (answer.code, answer.field) == ("day-out-of-range", "planned_to")
