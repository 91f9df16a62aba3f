"""What the database says stayed is what the rules say, record by record."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import pytest

from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import NotVisible
from jiedui.mentoring.domain import retention as domain
from jiedui.mentoring.domain.months import after, month_of
from jiedui.mentoring.domain.retention import Followed, Kept, Trainee
from jiedui.mentoring.domain.staying import COLLAPSED, HOLDS, TOO_FEW
from jiedui.mentoring.domain.staying_rules import retention
from jiedui.mentoring.domain.survival import kaplan_meier
from jiedui.mentoring.models import Technique
from jiedui.mentoring.queries.staying import kept
from jiedui.mentoring.queries.staying.scope import SCOPES, scope_of
from jiedui.mentoring.queries.staying.skills import skills_of
from jiedui.mentoring.queries.staying.summary import share, summary
from jiedui.mentoring.queries.staying.todo import to_do
from jiedui.mentoring.queries.staying.volumes import after_departure, judged_departures
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.programmes_cast import ago
from tests.staying_cast import OTHER, PROCEDURE, Ward, days_of, ward

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(ward)


def techniques(cast: Ward, count: int, seed: int) -> list[Technique]:
    """Of every sort, around the days on which a window closes."""
    chance = Random(seed)
    posting = cast.posting("甲一", 900, 880)
    found = []
    for number in range(count):
        departed = chance.choice([None, ago(chance.randrange(1, 800))])
        rested = chance.random() < 0.3
        local = days_of(departed, *(chance.choices(range(1, 20), k=8))) if departed else []
        found.append(
            cast.technique(
                posting, f"示例技术{number}", departed_on=departed,
                expected_cases=chance.choice([0, 1, 4, 7, 12, 13, 24, 60]),
                local=[day for day in local if day <= today()],
                state=chance.choice(["dormant", "stopped"]) if rested else "independent",
                stop_reason=chance.choice(["no_demand", "staff_left"]) if rested else "",
                state_on=ago(chance.randrange(0, 700)),
            )
        )  # fmt: skip
        followed = domain.after_departure(departed, [d for d in local if d <= today()])
        Technique.objects.filter(pk=found[-1].pk).update(
            local_6=followed.first_half, local_12=followed.second_half, idle_on=followed.idle_on
        )
    return list(Technique.objects.order_by("name"))


def plain(row: Technique) -> domain.Technique:
    """As the rules take it."""
    rested = row.state in ("dormant", "stopped") and row.stop_reason == "no_demand"
    return domain.Technique(
        row.departed_on, row.expected_cases, Followed(row.local_6, row.local_12, row.idle_on),
        row.state_on if rested else None,
    )  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_database_judges_as_the_rules_do(cast, seed):
    rows = techniques(cast, 120, seed)
    rules, day = retention(), today()
    judged = {row.pk: row for row in kept.judged(Technique.objects.all(), day)}
    for ends in (6, 12):
        want = {row.pk: domain.judged(plain(row), ends, day, *rules) for row in rows}
        assert {pk: getattr(row, f"kept_{ends}") for pk, row in judged.items()} == want
        assert kept.kept(Technique.objects.all(), day)[ends] == domain.counted(want.values())
        assert len(set(want.values())) == 5
    lives = [domain.life(plain(row), day) for row in rows]
    assert kept.survival(Technique.objects.all(), day) == kaplan_meier(
        life for life in lives if life is not None
    )


def test_a_technique_that_was_never_done_is_none(cast):
    posting = cast.posting("甲一", 500, 400)
    cast.technique(posting, state="approved", first_case_on=None, last_case_on=None)
    cast.technique(posting, "别的", state="withdrawn")
    assert kept.kept(Technique.objects.all(), today())[6] == Kept()


def test_trainees_are_judged_as_the_rules_do(cast):
    day, want = today(), []
    chance = Random(5)
    for number in range(40):
        issued = chance.randrange(1, 800)
        left = chance.choice([None, ago(chance.randrange(0, 800))])
        person = cast.person(f"乙{number}", until=max(left, date(2024, 2, 1)) if left else None)
        last = chance.choice([None, ago(chance.randrange(0, 700))])
        cast.certificate(person, issued)
        cast.skill(person, last_case_on=last)
        year = ago(issued) + timedelta(days=365)
        ended = person.affiliations.get().valid_to
        started = person.affiliations.get().valid_from
        there = started <= ago(issued) and (ended is None or ended >= year)
        want.append(domain.trainee_judged(Trainee(ago(issued), there, last), day))
    scope = scope_of(viewer_of(cast.scene.stage.manager), "department", cast.scene.ward.id)
    assert kept.trainees(scope.certificates, day) == domain.counted(want)
    assert set(want) == {"kept", "lost", "open"}


def test_certificates_count_once_in_force_and_only_of_people_in_post(cast):
    there, gone = cast.person("乙三"), cast.person("乙四", until=ago(1))
    cast.certificate(there, 100)
    cast.certificate(there, 90, procedure=OTHER)
    cast.certificate(gone, 100)
    cast.certificate(there, 800, procedure="gastroscopy")
    cast.certificate(there, 30, procedure="pci", revoked_on=ago(2), reason="安全事件")
    scope = scope_of(viewer_of(cast.scene.stage.manager), "department", cast.scene.ward.id)
    assert kept.certified(scope.certificates, today()) == kept.Certified(3, 2, 1)


def test_the_share_of_local_cases_needs_cases(cast):
    cast.cases(1, expert=3, joint=1, supervised=2, independent=3)
    scope = scope_of(viewer_of(cast.scene.stage.manager), "department", cast.scene.ward.id)
    assert share(summary(scope, today()).led) is None
    cast.cases(12, independent=1, procedure=OTHER)
    cast.cases(13, expert=90)
    cast.cases(0, expert=90)
    found = summary(scope, today())
    assert (found.led.all, share(found.led), found.led_before.all) == (10, 60, 90)


def test_each_scope_holds_what_is_its_own(cast):
    batch, team = cast.scene.batch(), cast.scene.team()
    mine = cast.posting("甲一", 500, 400, batch=batch, team=team)
    other = cast.posting("甲二", 390, 300)
    learner = cast.person("乙三")
    tie = cast.apprenticeship(mine, learner)
    cast.certificate(learner, 380, tie)
    one = cast.technique(mine, "甲一的技术", local=days_of(mine.departed_on, 1, 2, 3))
    two = cast.technique(other, "甲二的技术")
    cast.cases(5, independent=4, technique=one)
    cast.cases(5, expert=7, technique=two, procedure=OTHER)
    viewer = viewer_of(cast.scene.stage.manager)
    ids = {
        "programme": cast.scene.stage.programme.id, "department": cast.scene.ward.id,
        "person": mine.person_id, "team": team.id, "batch": batch.id,
    }  # fmt: skip
    for kind in SCOPES:
        scope = scope_of(viewer, kind, ids[kind])
        whole = kind in ("programme", "department")
        found = summary(scope, today())
        assert found.all_states == (2 if whole else 1), kind
        assert found.led.all == (11 if whole else 4), kind
        assert found.certified.in_force == 1, kind
        assert scope.departures.count() == (2 if whole else 1), kind
        assert found.techniques[6].all == (2 if whole else 1), kind


def test_an_expert_sees_the_own_and_no_other(cast):
    mine = cast.posting("甲一", 500, 400)
    other = cast.posting("甲二", 390, 300)
    cast.technique(mine)
    cast.technique(other, "别的")
    me = account("surgeon", "甲一", "expert", cast.scene.stage.giver)
    mine.person.user_id = me.id
    mine.person.save()
    assert scope_of(viewer_of(me), "person", mine.person_id).techniques.count() == 1
    with pytest.raises(NotVisible):
        scope_of(viewer_of(me), "person", other.person_id)
    with pytest.raises(NotVisible):
        scope_of(viewer_of(cast.scene.stage.outsider), "person", mine.person_id)
    assert not scope_of(
        viewer_of(cast.scene.stage.outsider), "programme", cast.scene.stage.programme.id
    ).techniques.exists()


def steady(cast: Ward, first: int, last: int, **led: int) -> None:
    for back in range(last, first + 1):
        cast.cases(back, **led)


def test_a_department_that_fell_is_found_and_one_that_held_is_not(cast):
    posting = cast.posting("甲一", 560, 200)
    steady(cast, 20, 7, expert=8)
    day = today()
    scope = scope_of(viewer_of(cast.scene.stage.manager), "department", cast.scene.ward.id)
    [fell] = judged_departures(scope.departures, scope.tallies, day, newest=True)
    assert (fell.posting_id, fell.found.verdict) == (posting.id, COLLAPSED)
    found = after_departure(posting, scope.tallies, day)
    assert found.found == fell.found
    assert found.before.led.all == found.found.volume.before
    assert found.after.led.all == 0
    steady(cast, 6, 0, supervised=8)
    [held] = judged_departures(scope.departures, scope.tallies, day, newest=True)
    assert held.found.verdict == HOLDS


def test_only_the_newest_departure_of_a_department_is_judged(cast):
    cast.posting("甲一", 420, 300)
    last = cast.posting("甲二", 299, 150)
    scope = scope_of(viewer_of(cast.scene.stage.manager), "department", cast.scene.ward.id)
    found = judged_departures(scope.departures, scope.tallies, today(), newest=True)
    assert [(row.posting_id, row.found.verdict) for row in found] == [(last.id, TOO_FEW)]
    assert len(judged_departures(scope.departures, scope.tallies, today(), newest=False)) == 2


def test_case_mix_before_and_afterwards(cast):
    posting = cast.posting("甲一", 400, 100)
    hard = cast.technique(posting, grade=4)
    easy = cast.technique(posting, "别的", grade=2, procedure=OTHER)
    left = month_of(posting.departed_on)
    cast.cases(0, month=after(left, -1), technique=hard, expert=3, failures=1)
    cast.cases(0, month=after(left, -1), technique=easy, procedure=OTHER, expert=1)
    cast.cases(0, month=after(left, 1), technique=easy, procedure=OTHER, independent=2)
    cast.cases(0, month=left, technique=hard, expert=50)
    scope = scope_of(viewer_of(cast.scene.stage.manager), "department", cast.scene.ward.id)
    found = after_departure(posting, scope.tallies, today())
    assert (found.before.procedures, found.before.high, found.before.graded) == (2, 3, 4)
    assert (found.before.led.failures, found.before.high_share) == (1, 0.75)
    assert (found.after.procedures, found.after.high_share) == (1, 0.0)


def test_the_matrix_is_of_those_in_post(cast):
    one, two, gone = cast.person("乙三"), cast.person("乙四"), cast.person("乙五", until=ago(1))
    cast.skill(one, level=4)
    cast.skill(two, level=3, cases=9)
    cast.skill(gone, certified_to=ago(-300))
    cast.skill(two, OTHER, certified_to=ago(-300))
    cast.cases(2, expert=1)
    stage = cast.scene.stage
    scope = scope_of(viewer_of(stage.manager), "department", cast.scene.ward.id)
    found = skills_of(stage.receiver.id, cast.scene.ward.id, scope.tallies, today())
    assert {person.name for person in found.matrix.people} == {"乙三", "乙四"}
    [single] = found.matrix.singles
    assert (single.code, single.single.name) == (PROCEDURE, "乙三")
    assert [person.name for person in found.next_for(PROCEDURE)] == ["乙四"]


def test_what_a_head_of_department_sees_to(cast):
    posting = cast.posting("甲一", 500, 300)
    person = cast.person("乙三")
    cast.skill(person, level=4)
    cast.cases(1, independent=2)
    certificate = cast.certificate(person, 700)
    certificate.refreshers.create(lapsed_since=ago(120), months=3, due_on=ago(-5))
    slow = cast.technique(posting, local=days_of(posting.departed_on, 1))
    Technique.objects.filter(pk=slow.pk).update(last_case_on=ago(250))
    plan = slow.taper.create(
        first_month=after(month_of(today()), -4), last_month=month_of(today()), expert_days=2,
        local_share=60,
    )  # fmt: skip
    cast.cases(2, technique=slow, procedure=OTHER, expert=5, independent=5)
    scope = scope_of(viewer_of(cast.scene.stage.manager), "department", cast.scene.ward.id)
    skills = skills_of(cast.scene.stage.receiver.id, cast.scene.ward.id, scope.tallies, today())
    found = to_do(scope.of, scope.techniques, scope.certificates, skills, today())
    assert [(each.code, each.holder and each.holder.name) for each in found.exposed] == [
        (OTHER, None), (PROCEDURE, "乙三"),
    ]  # fmt: skip
    assert [each.certificate_id for each in found.refreshers] == [certificate.id]
    assert list(found.expiring) == [certificate]
    assert [(each.step, each.led.all) for each in found.tapers] == [(plan, 10)]
    assert list(found.quiet) == [slow]
    assert found.reviews == []


def test_an_empty_department_has_nothing_and_no_division_by_nought(cast):
    scope = scope_of(viewer_of(cast.scene.stage.manager), "department", cast.scene.ward.id)
    found = summary(scope, today())
    assert (found.led.share, share(found.led), found.survival) == (None, None, [])
    assert found.techniques[12].share is None
    skills = skills_of(cast.scene.stage.receiver.id, cast.scene.ward.id, scope.tallies, today())
    assert not to_do(scope.of, scope.techniques, scope.certificates, skills, today()).anything
