"""The only way to an account, a role grant or a row of the audit log."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from jiedui.accounts.models import AuditRow, RoleGrant, User
from jiedui.accounts.permissions import Viewer, is_administrator
from jiedui.core.errors import NotVisible

_HIDDEN = ("not-visible", "This page does not exist or is not open to you.")


def visible_accounts(viewer: Viewer) -> QuerySet[User]:
    """All accounts for those who manage them or their roles, else only one's own."""
    if viewer.may("accounts.manage") or viewer.may("roles.grant"):
        return User.objects.all()
    return User.objects.filter(id=viewer.user.id)


def get_account(viewer: Viewer, account_id: UUID) -> User:
    """One account, or NotVisible ``not-visible``."""
    found = visible_accounts(viewer).filter(id=account_id).first()
    if found is None:
        raise NotVisible(*_HIDDEN)
    return found


def may_reset_second_factor(viewer: Viewer, user: User) -> bool:
    """Never one's own; an administrator's only for who gives roles and resets no password."""
    if viewer.user.id == user.id:
        return False
    return viewer.may("roles.grant") or (
        viewer.may("accounts.manage") and not is_administrator(user)
    )


def visible_grants(viewer: Viewer) -> QuerySet[RoleGrant]:
    """All grants for who gives roles, else only one's own."""
    rows = RoleGrant.objects.select_related("user")
    return rows if viewer.may("roles.grant") else rows.filter(user_id=viewer.user.id)


def get_grant(viewer: Viewer, grant_id: UUID) -> RoleGrant:
    """One grant, or NotVisible ``not-visible``."""
    found = visible_grants(viewer).filter(id=grant_id).first()
    if found is None:
        raise NotVisible(*_HIDDEN)
    return found


def visible_audit_rows(viewer: Viewer) -> QuerySet[AuditRow]:
    """The whole log for who may read it, else nothing."""
    return AuditRow.objects.all() if viewer.may("audit.read") else AuditRow.objects.none()
