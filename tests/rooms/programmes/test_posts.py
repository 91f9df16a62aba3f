"""Posts: what is refused where, who takes which step, and what the figures hear."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiedui.accounts.models import AuditRow
from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.core.identifiers import new_id
from jiedui.programmes import access, actions, queries
from jiedui.programmes.domain.facts import LASTS
from jiedui.programmes.models import Post
from tests.lasting import lasting
from tests.rooms.programmes.dispatch_cast import AUGUST, MARCH, Dispatch, set_dispatch

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(set_dispatch)


def standing(post: Post) -> list[tuple[str, date, date, Decimal, str]]:
    """What the figures hear of a post after all that was taken back."""
    rows: dict[Any, Any] = {}
    for fact in queries.facts(0):
        if fact.record_id == post.id:
            key = (fact.version_id, fact.line)
            if fact.sign > 0:
                rows[key] = fact
            else:
                del rows[key]
    return sorted(
        (f.measure, f.happened_from, f.happened_to, f.value, f.item) for f in rows.values()
    )


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"months": 0}, "number-out-of-range", "months"),
        ({"headcount": 0}, "number-out-of-range", "headcount"),
        ({"apprentices": -1}, "number-out-of-range", "apprentices"),
        ({"priority": 0}, "number-out-of-range", "priority"),
        ({"priority": 6}, "number-out-of-range", "priority"),
        ({"priority": 1}, "reason-missing", "reason"),
        ({"needed_to": MARCH - timedelta(days=1)}, "dates-out-of-order", "needed_to"),
        ({"specialty": "99.99"}, "code-unknown", "specialty"),
        ({"title": "wizard"}, "code-unknown", "title"),
        ({"category": "x"}, "code-unknown", "category"),
        ({"mode": "x"}, "code-unknown", "mode"),
        ({"team_role": "x"}, "code-unknown", "team_role"),
        ({"reason": "长" * 401}, "text-too-long", "reason"),
    ],
)
def test_what_is_wrong_is_told_at_its_field(
    cast: Dispatch, said: dict[str, Any], code: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        cast.post(**said)
    assert (refused.value.code, refused.value.field) == (code, field)
    post = cast.post()
    asked = {
        name: getattr(post, name)
        for name in ("department", "specialty", "title", "category", "mode", "months")
    } | {"needed_from": MARCH}
    with pytest.raises(InvalidInput) as again:
        actions.edit_post(by=cast.stage.manager, post=post, **asked | said)
    assert (again.value.code, again.value.field) == (code, field)
    assert Post.objects.count() == 1


def test_a_department_of_another_organisation_is_refused(cast: Dispatch) -> None:
    with pytest.raises(InvalidInput) as refused:
        cast.post(department=cast.other_ward)
    assert (refused.value.code, refused.value.field) == ("department-elsewhere", "department")


def test_a_body_outside_the_programme_asks_for_nothing(cast: Dispatch) -> None:
    with pytest.raises(InvalidInput) as refused:
        actions.request_post(
            by=None, programme=cast.stage.programme, receiver=cast.stage.giver, specialty="03",
            category="clinical", mode="resident", months=6, needed_from=MARCH,
        )  # fmt: skip
    assert (refused.value.code, refused.value.field) == (
        "organisation-not-in-programme",
        "receiver",
    )


def test_the_same_id_is_one_request_and_another_content_is_refused(cast: Dispatch) -> None:
    same = new_id()
    assert cast.post(id=same) == cast.post(id=same)
    with pytest.raises(InvalidState) as refused:
        cast.post(id=same, months=3)
    assert refused.value.code == "id-taken"
    assert AuditRow.objects.filter(action="programmes.request-post").count() == 1


def test_each_step_is_taken_by_its_side(cast: Dispatch) -> None:
    post = cast.post()
    for who in (cast.supporter, cast.stage.manager, cast.stage.expert):
        with pytest.raises(NotAllowed):
            actions.agree_post(by=who, post=post)
    with pytest.raises(NotAllowed):
        cast.post(receiver=cast.stage.other_receiver, department=None)
    with pytest.raises(NotAllowed):
        actions.close_post(by=cast.supporter, post=post, reason="不需要")
    actions.agree_post(by=cast.stage.coordinator, post=post)
    with pytest.raises(InvalidState) as refused:
        actions.agree_post(by=cast.stage.coordinator, post=post)
    assert refused.value.code == "step-not-possible"
    closed = actions.close_post(by=cast.stage.manager, post=post, reason="已自行招聘")
    assert (closed.state, closed.closed_on) == ("closed", today())


def test_a_refused_post_never_counts(cast: Dispatch) -> None:
    post = cast.post()
    with pytest.raises(InvalidInput) as refused:
        actions.refuse_post(by=cast.stage.coordinator, post=post, reason="  ")
    assert refused.value.field == "reason"
    actions.refuse_post(by=cast.stage.coordinator, post=post, reason="编制不足")
    post.refresh_from_db()
    assert (post.state, post.state_reason, post.agreed_on) == ("closed", "编制不足", None)
    assert standing(post) == []


def test_a_post_is_filled_by_who_is_there_and_reopened_by_who_leaves(cast: Dispatch) -> None:
    post = cast.post(headcount=2, needed_to=None)
    actions.agree_post(by=cast.stage.coordinator, post=post)
    assert standing(post) == [("posts_asked", MARCH, LASTS, Decimal(2), "03.04")]
    one, two = (cast.posting(n, post=post, state="on_site") for n in (1, 2))
    first = cast.stay(one, MARCH)
    assert actions.refresh_post(by=None, post=post).state == "filled"
    cast.stay(two, date(2026, 4, 1))
    two.state = "approved"
    two.save()
    assert actions.refresh_post(by=None, post=post).state == "agreed"
    two.state = "on_leave"
    two.save()
    assert actions.refresh_post(by=None, post=post).state == "filled"
    assert standing(post) == [
        ("posts_asked", MARCH, LASTS, Decimal(2), "03.04"),
        ("posts_filled", MARCH, date(2026, 3, 31), Decimal(1), "03.04"),
        ("posts_filled", date(2026, 4, 1), LASTS, Decimal(2), "03.04"),
    ]
    first.last_day = date(2026, 5, 31)
    first.save()
    one.state, one.departed_on, one.ends_on = "departed", date(2026, 5, 31), date(2026, 5, 31)
    one.save()
    assert actions.refresh_post(by=None, post=post).state == "agreed"
    actions.close_post(by=None, post=post, reason="期满", on=date(2026, 6, 30))
    assert standing(post) == [
        ("posts_asked", MARCH, date(2026, 6, 30), Decimal(2), "03.04"),
        ("posts_filled", MARCH, date(2026, 3, 31), Decimal(1), "03.04"),
        ("posts_filled", date(2026, 4, 1), date(2026, 5, 31), Decimal(2), "03.04"),
        ("posts_filled", date(2026, 6, 1), date(2026, 6, 30), Decimal(1), "03.04"),
    ]
    assert AuditRow.objects.filter(action="programmes.refresh-post").count() == 4


def test_a_day_to_come_closes_nothing(cast: Dispatch) -> None:
    post = cast.post()
    with pytest.raises(InvalidInput) as refused:
        actions.close_post(
            by=cast.stage.manager, post=post, reason="x", on=today() + timedelta(days=1)
        )
    assert (refused.value.code, refused.value.field) == ("day-in-the-future", "on")


def test_a_post_is_seen_by_its_own_and_by_those_paired(cast: Dispatch) -> None:
    post = cast.post()
    assert post.needed_to == AUGUST
    for who, sees in (
        (cast.stage.manager, True),
        (cast.supporter, True),
        (cast.stage.coordinator, True),
        (cast.stage.outsider, False),
    ):
        assert access.visible_posts(viewer_of(who)).exists() is sees
