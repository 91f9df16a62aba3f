"""Pages of accounts, roles and the audit log: for whom, what they do, at what cost."""

from __future__ import annotations

import io
from uuid import UUID

import openpyxl
import pytest
from django.test import Client

from jiedui.accounts import actions
from jiedui.accounts.models import AuditRow, RoleGrant, User
from jiedui.core.clock import today
from tests.rooms.accounts.cast import PASSWORD, SINCE, code_of, person

pytestmark = pytest.mark.django_db
NOBODY = UUID(int=1)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.get("/accounts/me/")
    return client


@pytest.fixture
def sys() -> User:
    return person("sys", "system_administrator")


@pytest.fixture
def sec() -> User:
    return person("sec", "security_administrator")


@pytest.fixture
def aud() -> User:
    return person("aud", "audit_administrator")


def pages(target: User, grant: RoleGrant) -> dict[str, set[str]]:
    """Every page of administration, and the permissions that open it."""
    one = f"/accounts/{target.id}/"
    return {
        "/accounts/": {"sys"},
        "/accounts/new/": {"sys"},
        "/accounts/?export=csv": {"sys"},
        one: {"sys", "sec"},
        "/accounts/roles/": {"sec"},
        "/accounts/roles/?export=xlsx": {"sec"},
        "/accounts/roles/give/": {"sec"},
        f"/accounts/roles/{grant.id}/end/": {"sec"},
        "/accounts/audit/": {"aud"},
        "/accounts/audit/?export=csv": {"aud"},
    }


def test_each_page_opens_for_its_administrator_only(sys: User, sec: User, aud: User) -> None:
    target = person("jia1", "viewer")
    grant = RoleGrant.objects.get(user=target)
    outsiders = {
        "coordinator": person("coord", "programme_coordinator"),
        "manager": person("manager", "recipient_manager"),
        "roleless": person("none"),
    }
    for name, user in {"sys": sys, "sec": sec, "aud": aud, **outsiders}.items():
        client = as_(user)
        for url, who in pages(target, grant).items():
            answer = client.get(url)
            if answer.streaming:
                assert b"".join(answer)  # type: ignore[arg-type]
            status = answer.status_code
            assert (status == 200) is (name in who), (name, url, status)
            assert status in {200, 403, 404}


VERBS = ("disable", "enable", "end-sessions", "password", "second-factor")


def test_an_outsider_changes_nothing(aud: User) -> None:
    target = person("jia1", factor=True)
    grant = actions.grant_role(by=None, user=target, role="viewer", valid_from=SINCE)
    before = User.objects.filter(id=target.id).values().get()
    for outsider in (aud, person("coord", "programme_coordinator"), person("none")):
        client = as_(outsider)
        count = AuditRow.objects.count()
        for verb in VERBS:
            assert client.get(f"/accounts/{target.id}/{verb}/").status_code == 405
            assert client.post(f"/accounts/{target.id}/{verb}/").status_code in {403, 404}
        new = {"username": "yi2", "display_name": "乙二", "language": "en"}
        give = {"username": "none", "role": "viewer", "valid_from": "2025-01-01"}
        assert client.post("/accounts/new/", new).status_code == 403
        assert client.post("/accounts/roles/give/", give).status_code == 403
        assert client.post(f"/accounts/roles/{grant.id}/end/", {}).status_code == 403
        assert AuditRow.objects.count() == count
    assert User.objects.filter(id=target.id).values().get() == before
    assert RoleGrant.objects.filter(user=target).count() == 1


def test_the_security_administrator_keeps_no_accounts(sec: User) -> None:
    target = person("jia1")
    client = as_(sec)
    for verb in ("disable", "enable", "end-sessions", "password"):
        client.post(f"/accounts/{target.id}/{verb}/")
    target.refresh_from_db()
    assert target.is_active
    assert target.check_password(PASSWORD)
    assert target.session_generation == 0
    assert client.post(f"/accounts/{NOBODY}/disable/").status_code == 404


def test_the_list_costs_the_same_for_many_accounts(
    sys: User, django_assert_num_queries: object
) -> None:
    client = as_(sys)
    for number in range(30):
        person(f"many{number}", "viewer")
    # session, user, grants of the viewer; rows, their roles; head of the shell
    with django_assert_num_queries(6, exact=False):  # type: ignore[operator]
        page = client.get("/accounts/").content.decode()
    assert page.count("查看者") >= 30


def test_the_own_page_costs_little(django_assert_max_num_queries: object) -> None:
    client = as_(person("jia1", "viewer"))
    with django_assert_max_num_queries(5):  # type: ignore[operator]
        assert client.get("/accounts/me/").status_code == 200


def test_an_account_is_made_and_its_password_shown_once(sys: User) -> None:
    client = as_(sys)
    answer = client.post(
        "/accounts/new/", {"username": "jia1", "display_name": "甲一", "language": "zh-hans"}
    )
    page = answer.content.decode()
    password = page.split("<code>")[1].split("</code>")[0]
    user = User.objects.get(username="jia1")
    assert user.check_password(password)
    assert user.must_change_password
    assert "no-store" in answer["Cache-Control"]
    assert password not in client.get(f"/accounts/{user.id}/").content.decode()
    again = client.post(
        "/accounts/new/", {"username": "JIA1", "display_name": "甲一", "language": "zh-hans"}
    )
    assert again.status_code == 422
    assert "已被占用" in again.content.decode()


def test_an_administrators_second_factor_is_the_security_administrators_to_reset(
    sys: User, sec: User, aud: User
) -> None:
    url = f"/accounts/{aud.id}/"
    act = f"{url}second-factor/"
    assert act not in as_(sys).get(url).content.decode()
    refused = as_(sys).post(act, follow=True)
    assert "只有安全管理员能重置" in refused.content.decode()
    aud.refresh_from_db()
    assert aud.has_second_factor
    assert act in as_(sec).get(url).content.decode()
    as_(sec).post(act)
    aud.refresh_from_db()
    assert not aud.has_second_factor


def test_reset_disable_enable_and_end_sessions(sys: User) -> None:
    user = person("jia1", factor=True)
    client, theirs = as_(sys), as_(user)
    url = f"/accounts/{user.id}/"
    answer = client.post(f"{url}password/")
    password = answer.content.decode().split("<code>")[1].split("</code>")[0]
    user.refresh_from_db()
    assert user.check_password(password)
    assert theirs.get("/accounts/me/").status_code == 302
    theirs = as_(user)
    client.post(f"{url}end-sessions/")
    assert theirs.get("/accounts/me/").status_code == 302
    client.post(f"{url}second-factor/")
    client.post(f"{url}disable/")
    user.refresh_from_db()
    assert (user.is_active, user.has_second_factor) == (False, False)
    refused = client.post(f"{url}password/", follow=True)
    assert "请先启用" in refused.content.decode()
    client.post(f"{url}enable/")
    user.refresh_from_db()
    assert user.is_active
    own = client.post(f"/accounts/{sys.id}/disable/", follow=True)
    assert "不能停用自己的账号" in own.content.decode()


def test_roles_are_given_and_ended_on_the_page(sec: User) -> None:
    user, client = person("jia1"), as_(sec)
    day = today().isoformat()
    form = {"username": "JIA1", "role": "analyst", "valid_from": day, "valid_to": ""}
    assert client.post("/accounts/roles/give/", form).status_code == 302
    grant = RoleGrant.objects.get(user=user)
    assert "统计分析员" in client.get("/accounts/roles/").content.decode()
    assert client.post(f"/accounts/roles/{grant.id}/end/", {"last_day": ""}).status_code == 302
    assert not RoleGrant.objects.filter(user=user).exists()
    for changes, text in (
        ({"username": "nobody"}, "没有名为"),
        ({"username": "sec"}, "不能授予或终止自己的角色"),
        ({"valid_to": "2020-01-01"}, "终止日期早于起始日期"),
        ({"valid_from": "soon"}, "field-errors"),
        ({"role": "king"}, "field-errors"),
    ):
        answer = client.post("/accounts/roles/give/", form | changes)
        assert answer.status_code == 422
        assert text in answer.content.decode()
    assert not RoleGrant.objects.filter(user=user).exists()


def test_the_log_is_searched_read_and_exported_and_that_is_written_down(aud: User) -> None:
    person("jia1", "viewer")
    client = as_(aud)
    page = client.get("/accounts/audit/?object=jia1&action=accounts.create").content.decode()
    assert "新建账号" in page
    assert page.count("<tr>") == 2
    row = AuditRow.objects.get(action="audit.search")
    assert row.details == {"filters": {"object": "jia1", "action": "accounts.create"}}
    for query in ("?who=aud", "?at_from=2020-01-01&at_to=2020-12-31", "?at_from=x", "?action=x"):
        assert client.get(f"/accounts/audit/{query}").status_code == 200
    csv = b"".join(client.get("/accounts/audit/?export=csv"))  # type: ignore[arg-type]
    assert "accounts.create" in csv.decode("utf-8-sig")
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(client.get("/accounts/audit/?export=xlsx")))  # type: ignore[arg-type]
    )
    assert book.active is not None
    assert book.active.max_row > 5
    assert AuditRow.objects.filter(action="audit.export").count() == 2


def test_the_next_page_of_a_search_is_not_a_new_search(aud: User) -> None:
    for number in range(60):
        person(f"many{number}")
    client = as_(aud)
    first = client.get("/accounts/audit/").content.decode()
    url = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert client.get(f"/accounts/audit/{url}").status_code == 200
    assert AuditRow.objects.filter(action="audit.search").count() == 1


def test_pages_speak_english_too(sys: User, sec: User, aud: User) -> None:
    for user, url, text in (
        (sys, "/accounts/", "Create an account"),
        (sec, "/accounts/roles/", "What each role is for"),
        (aud, "/accounts/audit/", "Searched the audit log"),
    ):
        User.objects.filter(id=user.id).update(language="en")
        assert text in as_(user).get(url).content.decode()


def test_the_own_page_sets_language_theme_and_ends_other_sessions() -> None:
    user = person("jia1", "viewer")
    client, other = as_(user), as_(user)
    wrong = client.post("/accounts/me/", {"language": "fr", "theme": "pink"})
    assert wrong.status_code == 422
    assert client.post("/accounts/me/", {"language": "en", "theme": "dark"}).status_code == 302
    user.refresh_from_db()
    assert (user.language, user.theme) == ("en", "dark")
    client.post("/accounts/me/end-sessions/")
    assert client.get("/accounts/me/").status_code == 200
    assert other.get("/accounts/me/").status_code == 302


def test_a_voluntary_second_factor_is_turned_off_with_a_code() -> None:
    user = person("jia1", factor=True)
    client = as_(user)
    assert client.post("/accounts/me/second-factor/", {"code": "000000"}).status_code == 422
    assert client.post("/accounts/me/second-factor/", {"code": code_of(user)}).status_code == 302
    user.refresh_from_db()
    assert not user.has_second_factor
    assert client.get("/accounts/me/").status_code == 200
