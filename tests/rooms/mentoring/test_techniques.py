"""Techniques: proposed, approved, and moved by who led their cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, Refused
from jiedui.mentoring.actions._advancing import after_case, tell_technique
from jiedui.mentoring.actions.novelty import claim_novelty, review_novelty
from jiedui.mentoring.actions.technique_plans import Stretch, need_platform, plan_taper
from jiedui.mentoring.actions.technique_steps import rest_technique, stop_technique
from jiedui.mentoring.actions.techniques import approve_technique, withdraw_technique
from jiedui.mentoring.models import LearningFact, NoveltyReview, Technique
from jiedui.mentoring.queries import alerts as source
from jiedui.mentoring.queries.alerts import alerts
from jiedui.mentoring.queries.techniques import other_claims
from tests.lasting import lasting
from tests.posting_cast import BEGIN, Scene, day, scene
from tests.rooms.mentoring.technique_cast import CODE, approved, done, laid, proposed

pytestmark = pytest.mark.django_db


the_cast, set_scene = lasting(scene)


def test_a_technique_is_proposed_approved_and_moved_up_by_who_led(set_scene: Scene) -> None:
    technique = proposed(set_scene)
    assert (technique.state, technique.codes.get().code) == ("proposed", CODE)
    technique = done(technique, day(1), "expert", set_scene.surgeon)
    assert (technique.state, technique.cases) == ("proposed", 1)
    technique = approve_technique(
        by=set_scene.stage.manager, technique=technique, on=day(2), licence_on=day(2)
    )
    assert (technique.state, technique.approved_on) == ("expert", day(2))
    for number, lead in ((3, "joint"), (4, "supervised"), (5, "independent")):
        technique = done(technique, day(number), lead, set_scene.stage.nurse)
        assert (technique.state, technique.state_on) == (lead, day(number))
    # Never down by a case.
    technique = done(technique, day(6), "expert", set_scene.surgeon)
    assert technique.state == "independent"
    assert (technique.cases, technique.local_cases) == (5, 2)
    assert (technique.first_case_on, technique.first_local_on, technique.last_case_on) == (
        day(1), day(4), day(6),
    )  # fmt: skip
    steps = list(technique.steps.order_by("number").values_list("verb", "state"))
    assert steps == [
        ("propose", "proposed"), ("approve", "approved"), ("expert", "expert"),
        ("joint", "joint"), ("supervised", "supervised"), ("independent", "independent"),
    ]  # fmt: skip


def test_a_case_may_skip_rungs_and_one_taken_back_lowers_it_again(set_scene: Scene) -> None:
    technique = approved(set_scene)
    done(technique, day(1), "expert", set_scene.surgeon)
    case = laid(technique, day(2), "independent", set_scene.second)
    technique = after_case(by=None, technique=technique)
    assert technique.state == "independent"
    case.state = "recorded"
    case.save()
    technique = after_case(by=None, technique=technique)
    assert (technique.state, technique.state_on, technique.cases) == ("expert", day(1), 1)
    assert technique.steps.order_by("number").last().verb == "take_back"
    # A second reading of the same changes nothing.
    steps = technique.steps.count()
    assert after_case(by=None, technique=technique).steps.count() == steps


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"codes": []}, "codes-missing", "codes"),
        ({"codes": ["512300"]}, "code-malformed", "codes"),
        ({"grade": 5}, "code-unknown", "grade"),
        ({"category": "none"}, "code-unknown", "category"),
        ({"scope": "world"}, "code-unknown", "scope"),
        ({"claim": " "}, "claim-missing", "claim"),
        ({"name": ""}, "text-missing", "name"),
        ({"expected_cases": 0}, "number-out-of-range", "expected_cases"),
        ({"proposed_on": today() + timedelta(days=1)}, "day-in-the-future", "proposed_on"),
    ],
)
def test_a_wrong_proposal_is_refused_at_its_field_and_leaves_nothing(
    set_scene: Scene, changes: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        proposed(set_scene, **changes)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert not Technique.objects.exists()


def test_people_and_bodies_of_elsewhere_are_refused(set_scene: Scene) -> None:
    for changes, code in (
        ({"introduced_by": set_scene.stage.nurse}, "person-elsewhere"),
        ({"receiver": set_scene.stage.other_receiver, "department": None}, "not-paired"),
    ):
        with pytest.raises(Refused) as refused:
            proposed(set_scene, by=set_scene.stage.coordinator, **changes)
        assert refused.value.code == code
    with pytest.raises(NotAllowed):
        proposed(set_scene, by=set_scene.stage.outsider)


def test_grade_and_category_ask_for_licence_and_ethics(set_scene: Scene) -> None:
    technique = proposed(set_scene, category="restricted")
    manager = set_scene.stage.manager
    with pytest.raises(InvalidInput, match="authorised"):
        approve_technique(by=manager, technique=technique, on=day(2))
    with pytest.raises(InvalidInput, match="ethics"):
        approve_technique(by=manager, technique=technique, on=day(2), licence_on=day(1))
    with pytest.raises(InvalidInput) as refused:
        approve_technique(
            by=manager, technique=technique, on=day(2), licence_on=day(3), ethics_on=day(1)
        )
    assert (refused.value.code, refused.value.field) == ("dates-out-of-order", "licence_on")
    with pytest.raises(NotAllowed):
        approve_technique(by=set_scene.sender, technique=technique, on=day(2))
    technique.refresh_from_db()
    assert technique.state == "proposed"
    withdraw_technique(by=set_scene.sender, technique=technique, on=day(3), reason="另选")
    # The name is free again.
    assert proposed(set_scene).state == "proposed"


def test_rest_and_stop_give_a_reason_and_never_lie_before_the_last_case(set_scene: Scene) -> None:
    technique = done(approved(set_scene), day(20), "expert", set_scene.surgeon)
    manager = set_scene.stage.manager
    with pytest.raises(InvalidInput, match="it cannot have ended before"):
        rest_technique(by=manager, technique=technique, on=day(10), reason="no_demand")
    with pytest.raises(InvalidInput, match="not a code"):
        stop_technique(by=manager, technique=technique, on=day(30), reason="boredom")
    with pytest.raises(NotAllowed):
        stop_technique(by=set_scene.sender, technique=technique, on=day(30), reason="price")
    stopped = stop_technique(by=manager, technique=technique, on=day(30), reason="price")
    assert (stopped.state, stopped.stop_reason) == ("stopped", "price")
    with pytest.raises(InvalidState):
        rest_technique(by=manager, technique=technique, on=day(31), reason="price")


def _figures(technique: Technique) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in LearningFact.objects.filter(record_id=technique.id):
        found[row.measure] = found.get(row.measure, 0) + row.sign
    return {measure: count for measure, count in found.items() if count}


def test_figures_count_what_is_performed_and_what_a_reviewer_confirmed(set_scene: Scene) -> None:
    technique = approved(set_scene, scope="county", claim="本县首次")
    assert _figures(technique) == {}
    case = laid(technique, day(4), "expert", set_scene.surgeon)
    technique = after_case(by=None, technique=technique)
    tell_technique(by=None, technique=technique)
    assert _figures(technique) == {"techniques_begun": 1}
    # The county's claims are the coordinator's; who claimed reviews nothing.
    with pytest.raises(NotAllowed):
        review_novelty(by=set_scene.stage.manager, technique=technique, on=day(5), scope="county")
    with pytest.raises(NotAllowed, match="claims"):
        review_novelty(by=set_scene.sender, technique=technique, on=day(5), scope="county")
    coordinator = set_scene.stage.coordinator
    with pytest.raises(InvalidInput, match="at most"):
        review_novelty(by=coordinator, technique=technique, on=day(5), scope="region")
    review_novelty(by=coordinator, technique=technique, on=day(5), scope="county")
    assert _figures(technique) == {"techniques_begun": 1, "techniques_new_county": 1}
    # The newest review holds; a narrower one gives its reasons.
    with pytest.raises(InvalidInput):
        review_novelty(by=coordinator, technique=technique, on=day(6), scope="institution")
    review_novelty(
        by=coordinator, technique=technique, on=day(6), scope="institution", note="邻县已开展"
    )
    assert _figures(technique) == {"techniques_begun": 1, "techniques_new_institution": 1}
    claim_novelty(by=set_scene.sender, technique=technique, scope="county", claim="重新声明")
    assert _figures(technique) == {"techniques_begun": 1}
    assert NoveltyReview.objects.count() == 2
    case.state = "withdrawn"
    case.save()
    tell_technique(by=None, technique=after_case(by=None, technique=technique))
    assert _figures(technique) == {}


def test_a_reviewer_sees_who_claims_the_same_code_here(set_scene: Scene) -> None:
    technique = approved(set_scene)
    other = approved(set_scene, name="腹腔镜胆囊切除", department=None, on=BEGIN)
    approved(set_scene, name="别的编码", codes=["45.1300"])
    approved(set_scene, name="没有声明", scope="", claim="")
    found = other_claims(viewer_of(set_scene.stage.manager), technique)
    assert [(row.technique.id, row.codes) for row in found] == [(other.id, (CODE,))]


def test_alerts_ask_the_right_people_for_the_next_step(set_scene: Scene) -> None:
    manager, coordinator = set_scene.stage.manager, set_scene.stage.coordinator
    proposed(set_scene, name="待准入")
    asleep = done(approved(set_scene, name="沉睡"), day(3), "expert", set_scene.surgeon)
    Technique.objects.filter(pk=asleep.pk).update(last_case_on=today() - timedelta(days=230))
    rare = done(approved(set_scene, name="罕见"), day(3), "expert", set_scene.surgeon)
    Technique.objects.filter(pk=rare.pk).update(
        last_case_on=today() - timedelta(days=230), expected_cases=1
    )
    for platform in ("icu", "laboratory"):
        need_platform(by=manager, technique=rare, platform=platform, due_on=day(1))
    found = {row.kind: row for row in alerts(viewer_of(manager))}
    assert {kind: row.count for kind, row in found.items()} == {
        source.TO_APPROVE: 1, source.DORMANT: 1, source.PLATFORM: 1, source.TO_REVIEW: 2,
    }  # fmt: skip
    late = found[source.PLATFORM]
    assert (late.id, late.since, late.receiver_id) == (rare.id, day(1), rare.receiver_id)
    assert found[source.DORMANT].id == asleep.id
    assert source.DORMANT in {row.kind for row in alerts(viewer_of(coordinator))}
    for user in (set_scene.sender, set_scene.stage.outsider):
        assert alerts(viewer_of(user)) == []


def test_a_taper_plan_lets_support_fall_and_never_overlaps(set_scene: Scene) -> None:
    technique = approved(set_scene)
    for stretches, code in (
        ([Stretch(day(0), day(10), 32, 0)], "number-out-of-range"),
        ([Stretch(day(70), day(0), 3, 0)], "dates-out-of-order"),
        ([Stretch(day(0), day(40), 3, 0), Stretch(day(40), day(90), 2, 9)], "stretches-overlap"),
        ([Stretch(day(0), day(20), 3, 9), Stretch(day(70), day(90), 5, 9)], "support-grows"),
    ):
        with pytest.raises(InvalidInput) as refused:
            plan_taper(by=set_scene.sender, technique=technique, stretches=stretches)
        assert refused.value.code == code
    assert not technique.taper.exists()
