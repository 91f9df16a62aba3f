"""Two-sided reviews: each side for itself, neither sees the other's before both are in."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from jiedui.accounts.models import AuditRow
from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, NotVisible, Refused
from jiedui.core.identifiers import new_id
from jiedui.mentoring.access import reviews as access
from jiedui.mentoring.actions import reviews as actions
from jiedui.mentoring.actions.reviews import Answer
from jiedui.mentoring.domain.states import GIVER, RECEIVER
from jiedui.mentoring.models import ReviewAnswer, ReviewRound, ReviewSide, ReviewTask
from jiedui.mentoring.queries import reviews as queries
from jiedui.programmes.actions import end_pairing
from jiedui.programmes.models import Task
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.rooms.mentoring.building_cast import SECRET, Scene, ago, answers, scene

pytestmark = pytest.mark.django_db


the_cast, here = lasting(scene)


def refused(call: Any, code: str, field: str | None = None, **said: Any) -> None:
    before = AuditRow.objects.count()
    with pytest.raises(Refused) as found:
        call(**said)
    assert (found.value.code, found.value.field) == (code, field)
    assert AuditRow.objects.count() == before


def moved(round: ReviewRound, **days: Any) -> ReviewRound:
    """The round as if it had been opened on other days."""
    ReviewRound.objects.filter(pk=round.pk).update(**days)
    return ReviewRound.objects.prefetch_related("sheets").get(pk=round.pk)


def test_a_round_is_opened_once_between_two_who_are_paired(here: Scene) -> None:
    id = new_id()
    round = here.round(id=id)
    assert here.round(id=id) == round
    assert round.sheets.count() == 2
    refused(here.round, "id-taken", id=id, phase="end")
    refused(here.round, "review-opened", "opens_on")
    refused(here.round, "code-unknown", "phase", phase="late")
    refused(here.round, "review-too-short", "closes_on", opens_on=today(), closes_on=today())
    refused(here.round, "dates-out-of-order", "closes_on", closes_on=ago(4))
    refused(here.round, "organisations-not-paired", "receiver", pairing=None,
            receiver=here.stage.other_receiver)  # fmt: skip
    refused(here.round, "review-of-other-pairing", "giver", giver=here.stage.other_giver)
    refused(here.round, "review-not-to-open", by=here.stage.outsider)


def test_each_side_answers_for_itself_only(here: Scene) -> None:
    round = here.round()
    write = {"round": round, "answers": {"shared_aims": Answer(4)}}
    for user, side in (
        (here.sender, RECEIVER), (here.stage.manager, GIVER), (here.stage.outsider, RECEIVER),
        (here.stage.expert, GIVER), (here.stage.coordinator, GIVER),
        (here.stage.coordinator, RECEIVER),
    ):  # fmt: skip
        refused(actions.write_answers, "review-of-other-side", by=user, side=side, **write)
        refused(actions.take_back, "review-of-other-side", by=user, side=side, round=round)
    actions.write_answers(by=here.sender, side=GIVER, **write)
    actions.write_answers(by=here.stage.manager, side=RECEIVER, **write)
    assert ReviewAnswer.objects.count() == 2


def test_who_wrote_for_one_side_never_writes_for_the_other(here: Scene) -> None:
    round = here.round()
    turncoat = account("turncoat", "两边庚", "supporter_manager", here.stage.giver)
    actions.write_answers(by=turncoat, round=round, side=GIVER, answers={"roles": Answer(2)})
    turncoat.grants.all().delete()
    from jiedui.accounts.actions import grant_role

    grant_role(by=None, user=turncoat, role="recipient_manager", scope="organisation",
               scope_id=here.stage.receiver.id, valid_from=ago(500))  # fmt: skip
    refused(actions.write_answers, "review-of-other-side", by=turncoat, round=round,
            side=RECEIVER, answers={})  # fmt: skip


def test_bad_answers_are_refused_at_their_question(here: Scene) -> None:
    said: dict[str, Any] = {"by": here.sender, "round": here.round(), "side": GIVER}
    for given, code, field in (
        ({"receiver_saw": Answer(words="x")}, "question-not-asked", "receiver_saw"),
        ({"roles": Answer(6)}, "level-unknown", "roles"),
        ({"giver_learned_what": Answer(3)}, "level-unknown", "giver_learned_what"),
        ({"roles": Answer(3, unknown=True)}, "level-and-unknown", "roles"),
        ({"roles": Answer(3, words="长" * 1001)}, "text-too-long", "roles"),
    ):
        refused(actions.write_answers, code, field, **said, answers=given)
    whole = answers(GIVER)
    refused(actions.submit_answers, "question-unanswered", "heard", **said,
            answers={code: each for code, each in whole.items() if code != "heard"})  # fmt: skip
    refused(actions.submit_answers, "question-unanswered", "giver_learned_what", **said,
            answers=whole | {"giver_learned_what": Answer()})  # fmt: skip
    actions.submit_answers(**said, answers=whole | {"heard": Answer(unknown=True)})
    assert not ReviewAnswer.objects.filter(question="receiver_saw").exists()


def test_handed_in_once_taken_back_until_the_other_is_in(here: Scene) -> None:
    round = here.round()
    said: dict[str, Any] = {"by": here.sender, "round": round, "side": GIVER}
    actions.submit_answers(**said, answers=answers(GIVER))
    before = AuditRow.objects.count()
    actions.submit_answers(**said, answers=answers(GIVER))
    assert AuditRow.objects.count() == before
    refused(actions.submit_answers, "review-not-answered-now", **said, answers=answers(GIVER, 5))
    refused(actions.write_answers, "review-not-answered-now", **said, answers=answers(GIVER, 5))
    actions.take_back(**said)
    actions.submit_answers(**said, answers=answers(GIVER, 5))
    here.submit(round, RECEIVER)
    refused(actions.take_back, "review-not-taken-back", **said)
    refused(actions.take_back, "review-not-taken-back", by=here.stage.manager, round=round,
            side=RECEIVER)  # fmt: skip
    assert set(ReviewAnswer.objects.filter(sheet__side=GIVER).values_list("level", flat=True)) == {
        5, None
    }  # fmt: skip


def test_nothing_is_answered_before_the_first_day_or_after_the_last(here: Scene) -> None:
    round = here.round()
    said: dict[str, Any] = {"by": here.sender, "side": GIVER, "answers": answers(GIVER)}
    early = moved(round, opens_on=today() + timedelta(days=1))
    refused(actions.submit_answers, "review-not-answered-now", round=early, **said)
    late = moved(round, opens_on=ago(30), closes_on=ago(1))
    refused(actions.submit_answers, "review-not-answered-now", round=late, **said)
    refused(actions.take_back, "review-not-taken-back", by=here.sender, round=late, side=GIVER)


def readers(here: Scene) -> list[Any]:
    """Everybody who sees the round, of either side, of both and of none to act for."""
    at = here.stage
    return [
        here.sender, at.manager, at.coordinator, at.expert,
        account("onlooker", "旁观辛", "viewer", at.receiver),
        account("analyst", "分析壬", "analyst", None),
    ]  # fmt: skip


def test_no_reading_gives_answers_before_both_are_in(here: Scene) -> None:
    round = here.round()
    here.submit(round, GIVER, 2)
    round = ReviewRound.objects.prefetch_related("sheets").get(pk=round.pk)
    for user in readers(here):
        viewer = viewer_of(user)
        assert queries.compared(viewer, round) is None
        assert queries.change_over(viewer, round)[0] == []
        assert SECRET not in repr(queries.due(viewer))
    for row in AuditRow.objects.all():
        said = json.dumps(row.details, ensure_ascii=False, default=str)
        assert SECRET not in said
        assert "level" not in said
    with pytest.raises(NotVisible):
        access.get_review(viewer_of(here.stage.outsider), round.pk)


def test_a_draft_is_nobodys_answer_even_when_the_round_is_over(here: Scene) -> None:
    round = here.round()
    here.submit(round, GIVER, 2)
    actions.write_answers(by=here.stage.manager, round=round, side=RECEIVER,
                          answers={"roles": Answer(5, words=SECRET)})  # fmt: skip
    over = moved(round, opens_on=ago(30), closes_on=ago(1))
    found = queries.compared(viewer_of(here.sender), over)
    assert found is not None
    assert list(found.missing) == [RECEIVER]
    assert all(gap.receiver is None for gap in found.gaps)
    assert not [side for side, _code in found.words if side == RECEIVER]


def test_once_both_are_in_the_gaps_are_told_and_words_only_to_the_sides(here: Scene) -> None:
    round = here.round()
    here.submit(round, GIVER, 4, roles=Answer(5), heard=Answer(unknown=True))
    here.submit(round, RECEIVER, 4, roles=Answer(2))
    round = ReviewRound.objects.prefetch_related("sheets").get(pk=round.pk)
    for user in readers(here):
        viewer = viewer_of(user)
        found = queries.compared(viewer, round)
        assert found is not None
        assert (found.gaps[0].question, found.gaps[0].steps) == ("roles", 3)
        assert found.unknown == {(GIVER, "heard")}
        manages = user in (here.sender, here.stage.manager, here.stage.coordinator)
        assert bool(found.words) is manages
        if manages:
            assert found.words[GIVER, "giver_learned_what"] == SECRET


def test_only_a_coordinator_of_both_closes_or_shifts_and_never_after(here: Scene) -> None:
    round = here.round()
    partial = account("partial", "半边癸", "programme_coordinator", here.stage.receiver)
    for user in (partial, here.sender, here.stage.manager):
        refused(actions.close_round, "review-not-yours", by=user, round=round)
        refused(actions.shift_round, "review-not-yours", by=user, round=round, closes_on=today())
    here.submit(round, GIVER)
    actions.shift_round(by=here.stage.coordinator, round=round,
                        closes_on=today() + timedelta(days=30))  # fmt: skip
    actions.close_round(by=here.stage.coordinator, round=round)
    later = today() + timedelta(days=60)
    for call, more in ((actions.shift_round, {"closes_on": later}), (actions.close_round, {})):
        refused(call, "review-already-read", by=here.stage.coordinator, round=round, **more)
    refused(actions.submit_answers, "review-not-answered-now", by=here.stage.manager, round=round,
            side=RECEIVER, answers=answers(RECEIVER))  # fmt: skip


def test_a_task_follows_once_the_answers_are_open(here: Scene) -> None:
    round = here.round()
    said: dict[str, Any] = {
        "by": here.stage.coordinator, "round": round, "question": "roles", "title": "明确联系人",
        "due_on": today() + timedelta(days=30), "id": new_id(),
    }  # fmt: skip
    refused(actions.follow_up, "review-not-compared", **said, owner=here.stage.receiver)
    here.submit(round, GIVER)
    here.submit(round, RECEIVER)
    refused(actions.follow_up, "task-of-neither-side", "owner", **said,
            owner=here.stage.other_giver)  # fmt: skip
    refused(actions.follow_up, "code-unknown", "question", **said | {"question": "x"},
            owner=here.stage.receiver)  # fmt: skip
    with pytest.raises(NotAllowed):
        actions.follow_up(**said | {"by": here.stage.manager}, owner=here.stage.receiver)
    task = actions.follow_up(**said, owner=here.stage.receiver)
    assert actions.follow_up(**said, owner=here.stage.receiver) == task
    assert ReviewTask.objects.get().task == task
    assert Task.objects.count() == 1


def test_change_is_told_by_side_over_the_open_rounds(here: Scene) -> None:
    first = here.round()
    here.submit(first, GIVER, 2)
    here.submit(first, RECEIVER, 4)
    moved(first, opens_on=ago(400), closes_on=ago(370))
    second = here.round(phase="end")
    here.submit(second, GIVER, 3)
    here.submit(second, RECEIVER, 1)
    third = here.round(phase="one_year_after")
    here.submit(third, GIVER, 5)
    third = ReviewRound.objects.prefetch_related("sheets").get(pk=third.pk)
    rounds, found = queries.change_over(viewer_of(here.sender), third)
    assert [each.phase for each in rounds] == ["middle", "end"]
    by_side = {each.side: each for each in found if each.question == "roles"}
    assert (by_side[GIVER].levels, by_side[GIVER].whole) == ((2, 3), 1)
    assert (by_side[RECEIVER].levels, by_side[RECEIVER].whole) == ((4, 1), -3)


def test_what_is_due_is_told_to_who_may_do_it(here: Scene) -> None:
    round = here.round()

    def kinds(user: Any) -> list[str]:
        return [each.kind for each in queries.due(viewer_of(user))]

    assert kinds(here.sender) == kinds(here.stage.manager) == ["answer"]
    assert kinds(here.stage.coordinator) == kinds(here.stage.outsider) == []
    here.submit(round, GIVER)
    assert kinds(here.sender) == []
    assert kinds(here.stage.manager) == ["answer"]
    here.submit(round, RECEIVER)
    end_pairing(by=None, pairing=here.pairing, on=ago(10))
    found = queries.due(viewer_of(here.stage.coordinator))
    assert [(each.kind, each.phase, each.since) for each in found] == [("begin", "end", ago(10))]
    assert kinds(here.stage.outsider) == []
    here.round(phase="end", opens_on=today())
    assert kinds(here.stage.coordinator) == []


def test_due_costs_few_statements(here: Scene, django_assert_max_num_queries: Any) -> None:
    here.round()
    for days in range(1, 6):
        here.round(opens_on=ago(days + 3), phase="end")
    viewer = viewer_of(here.sender)
    with django_assert_max_num_queries(14):
        assert len(queries.due(viewer)) == 6


def test_the_database_refuses_a_half_submitted_sheet(here: Scene) -> None:
    from django.db import IntegrityError, transaction

    sheet = here.round().sheets.get(side=GIVER)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewSide.objects.filter(pk=sheet.pk).update(state="submitted")
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewAnswer.objects.create(sheet=sheet, question="roles", level=6)


def test_errors_are_of_the_right_kind(here: Scene) -> None:
    round = here.round()
    with pytest.raises(InvalidInput):
        actions.submit_answers(by=here.sender, round=round, side=GIVER, answers={})
    with pytest.raises(InvalidState):
        actions.follow_up(by=None, round=round, question="roles", title="x",
                          owner=here.stage.giver)  # fmt: skip
