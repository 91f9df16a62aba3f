"""Attachments: asked, accepted, away, back or not, and what is asked months later."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiedui.accounts.models import AuditRow, User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.core.identifiers import new_id
from jiedui.directory import actions as directory
from jiedui.mentoring.access import teaching as access
from jiedui.mentoring.actions import attachments as actions
from jiedui.mentoring.actions import sites
from jiedui.mentoring.domain.months import same_day
from jiedui.mentoring.models import Attachment, FollowUp, LearningFact
from jiedui.mentoring.queries import attachments as queries
from jiedui.mentoring.queries.alerts import ASKED, alerts
from tests.lasting import lasting
from tests.learning_cast import with_account
from tests.ledger_cast import account
from tests.rooms.mentoring.teaching_cast import Class, ago, classroom

pytestmark = pytest.mark.django_db


the_cast, room = lasting(classroom)


def told(row: Attachment) -> set[str]:
    """What the figures count of an attachment now."""
    found: dict[str, int] = {}
    for fact in LearningFact.objects.filter(record_id=row.id):
        assert (fact.happened_from, fact.person_id) == (row.accepted_on, row.person_id)
        found[fact.measure] = found.get(fact.measure, 0) + fact.sign
    return {measure for measure, sign in found.items() if sign}


def refused(because: str, at_field: str | None, act: Any, /, **said: Any) -> None:
    before = AuditRow.objects.count()
    with pytest.raises((InvalidInput, InvalidState)) as caught:
        act(**said)
    assert (caught.value.code, caught.value.field) == (because, at_field)
    assert AuditRow.objects.count() == before


def answer(room: Class, months: int, by: User | None = None, **said: bool) -> FollowUp:
    plain = {"in_post": True, "using": True, "independent": True}
    question = FollowUp.objects.get(months=months)
    return actions.answer_follow_up(by=by or room.manager, follow_up=question, **plain | said)


def test_from_asking_to_the_answer_after_six_months(room: Class) -> None:
    row = room.asked()
    assert told(row) == set()
    row = actions.accept_attachment(by=room.sender, attachment=row, on=ago(300))
    assert told(row) == {"attachments_accepted"}
    row = actions.leave_for_attachment(by=room.manager, attachment=row, on=ago(298))
    row = actions.extend_attachment(by=room.sender, attachment=row, until=ago(200))
    row = actions.return_from_attachment(
        by=room.manager, attachment=row, on=ago(199), hours=Decimal(500), report="已汇报"
    )
    assert (row.state, row.ends_on, row.hours) == ("returned", ago(199), 500)
    assert list(row.follow_ups.order_by("months").values_list("months", "due_on")) == [
        (6, same_day(ago(199), 6)), (12, same_day(ago(199), 12)),
    ]  # fmt: skip
    assert [step.verb for step in row.steps.order_by("number")] == [
        "ask", "accept", "leave", "extend", "return",
    ]  # fmt: skip
    due = queries.due_rows(viewer_of(room.manager))
    assert [(one.months, one.attachment.person.name) for one in due] == [(6, "乙三")]
    answer(room, 6)
    row.refresh_from_db()
    assert told(row) == {"attachments_accepted", "attachments_independent"}
    assert not queries.due_rows(viewer_of(room.manager))
    share = queries.share_of(Attachment.objects.all())
    assert (share.accepted, share.returned, share.independent, share.percent) == (1, 1, 1, 100)


def test_the_newest_answer_counts(room: Class) -> None:
    row = room.returned(on=ago(400), planned_from=ago(500), planned_to=ago(400))
    answer(room, 6)
    assert "attachments_independent" in told(row)
    answer(room, 12, in_post=False, using=False, independent=False)
    row.refresh_from_db()
    assert (row.independent_on, told(row)) == (None, {"attachments_accepted"})


def test_answers_that_cannot_both_be_true(room: Class) -> None:
    room.returned()
    question = FollowUp.objects.get(months=6)
    act = actions.answer_follow_up
    said = {"by": room.manager, "follow_up": question}
    refused("using-without-post", "using", act, in_post=False, using=True, independent=False,
            **said)  # fmt: skip
    refused("independent-without-using", "independent", act, in_post=True, using=False,
            independent=True, **said)  # fmt: skip
    later = FollowUp.objects.get(months=12)
    refused("follow-up-ahead", None, act, by=room.manager, follow_up=later, in_post=True,
            using=True, independent=True)  # fmt: skip


def test_who_answers(room: Class) -> None:
    room.returned()
    learner = with_account(
        room.learners[0], "learner", "local_clinician", room.scene.stage.receiver
    )
    colleague = account("colleague", "同事", "local_clinician", room.scene.stage.receiver)
    for user in (room.sender, colleague, room.scene.stage.outsider):
        with pytest.raises(NotAllowed):
            answer(room, 6, by=user)
        assert not queries.due_rows(viewer_of(user))
    assert queries.due_rows(viewer_of(learner)).count() == 1
    answer(room, 6, by=learner)


def test_each_side_takes_its_own_steps(room: Class) -> None:
    row = room.asked()
    outsider = room.scene.stage.outsider
    for by in (room.manager, outsider):
        with pytest.raises(NotAllowed):
            actions.accept_attachment(by=by, attachment=row, on=ago(300))
    with pytest.raises(NotAllowed):
        actions.withdraw_attachment(by=room.sender, attachment=row, reason="x")
    with pytest.raises(NotAllowed):
        actions.ask_attachment(by=room.sender, **room.asking())
    with pytest.raises(NotAllowed):
        actions.set_goals(by=room.sender, attachment=row, goals=[])
    actions.accept_attachment(by=room.sender, attachment=row, on=ago(300))
    for act in (actions.leave_for_attachment, actions.return_from_attachment):
        with pytest.raises((NotAllowed, InvalidState)):
            act(by=room.sender, attachment=row, on=ago(300))


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"kind": "party"}, "code-unknown", "kind"),
        ({"goals": ["magic"]}, "code-unknown", "goals"),
        ({"planned_to": ago(301)}, "dates-out-of-order", "planned_to"),
        ({"hours": Decimal(-1)}, "number-out-of-range", "hours"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    room: Class, changes: dict[str, Any], code: str, field: str
) -> None:
    refused(code, field, actions.ask_attachment, by=room.manager, **room.asking(**changes))
    assert not Attachment.objects.exists()


def test_staff_of_others_and_hosts_without_a_tie(room: Class) -> None:
    stage = room.scene.stage
    refused("person-elsewhere", "person", actions.ask_attachment, by=room.manager,
            **room.asking(person=stage.surgeon))  # fmt: skip
    refused("not-paired", "giver", actions.ask_attachment, by=None,
            **room.asking(giver=stage.other_giver))  # fmt: skip
    refused("giver-is-receiver", "giver", actions.ask_attachment, by=None,
            **room.asking(giver=stage.receiver))  # fmt: skip
    office = directory.create_organisation(
        by=None, name="示例卫生健康委", kind="authority", example=True
    )
    # An administration takes people for its own kind of attachment, without a tie.
    refused("not-paired", "giver", actions.ask_attachment, by=None, **room.asking(giver=office))
    assert room.asked(giver=office, kind="administration").giver == office


def test_one_person_is_away_once_at_a_time(room: Class) -> None:
    row = room.asked()
    again = room.asking(planned_from=ago(210), planned_to=ago(180))
    refused("attachment-overlaps", "planned_from", actions.ask_attachment, by=room.manager, **again)
    actions.withdraw_attachment(by=room.manager, attachment=row, reason="改期")
    assert room.asked(planned_from=ago(210), planned_to=ago(180))


def test_nobody_learns_away_while_posted(room: Class) -> None:
    stage, surgeon = room.scene.stage, room.scene.surgeon
    posting = room.scene.approved()
    # The hospital that sends asks a place for somebody whom it has posted.
    said = room.asking(
        giver=stage.receiver, receiver=stage.giver, person=surgeon,
        planned_from=posting.planned_from, planned_to=posting.planned_from + timedelta(days=5),
    )  # fmt: skip
    from jiedui.programmes.actions import pair

    pair(by=None, programme=stage.programme, kind="hospital_hospital", giver=stage.receiver,
         receiver=stage.giver, valid_from=ago(900))  # fmt: skip
    refused("posting-overlaps", "planned_from", actions.ask_attachment, by=None, **said)


def test_days_are_in_order_and_not_ahead(room: Class) -> None:
    row = room.asked()
    ahead = today() + timedelta(days=1)
    accept, leave = actions.accept_attachment, actions.leave_for_attachment
    refused("day-in-the-future", "on", accept, by=None, attachment=row, on=ahead)
    refused("dates-out-of-order", "on", accept, by=None, attachment=row, on=ago(209))
    accept(by=None, attachment=row, on=ago(300))
    refused("dates-out-of-order", "on", leave, by=None, attachment=row, on=ago(301))
    refused("dates-out-of-order", "on", leave, by=None, attachment=row, on=ago(200))
    leave(by=None, attachment=row, on=ago(300))
    refused("extension-not-later", "until", actions.extend_attachment, by=None, attachment=row,
            until=ago(210))  # fmt: skip
    refused("dates-out-of-order", "on", actions.return_from_attachment, by=None, attachment=row,
            on=ago(301))  # fmt: skip
    refused("step-not-possible", None, accept, by=None, attachment=row, on=ago(300))


def test_who_does_not_come_back_counts_as_accepted_only(room: Class) -> None:
    row = room.asked()
    actions.accept_attachment(by=None, attachment=row, on=ago(300))
    actions.leave_for_attachment(by=None, attachment=row, on=ago(300))
    refused("code-unknown", "why", actions.tell_not_returned, by=None, attachment=row, on=ago(210),
            why="eloped")  # fmt: skip
    row = actions.tell_not_returned(by=None, attachment=row, on=ago(210), why="resigned")
    assert told(row) == {"attachments_accepted"}
    assert not FollowUp.objects.exists()


def test_the_same_asking_again_is_the_first_answer(room: Class) -> None:
    id = new_id()
    one = room.asked(id=id)
    assert room.asked(id=id) == one
    refused("id-taken", None, actions.ask_attachment, by=room.manager,
            **room.asking(id=id, aim="另有所求"))  # fmt: skip


def test_who_sees_an_attachment(room: Class) -> None:
    row = room.asked()
    stage = room.scene.stage
    learner = with_account(room.learners[0], "learner", "local_clinician", stage.receiver)
    colleague = account("colleague", "同事", "local_clinician", stage.receiver)
    reader = account("reads", "只读", "viewer", stage.receiver)
    seen = {
        user.username
        for user in (room.manager, room.sender, learner, colleague, reader, stage.outsider,
                     stage.coordinator)
        if access.visible_attachments(viewer_of(user)).filter(pk=row.pk).exists()
    }  # fmt: skip
    assert seen == {"manager", "sender", "learner", "coordinator"}


def test_sites_and_awards(room: Class) -> None:
    home = room.scene.stage.receiver
    plain: dict[str, Any] = {
        "organisation": home, "kind": "residency_base", "name": "示例基地",
        "standing": "accredited", "standing_on": ago(700),
    }  # fmt: skip
    site = sites.add_site(by=room.manager, **plain)
    refused("site-taken", "name", sites.add_site, by=room.manager, **plain)
    refused("code-unknown", "kind", sites.add_site, by=None, **plain | {"kind": "x"})
    with pytest.raises(NotAllowed):
        sites.add_site(by=room.scene.stage.outsider, **plain | {"name": "别处"})
    year = today().year - 1
    refused("passed-beyond-examined", "passed", sites.tell_year, by=room.manager, site=site,
            year=year, examined=3, passed=4)  # fmt: skip
    refused("number-out-of-range", "year", sites.tell_year, by=room.manager, site=site,
            year=today().year + 1)  # fmt: skip
    sites.tell_year(by=room.manager, site=site, year=year, intake=9, examined=3, passed=3)
    sites.tell_year(by=room.manager, site=site, year=year, intake=8)
    assert site.years.get().intake == 8
    refused("dates-out-of-order", "on", sites.set_standing, by=room.manager, site=site,
            standing="suspended", on=ago(701))  # fmt: skip
    award: dict[str, Any] = {
        "programme": room.scene.stage.programme, "organisation": home, "name": "示例竞赛",
        "level": "provincial", "given_by": "示例组委会", "on": ago(5),
    }  # fmt: skip
    refused("award-of-nobody", "team", sites.add_award, by=room.manager, **award)
    sites.add_award(by=room.manager, **award, team="示例队")
    refused("award-taken", "name", sites.add_award, by=room.manager, **award, team="示例二队")
    with pytest.raises(NotAllowed):
        sites.set_standing(by=room.sender, site=site, standing="suspended", on=ago(1))


def test_the_host_is_told_of_what_was_asked_of_it_until_it_answers(room: Class) -> None:
    def waits(user: User) -> list[int]:
        return [each.count for each in alerts(viewer_of(user)) if each.kind == ASKED]

    row = room.asked()
    assert (waits(room.sender), waits(room.manager)) == ([1], [])
    actions.accept_attachment(by=room.sender, attachment=row, on=ago(300))
    assert waits(room.sender) == []
