"""Pages of posts, the menu, batches and teams: who sees and does what, and what it costs."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.programmes import actions
from jiedui.programmes.models import Batch, Credential, Offer, Post, Team, Wish
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.rooms.programmes.dispatch_cast import MARCH, Dispatch, set_dispatch

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(set_dispatch)


def at(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, *args: Any, query: str = "") -> str:
    return reverse(f"programmes:{name}", args=args) + query


def said(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode())


POST = {
    "specialty": "03.04", "department": "心血管内科", "title": "associate_chief_physician",
    "category": "clinical", "mode": "resident", "headcount": "1", "months": "6",
    "needed_from": "2026-03-01", "needed_to": "2026-08-31", "apprentices": "2", "priority": "3",
}  # fmt: skip


def test_a_post_goes_from_the_form_to_agreement_and_its_end(cast: Dispatch) -> None:
    asking, deciding = at(cast.stage.manager), at(cast.stage.coordinator)
    form = said(asking.get(url("post-new", cast.stage.programme.id)))
    # The one hospital of the manager stands there already.
    assert 'value="示例东州医院"' in form
    new = POST | {"receiver": "示例东州医院"}
    answer = asking.post(url("post-new", cast.stage.programme.id), new)
    post = Post.objects.get()
    assert answer["Location"] == url("post", post.id)
    assert post.department == cast.ward
    page = said(asking.get(url("post", post.id)))
    assert "待同意" in page
    assert url("post-edit", post.id) in page
    assert url("post-agree", post.id) not in page
    answer = asking.post(url("post-edit", post.id), POST | {"months": "9"})
    post.refresh_from_db()
    assert (answer.status_code, post.months) == (302, 9)
    assert asking.post(url("post-agree", post.id)).status_code == 404
    assert deciding.post(url("post-agree", post.id)).status_code == 302
    late = asking.post(url("post-edit", post.id), POST)
    assert late.status_code == 422
    assert "当前状态已不能进行此操作" in said(late)
    assert "推荐人员" in said(at(cast.supporter).get(url("post", post.id)))
    assert at(cast.supporter).get(url("post-close", post.id)).status_code == 404
    closing = {"on": today().isoformat(), "reason": "期满"}
    assert asking.post(url("post-close", post.id), closing).status_code == 302
    page = said(at(cast.supporter).get(url("post", post.id)))
    assert "期满" in page
    assert "推荐人员" not in page


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"months": "0"}, "months"),
        ({"headcount": "0"}, "headcount"),
        ({"priority": "7"}, "priority"),
        ({"priority": "1"}, "reason"),
        ({"needed_to": "2026-02-01"}, "needed_to"),
        ({"specialty": "x"}, "specialty"),
        ({"title": "x"}, "title"),
        ({"department": "示例内科"}, "department"),
        ({"receiver": "示例西州医院"}, "receiver"),
        ({"headcount": "多"}, "headcount"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    cast: Dispatch, wrong: dict[str, str], field: str
) -> None:
    new = POST | {"receiver": "示例东州医院"} | wrong
    answer = at(cast.stage.manager).post(url("post-new", cast.stage.programme.id), new)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in said(answer)
    assert not Post.objects.exists()


def test_a_refused_post_shows_why(cast: Dispatch) -> None:
    post = cast.post()
    coordinator = at(cast.stage.coordinator)
    assert coordinator.post(url("post-refuse", post.id), {"reason": ""}).status_code == 422
    coordinator.post(url("post-refuse", post.id), {"reason": "编制不足"})
    assert "编制不足" in said(at(cast.stage.manager).get(url("post", post.id)))


def test_the_menu_goes_from_offer_to_rating(cast: Dispatch) -> None:
    giving, asking = at(cast.supporter), at(cast.stage.manager)
    programme = cast.stage.programme.id
    offer = {"giver": "示例甲省医院", "kind": "teaching", "title": "卒中培训", "capacity": "1"}
    wrong = giving.post(url("offer-new", programme), offer | {"capacity": "0"})
    assert 'id="id_capacity_error"' in said(wrong)
    assert giving.post(url("offer-new", programme), offer).status_code == 302
    held = Offer.objects.get()
    assert "卒中培训" in said(asking.get(url("offers", programme)))
    order = url("wish-new", programme, query=f"?offer={held.id}")
    assert order in said(asking.get(url("offer", held.id)))
    for title in ("第一次", "第二次"):
        asked = {"receiver": "示例东州医院", "title": title}
        assert asking.post(order, asked).status_code == 302
    one, two = Wish.objects.order_by("asked_at")
    assert one.offer == held
    assert giving.post(url("wish-accept", one.id), {"answer": "可以"}).status_code == 302
    full = giving.post(url("wish-accept", two.id), {"answer": ""})
    assert full.status_code == 422
    assert "已全部被预订" in said(full)
    assert asking.get(url("wish-accept", two.id)).status_code == 404
    assert giving.post(url("wish-refuse", two.id), {"answer": "名额已满"}).status_code == 302
    day = today().isoformat()
    giving.post(url("wish-schedule", one.id), {"scheduled_from": day})
    assert giving.get(url("wish-complete", one.id)).status_code == 404
    asking.post(url("wish-complete", one.id), {"rating": "4", "note": "实用"})
    page = said(asking.get(url("wish", one.id)))
    assert "4 / 5 · 实用" in page
    assert "名额已满" in said(asking.get(url("wish", two.id)))
    assert "1 小时内得到答复" in said(asking.get(url("wishes", programme)))
    assert giving.post(url("offer-end", held.id), {"on": day}).status_code == 302
    assert asking.get(url("offer-end", held.id)).status_code == 404


def test_a_wish_beside_the_menu_is_taken_up_or_withdrawn(cast: Dispatch) -> None:
    asking, giving = at(cast.stage.manager), at(cast.supporter)
    asked = {"receiver": "示例东州医院", "title": "产科演练"}
    asking.post(url("wish-new", cast.stage.programme.id), asked)
    wish = Wish.objects.get()
    assert wish.giver is None
    assert url("wish-accept", wish.id) in said(giving.get(url("wish", wish.id)))
    nobody = giving.post(url("wish-accept", wish.id), {"giver": "示例乙省医院"})
    assert 'id="id_giver_error"' in said(nobody)
    giving.post(url("wish-accept", wish.id), {"giver": "示例甲省医院"})
    wish.refresh_from_db()
    assert wish.giver == cast.stage.giver
    asking.post(url("wish-withdraw", wish.id), {"reason": "改期"})
    assert "改期" in said(asking.get(url("wish", wish.id)))


def test_a_batch_proposes_its_number_and_tells_lone_postings_apart(cast: Dispatch) -> None:
    giving, programme = at(cast.supporter), cast.stage.programme.id
    cast.batch(number=4)
    form = said(giving.get(url("batch-new", programme)))
    assert 'name="number" value="5"' in form
    taken = giving.post(url("batch-new", programme), {"sender": "示例甲省医院", "number": "4"})
    assert taken.status_code == 422
    assert "下一批次号为5" in said(taken)
    new = {"sender": "示例甲省医院", "number": "5", "valid_from": "2026-03-01"}
    assert giving.post(url("batch-new", programme), new).status_code == 302
    batch = Batch.objects.get(number=5)
    team_new = url("team-new", programme, query=f"?batch={batch.id}")
    said_of_team = {"sender": "示例甲省医院", "receiver": "示例东州医院", "name": "示例心内团队",
                    "core": "2", "partner_department": "心血管内科"}  # fmt: skip
    wrong = giving.post(team_new, said_of_team | {"partner_department": "无此科"})
    assert 'id="id_partner_department_error"' in said(wrong)
    assert giving.post(team_new, said_of_team).status_code == 302
    team = Team.objects.get()
    assert (team.batch, team.partner_department) == (batch, cast.ward)
    one = cast.posting(1, batch=batch, team=team, team_role="leader", state="on_site")
    two = cast.posting(2, batch=batch, state="on_site")
    cast.stay(one, MARCH)
    cast.stay(two, MARCH)
    # The same person twice is one person and two person-times.
    cast.posting(
        1, batch=batch, state="departed", starts_on=date(2025, 1, 1), ends_on=date(2025, 2, 1),
        planned_from=date(2025, 1, 1), planned_to=date(2025, 2, 1), approved_on=date(2025, 1, 1),
        arrived_on=date(2025, 1, 1), departed_on=date(2025, 2, 1),
    )  # fmt: skip
    page = said(giving.get(url("batch", batch.id)))
    tight = "".join(page.split())
    assert '<dt>人数</dt><dd>2<spanclass="unit">名</span>' in tight
    assert '<dt>人次</dt><dd>3<spanclass="unit">人次</span>' in tight
    assert '<dt>组团派驻</dt><dd>1<spanclass="unit">人次</span>' in tight
    assert '<dt>单独派驻</dt><dd>2<spanclass="unit">人次</span>' in tight
    lone = said(giving.get(url("batch", batch.id, query="?style=lone")))
    assert lone.count("单独派驻") > 0
    assert "示例心内团队</a></td>" not in lone.partition("本批派驻")[2]
    page = said(giving.get(url("team", team.id)))
    assert "低于核心人数" in page
    assert "缺 1 人" in page
    assert "丙三" in page
    place = url("team-place", two.id)
    refused = giving.post(place, {"team": str(team.id), "team_role": "leader"})
    assert refused.status_code == 422
    assert 'id="id_team_role_error"' in said(refused)
    assert giving.post(place, {"team": str(team.id), "team_role": "core"}).status_code == 302
    assert "缺 1 人" not in said(giving.get(url("team", team.id)))
    assert at(cast.stage.manager).get(place).status_code == 404
    edited = giving.post(url("team-edit", team.id), {"name": "示例二队", "core": "3"})
    assert edited.status_code == 302
    assert giving.post(url("batch-edit", batch.id), {"name": "春季批"}).status_code == 302
    assert "春季批" in said(giving.get(url("batches", programme)))


def test_a_licence_is_recorded_and_ended_by_the_home(cast: Dispatch) -> None:
    client, person = at(cast.supporter), cast.people[1]
    licence = {"kind": "physician_licence", "number": "示证1", "valid_to": "2030-12-31"}
    assert at(cast.stage.manager).get(url("credential-new", person.id)).status_code == 404
    wrong = client.post(url("credential-new", person.id), licence | {"valid_from": "2031-01-01"})
    assert 'id="id_valid_to_error"' in said(wrong)
    assert client.post(url("credential-new", person.id), licence).status_code == 302
    held = Credential.objects.get()
    assert client.post(url("credential-end", held.id), {"on": "2026-01-01"}).status_code == 302
    held.refresh_from_db()
    assert held.valid_to == date(2026, 1, 1)


def test_lists_are_filtered_and_exported(cast: Dispatch) -> None:
    client, programme = at(cast.stage.manager), cast.stage.programme.id
    cast.post(priority=2, reason="夜班无人", months=3)
    cast.post(specialty="03.03", department=None)
    for query, count in (
        ("", 2), ("?priority=2", 1), ("?specialty=03.03", 1), ("?state=agreed", 0),
        ("?receiver=东州", 2), ("?receiver=西州", 0),
    ):  # fmt: skip
        text = said(client.get(url("posts", programme, query=f"{query or '?'}&export=csv")))
        assert len(text.strip().splitlines()) == count + 1, query
    text = said(client.get(url("posts", programme, query="?export=csv&priority=2")))
    assert "夜班无人" in text
    for name in ("offers", "wishes", "batches", "teams"):
        answer = client.get(url(name, programme, query="?export=xlsx"))
        assert said_bytes(answer)[:2] == b"PK"


def said_bytes(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def test_an_outsider_of_the_same_programme_learns_nothing(cast: Dispatch) -> None:
    cast.post(reason="不外传")
    cast.offer(title="不外传的课")
    cast.wish(title="不外传的愿")
    cast.batch(name="不外传的批")
    cast.team(name="不外传的队")
    client, programme = at(cast.stage.outsider), cast.stage.programme.id
    for name in ("posts", "offers", "wishes", "batches", "teams", "post-new", "wish-new"):
        for query in ("", "?export=csv"):
            text = said(client.get(url(name, programme, query=query)))
            for secret in ("不外传", "示例东州医院", "示例甲省医院"):
                assert secret not in text, (name, query)


def many(cast: Dispatch, count: int) -> None:
    """More of everything, with people."""
    offer = Offer.objects.get()
    for n in range(count):
        post = cast.post(months=n + 1)
        cast.wish(offer=offer, title=f"第{n}次")
        batch = cast.batch(number=10 + n)
        team = cast.team(name=f"示例{n}队", batch=batch)
        first = MARCH - timedelta(days=40 * (n + 1))
        cast.posting(
            1, post=post, batch=batch, team=team, starts_on=first, planned_from=first,
            ends_on=first + timedelta(days=20), planned_to=first + timedelta(days=20),
            approved_on=first, arrived_on=first, departed_on=first + timedelta(days=20),
            state="departed",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("posts", 26), ("post", 22), ("offers", 18), ("offer", 20), ("wishes", 20), ("wish", 18),
        ("batches", 18), ("batch", 30), ("teams", 20), ("team", 26),
    ],
)  # fmt: skip
def test_pages_cost_the_same_however_much_there_is(cast: Dispatch, name: str, most: int) -> None:
    viewer = at(account("reader", "查看辛", "viewer", cast.stage.receiver))
    offer = cast.offer()
    team = cast.team(batch=cast.batch())
    post = cast.post()
    cast.posting(2, post=post, team=team, batch=team.batch, state="on_site")
    things = {
        "post": post.id, "offer": offer.id, "wish": cast.wish(offer=offer).id,
        "batch": team.batch_id, "team": team.id,
    }  # fmt: skip
    address = url(name, things.get(name, cast.stage.programme.id))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert viewer.get(address).status_code == 200
        return len(queries)

    cost()
    few = cost()
    many(cast, 6)
    if name in ("post", "team", "batch"):
        more: dict[str, Any] = {
            "post": {"post": post}, "team": {"team": team}, "batch": {"batch": team.batch},
        }[name]  # fmt: skip
        for n in (0, 3):
            cast.posting(n, **more, state="on_site")
    actions.create_team(
        by=None, programme=cast.stage.programme, sender=cast.stage.giver,
        receiver=cast.stage.receiver, name="示例又一队", batch=team.batch,
    )  # fmt: skip
    cost()
    assert cost() <= few
    assert few <= most, few
