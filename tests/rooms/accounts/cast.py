"""Invented people with accounts."""

from __future__ import annotations

from datetime import date

from jiedui.accounts.actions import create_account, enrol_example, grant_role
from jiedui.accounts.domain.codes import code_at
from jiedui.accounts.models import User
from jiedui.accounts.sources.sealing import unseal
from jiedui.core.clock import now

PASSWORD = "Zq7-plum-Teapot"
SINCE = date(2025, 1, 1)


def person(
    username: str, role: str = "", *, ready: bool = True, factor: bool | None = None
) -> User:
    """An account with a role over everything; ``ready`` has changed its first password.

    ``factor`` sets a second factor up; by default where the role demands one.
    """
    user = create_account(
        by=None, username=username, display_name=f"人物{username}", password=PASSWORD
    )
    if role:
        grant_role(by=None, user=user, role=role, valid_from=SINCE)
    user.must_change_password = not ready
    user.save(update_fields=["must_change_password"])
    if role.endswith("_administrator") if factor is None else factor:
        User.objects.filter(id=user.id).update(example=True)
        user.refresh_from_db()
        user = enrol_example(by=None, user=user)
        User.objects.filter(id=user.id).update(example=False)
    user.refresh_from_db()
    return user


def secret_of(user: User) -> str:
    user.refresh_from_db()
    return unseal(user.totp_secret) or ""


def code_of(user: User) -> str:
    """The six digits that the user's phone shows now."""
    return code_at(secret_of(user), now())
