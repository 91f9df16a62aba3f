"""The second factor: codes, replay, tries, and the secret at rest."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from django.test import override_settings

from jiedui.accounts import actions
from jiedui.accounts.actions.second_factor import PAUSE, TRIES
from jiedui.accounts.commands import code, end_example
from jiedui.accounts.domain.codes import code_at, matching_step, step_at
from jiedui.accounts.models import AuditRow, User
from jiedui.accounts.sources.sealing import seal, unseal
from jiedui.core import clock
from jiedui.core.clock import stopped_at
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from tests.rooms.accounts.cast import SINCE, code_of, person, secret_of

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 5, 4, 0, 10, tzinfo=UTC)


def test_a_code_holds_in_its_half_minute_and_the_neighbours_and_opens_once() -> None:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    digits = code_at(secret, NOON)
    for shift, taken in ((-31, True), (0, True), (31, True), (-62, False), (62, False)):
        moment = NOON + timedelta(seconds=shift)
        assert (matching_step(secret, digits, moment, after=0) is not None) is taken
    assert matching_step(secret, digits, NOON, after=step_at(NOON)) is None
    assert matching_step(secret, f"{digits[:3]} {digits[3:]}", NOON, after=0) == step_at(NOON)
    wide = digits.translate({ord(str(n)): ord("０") + n for n in range(10)})
    assert matching_step(secret, wide, NOON, after=0) == step_at(NOON)
    for wrong in ("", "abcdef", "１２３４５", "一二三四五六", "0" * 40):
        assert matching_step(secret, wrong, NOON, after=0) is None


def test_it_is_on_only_after_a_first_right_code() -> None:
    user = person("jia1")
    with stopped_at(NOON):
        actions.begin_second_factor(by=user)
        user.refresh_from_db()
        assert not user.has_second_factor
        assert not actions.confirm_second_factor(by=user, code="000000")
        before = user.get_session_auth_hash()
        assert actions.confirm_second_factor(by=user, code=code_of(user))
    user.refresh_from_db()
    assert user.has_second_factor
    assert user.get_session_auth_hash() != before
    with pytest.raises(InvalidState):
        actions.begin_second_factor(by=user)


def test_a_code_that_was_used_is_refused_the_second_time() -> None:
    user = person("jia1", factor=True)
    with stopped_at(NOON):
        assert actions.use_second_factor(by=user, code=code_of(user))
        assert not actions.use_second_factor(by=user, code=code_of(user))
    with stopped_at(NOON + timedelta(seconds=30)):
        assert actions.use_second_factor(by=user, code=code_of(user))
    assert AuditRow.objects.filter(action="accounts.wrong-code").count() == 1


def test_too_many_wrong_codes_close_it_for_a_while() -> None:
    user = person("jia1", factor=True)
    with stopped_at(NOON):
        for _ in range(TRIES):
            assert not actions.use_second_factor(by=user, code="000000")
        with pytest.raises(InvalidState) as refused:
            actions.use_second_factor(by=user, code=code_of(user))
        assert refused.value.code == "second-factor-closed"
        assert refused.value.details == {"minutes": 15}
    with stopped_at(NOON + PAUSE):
        assert actions.use_second_factor(by=user, code=code_of(user))


def test_the_secret_is_sealed_at_rest_and_opens_with_an_earlier_key() -> None:
    user = person("jia1", factor=True)
    secret = secret_of(user)
    assert len(secret) == 32
    assert secret not in user.totp_secret
    sealed = seal(secret)
    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]):
        assert unseal(sealed) is None
        assert not actions.use_second_factor(by=user, code="000000")
    from django.conf import settings

    with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
        assert unseal(sealed) == secret


def test_who_must_have_it_cannot_turn_it_off() -> None:
    sys, user = person("sys", "system_administrator"), person("jia1", factor=True)
    with stopped_at(NOON):
        with pytest.raises(NotAllowed) as refused:
            actions.remove_second_factor(by=sys, code=code_of(sys))
        assert refused.value.code == "second-factor-compulsory"
        assert not actions.remove_second_factor(by=user, code="000000")
        assert actions.remove_second_factor(by=user, code=code_of(user))
    user.refresh_from_db()
    assert not user.has_second_factor


def test_a_lost_one_is_reset_by_an_administrator_and_the_sessions_end() -> None:
    sec = person("sec", "security_administrator")
    sys = person("sys", "system_administrator")
    other, user = person("yi2", "programme_coordinator"), person("jia1", factor=True)
    before = user.get_session_auth_hash()
    with pytest.raises(NotAllowed):
        actions.reset_second_factor(by=other, user=user)
    user.refresh_from_db()
    assert user.has_second_factor
    actions.reset_second_factor(by=sys, user=user)
    user.refresh_from_db()
    assert not user.has_second_factor
    assert user.get_session_auth_hash() != before
    row = AuditRow.objects.get(action="accounts.reset-second-factor")
    assert (row.actor, row.details["username"]) == ("sys", "jia1")
    actions.reset_second_factor(by=sec, user=user)
    assert AuditRow.objects.filter(action="accounts.reset-second-factor").count() == 1


@pytest.mark.parametrize(
    "role", ["system_administrator", "security_administrator", "audit_administrator"]
)
def test_no_administrator_takes_over_another_alone(role: str) -> None:
    sys, sec = person("sys", "system_administrator"), person("sec", "security_administrator")
    target = person("other", role)
    for disabled in (False, True):
        if disabled:
            actions.disable_account(by=sys, user=target)
        with pytest.raises(NotAllowed) as refused:
            actions.reset_second_factor(by=sys, user=target)
        assert refused.value.code == "second-factor-of-administrator"
    actions.enable_account(by=sys, user=target)
    actions.reset_password(by=sys, user=target)
    with pytest.raises(NotAllowed):
        actions.reset_password(by=sec, user=target)
    target.refresh_from_db()
    assert target.has_second_factor
    actions.reset_second_factor(by=sec, user=target)
    target.refresh_from_db()
    assert not target.has_second_factor


def test_a_role_that_begins_later_counts_and_one_that_ended_does_not() -> None:
    sys = person("sys", "system_administrator")
    soon, former = person("soon", factor=True), person("former", factor=True)
    day = timedelta(days=1)
    actions.grant_role(
        by=None, user=soon, role="audit_administrator", valid_from=clock.today() + day
    )
    actions.grant_role(
        by=None,
        user=former,
        role="audit_administrator",
        valid_from=SINCE,
        valid_to=clock.today() - day,
    )
    with pytest.raises(NotAllowed):
        actions.reset_second_factor(by=sys, user=soon)
    actions.reset_second_factor(by=sys, user=former)
    actions.reset_second_factor(by=None, user=soon)
    soon.refresh_from_db()
    assert not soon.has_second_factor


def test_the_example_tells_its_codes_and_nobody_else_does() -> None:
    user = actions.create_account(
        by=None, username="ex-sys", display_name="示例", password="x", example=True
    )
    actions.grant_role(by=None, user=user, role="system_administrator", valid_from=SINCE)
    user.refresh_from_db()
    assert user.has_second_factor
    told = CliRunner().invoke(code, ["ex-sys"], catch_exceptions=False).output
    assert secret_of(user) in told
    assert actions.use_second_factor(by=user, code=told[:6])
    person("sys", "system_administrator")
    for username in ("sys", "nobody"):
        with pytest.raises(InvalidInput) as refused:
            CliRunner().invoke(code, [username], catch_exceptions=False)
        assert refused.value.code == "example-only"
    real = User.objects.get(username="sys")
    with pytest.raises(InvalidInput):
        actions.enrol_example(by=None, user=real)
    assert "1 log-ins" in CliRunner().invoke(end_example, []).output
