"""Pages without a log-in: who types wrong codes is stopped for a while."""

from __future__ import annotations

from datetime import timedelta

from jiedui.core.clock import now
from jiedui.core.errors import InvalidState
from jiedui.mentoring.domain.rules import whole
from jiedui.mentoring.models import CodeTry


def must_not_flood(purpose: str, address: str) -> None:
    """InvalidState ``too-many-tries`` after too many wrong codes, from here or from everywhere."""
    minutes = whole("wrong_codes_minutes")
    recent = CodeTry.objects.filter(purpose=purpose, at__gt=now() - timedelta(minutes=minutes))
    most, most_of_all = whole("wrong_codes"), whole("wrong_codes_all")
    if (
        recent.filter(address=address)[:most].count() >= most
        or recent[:most_of_all].count() >= most_of_all
    ):
        raise InvalidState(
            "too-many-tries",
            "Too many wrong entries. Try again in %(minutes)s minutes, or ask the organiser.",
            minutes=minutes,
        )


def note_try(purpose: str, address: str) -> None:
    """Keep that a code was wrong, and forget those that no longer count."""
    CodeTry.objects.create(purpose=purpose, address=address[:45])
    old = now() - timedelta(minutes=whole("wrong_codes_minutes"))
    CodeTry.objects.filter(purpose=purpose, at__lte=old).delete()
