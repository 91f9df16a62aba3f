"""Roles, for the security administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from jiedui.accounts import actions
from jiedui.accounts.access import get_grant, visible_grants
from jiedui.accounts.domain.roles import ROLES, Role
from jiedui.accounts.domain.usernames import read_username
from jiedui.accounts.forms import EndRoleForm, GrantForm
from jiedui.accounts.models import RoleGrant, User
from jiedui.accounts.permissions import Viewer
from jiedui.accounts.queries import find_user, holds_on
from jiedui.core.errors import InvalidInput, Refused
from jiedui.web.forms import refused_to_form
from jiedui.web.pages import Crumb, form_page, render
from jiedui.web.tables import Column, Filter, Table
from jiedui.web.tables.table import Empty


@dataclass(frozen=True)
class RoleList:
    """All grants, and what each role is for."""

    title: str
    lead: str
    table: Table
    catalogue: Sequence[tuple[str, str, Role]]
    memberships_url: str


def _role_name(grant: Any) -> str:
    role = ROLES.get(grant.role)
    return _(role.name) if role else str(grant.role)


def _over(grant: Any) -> str:
    label = str(RoleGrant.Scope(grant.scope).label)
    return label if grant.scope_id is None else f"{label} · {str(grant.scope_id)[-6:]}"


def _holds(viewer: Viewer, rows: QuerySet[RoleGrant], value: str) -> QuerySet[RoleGrant]:
    if value == "now":
        return rows.filter(holds_on(viewer.day))
    if value == "later":
        return rows.filter(valid_from__gt=viewer.day)
    return rows.filter(Q(valid_to__lt=viewer.day))


def _url(name: str, *args: object) -> str:
    """A page of a room above, where there is one."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _over_url(grant: Any) -> str:
    """The page of the organisation or place that the role holds over."""
    return _url(f"directory:{grant.scope}", grant.scope_id) if grant.scope_id else ""


@require_safe
def roles(request: HttpRequest) -> HttpResponseBase:
    """Who holds which role, over what, and until when."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    viewer.must("roles.grant")
    table = Table(
        request,
        visible_grants(viewer),
        columns=[
            Column(
                "who",
                _("Name"),
                value="user__display_name",
                sort="user__display_name",
                url=lambda grant: reverse("accounts:account", args=[grant.user_id]),
            ),
            Column("username", _("User name"), value="user__username", sort="user__username"),
            Column("role", _("Role"), value=_role_name, sort="role"),
            Column("over", pgettext("role", "Over"), value=_over, url=_over_url, sort="scope"),
            Column(
                "from", pgettext("role", "From"), kind="day", value="valid_from", sort="valid_from"
            ),
            Column("to", _("Last day"), kind="day", value="valid_to", sort="valid_to"),
            Column(
                "end",
                "",
                template="accounts/_end_role.html",
                export=False,
                value="id",
            ),
        ],
        filters=[
            Filter("q", _("User name or name"), paths=("user__username", "user__display_name")),
            Filter(
                "role",
                _("Role"),
                kind="choice",
                choices=[(role.code, _(role.name)) for role in ROLES.values()],
            ),
            Filter(
                "holds",
                pgettext("role", "Holds"),
                kind="choice",
                default="now",
                choices=[
                    ("now", pgettext("role", "today")),
                    ("later", pgettext("role", "later")),
                    ("over", pgettext("role", "no longer")),
                ],
                apply=lambda rows, value: _holds(viewer, rows, value),
            ),
        ],
        default_sort="who",
        title=_("Roles"),
        empty=Empty(
            text=_("Without a role an account sees nothing."),
            url=resolve_url("accounts:give-role"),
            action=_("Give a role"),
        ),
    )
    page = RoleList(
        _("Roles"),
        _(
            "Roles are given for a time. Nobody gives roles to oneself, and the three"
            " administrators are three people."
        ),
        table,
        [(_(role.name), _(role.description), role) for role in ROLES.values()],
        _url("directory:memberships"),
    )
    return render(request, "accounts/roles.html", page)


def _find(username: str) -> User:
    """The account that is to get a role, or InvalidInput ``account-unknown``."""
    user = find_user(read_username(username))
    if user is None:
        raise InvalidInput(
            "account-unknown",
            "There is no account “%(username)s”.",
            field="username",
            username=username,
        )
    return user


@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest) -> HttpResponseBase:
    """Give a role over everything; over a part of the tree the directory gives it."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    viewer.must("roles.grant")
    given = {"username": request.GET.get("username", "")[:64]}
    form = GrantForm(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        try:
            user = _find(data.pop("username"))
            actions.grant_role(by=viewer.user, user=user, **data)
        except Refused as refused:
            refused_to_form(form, refused)
        else:
            messages.success(request, _("The role is given."))
            return redirect("accounts:account", user.id)
    memberships = _url("directory:memberships")
    return form_page(
        request,
        title=_("Give a role"),
        intro=_(
            "Here a role is given over everything. Over an organisation or a place it is"
            " given under People, Memberships."
        )
        if memberships
        else "",
        form=form,
        submit=_("Give the role"),
        cancel_url=resolve_url("accounts:roles"),
        crumbs=[Crumb(_("Roles"), resolve_url("accounts:roles")), Crumb(_("Give a role"))],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, grant_id: UUID) -> HttpResponseBase:
    """End a role, now or on a day."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    viewer.must("roles.grant")
    grant = get_grant(viewer, grant_id)
    form = EndRoleForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.end_role(by=viewer.user, grant=grant, last_day=form.cleaned_data["last_day"])
        except Refused as refused:
            refused_to_form(form, refused)
        else:
            messages.success(request, _("The role is ended."))
            return redirect("accounts:account", grant.user_id)
    return form_page(
        request,
        title=_("End a role"),
        intro=_("%(name)s holds the role “%(role)s” (%(over)s) since %(day)s.")
        % {
            "name": grant.user.display_name,
            "role": _role_name(grant),
            "over": _over(grant),
            "day": grant.valid_from.isoformat(),
        },
        form=form,
        submit=_("End the role"),
        tone="wrong",
        cancel_url=resolve_url("accounts:roles"),
        crumbs=[Crumb(_("Roles"), resolve_url("accounts:roles")), Crumb(_("End a role"))],
    )
