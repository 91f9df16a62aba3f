"""Questions about accounts."""

from __future__ import annotations

from jiedui.accounts.domain.codes import code_at
from jiedui.accounts.models import AuditRow, User
from jiedui.accounts.sources.sealing import unseal
from jiedui.core.clock import now
from jiedui.core.errors import InvalidInput


def example_logins_active() -> bool:
    """Whether any log-in of the example is open; the server then stays on loopback."""
    return User.objects.filter(example=True, is_active=True).exists()


def example_code(username: str) -> tuple[str, str]:
    """The secret and the present code of an example log-in's second factor.

    Raises InvalidInput ``example-only`` for any other account, and
    ``second-factor-not-begun`` where there is none.
    """
    user = User.objects.filter(username=username, example=True).first()
    if user is None:
        raise InvalidInput("example-only", "This works for log-ins of the example only.")
    secret = unseal(user.totp_secret) if user.totp_secret else None
    if secret is None:
        raise InvalidInput("second-factor-not-begun", "Begin with the second factor first.")
    return secret, code_at(secret, now())


def find_user(username: str) -> User | None:
    """The account of a user name, or None."""
    return User.objects.filter(username=username).first()


def has_recorded(action: str, **details: str) -> bool:
    """Whether the audit log holds an act with these details; a loader asks before it repeats."""
    wanted = {f"details__{name}": value for name, value in details.items()}
    return AuditRow.objects.filter(action=action, **wanted).exists()


def second_factor_secret(user: User) -> str:
    """The secret that waits to be confirmed, for its owner's QR code; else blank."""
    if user.has_second_factor or not user.totp_secret:
        return ""
    return unseal(user.totp_secret) or ""
