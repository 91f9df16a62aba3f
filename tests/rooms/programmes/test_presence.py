"""Lines of posts: who fills them, what is missing, and what a side may see of it."""

from __future__ import annotations

import pytest

from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.directory import actions as directory
from jiedui.directory.actions import create_organisation
from jiedui.programmes import actions
from jiedui.programmes.domain.presence import Days
from jiedui.programmes.models import Stay
from jiedui.programmes.queries.batches import strengths
from jiedui.programmes.queries.coverage import coverage
from jiedui.programmes.queries.diagram import flows
from jiedui.programmes.queries.overview import as_side, batches_underway, on_site
from jiedui.programmes.queries.presence import lines, receivers
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.programmes_cast import Scene, ago, scene

pytestmark = pytest.mark.django_db
PERIOD = Days(ago(180), ago(-180))


the_cast, cast = lasting(scene)


def only_line(cast: Scene, user):
    found = lines(viewer_of(user), cast.stage.programme, [cast.stage.receiver.id], PERIOD, today())
    (line,) = found[cast.stage.receiver.id]
    return line


def test_a_line_has_its_postings_its_handover_and_its_gaps(cast):
    post = cast.post(150, -150)
    cast.posting("甲一", 140, 60, post=post)
    cast.posting("甲二", 65, -30, post=post)
    cast.posting("甲三", -60, -100, post=post)
    line = only_line(cast, cast.stage.manager)
    assert [(bar.name, bar.planned) for bar in line.bars] == [
        ("甲一", False), ("甲二", False), ("甲三", True),
    ]  # fmt: skip
    assert line.handovers == [Days(ago(65), ago(60))]
    assert line.gaps == [
        (ago(150), ago(141), 1), (ago(-31), ago(-59), 1), (ago(-101), ago(-150), 1),
    ]  # fmt: skip


def test_a_plan_that_never_arrived_fills_no_past_day(cast):
    post = cast.post(30, -30)
    cast.posting("甲一", 20, -10, post=post, state="approved", arrived_on=None, departed_on=None)
    line = only_line(cast, cast.stage.manager)
    assert line.gaps == [(ago(30), ago(1), 1), (ago(-11), ago(-30), 1)]


def test_who_was_declined_or_withdrawn_is_nowhere(cast):
    post = cast.post(30, -30)
    cast.posting("甲一", -5, -10, post=post, state="declined")
    assert only_line(cast, cast.stage.manager).bars == []


def test_a_leave_is_seen_and_keeps_the_place(cast):
    post = cast.post(50, -50)
    posting = cast.posting("甲一", 50, -50, post=post)
    Stay.objects.filter(posting=posting).update(last_day=ago(30))
    Stay.objects.create(
        posting=posting, person=posting.person, receiver=posting.receiver, first_day=ago(20)
    )
    line = only_line(cast, cast.stage.manager)
    assert line.bars[0].leaves == [Days(ago(29), ago(21))]
    assert line.gaps == []


def test_two_people_are_wanted_and_one_is_there(cast):
    post = cast.post(10, -10, headcount=2)
    cast.posting("甲一", 10, -10, post=post)
    assert only_line(cast, cast.stage.manager).gaps == [(ago(10), ago(-10), 1)]


def test_postings_without_a_post_have_a_line_of_their_own(cast):
    cast.posting("甲一", 10, -10)
    line = only_line(cast, cast.stage.manager)
    assert line.post is None
    assert [bar.name for bar in line.bars] == ["甲一"]


def test_another_givers_posting_fills_the_line_without_a_name(cast):
    third = create_organisation(by=None, name="示例丙省医院", kind="hospital", example=True)
    actions.pair(
        by=None, programme=cast.stage.programme, kind="hospital_hospital", giver=third,
        receiver=cast.stage.receiver,
    )  # fmt: skip
    post = cast.post(10, -10)
    cast.posting("甲一", 10, -10, post=post)
    cast.posting("甲二", 10, -10)
    sender = account("third", "派出", "supporter_manager", third)
    line = only_line(cast, sender)
    assert [(bar.id, bar.name) for bar in line.bars] == [(None, "")]
    assert line.gaps == []


def test_who_is_elsewhere_sees_no_line(cast):
    post = cast.post(10, -10)
    cast.posting("甲一", 10, -10, post=post)
    viewer = viewer_of(cast.stage.outsider)
    assert lines(viewer, cast.stage.programme, [cast.stage.receiver.id], PERIOD, today()) == {}
    assert not receivers(viewer, cast.stage.programme, PERIOD).exists()


def test_receivers_are_found_by_name_and_specialty(cast):
    cast.post(10, -10)
    viewer = viewer_of(cast.stage.manager)
    found = receivers(viewer, cast.stage.programme, PERIOD)
    assert list(found) == [cast.stage.receiver]
    by_name = receivers(viewer, cast.stage.programme, PERIOD, text="东州")
    assert list(by_name) == [cast.stage.receiver]
    assert not receivers(viewer, cast.stage.programme, PERIOD, text="无此院").exists()
    assert not receivers(viewer, cast.stage.programme, PERIOD, specialties=["05"]).exists()


def test_lines_ask_the_same_of_the_database_however_many_there_are(
    cast, django_assert_max_num_queries
):
    for number in range(6):
        post = cast.post(100, -100)
        cast.posting(f"甲{number}", 90, 10, post=post)
    viewer = viewer_of(cast.stage.manager)
    with django_assert_max_num_queries(13):
        found = lines(
            viewer, cast.stage.programme, [cast.stage.receiver.id], PERIOD,
            today(),
        )  # fmt: skip
    assert len(found[cast.stage.receiver.id]) == 6


def test_pairs_are_drawn_with_nobody_there_too_and_too_many_by_region(cast):
    stage, day = cast.stage, today()
    programme, viewer = stage.programme, viewer_of(stage.coordinator)
    cast.posting("甲一", 50, -50)

    def drawn(most: int = 24) -> list[tuple[str, str, int, int, int]]:
        return [
            (row.giver.name, row.receiver.name, row.people, row.pairs, row.empty)
            for row in flows(viewer, programme, day, most).rows
        ]

    before = drawn()
    assert (stage.giver.name, stage.receiver.name, 1, 1, 0) == before[0]
    other = create_organisation(by=None, name="示例无人医院", kind="hospital", example=True)
    tie = actions.pair(
        by=None, programme=programme, kind="hospital_hospital", giver=stage.giver,
        receiver=other, valid_from=ago(100),
    )  # fmt: skip
    assert (stage.giver.name, other.name, 0, 1, 1) in drawn()
    type(tie).objects.filter(pk=tie.pk).update(valid_to=ago(1))
    assert drawn() == before
    type(tie).objects.filter(pk=tie.pk).update(valid_to=None)

    # A pairing of regions is told by those within it, until they are too many.
    east, west = (
        create_organisation(by=None, name=name, kind="region", example=True)
        for name in ("示例东区", "示例西区")
    )
    actions.pair(
        by=None, programme=programme, giver=east, receiver=west, kind="region_region",
        passes_down=True, valid_from=ago(100),
    )  # fmt: skip
    assert ("示例东区", "示例西区", 0, 1, 1) in drawn()
    directory.make_part(by=None, organisation=stage.giver, whole=east)
    for body in (stage.receiver, other):
        directory.make_part(by=None, organisation=body, whole=west)
    assert "示例东区" not in {row[0] for row in drawn()}
    assert ("示例东区", "示例西区", 1, 2, 1) in drawn(most=1)
    found = flows(viewer, programme, day, 1)
    assert found.by_region
    assert found.more == len(before) - 1


def test_local_people_in_development_are_counted_among_no_experts(cast):
    batch = cast.batch(valid_from=ago(60))
    cast.posting("甲一", 50, -50, batch=batch)
    cast.posting("甲二", 50, -50, batch=batch, kind="local_development")
    viewer, programme = viewer_of(cast.stage.manager), cast.stage.programme
    found = strengths(viewer, "batch", [batch.id])[batch.id]
    assert (found.persons, found.person_times, found.on_site) == (1, 1, 1)
    assert on_site(viewer, programme, today()).on_site == 1
    assert [flow.people for flow in flows(viewer, programme, today()).rows] == [1]
    [underway] = batches_underway(viewer, programme, today())
    assert (underway.there, underway.people) == (1, 1)
    assert as_side(viewer, cast.stage.receiver.id, "receiver", today()).year.persons == 1
    cells = coverage(
        viewer, programme, [cast.stage.receiver.id], [PERIOD], today(), {"03.04": "03"}
    )[cast.stage.receiver.id, "03"]
    assert cells[0].persons == 1
