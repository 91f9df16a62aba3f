"""The second factor: begin, confirm, use, remove, and reset by an administrator."""

from __future__ import annotations

import math
from datetime import timedelta

from django.db import transaction

from jiedui.accounts import audit
from jiedui.accounts.access import may_reset_second_factor
from jiedui.accounts.domain.codes import matching_step, new_secret
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.accounts.sources.sealing import seal, unseal
from jiedui.core.clock import now
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed

# Wrong codes in a row, from any address, before the second factor is closed for a while.
TRIES = 10
PAUSE = timedelta(minutes=15)


def _check_open(user: User) -> None:
    """Raise InvalidState ``second-factor-closed`` while too many wrong codes are cooling off."""
    if user.totp_locked_until and user.totp_locked_until > now():
        left = math.ceil((user.totp_locked_until - now()) / timedelta(minutes=1))
        raise InvalidState(
            "second-factor-closed",
            "Too many wrong codes. Try again in %(minutes)s minutes.",
            field="code",
            minutes=left,
        )


def _take(user: User, code: str) -> bool:
    """Check a code and save what follows from it; the caller holds the row's lock."""
    secret = unseal(user.totp_secret) if user.totp_secret else None
    step = matching_step(secret, code, now(), after=user.totp_last_step) if secret else None
    if step is not None:
        user.totp_last_step, user.totp_failures, user.totp_locked_until = step, 0, None
    else:
        user.totp_failures += 1
        if user.totp_failures >= TRIES:
            user.totp_failures, user.totp_locked_until = 0, now() + PAUSE
    user.save(update_fields=["totp_last_step", "totp_failures", "totp_locked_until"])
    return step is not None


@transaction.atomic
def begin_second_factor(*, by: User) -> User:
    """Make a secret that counts once a code confirms it; one begun earlier is replaced.

    Raises InvalidState ``second-factor-there``.
    """
    user = User.objects.select_for_update(no_key=True).get(id=by.id)
    if user.has_second_factor:
        raise InvalidState("second-factor-there", "A second factor is already set up.")
    user.totp_secret, user.totp_confirmed_at = seal(new_secret()), None
    user.save(update_fields=["totp_secret", "totp_confirmed_at"])
    audit.record(
        by=by,
        action="accounts.begin-second-factor",
        object_kind="account",
        object_id=user.id,
        username=user.username,
    )
    return user


@transaction.atomic
def confirm_second_factor(*, by: User, code: str) -> bool:
    """Turn the second factor on with a first code; ends the user's other sessions.

    False for a wrong code, which is counted. Raises InvalidState
    ``second-factor-not-begun``, ``second-factor-there``, ``second-factor-closed``.
    """
    user = User.objects.select_for_update(no_key=True).get(id=by.id)
    if user.has_second_factor:
        raise InvalidState("second-factor-there", "A second factor is already set up.")
    if not user.totp_secret:
        raise InvalidState("second-factor-not-begun", "Begin with the second factor first.")
    _check_open(user)
    if not _take(user, code):
        audit.record(
            by=by,
            action="accounts.wrong-code",
            object_kind="account",
            object_id=user.id,
            username=user.username,
        )
        return False
    user.totp_confirmed_at = now()
    user.session_generation += 1
    user.save(update_fields=["totp_confirmed_at", "session_generation"])
    audit.record(
        by=by,
        action="accounts.confirm-second-factor",
        object_kind="account",
        object_id=user.id,
        username=user.username,
    )
    return True


@transaction.atomic
def use_second_factor(*, by: User, code: str) -> bool:
    """Whether the code opens the second step of a log-in; a step opens once.

    A wrong code is counted and audited, so this answers instead of raising.
    Raises InvalidState ``second-factor-closed``.
    """
    user = User.objects.select_for_update(no_key=True).get(id=by.id)
    _check_open(user)
    taken = _take(user, code)
    audit.record(
        by=by,
        action="accounts.use-second-factor" if taken else "accounts.wrong-code",
        object_kind="account",
        object_id=user.id,
        username=user.username,
    )
    return taken


@transaction.atomic
def remove_second_factor(*, by: User, code: str) -> bool:
    """Turn the own second factor off with a valid code; False for a wrong one.

    Raises NotAllowed ``second-factor-compulsory``; InvalidState
    ``second-factor-not-begun``, ``second-factor-closed``.
    """
    if viewer_of(by).needs_second_factor:
        raise NotAllowed(
            "second-factor-compulsory", "Your role demands a second factor; it cannot be removed."
        )
    user = User.objects.select_for_update(no_key=True).get(id=by.id)
    if not user.has_second_factor:
        raise InvalidState("second-factor-not-begun", "Begin with the second factor first.")
    _check_open(user)
    if not _take(user, code):
        audit.record(
            by=by,
            action="accounts.wrong-code",
            object_kind="account",
            object_id=user.id,
            username=user.username,
        )
        return False
    _clear(user)
    audit.record(
        by=by,
        action="accounts.remove-second-factor",
        object_kind="account",
        object_id=user.id,
        username=user.username,
    )
    return True


@transaction.atomic
def reset_second_factor(*, by: User | None, user: User) -> User:
    """Take a lost second factor away, so that its owner sets up another; ends all sessions.

    By a system or security administrator or the house; that of an administrator not by
    the system administrator, who resets passwords: nobody alone takes such an account
    over. Raises NotAllowed ``reset-oneself``, ``permission-missing``,
    ``second-factor-of-administrator``.
    """
    viewer = viewer_of(by) if by is not None else None
    if viewer is not None:
        if not viewer.may("roles.grant"):
            viewer.must("accounts.manage")
        if viewer.user.id == user.id:
            raise NotAllowed("reset-oneself", "Another administrator must reset it for you.")
    user = User.objects.select_for_update(no_key=True).get(id=user.id)
    if viewer is not None and not may_reset_second_factor(viewer, user):
        raise NotAllowed(
            "second-factor-of-administrator",
            "Only a security administrator resets the second factor of an administrator.",
        )
    if not user.totp_secret:
        return user
    _clear(user)
    user.session_generation += 1
    user.save(update_fields=["session_generation"])
    audit.record(
        by=by,
        action="accounts.reset-second-factor",
        object_kind="account",
        object_id=user.id,
        username=user.username,
    )
    return user


def _clear(user: User) -> None:
    """Forget the secret and its counters; the used steps stay used."""
    user.totp_secret, user.totp_confirmed_at = "", None
    user.totp_failures, user.totp_locked_until = 0, None
    user.save(
        update_fields=["totp_secret", "totp_confirmed_at", "totp_failures", "totp_locked_until"]
    )


@transaction.atomic
def enrol_example(*, by: None, user: User) -> User:
    """Give an example log-in a second factor at once; ``jiedui accounts code`` tells its code.

    Raises InvalidInput ``example-only``.
    """
    if not user.example:
        raise InvalidInput("example-only", "This works for log-ins of the example only.")
    user = User.objects.select_for_update(no_key=True).get(id=user.id)
    user.totp_secret, user.totp_confirmed_at = seal(new_secret()), now()
    user.save(update_fields=["totp_secret", "totp_confirmed_at"])
    audit.record(
        by=by,
        action="accounts.confirm-second-factor",
        object_kind="account",
        object_id=user.id,
        username=user.username,
    )
    return user
