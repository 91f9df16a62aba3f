"""Accounts: create, disable, enable, reset; by a system administrator or the house."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from jiedui.accounts import audit
from jiedui.accounts.domain.passwords import one_time_password
from jiedui.accounts.domain.usernames import read_username
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.accounts.sources.throttle import forget_failures
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed


def may_manage(by: User | None) -> None:
    """The house (None) or a system administrator, else NotAllowed ``permission-missing``."""
    if by is not None:
        viewer_of(by).must("accounts.manage")


def check_password(user: User, password: str) -> None:
    """Raise InvalidInput ``password-weak`` with everything that is wrong with it."""
    try:
        password_validation.validate_password(password, user)
    except ValidationError as weak:
        raise InvalidInput(
            "password-weak",
            "%(reasons)s",
            field="password",
            reasons=" ".join(weak.messages),
        ) from None


@transaction.atomic
def create_account(
    *,
    by: User | None,
    username: str,
    display_name: str,
    email: str = "",
    password: str | None = None,
    language: str = "zh-hans",
    example: bool = False,
    must_change_password: bool | None = None,
) -> User:
    """Make an account; without a password nobody can log in until one is reset.

    The password is a first one and must be changed at the first log-in, unless
    the account belongs to the example. Raises InvalidInput
    ``username-unreadable``, ``username-taken``, ``name-missing``,
    ``email-unreadable``, ``language-unknown``, ``password-weak``.
    """
    may_manage(by)
    user = User(
        username=read_username(username),
        display_name=display_name.strip(),
        email=email.strip(),
        language=language,
        example=example,
        must_change_password=not example if must_change_password is None else must_change_password,
    )
    if not user.display_name or len(user.display_name) > 64:
        raise InvalidInput(
            "name-missing", "Write a name of 1 to 64 characters.", field="display_name"
        )
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput(
            "language-unknown",
            "“%(language)s” is not a language of Jiedui.",
            field="language",
            language=language,
        )
    try:
        user.clean_fields(exclude={"password"})
    except ValidationError:
        raise InvalidInput(
            "email-unreadable", "This is not an e-mail address.", field="email"
        ) from None
    if password is None:
        user.set_unusable_password()
    else:
        if not example:
            check_password(user, password)
        user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise InvalidInput(
            "username-taken",
            "The user name “%(username)s” is taken.",
            field="username",
            username=user.username,
        ) from None
    audit.record(
        by=by,
        action="accounts.create",
        object_kind="account",
        object_id=user.id,
        username=user.username,
        name=user.display_name,
        example=example,
    )
    return user


def _locked(user: User) -> User:
    """The account's row, locked and fresh."""
    return User.objects.select_for_update(no_key=True).get(id=user.id)


@transaction.atomic
def disable_account(*, by: User | None, user: User) -> User:
    """Close an account and end its sessions at once; a closed one stays closed.

    Raises NotAllowed ``disable-oneself``.
    """
    may_manage(by)
    if by is not None and by.id == user.id:
        raise NotAllowed("disable-oneself", "Nobody can disable the own account.")
    user = _locked(user)
    if not user.is_active:
        return user
    user.is_active = False
    user.session_generation += 1
    user.save(update_fields=["is_active", "session_generation"])
    audit.record(
        by=by,
        action="accounts.disable",
        object_kind="account",
        object_id=user.id,
        username=user.username,
    )
    return user


@transaction.atomic
def enable_account(*, by: User | None, user: User) -> User:
    """Open a closed account again; the password stays, old sessions stay ended."""
    may_manage(by)
    user = _locked(user)
    if user.is_active:
        return user
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(
        by=by,
        action="accounts.enable",
        object_kind="account",
        object_id=user.id,
        username=user.username,
    )
    return user


@transaction.atomic
def reset_password(*, by: User | None, user: User) -> str:
    """Give a one-time password, returned once and kept nowhere; ends all sessions.

    Raises InvalidState ``account-disabled``, NotAllowed ``reset-oneself``.
    """
    may_manage(by)
    if by is not None and by.id == user.id:
        raise NotAllowed("reset-oneself", "Change the own password on the page “My account”.")
    user = _locked(user)
    if not user.is_active:
        raise InvalidState("account-disabled", "The account is disabled; enable it first.")
    password = one_time_password()
    user.set_password(password)
    user.must_change_password = True
    user.session_generation += 1
    user.save(update_fields=["password", "must_change_password", "session_generation"])
    forget_failures(user.username)
    audit.record(
        by=by,
        action="accounts.reset-password",
        object_kind="account",
        object_id=user.id,
        username=user.username,
    )
    return password


@transaction.atomic
def end_sessions(*, by: User | None, user: User) -> User:
    """Log a user out everywhere; one's own sessions, or any by a system administrator."""
    if by is None or by.id != user.id:
        may_manage(by)
    user = _locked(user)
    user.session_generation += 1
    user.save(update_fields=["session_generation"])
    audit.record(
        by=by,
        action="accounts.end-sessions",
        object_kind="account",
        object_id=user.id,
        username=user.username,
    )
    return user


@transaction.atomic
def disable_example_logins(*, by: User | None) -> int:
    """Close every log-in of the example; the number of them that were open."""
    may_manage(by)
    users = list(
        User.objects.select_for_update(no_key=True)
        .filter(example=True, is_active=True)
        .order_by("id")
    )
    for user in users:
        user.is_active = False
        user.session_generation += 1
    User.objects.bulk_update(users, ["is_active", "session_generation"])
    if users:
        audit.record(
            by=by,
            action="accounts.end-example",
            object_kind="account",
            object_id="example",
            count=len(users),
        )
    return len(users)
