"""Accounts and roles: what is done, refused and written down; and what is not done."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest

from jiedui.accounts import actions
from jiedui.accounts.domain.roles import ADMINISTRATORS, ROLES, permissions_of, roles_markdown
from jiedui.accounts.models import AuditRow, RoleGrant, User
from jiedui.accounts.permissions import viewer_of
from jiedui.accounts.queries import example_logins_active, verify_chain
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, Refused
from tests.rooms.accounts.cast import PASSWORD, SINCE, person

pytestmark = pytest.mark.django_db


def rows() -> list[str]:
    return list(AuditRow.objects.order_by("sequence").values_list("action", flat=True))


def test_an_account_is_made_by_a_system_administrator_only() -> None:
    sys, sec = person("sys", "system_administrator"), person("sec", "security_administrator")
    before = rows()
    made = actions.create_account(by=sys, username=" Jia1 ", display_name="甲一")
    assert (made.username, made.has_usable_password(), made.must_change_password) == (
        "jia1",
        False,
        True,
    )
    assert rows() == [*before, "accounts.create"]
    with pytest.raises(NotAllowed) as refused:
        actions.create_account(by=sec, username="yi2", display_name="乙二")
    assert refused.value.code == "permission-missing"
    assert not User.objects.filter(username="yi2").exists()
    assert rows() == [*before, "accounts.create"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"username": "x"}, "username-unreadable"),
        ({"username": "a b"}, "username-unreadable"),
        ({"username": "ａ<b"}, "username-unreadable"),
        ({"username": "JIEDUI"}, "username-reserved"),
        ({"username": "ＴＡＫＥＮ"}, "username-taken"),
        ({"display_name": " "}, "name-missing"),
        ({"display_name": "甲" * 65}, "name-missing"),
        ({"email": "no"}, "email-unreadable"),
        ({"language": "fr"}, "language-unknown"),
        ({"password": "1234567890"}, "password-weak"),
        ({"password": "short"}, "password-weak"),
    ],
)
def test_wrong_input_is_refused_at_its_field(changes: dict[str, str], code: str) -> None:
    person("taken")
    before = rows()
    with pytest.raises(InvalidInput) as refused:
        actions.create_account(by=None, **{"username": "jia1", "display_name": "甲一", **changes})
    assert refused.value.code == code
    assert refused.value.field == next(iter(changes))
    assert rows() == before


def test_no_secret_reaches_the_audit_log() -> None:
    sys = person("sys", "system_administrator")
    user = person("jia1", factor=True)
    password = actions.reset_password(by=sys, user=user)
    actions.change_password(by=user, old=password, new="Other-plum-9-Teapot")
    written = str(list(AuditRow.objects.values()))
    user.refresh_from_db()
    for secret in (PASSWORD, password, "Other-plum-9-Teapot", user.totp_secret, user.password):
        assert secret not in written


def test_disabling_ends_roles_at_once_and_enabling_gives_them_back() -> None:
    sys, user = person("sys", "system_administrator"), person("jia1", "viewer")
    assert viewer_of(user).may("ledger.read")
    actions.disable_account(by=sys, user=user)
    user.refresh_from_db()
    assert not viewer_of(user).may("ledger.read")
    before = rows()
    actions.disable_account(by=sys, user=user)
    assert rows() == before
    actions.enable_account(by=sys, user=user)
    user.refresh_from_db()
    assert viewer_of(user).may("ledger.read")


def test_administrators_do_not_act_on_themselves() -> None:
    sys, sec = person("sys", "system_administrator"), person("sec", "security_administrator")
    for act, code in (
        (lambda: actions.disable_account(by=sys, user=sys), "disable-oneself"),
        (lambda: actions.reset_password(by=sys, user=sys), "reset-oneself"),
        (lambda: actions.reset_second_factor(by=sec, user=sec), "reset-oneself"),
        (
            lambda: actions.grant_role(by=sec, user=sec, role="viewer", valid_from=SINCE),
            "roles-to-oneself",
        ),
        (
            lambda: actions.end_role(by=sec, grant=RoleGrant.objects.get(user=sec)),
            "roles-to-oneself",
        ),
    ):
        with pytest.raises(NotAllowed) as refused:
            act()
        assert refused.value.code == code
    assert RoleGrant.objects.filter(user=sec).count() == 1


def test_a_disabled_account_gets_neither_password_nor_role() -> None:
    user = person("jia1")
    actions.disable_account(by=None, user=user)
    for act in (
        lambda: actions.reset_password(by=None, user=user),
        lambda: actions.grant_role(by=None, user=user, role="viewer", valid_from=SINCE),
    ):
        with pytest.raises(InvalidState) as refused:
            act()
        assert refused.value.code == "account-disabled"


def test_no_role_joins_what_the_three_administrators_keep_apart() -> None:
    for role in ROLES:
        held = permissions_of(role)
        assert len(held & {"accounts.manage", "roles.grant", "audit.read"}) <= 1, role
    for role in ADMINISTRATORS:
        assert ROLES[role].second_factor
        assert not permissions_of(role) & {"ledger.read", "figures.read", "ledger.write"}


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ((SINCE, None), (SINCE, None), False),
        ((SINCE, None), (date(2026, 1, 1), None), False),
        ((SINCE, date(2025, 6, 30)), (date(2025, 7, 1), None), True),
        ((SINCE, date(2025, 6, 30)), (date(2025, 6, 30), None), False),
        ((date(2025, 7, 1), None), (SINCE, date(2025, 6, 30)), True),
    ],
)
def test_nobody_is_two_administrators_at_once(
    first: tuple[date, date | None], second: tuple[date, date | None], together: bool
) -> None:
    user = person("jia1")

    def give(role: str, span: tuple[date, date | None]) -> None:
        actions.grant_role(by=None, user=user, role=role, valid_from=span[0], valid_to=span[1])

    give("system_administrator", first)
    if together:
        give("audit_administrator", second)
        return
    with pytest.raises(InvalidInput) as refused:
        give("audit_administrator", second)
    assert refused.value.code == "administrators-kept-apart"
    assert RoleGrant.objects.filter(user=user).count() == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"role": "king"}, "role-unknown"),
        ({"scope": "world"}, "scope-unknown"),
        ({"scope": "organisation"}, "scope-missing"),
        ({"scope_id": UUID(int=1)}, "scope-missing"),
        ({"valid_to": date(2024, 1, 1)}, "grant-reversed"),
        (
            {"role": "audit_administrator", "scope": "place", "scope_id": UUID(int=1)},
            "scope-not-for-role",
        ),
    ],
)
def test_a_wrong_grant_is_refused(changes: dict[str, object], code: str) -> None:
    user = person("jia1")
    plain = {"role": "viewer", "valid_from": SINCE}
    with pytest.raises(InvalidInput) as refused:
        actions.grant_role(by=None, user=user, **(plain | changes))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert not RoleGrant.objects.exists()


def test_the_same_role_is_given_once() -> None:
    user = person("jia1")
    one = actions.grant_role(by=None, user=user, role="viewer", valid_from=SINCE)
    before = rows()
    two = actions.grant_role(by=None, user=user, role="viewer", valid_from=SINCE)
    assert one.id == two.id
    assert rows() == before


def test_a_role_holds_from_its_first_to_its_last_day() -> None:
    user = person("jia1")
    grant = actions.grant_role(
        by=None, user=user, role="viewer", valid_from=SINCE, valid_to=date(2025, 3, 5)
    )
    for day, may in ((date(2024, 12, 31), False), (SINCE, True), (date(2025, 3, 5), True)):
        assert viewer_of(user, day).may("ledger.read") is may
    assert not viewer_of(user, date(2025, 3, 6)).may("ledger.read")
    with pytest.raises(InvalidInput):
        actions.end_role(by=None, grant=grant, last_day=date(2024, 1, 1))


def test_a_role_that_is_ended_does_not_hold_today() -> None:
    sec, user = person("sec", "security_administrator"), person("jia1", "viewer")
    grant = RoleGrant.objects.get(user=user)
    actions.end_role(by=sec, grant=grant)
    assert not viewer_of(user).may("ledger.read")
    assert viewer_of(user, today() - timedelta(days=1)).may("ledger.read")
    fresh = actions.grant_role(by=sec, user=user, role="expert", valid_from=today())
    actions.end_role(by=sec, grant=fresh)
    assert not viewer_of(user).grants
    assert rows()[-1] == "accounts.end-role"


def test_the_example_is_closed_by_one_act() -> None:
    for name in ("jia1", "yi2"):
        actions.create_account(
            by=None, username=name, display_name=name, password="x", example=True
        )
    real = person("bing3")
    assert example_logins_active()
    assert actions.disable_example_logins(by=None) == 2
    assert not example_logins_active()
    real.refresh_from_db()
    assert real.is_active
    before = rows()
    assert actions.disable_example_logins(by=None) == 0
    assert rows() == before


def test_an_import_makes_all_accounts_or_none() -> None:
    sys = person("sys", "system_administrator")
    good = [
        {"username": "jia1", "name": "甲一", "email": "jia1@example.org"},
        {"username": "yi2", "name": "乙二"},
    ]
    tried = actions.import_accounts(by=sys, rows=good, dry_run=True)
    assert (tried.faults, tried.passwords) == ((), ())
    assert User.objects.count() == 1
    done = actions.import_accounts(by=sys, rows=good)
    assert [name for name, _ in done.passwords] == ["jia1", "yi2"]
    user = User.objects.get(username="jia1")
    assert user.check_password(dict(done.passwords)["jia1"])
    assert rows()[-1] == "accounts.import"
    before = rows()
    bad = actions.import_accounts(
        by=sys,
        rows=[
            {"username": "bing3", "name": "丙三"},
            {"username": "jia1", "name": "甲一"},
            {"username": "ding4", "name": ""},
            {"username": "wu5", "name": "戊五", "email": "x"},
            {"username": "Bing3", "name": "丙三"},
            {"username": "ji6", "name": "己六", "language": "xx"},
        ],
    )
    assert [(f.row, f.column, f.refused.code) for f in bad.faults] == [
        (1, "username", "username-taken"),
        (2, "name", "name-missing"),
        (3, "email", "email-unreadable"),
        (4, "username", "username-twice"),
        (5, "language", "language-unknown"),
    ]
    assert not User.objects.filter(username="bing3").exists()
    assert rows() == before
    with pytest.raises(Refused):
        actions.import_accounts(by=user, rows=good)
    assert verify_chain().whole


def test_the_table_of_roles_names_every_role() -> None:
    table = roles_markdown()
    for role in ROLES.values():
        assert f"| `{role.code}` | {role.description} |" in table
