"""What a user does to the own account: log in and out, change password and settings."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from jiedui.accounts import audit
from jiedui.accounts.actions.accounts import check_password
from jiedui.accounts.models import User
from jiedui.core.errors import InvalidInput


@transaction.atomic
def note_log_in(*, by: User, address: str) -> None:
    """Write down that somebody logged in, and from where."""
    audit.record(
        by=by,
        action="accounts.log-in",
        object_kind="account",
        object_id=by.id,
        username=by.username,
        address=address,
    )


@transaction.atomic
def note_log_out(*, by: User) -> None:
    """Write down that somebody logged out."""
    audit.record(
        by=by,
        action="accounts.log-out",
        object_kind="account",
        object_id=by.id,
        username=by.username,
    )


@transaction.atomic
def note_refused_log_in(*, by: None, username: str, address: str) -> None:
    """Write down a wrong password for an account there is.

    What was typed for no account is not kept: it may be a password.
    """
    user = User.objects.filter(username=username).first()
    if user is not None:
        audit.record(
            by=by,
            action="accounts.refuse-log-in",
            object_kind="account",
            object_id=user.id,
            username=user.username,
            address=address,
        )


@transaction.atomic
def change_password(*, by: User, old: str, new: str) -> User:
    """Change the own password; ends the user's other sessions.

    Raises InvalidInput ``password-wrong``, ``password-weak``, ``password-same``.
    """
    user = User.objects.select_for_update(no_key=True).get(id=by.id)
    if not user.check_password(old):
        raise InvalidInput("password-wrong", "This is not your present password.", field="old")
    if old == new:
        raise InvalidInput(
            "password-same", "The new password must differ from the present one.", field="new"
        )
    try:
        check_password(user, new)
    except InvalidInput as weak:
        weak.field = "new"
        raise
    user.set_password(new)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    audit.record(
        by=by,
        action="accounts.change-password",
        object_kind="account",
        object_id=user.id,
        username=user.username,
    )
    return user


@transaction.atomic
def set_preferences(*, by: User, language: str, theme: str) -> User:
    """Choose the own language and theme.

    Raises InvalidInput ``language-unknown``, ``theme-unknown``.
    """
    if language not in dict(settings.LANGUAGES):
        raise InvalidInput(
            "language-unknown",
            "“%(language)s” is not a language of Jiedui.",
            field="language",
            language=language,
        )
    if theme not in {"system", "light", "dark"}:
        raise InvalidInput(
            "theme-unknown", "“%(theme)s” is not a theme.", field="theme", theme=theme
        )
    user = User.objects.select_for_update(no_key=True).get(id=by.id)
    user.language, user.theme = language, theme
    user.save(update_fields=["language", "theme"])
    audit.record(
        by=by,
        action="accounts.set-preferences",
        object_kind="account",
        object_id=user.id,
        username=user.username,
        language=language,
        theme=theme,
    )
    return user
