"""The last step of a posting is taken back: what it was, who may, and what stands in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from jiedui.accounts.models import AuditRow
from jiedui.core.clock import today
from jiedui.core.errors import NotAllowed, NotVisible, Refused
from jiedui.programmes import actions
from jiedui.programmes.models import Posting, ProgrammeFact
from tests.lasting import lasting
from tests.posting_cast import END, Scene, day
from tests.posting_cast import scene as set_scene

pytestmark = pytest.mark.django_db


the_cast, scene = lasting(set_scene)


def refused(act: Callable[[], object]) -> tuple[str, str | None]:
    with pytest.raises(Refused) as found:
        act()
    return found.value.code, found.value.field


def snapshot(posting: Posting) -> tuple[object, ...]:
    """All that a step changes of a posting."""
    one = Posting.objects.get(pk=posting.pk)
    stays = list(one.stays.order_by("first_day").values_list("first_day", "last_day"))
    return (
        one.state, one.starts_on, one.ends_on, one.approved_on, one.arrived_on, one.departed_on,
        one.reason, one.title, stays, one.welfare.count(),
    )  # fmt: skip


def told(posting: Posting) -> dict[tuple[str, object, object], int]:
    """What the figures count of it."""
    found: dict[tuple[str, object, object], int] = {}
    for row in ProgrammeFact.objects.filter(record_id=posting.id):
        key = (row.measure, row.happened_from, row.happened_to)
        found[key] = found.get(key, 0) + row.sign * int(row.value)
    return {key: value for key, value in found.items() if value}


def test_every_step_of_a_whole_course_is_taken_back_to_what_was_before(scene: Scene) -> None:
    posting = scene.nominated(post=scene.post, on=day(0))
    stage = scene.stage
    steps: list[Callable[[], object]] = [
        lambda: actions.screen(by=stage.coordinator, posting=posting, on=day(0)),
        lambda: actions.approve(by=stage.manager, posting=posting, on=day(1)),
        lambda: actions.travel(by=scene.sender, posting=posting, on=day(2)),
        lambda: actions.arrive(by=stage.manager, posting=posting, on=day(3)),
        lambda: actions.leave(by=stage.manager, posting=posting, on=day(50), until=day(60)),
        lambda: actions.return_from_leave(by=stage.manager, posting=posting, on=day(61)),
        lambda: actions.extend(
            by=stage.coordinator, posting=posting, until=END + timedelta(days=9), on=day(70)
        ),
        lambda: actions.return_early(
            by=scene.sender, posting=posting, reason="家中有事", on=day(90)
        ),
    ]
    before = []
    for step in steps:
        before.append((snapshot(posting), told(posting)))
        step()
    for state, figures in reversed(before):
        actions.take_back(by=stage.coordinator, posting=posting, reason="录错了")
        assert snapshot(posting) == state
        assert told(posting) == figures
    assert refused(
        lambda: actions.take_back(by=stage.coordinator, posting=posting, reason="录错了")
    ) == ("nothing-to-take-back", None)
    # The way is open again, by the true days; nothing of the record is lost.
    actions.screen(by=stage.coordinator, posting=posting, on=day(0))
    actions.approve(by=stage.manager, posting=posting, on=day(0))
    there = actions.arrive(by=stage.manager, posting=posting, on=day(5))
    assert told(there)["expert_person_times", day(5), day(5)] == 1
    assert posting.steps.count() == 1 + 8 + 8 + 3
    rows = AuditRow.objects.filter(action="programmes.take-back-step")
    assert rows.count() == 8


def test_a_declined_nomination_comes_back_where_the_days_are_free(scene: Scene) -> None:
    posting = scene.nominated()
    by = scene.stage.coordinator
    actions.decline(by=by, posting=posting, reason="人数已满")
    other = scene.nominated()
    assert refused(lambda: actions.take_back(by=by, posting=posting, reason="误拒")) == (
        "posting-overlaps", "reason",
    )  # fmt: skip
    actions.withdraw(by=scene.sender, posting=other, reason="重复")
    assert actions.take_back(by=by, posting=posting, reason="误拒").state == "nominated"


def test_only_who_may_take_the_step_takes_it_back(scene: Scene) -> None:
    posting = scene.approved()
    assert refused(
        lambda: actions.take_back(by=scene.stage.manager, posting=posting, reason=" ")
    ) == ("text-missing", "reason")
    for user in (scene.sender, scene.stage.outsider):
        with pytest.raises((NotAllowed, NotVisible)):
            actions.take_back(by=user, posting=posting, reason="不同意")
    taken = actions.take_back(by=scene.stage.manager, posting=posting, reason="误批")
    assert taken.state == "screened"


def test_what_rests_on_an_arrival_keeps_it(scene: Scene) -> None:
    posting = scene.arrived()
    by = scene.stage.manager

    def code() -> str:
        return refused(lambda: actions.take_back(by=by, posting=posting, reason="错"))[0]

    item = posting.welfare.first()
    assert item is not None
    actions.see_to_welfare(by=by, item=item, done_on=today())
    assert code() == "step-has-welfare"
    actions.see_to_welfare(by=by, item=item, done_on=None)
    actions.appoint(by=by, posting=posting, kind="department_head", department=scene.ward,
                    valid_from=day(20))  # fmt: skip
    assert code() == "step-has-appointment"
    actions.open_handover(by=scene.sender, outgoing=posting)
    assert code() == "step-has-handover"
    assert Posting.objects.get(pk=posting.pk).state == "on_site"


def test_a_departure_is_not_taken_back_over_a_later_stay(scene: Scene) -> None:
    posting = scene.arrived(planned_to=day(60))
    by = scene.stage.coordinator
    actions.depart(by=by, posting=posting, on=day(40))
    scene.arrived(planned_from=day(41), planned_to=day(80))
    assert refused(lambda: actions.take_back(by=by, posting=posting, reason="错")) == (
        "posting-overlaps", "reason",
    )  # fmt: skip


def test_where_there_is_an_agreement_nobody_is_posted_beyond_it(scene: Scene) -> None:
    middle = day(100)
    first = scene.agreement(day(0), middle)
    assert refused(lambda: scene.nominated()) == ("posting-outside-agreement", "agreement")
    # One that follows covers the rest: the first of the two is the posting's.
    scene.agreement(middle + timedelta(days=1), END)
    assert scene.nominated().agreement == first


def test_a_tie_without_any_agreement_takes_postings_without_one(scene: Scene) -> None:
    assert scene.nominated().agreement is None


def test_an_extension_is_kept_within_an_agreement_that_came_later(scene: Scene) -> None:
    posting = scene.arrived()
    assert posting.agreement is None
    agreement = scene.agreement(day(0), END + timedelta(days=10))
    by = scene.stage.coordinator
    assert refused(
        lambda: actions.extend(by=by, posting=posting, until=END + timedelta(days=11))
    ) == ("posting-outside-agreement", "until")
    held = actions.extend(by=by, posting=posting, until=END + timedelta(days=10))
    assert held.agreement == agreement


def test_who_leaves_sooner_hands_over_sooner(scene: Scene) -> None:
    posting = scene.arrived()
    handover = actions.open_handover(by=scene.sender, outgoing=posting)
    assert handover.due_on == END
    actions.return_early(by=scene.sender, posting=posting, on=day(50), reason="家中有事")
    handover.refresh_from_db()
    assert handover.due_on == day(50)
