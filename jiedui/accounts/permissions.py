"""What a role may do: the viewer of a request and the permissions it carries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Q

from jiedui.accounts.domain.roles import ADMINISTRATORS, ROLES, permissions_of
from jiedui.accounts.models import RoleGrant, User
from jiedui.core.clock import today
from jiedui.core.errors import NotAllowed

T = TypeVar("T")


@dataclass(frozen=True)
class Grant:
    """A role as it holds today; ``scope_id`` is None where it holds over everything."""

    role: str
    scope: str
    scope_id: UUID | None


@dataclass(frozen=True)
class Viewer:
    """Who asks, with the roles that hold on that day; every access rule takes one.

    ``kept`` is where a request that only reads keeps what it found of the viewer's reach.
    """

    user: User
    grants: frozenset[Grant]
    day: date
    kept: dict[tuple[str, str], Any] | None = field(default=None, compare=False, repr=False)

    def keeping(self) -> Viewer:
        """The viewer for one request that only reads."""
        return replace(self, kept={})

    def once(self, key: tuple[str, str], ask: Callable[[], T]) -> T:
        """The answer, asked for once in a request that only reads, and else every time."""
        if self.kept is None:
            return ask()
        if key not in self.kept:
            self.kept[key] = ask()
        found: T = self.kept[key]
        return found

    def may(self, permission: str) -> bool:
        """Whether any role of the viewer carries the permission, anywhere."""
        return any(permission in permissions_of(grant.role) for grant in self.grants)

    def scopes(self, permission: str) -> frozenset[Grant]:
        """The grants that carry the permission; directory.access turns them into a reach."""
        return frozenset(g for g in self.grants if permission in permissions_of(g.role))

    def must(self, permission: str) -> None:
        """Raise NotAllowed ``permission-missing`` unless the viewer may."""
        if not self.may(permission):
            raise NotAllowed(
                "permission-missing",
                "Your role does not allow this (%(permission)s).",
                permission=permission,
            )

    @property
    def needs_second_factor(self) -> bool:
        """Whether a role of the viewer demands a second factor."""
        return any(ROLES[g.role].second_factor for g in self.grants if g.role in ROLES)


def viewer_of(user: User, day: date | None = None) -> Viewer:
    """The viewer for a user on a day (today); a disabled user holds no role."""
    day = day or today()
    grants: frozenset[Grant] = frozenset()
    if user.is_active:
        rows = RoleGrant.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gte=day), user=user, valid_from__lte=day
        )
        grants = frozenset(Grant(row.role, row.scope, row.scope_id) for row in rows)
    return Viewer(user, grants, day)


def is_administrator(user: User) -> bool:
    """Whether one of the three administrators' roles is the user's, today or from later on.

    A disabled account counts too: else disabling it for a moment would open it.
    """
    return RoleGrant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=today()), user=user, role__in=ADMINISTRATORS
    ).exists()
