"""Postings from nomination to departure: steps, days, stays, sides, figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from jiedui.accounts.domain.sentences import SENTENCES
from jiedui.accounts.models import AuditRow
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, Refused
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.directory import actions as directory
from jiedui.programmes import actions
from jiedui.programmes.actions.postings import ACTS
from jiedui.programmes.models import Post, Posting, PostingStep, ProgrammeFact, Stay
from tests.lasting import lasting
from tests.ledger_cast import SINCE
from tests.posting_cast import BEGIN, END, Scene, day
from tests.posting_cast import scene as set_scene

pytestmark = pytest.mark.django_db


the_cast, scene = lasting(set_scene)


def stays(posting: Posting) -> list[tuple[date, date | None]]:
    return list(posting.stays.order_by("first_day").values_list("first_day", "last_day"))


def standing(posting: Posting) -> dict[tuple[str, date, date], int]:
    """What the figures count of a posting in the end."""
    sums: dict[tuple[str, date, date], int] = {}
    for row in ProgrammeFact.objects.filter(record_id=posting.id):
        key = (row.measure, row.happened_from, row.happened_to)
        sums[key] = sums.get(key, 0) + row.sign * int(row.value)
    return {key: value for key, value in sums.items() if value}


def refused(act: Callable[[], Any]) -> tuple[str, str | None]:
    with pytest.raises(Refused) as caught, transaction.atomic():
        act()
    return caught.value.code, caught.value.field


def test_from_nomination_to_departure(scene: Scene) -> None:
    stage = scene.stage
    posting = scene.nominated(post=scene.post, batch=scene.batch, team=scene.team,
                              team_role="leader")  # fmt: skip
    assert (posting.title, posting.department) == ("associate_chief_physician", scene.ward)
    assert (posting.starts_on, posting.ends_on) == (BEGIN, END)
    actions.screen(by=stage.coordinator, posting=posting, on=day(0))
    actions.approve(by=stage.manager, posting=posting, on=day(1))
    actions.travel(by=scene.sender, posting=posting, on=day(2))
    there = actions.arrive(by=stage.manager, posting=posting, on=day(3))
    assert (there.state, there.starts_on, stays(there)) == ("on_site", day(3), [(day(3), None)])
    scene.post.refresh_from_db()
    assert scene.post.state == "filled"
    assert set(there.welfare.values_list("item", flat=True)) == set(
        vocabulary().table("welfare_items")
    )
    actions.leave(by=stage.manager, posting=posting, on=day(100), until=day(110))
    actions.return_from_leave(by=stage.manager, posting=posting, on=day(112))
    actions.extend(by=stage.coordinator, posting=posting, until=END + timedelta(days=30))
    gone = actions.depart(by=stage.manager, posting=posting, on=today())
    assert (gone.state, gone.ends_on, gone.departed_on) == ("departed", today(), today())
    assert stays(gone) == [(day(3), day(100)), (day(112), today())]
    far = date(9999, 12, 31)
    assert standing(gone) == {
        ("expert_person_times", day(3), day(3)): 1,
        ("days_present", day(3), day(100)): 1,
        ("days_present", day(112), today()): 1,
        ("full_time_days", day(3), day(100)): 1,
        ("full_time_days", day(112), today()): 1,
        ("unbroken_days", today(), today()): 98,
    }
    assert not ProgrammeFact.objects.filter(record_id=gone.id, happened_to=far, sign=1).exclude(
        version_id__in=ProgrammeFact.objects.filter(sign=-1).values("version_id")
    )
    steps = list(gone.steps.order_by("number").values_list("verb", flat=True))
    assert steps == ["nominate", "screen", "approve", "travel", "arrive", "leave", "return",
                     "extend", "depart"]  # fmt: skip
    assert AuditRow.objects.filter(object_kind="posting", object_id=str(gone.id)).count() == 9
    scene.post.refresh_from_db()
    assert scene.post.state == "agreed"


def test_every_kind_and_category_goes_its_way(scene: Scene) -> None:
    first = date(2024, 1, 1)
    for kind in vocabulary().table("posting_kinds"):
        for category in vocabulary().table("expert_categories"):
            last = first + timedelta(days=9)
            posting = scene.arrived(kind=kind, category=category, planned_from=first,
                                    planned_to=last, workload=50)  # fmt: skip
            gone = actions.depart(by=scene.stage.manager, posting=posting, on=last)
            assert (gone.kind, gone.category, gone.state) == (kind, category, "departed")
            first = last + timedelta(days=1)


def test_a_flexible_posting_is_told_by_its_share_of_full_time(scene: Scene) -> None:
    posting = scene.arrived(kind="flexible", workload=40)
    facts = ProgrammeFact.objects.filter(record_id=posting.id, sign=1)
    told = {fact.measure: (fact.value, fact.happened_from) for fact in facts}
    assert told["full_time_days"] == (Decimal("0.40"), BEGIN)
    assert told["days_present"] == (1, BEGIN)


def test_an_early_return_says_why(scene: Scene) -> None:
    posting = scene.arrived()
    act = actions.return_early
    assert refused(lambda: act(by=scene.sender, posting=posting, on=day(9), reason=" ")) == (
        "text-missing", "reason",
    )  # fmt: skip
    back = act(by=scene.sender, posting=posting, on=day(9), reason="家中有事")
    assert (back.state, back.ends_on, back.reason) == ("returned_early", day(9), "家中有事")
    short = scene.arrived(planned_from=day(10), planned_to=day(20))
    assert refused(lambda: act(by=scene.sender, posting=short, on=day(20), reason="到期")) == (
        "not-early", "on",
    )  # fmt: skip


def test_each_side_takes_its_own_steps(scene: Scene) -> None:
    stage, posting = scene.stage, scene.nominated()
    for act, by, more in (
        (actions.screen, scene.sender, {}),
        (actions.screen, stage.manager, {}),
        (actions.withdraw, stage.manager, {"reason": "试"}),
        (actions.screen, stage.outsider, {}),
        (actions.screen, stage.expert, {}),
    ):
        with pytest.raises(NotAllowed):
            act(by=by, posting=posting, **more)
    actions.screen(by=stage.coordinator, posting=posting, on=day(0))
    with pytest.raises(NotAllowed):
        actions.approve(by=scene.sender, posting=posting)
    actions.approve(by=stage.manager, posting=posting, on=day(0))
    with pytest.raises(NotAllowed):
        actions.nominate(by=stage.manager, **scene.said())
    actions.arrive(by=stage.manager, posting=posting, on=day(0))
    with pytest.raises(NotAllowed):
        actions.extend(by=stage.manager, posting=posting, until=END + timedelta(days=1))


def test_arrival_before_approval_is_refused_by_state_and_by_the_database(scene: Scene) -> None:
    posting = scene.nominated()
    assert refused(lambda: actions.arrive(by=scene.stage.manager, posting=posting)) == (
        "arrival-before-approval", "on",
    )  # fmt: skip
    for changes in (
        {"arrived_on": day(1)},
        {"approved_on": day(2), "arrived_on": day(1)},
        {"departed_on": day(1)},
        {"approved_on": day(1), "arrived_on": day(3), "departed_on": day(2)},
        {"workload": 0},
        {"workload": 101},
        {"ends_on": BEGIN - timedelta(days=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Posting.objects.filter(pk=posting.pk).update(**changes)


def test_days_are_in_order_and_not_in_the_future(scene: Scene) -> None:
    stage, tomorrow = scene.stage, today() + timedelta(days=1)
    posting = scene.approved()
    manager = stage.manager
    arrive = actions.arrive
    assert refused(lambda: arrive(by=manager, posting=posting, on=tomorrow)) == (
        "day-in-the-future", "on",
    )  # fmt: skip
    assert refused(lambda: arrive(by=manager, posting=posting, on=day(-1))) == (
        "step-out-of-order", "on",
    )  # fmt: skip
    arrive(by=manager, posting=posting, on=day(5))
    assert refused(lambda: actions.depart(by=manager, posting=posting, on=day(4))) == (
        "step-out-of-order", "on",
    )  # fmt: skip
    assert refused(lambda: actions.leave(by=manager, posting=posting, on=day(9), until=day(8))) == (
        "dates-out-of-order",
        "until",
    )
    actions.leave(by=manager, posting=posting, on=day(9))
    assert refused(lambda: actions.return_from_leave(by=manager, posting=posting, on=day(9))) == (
        "return-not-later",
        "on",
    )
    assert refused(lambda: actions.extend(by=stage.coordinator, posting=posting, until=END)) == (
        "extension-not-later",
        "until",
    )
    late = scene.approved(person=scene.second, planned_from=day(0), planned_to=day(50))
    assert refused(lambda: arrive(by=manager, posting=late, on=day(51))) == (
        "arrival-after-end", "on",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        (lambda s: {"planned_to": day(-1)}, "dates-out-of-order", "planned_to"),
        (lambda s: {"workload": 0}, "number-out-of-range", "workload"),
        (lambda s: {"workload": 101}, "number-out-of-range", "workload"),
        (lambda s: {"kind": "nonsense"}, "code-unknown", "kind"),
        (lambda s: {"category": "nonsense"}, "code-unknown", "category"),
        (lambda s: {"specialty": "99.99"}, "code-unknown", "specialty"),
        (lambda s: {"title": "chief_physician"}, "title-not-held", "title"),
        (lambda s: {"title": "nonsense"}, "code-unknown", "title"),
        (lambda s: {"person": s.stage.nurse}, "person-elsewhere", "person"),
        (lambda s: {"receiver": s.stage.other_receiver}, "not-paired", "receiver"),
        (lambda s: {"receiver": s.stage.giver}, "posting-at-home", "receiver"),
        (lambda s: {"on": today() + timedelta(days=1)}, "day-in-the-future", "on"),
        (lambda s: {"team_role": "leader"}, "role-without-team", "team"),
        (lambda s: {"team": s.team, "team_role": "nonsense"}, "code-unknown", "team_role"),
        (
            lambda s: {"planned_from": SINCE - timedelta(days=9)},
            "person-elsewhere", "person",
        ),
        (
            lambda s: {"agreement": s.agreement(BEGIN, END - timedelta(days=1))},
            "posting-outside-agreement", "agreement",
        ),
        (
            lambda s: {"agreement": s.agreement(None, None, s.stage.giver, s.stage.other_receiver)},
            "posting-outside-agreement", "agreement",
        ),
    ],
)  # fmt: skip
def test_a_nomination_is_refused_at_its_field(
    scene: Scene, changes: Callable[[Scene], dict[str, Any]], code: str, field: str
) -> None:
    said = scene.said(**changes(scene))
    assert refused(lambda: actions.nominate(by=None, **said)) == (code, field)
    assert not Posting.objects.exists()


def test_bodies_of_others_are_refused(scene: Scene) -> None:
    stage = scene.stage
    elsewhere = directory.add_department(
        by=None, organisation=stage.other_receiver, specialty="04.01", name="普外科"
    )
    assert refused(lambda: scene.nominated(department=elsewhere)) == (
        "department-elsewhere", "department",
    )  # fmt: skip
    scene.post.receiver = stage.other_receiver
    scene.post.save()
    assert refused(lambda: scene.nominated(post=scene.post)) == ("post-elsewhere", "post")
    scene.post.receiver, scene.post.state = stage.receiver, "requested"
    scene.post.save()
    assert refused(lambda: scene.nominated(post=scene.post)) == ("post-not-agreed", "post")
    scene.post.state = "closed"
    scene.post.save()
    assert refused(lambda: scene.nominated(post=scene.post)) == ("post-closed", "post")
    scene.batch.sender = stage.other_giver
    scene.batch.save()
    assert refused(lambda: scene.nominated(batch=scene.batch)) == ("batch-elsewhere", "batch")
    assert refused(lambda: scene.nominated(team=scene.team)) == ("batch-elsewhere", "batch")
    scene.team.receiver = stage.other_receiver
    scene.team.save()
    assert refused(lambda: scene.nominated(team=scene.team)) == ("team-elsewhere", "team")
    real = directory.add_person(
        by=None, name="甲九", organisation=stage.giver, valid_from=SINCE, example=False
    )
    assert refused(lambda: scene.nominated(person=real)) == ("posting-mixes-example", "person")


def test_a_team_has_one_leader(scene: Scene) -> None:
    first = scene.nominated(team=scene.team, team_role="leader")
    second = scene.said(person=scene.second, team=scene.team, team_role="leader")
    assert refused(lambda: actions.nominate(by=None, **second)) == (
        "team-has-leader", "team_role",
    )  # fmt: skip
    actions.withdraw(by=scene.sender, posting=first, reason="另有任务")
    assert actions.nominate(by=None, **second).batch == scene.batch
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.update(state="approved")


def test_a_person_is_posted_once_at_a_time(scene: Scene) -> None:
    posting = scene.nominated()
    again = scene.said(planned_from=END, planned_to=END + timedelta(days=5))
    assert refused(lambda: actions.nominate(by=None, **again)) == (
        "posting-overlaps", "planned_from",
    )  # fmt: skip
    after = actions.nominate(
        by=None, **scene.said(planned_from=END + timedelta(days=1),
                              planned_to=END + timedelta(days=9)),
    )  # fmt: skip
    actions.screen(by=None, posting=posting, on=day(0))
    actions.approve(by=None, posting=posting, on=day(0))
    actions.arrive(by=None, posting=posting, on=day(0))
    assert refused(
        lambda: actions.extend(by=None, posting=posting, until=END + timedelta(days=1))
    ) == ("posting-overlaps", "until")
    actions.withdraw(by=None, posting=after, reason="计划调整")
    actions.extend(by=None, posting=posting, until=END + timedelta(days=1))


def test_a_person_is_on_site_at_one_place(scene: Scene) -> None:
    """Somebody who stayed on beyond the end cannot arrive elsewhere before departing."""
    first = scene.arrived(planned_from=day(0), planned_to=day(20))
    second = scene.approved(planned_from=day(30), planned_to=day(60))
    assert refused(lambda: actions.arrive(by=None, posting=second, on=day(30))) == (
        "person-on-site-elsewhere", "on",
    )  # fmt: skip
    assert refused(lambda: actions.depart(by=None, posting=first, on=day(31))) == (
        "posting-overlaps", "on",
    )  # fmt: skip
    actions.depart(by=None, posting=first, on=day(25))
    actions.arrive(by=None, posting=second, on=day(30))
    assert Stay.objects.filter(last_day__isnull=True).count() == 1


@pytest.mark.skipif("connection.vendor != 'postgresql'")
def test_the_database_refuses_overlaps_itself(scene: Scene) -> None:
    posting = scene.arrived()
    other = Posting.objects.get(pk=posting.pk)
    other.pk, other.state = new_id(), "nominated"
    other.arrived_on = other.approved_on = None
    with pytest.raises(IntegrityError), transaction.atomic():
        other.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stay.objects.create(
            posting=posting, person=posting.person, receiver=posting.receiver,
            first_day=day(5), last_day=day(6),
        )  # fmt: skip
    assert connection.vendor == "postgresql"


def test_an_agreement_that_covers_is_taken_and_kept_to(scene: Scene) -> None:
    agreement = scene.agreement(BEGIN, END)
    posting = scene.arrived()
    assert posting.agreement == agreement
    later = END + timedelta(days=30)
    assert refused(lambda: actions.extend(by=None, posting=posting, until=later)) == (
        "posting-outside-agreement", "until",
    )  # fmt: skip
    renewed = scene.agreement(BEGIN, later)
    assert actions.extend(by=None, posting=posting, until=later).agreement == renewed


def test_an_arrival_ahead_of_plan_is_within_the_agreement_too(scene: Scene) -> None:
    scene.agreement(day(10), END)
    posting = scene.nominated(planned_from=day(10), on=day(0))
    actions.screen(by=None, posting=posting, on=day(0))
    actions.approve(by=None, posting=posting, on=day(0))
    assert refused(lambda: actions.arrive(by=None, posting=posting, on=day(9))) == (
        "posting-outside-agreement", "on",
    )  # fmt: skip
    assert actions.arrive(by=None, posting=posting, on=day(10)).starts_on == day(10)


def test_the_tie_holds_on_all_days(scene: Scene) -> None:
    tie = scene.stage.programme.pairings.get(receiver=scene.stage.receiver)
    actions.end_pairing(by=None, pairing=tie, on=day(100))
    assert refused(scene.nominated) == ("not-paired", "receiver")
    successor = actions.pair(
        by=None, programme=scene.stage.programme, kind="hospital_hospital",
        giver=scene.stage.giver, receiver=scene.stage.receiver, valid_from=day(101),
    )  # fmt: skip
    assert scene.nominated().pairing == tie
    assert successor != tie


def test_the_same_id_twice_is_one_nomination(scene: Scene) -> None:
    id = new_id()
    first = scene.nominated(id=id)
    assert scene.nominated(id=id) == first
    with pytest.raises(InvalidState) as clash:
        scene.nominated(id=id, workload=50)
    assert clash.value.code == "id-taken"
    assert PostingStep.objects.count() == 1


def test_the_title_is_the_one_of_the_first_day(scene: Scene) -> None:
    directory.give_title(by=None, person=scene.surgeon, title="chief_physician", valid_from=day(5))
    posting = scene.approved(title="associate_chief_physician")
    assert actions.arrive(by=None, posting=posting, on=day(9)).title == "chief_physician"


def test_a_title_given_since_the_nomination_is_read_at_the_next_step(scene: Scene) -> None:
    posting = scene.nominated(title="associate_chief_physician")
    directory.give_title(by=None, person=scene.surgeon, title="chief_physician", valid_from=BEGIN)
    assert actions.screen(by=None, posting=posting, on=BEGIN).title == "chief_physician"


def test_a_list_of_nominations(scene: Scene) -> None:
    rows = [
        actions.Nomination(**scene.said()),
        actions.Nomination(**scene.said()),
        actions.Nomination(**scene.said(person=scene.second)),
    ]
    dry = actions.nominate_many(by=scene.sender, rows=rows, dry_run=True)
    assert [isinstance(one, InvalidInput) for one in dry] == [False, True, False]
    assert not Posting.objects.exists()
    before = AuditRow.objects.count()
    actions.nominate_many(by=scene.sender, rows=rows)
    assert Posting.objects.count() == 2
    assert AuditRow.objects.count() == before + 1
    with pytest.raises(NotAllowed):
        actions.nominate(by=scene.stage.outsider, **scene.said())
    outside = actions.nominate_many(by=scene.stage.outsider, rows=rows)
    assert {one.code for one in outside if isinstance(one, Refused)} == {"step-of-other-side"}


def test_every_step_has_its_sentence() -> None:
    assert set(ACTS.values()) <= SENTENCES.keys()


def test_a_list_fills_the_post_that_each_row_fits(scene: Scene) -> None:
    rows = [
        actions.Nomination(**scene.said(id=new_id(), person=person, department=scene.ward))
        for person in (scene.surgeon, scene.second)
    ]
    first, second = actions.nominate_many(by=scene.sender, rows=rows)
    assert isinstance(first, Posting)
    assert isinstance(second, Posting)
    # One place: the second has none, and neither has somebody of another specialty.
    assert (first.post, second.post) == (scene.post, None)
    assert actions.nominate_many(by=scene.sender, rows=rows) == [first, second]


def test_of_two_posts_that_fit_a_person_chooses(scene: Scene) -> None:
    other = Post.objects.get(pk=scene.post.pk)
    other.pk = new_id()
    other.save(force_insert=True)
    [posting] = actions.nominate_many(by=scene.sender, rows=[actions.Nomination(**scene.said())])
    assert isinstance(posting, Posting)
    assert posting.post is None
