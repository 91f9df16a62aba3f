"""What pages and other rooms may ask of accounts."""

from __future__ import annotations

from jiedui.accounts.models import User


def example_logins_active() -> bool:
    """Whether any log-in of the example is open; the server then stays on loopback."""
    return User.objects.filter(example=True, is_active=True).exists()
