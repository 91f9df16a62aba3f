"""Roles: given and ended by a security administrator or the house."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from jiedui.accounts import audit
from jiedui.accounts.actions.second_factor import enrol_example
from jiedui.accounts.domain.roles import ADMINISTRATORS, ROLES
from jiedui.accounts.models import RoleGrant, User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed


def _may_grant(by: User | None, user: User) -> None:
    """Only a security administrator or the house, and never for oneself."""
    if by is None:
        return
    viewer_of(by).must("roles.grant")
    if by.id == user.id:
        raise NotAllowed("roles-to-oneself", "Nobody can give or end the own roles.")


@transaction.atomic
def grant_role(
    *,
    by: User | None,
    user: User,
    role: str,
    scope: str = "all",
    scope_id: UUID | None = None,
    valid_from: date,
    valid_to: date | None = None,
) -> RoleGrant:
    """Give a role over everything, an organisation or a place's tree, for a time.

    An example log-in that now needs a second factor gets one, whose code
    ``jiedui accounts code`` tells. The same role over the same scope from the
    same day is given once. Raises NotAllowed ``roles-to-oneself``; InvalidInput
    ``role-unknown``, ``scope-unknown``, ``scope-not-for-role``,
    ``scope-missing``, ``grant-reversed``, ``administrators-kept-apart``;
    InvalidState ``account-disabled``.
    """
    _may_grant(by, user)
    user = User.objects.select_for_update(no_key=True).get(id=user.id)
    if not user.is_active:
        raise InvalidState("account-disabled", "The account is disabled; enable it first.")
    if role not in ROLES:
        raise InvalidInput("role-unknown", "There is no role “%(role)s”.", field="role", role=role)
    _check_scope(role, scope, scope_id)
    if valid_to is not None and valid_to < valid_from:
        raise InvalidInput(
            "grant-reversed", "The role would end before it begins.", field="valid_to"
        )
    same = RoleGrant.objects.filter(
        user=user, role=role, scope=scope, scope_id=scope_id, valid_from=valid_from
    ).first()
    if same is not None and same.valid_to == valid_to:
        return same
    _keep_apart(user, role, valid_from, valid_to)
    grant = RoleGrant.objects.create(
        user=user,
        role=role,
        scope=scope,
        scope_id=scope_id,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    if user.example and ROLES[role].second_factor and not user.has_second_factor:
        enrol_example(by=None, user=user)
    audit.record(
        by=by,
        action="accounts.grant-role",
        object_kind="account",
        object_id=user.id,
        username=user.username,
        role=role,
        scope=scope,
        scope_id=scope_id,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    return grant


def _check_scope(role: str, scope: str, scope_id: UUID | None) -> None:
    """A scope must be one there is, fit the role and name its object."""
    if scope not in RoleGrant.Scope.values:
        raise InvalidInput(
            "scope-unknown", "There is no scope “%(scope)s”.", field="scope", scope=scope
        )
    if scope != "all" and not ROLES[role].scoped:
        raise InvalidInput(
            "scope-not-for-role", "This role holds over everything only.", field="scope"
        )
    if (scope == "all") != (scope_id is None):
        raise InvalidInput(
            "scope-missing",
            "Say over which organisation or place the role holds.",
            field="scope_id",
        )


def _keep_apart(user: User, role: str, valid_from: date, valid_to: date | None) -> None:
    """The three administrators are three people at any one time."""
    if role not in ADMINISTRATORS:
        return
    others = RoleGrant.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=valid_from),
        user=user,
        role__in=ADMINISTRATORS - {role},
    )
    if valid_to is not None:
        others = others.filter(valid_from__lte=valid_to)
    if others.exists():
        raise InvalidInput(
            "administrators-kept-apart",
            "System, security and audit administrator must be different people.",
            field="role",
        )


@transaction.atomic
def end_role(*, by: User | None, grant: RoleGrant, last_day: date | None = None) -> RoleGrant:
    """End a role; without a last day it held until yesterday and ends now.

    A grant that had not begun, or began today, is emptied by ending it the day
    it begins only where a last day says so; otherwise it is deleted, and the
    audit log keeps it. Raises NotAllowed ``roles-to-oneself``; InvalidInput
    ``grant-reversed``.
    """
    _may_grant(by, grant.user)
    grant = (
        RoleGrant.objects.select_for_update(of=("self",), no_key=True)
        .select_related("user")
        .get(id=grant.id)
    )
    end = last_day or today() - timedelta(days=1)
    if last_day is not None and last_day < grant.valid_from:
        raise InvalidInput(
            "grant-reversed", "The role would end before it begins.", field="last_day"
        )
    if grant.valid_to is not None and grant.valid_to <= end:
        return grant
    details = {"role": grant.role, "scope": grant.scope, "scope_id": grant.scope_id}
    if end < grant.valid_from:
        grant_id = grant.id
        grant.delete()
        grant.id = grant_id
    else:
        grant.valid_to = end
        grant.save(update_fields=["valid_to"])
    audit.record(
        by=by,
        action="accounts.end-role",
        object_kind="account",
        object_id=grant.user_id,
        username=grant.user.username,
        last_day=end,
        **details,
    )
    return grant
