"""Log-in, log-out, idle sessions, the throttle and the second step, seen from a browser."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from jiedui.accounts import actions
from jiedui.accounts.models import AuditRow, User
from jiedui.accounts.sources import throttle
from jiedui.core.clock import now, stopped_at
from tests.rooms.accounts.cast import PASSWORD, code_of, person

pytestmark = pytest.mark.django_db
LOGIN, ME = "/accounts/login/", "/accounts/me/"
NOON = datetime(2026, 3, 5, 4, 0, 10, tzinfo=UTC)


def log_in(client: Client, username: str, password: str = PASSWORD, **more: str) -> object:
    return client.post(LOGIN, {"username": username, "password": password, **more})


def inside(client: Client) -> bool:
    return client.get(ME).status_code == 200


def test_every_page_leads_to_the_log_in_first(client: Client) -> None:
    answer = client.get(ME)
    assert (answer.status_code, answer.url) == (302, f"{LOGIN}?next={ME}")  # type: ignore[attr-defined]


def test_a_fragment_reloads_and_json_is_told(client: Client) -> None:
    fragment = client.get(
        ME, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/ledger/?q=1"}
    )
    assert fragment.status_code == 204
    assert fragment["HX-Redirect"] == f"{LOGIN}?next=%2Fledger%2F%3Fq%3D1"
    plain = client.get(ME, headers={"Accept": "application/json"})
    assert (plain.status_code, plain.json()["error"]["code"]) == (401, "login-needed")


def test_log_in_and_log_out(client: Client) -> None:
    person("jia1")
    client.get(LOGIN)
    answer = log_in(client, " JIA1 ", next=ME)
    assert (answer.status_code, answer.url) == (302, ME)  # type: ignore[attr-defined]
    assert inside(client)
    assert client.get("/accounts/logout/").status_code == 405
    assert client.post("/accounts/logout/").status_code == 302
    assert not inside(client)
    acts = AuditRow.objects.filter(action__in=["accounts.log-in", "accounts.log-out"])
    assert [row.actor for row in acts] == ["jia1", "jia1"]


def test_the_key_of_the_session_changes_at_log_in(client: Client) -> None:
    person("jia1")
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    log_in(client, "jia1")
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "javascript:alert(1)",
        "http:///evil.example",
    ],
)
def test_next_does_not_lead_out_of_the_house(client: Client, target: str) -> None:
    person("jia1")
    answer = log_in(client, "jia1", next=target)
    assert answer.url == "/"  # type: ignore[attr-defined]
    again = client.get(LOGIN, {"next": target})
    assert again.url == "/"  # type: ignore[attr-defined]


def test_a_refused_log_in_does_not_tell_what_was_wrong() -> None:
    person("jia1")
    actions.disable_account(by=None, user=person("yi2"))
    said = []
    for username, password in (("jia1", "wrong"), ("nobody", "wrong"), ("yi2", PASSWORD)):
        answer = log_in(Client(), username, password)
        assert answer.status_code == 422  # type: ignore[attr-defined]
        text = answer.content.decode()  # type: ignore[attr-defined]
        assert PASSWORD not in text
        said.append(text[text.index("form-errors") :].replace(username, "").split("csrf")[0][:400])
    assert len(set(said)) == 1
    refused = AuditRow.objects.filter(action="accounts.refuse-log-in")
    assert {row.details["username"] for row in refused} == {"jia1", "yi2"}


def test_five_wrong_passwords_close_the_name_at_this_address_for_a_quarter_hour(
    client: Client,
) -> None:
    person("jia1")
    person("yi2")
    for _ in range(4):
        assert log_in(client, "jia1", "wrong").status_code == 422  # type: ignore[attr-defined]
    fifth = log_in(client, "jia1", "wrong")
    assert fifth.status_code == 429  # type: ignore[attr-defined]
    right = log_in(client, "JIA1")
    assert right.status_code == 429  # type: ignore[attr-defined]
    assert "15 分钟" in right.content.decode()  # type: ignore[attr-defined]
    assert right["Retry-After"] == "900"  # type: ignore[index]
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert log_in(elsewhere, "jia1").status_code == 302  # type: ignore[attr-defined]
    assert log_in(Client(), "yi2").status_code == 302  # type: ignore[attr-defined]
    for _ in range(6):
        unknown = log_in(Client(), "nobody", "wrong")
    assert unknown.status_code == 429  # type: ignore[attr-defined]


def test_trying_while_it_is_closed_does_not_lengthen_the_wait(client: Client) -> None:
    person("jia1")
    for _ in range(8):
        log_in(client, "jia1", "wrong")
    AccessAttempt.objects.update(attempt_time=now() - timedelta(minutes=10))
    assert "5 分钟" in log_in(client, "jia1").content.decode()  # type: ignore[attr-defined]
    AccessAttempt.objects.update(attempt_time=now() - timedelta(minutes=16))
    assert log_in(client, "jia1").status_code == 302  # type: ignore[attr-defined]


def test_a_reset_opens_a_closed_name(client: Client) -> None:
    user = person("jia1")
    for _ in range(5):
        log_in(client, "jia1", "wrong")
    password = actions.reset_password(by=None, user=user)
    assert log_in(client, "jia1", password).status_code == 302  # type: ignore[attr-defined]


def test_what_was_typed_is_not_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    person("jia1")
    log_in(client, "My-secret-as-name", "wrong-secret-1")
    log_in(client, "jia1", "wrong-secret-2")
    for secret in ("My-secret-as-name", "my-secret-as-name", "wrong-secret"):
        assert secret not in caplog.text
    assert "wrong-secret" not in str(list(AccessAttempt.objects.values()))


def test_a_forwarded_address_counts_only_behind_our_own_proxies(settings: object) -> None:
    person("jia1")
    client = Client(REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "203.0.113.9, 192.0.2.7"})
    log_in(client, "jia1", "wrong")
    settings.PROXIES = 1  # type: ignore[attr-defined]
    log_in(client, "jia1", "wrong")
    found = set(AccessAttempt.objects.values_list("ip_address", flat=True))
    assert found == {"127.0.0.1", "192.0.2.7"}


def test_example_log_ins_work_on_this_machine_only(client: Client) -> None:
    actions.create_account(by=None, username="ex1", display_name="示例", password="x", example=True)
    far = Client(REMOTE_ADDR="192.0.2.7")
    assert log_in(far, "ex1", "x").status_code == 422  # type: ignore[attr-defined]
    assert not inside(far)
    assert log_in(client, "ex1", "x").status_code == 302  # type: ignore[attr-defined]


def test_an_idle_session_ends_and_a_busy_one_goes_on(client: Client) -> None:
    person("jia1")
    with stopped_at(NOON):
        log_in(client, "jia1")
    with stopped_at(NOON + timedelta(minutes=29)):
        assert inside(client)
    with stopped_at(NOON + timedelta(minutes=58)):
        assert inside(client)
    with stopped_at(NOON + timedelta(minutes=89)):
        assert not inside(client)
    with stopped_at(NOON + timedelta(minutes=59)):
        assert not inside(client)


def test_reading_writes_the_session_at_most_once_a_minute(client: Client) -> None:
    person("jia1")

    def writes(moment: datetime) -> int:
        with (
            stopped_at(moment),
            CaptureQueriesContext(
                connection,
            ) as seen,
        ):
            assert inside(client)
        return sum(q["sql"].startswith(("UPDATE", "INSERT", "DELETE")) for q in seen)

    with stopped_at(NOON):
        log_in(client, "jia1")
    assert writes(NOON + timedelta(seconds=59)) == 0
    assert writes(NOON + timedelta(seconds=60)) == 1
    assert writes(NOON + timedelta(seconds=90)) == 0


def test_a_disabled_user_is_out_at_once_and_stays_out_when_enabled(client: Client) -> None:
    user = person("jia1")
    log_in(client, "jia1")
    other = Client()
    log_in(other, "jia1")
    actions.disable_account(by=None, user=user)
    assert not inside(client)
    actions.enable_account(by=None, user=user)
    assert not inside(other)


def test_a_changed_password_ends_the_other_sessions_only(client: Client) -> None:
    person("jia1")
    other = Client()
    log_in(client, "jia1")
    log_in(other, "jia1")
    answer = client.post(
        "/accounts/me/password/",
        {"old": PASSWORD, "new": "Other-plum-9", "again": "Other-plum-9"},
    )
    assert answer.status_code == 302
    assert inside(client)
    assert not inside(other)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"old": "wrong", "new": "Other-plum-9", "again": "Other-plum-9"}, "old"),
        ({"old": PASSWORD, "new": "1234567890", "again": "1234567890"}, "new"),
        ({"old": PASSWORD, "new": PASSWORD, "again": PASSWORD}, "new"),
        ({"old": PASSWORD, "new": "Other-plum-9", "again": "Other-plum-8"}, "again"),
        ({"old": "", "new": "", "again": ""}, "old"),
    ],
)
def test_a_wrong_change_of_password_is_told_at_its_field(
    client: Client, form: dict[str, str], field: str
) -> None:
    user = person("jia1")
    log_in(client, "jia1")
    answer = client.post("/accounts/me/password/", form)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_the_first_password_must_be_changed_before_anything_else(client: Client) -> None:
    person("jia1", "viewer", ready=False)
    log_in(client, "jia1")
    for url in ("/", ME, "/ledger/"):
        assert client.get(url)["Location"] == "/accounts/me/password/"
    fragment = client.get(ME, headers={"HX-Request": "true"})
    assert fragment["HX-Redirect"] == "/accounts/me/password/"
    page = client.get("/accounts/me/password/")
    assert page.status_code == 200
    client.post(
        "/accounts/me/password/",
        {"old": PASSWORD, "new": "Other-plum-9", "again": "Other-plum-9"},
    )
    assert inside(client)


def test_an_administrator_is_led_to_the_second_factor_first(client: Client) -> None:
    user = person("sys", "system_administrator", factor=False)
    with stopped_at(NOON):
        log_in(client, "sys")
        assert client.get("/accounts/")["Location"] == "/accounts/me/second-factor/"
        assert client.get("/accounts/me/second-factor/").status_code == 200
        assert client.post("/accounts/me/second-factor/begin/").status_code == 302
        page = client.get("/accounts/me/second-factor/").content.decode()
        assert "<svg" in page
        assert "style=" not in page
        wrong = client.post("/accounts/me/second-factor/", {"code": "000000"})
        assert wrong.status_code == 422
        client.post("/accounts/me/second-factor/", {"code": code_of(user)})
        assert client.get("/accounts/").status_code == 200
        page = client.get("/accounts/me/second-factor/").content.decode()
        assert "<svg viewBox" not in page
        assert "qr-frame" not in page


def test_with_a_second_factor_the_password_alone_opens_nothing(client: Client) -> None:
    user = person("sys", "system_administrator")
    with stopped_at(NOON):
        answer = log_in(client, "sys", next="/accounts/")
        assert answer.url == "/accounts/login/code/"  # type: ignore[attr-defined]
        assert not inside(client)
        assert client.get("/accounts/login/code/").status_code == 200
        assert client.post("/accounts/login/code/", {"code": "000000"}).status_code == 422
        assert not inside(client)
        used = code_of(user)
        done = client.post("/accounts/login/code/", {"code": used})
        assert (done.status_code, done["Location"]) == (302, "/accounts/")
        assert inside(client)
        other = Client()
        log_in(other, "sys")
        assert other.post("/accounts/login/code/", {"code": used}).status_code == 422
        assert not inside(other)


def test_the_second_step_waits_five_minutes_and_for_this_password_only(client: Client) -> None:
    user = person("jia1", factor=True)
    with stopped_at(NOON):
        log_in(client, "jia1")
    with stopped_at(NOON + timedelta(minutes=6)):
        late = client.post("/accounts/login/code/", {"code": code_of(user)})
        assert late["Location"] == LOGIN
        log_in(client, "jia1")
        actions.reset_password(by=None, user=user)
        changed = client.post("/accounts/login/code/", {"code": code_of(user)})
        assert changed["Location"] == LOGIN
    assert not inside(client)


def test_a_new_log_in_as_somebody_else_leaves_nothing_of_the_first(client: Client) -> None:
    person("jia1")
    second = person("yi2", factor=True)
    with stopped_at(NOON):
        log_in(client, "jia1")
        log_in(client, "yi2")
        assert not inside(client)
        client.post("/accounts/login/code/", {"code": code_of(second)})
        assert client.get(ME).wsgi_request.user.username == "yi2"


def test_log_in_takes_the_language_of_the_account(client: Client) -> None:
    User.objects.filter(id=person("jia1").id).update(language="en")
    log_in(client, "jia1")
    assert "My account" in client.get(ME).content.decode()
    client.post(ME, {"language": "zh-hans", "theme": "dark"})
    page = client.get(ME).content.decode()
    assert "我的账号" in page
    assert 'data-theme="dark"' in page


def test_forms_need_their_token() -> None:
    person("jia1")
    strict = Client(enforce_csrf_checks=True)
    assert log_in(strict, "jia1").status_code == 403  # type: ignore[attr-defined]


def _failed(count: int, username: str, address: str, when: datetime) -> None:
    AccessAttempt.objects.create(
        username=username,
        ip_address=address,
        user_agent="browser",
        failures_since_start=count,
        attempt_time=when,
    )


def test_a_name_tried_from_many_addresses_is_closed_at_every_address() -> None:
    person("jia1")
    person("yi2")
    for number in range(throttle.NAME_LIMIT // 4):
        _failed(4, "jia1", f"192.0.2.{number}", now())
    elsewhere = Client(REMOTE_ADDR="192.0.2.99")
    closed = log_in(elsewhere, "JIA1")
    assert closed.status_code == 429  # type: ignore[attr-defined]
    assert log_in(elsewhere, "yi2").status_code == 302  # type: ignore[attr-defined]
    AccessAttempt.objects.update(attempt_time=now() - timedelta(minutes=16))
    assert log_in(Client(REMOTE_ADDR="192.0.2.99"), "jia1").status_code == 302  # type: ignore[attr-defined]


def test_an_address_that_tries_many_names_is_closed_for_every_name() -> None:
    person("jia1")
    for number in range(throttle.ADDRESS_LIMIT - 1):
        _failed(1, f"name{number}", "192.0.2.7", now())
    there = Client(REMOTE_ADDR="192.0.2.7")
    assert log_in(there, "nobody", "wrong").status_code == 422  # type: ignore[attr-defined]
    assert log_in(there, "jia1").status_code == 429  # type: ignore[attr-defined]
    assert log_in(Client(REMOTE_ADDR="192.0.2.8"), "jia1").status_code == 302  # type: ignore[attr-defined]
