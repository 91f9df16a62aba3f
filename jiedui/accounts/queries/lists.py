"""Rows for the pages of administration."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Q

from jiedui.accounts.access import visible_grants
from jiedui.accounts.models import RoleGrant, User
from jiedui.accounts.permissions import Viewer


def holds_on(day: date) -> Q:
    """The grants that hold on a day."""
    return Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def with_roles(rows: Iterable[User], day: date) -> list[User]:
    """The accounts of a page, each with the codes of its roles as ``roles``; one query."""
    users = list(rows)
    held: dict[Any, list[str]] = {}
    grants = RoleGrant.objects.filter(holds_on(day), user__in=users).order_by("role")
    for user_id, role in grants.values_list("user_id", "role"):
        held.setdefault(user_id, []).append(role)
    for user in users:
        user.roles = list(dict.fromkeys(held.get(user.id, ())))  # type: ignore[attr-defined]
    return users


def grants_of(viewer: Viewer, user: User) -> list[RoleGrant]:
    """An account's grants that the viewer may see, the newest first."""
    return list(visible_grants(viewer).filter(user=user).order_by("-valid_from", "role"))
