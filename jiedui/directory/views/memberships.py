"""Who has which role over which part of the directory."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.accounts import access as accounts_access
from jiedui.accounts import actions as accounts_actions
from jiedui.accounts.domain.roles import ROLES
from jiedui.core.clock import today
from jiedui.directory import queries
from jiedui.directory.forms.memberships import EndGrantForm, GrantForm
from jiedui.directory.views.organisations import ListPage
from jiedui.directory.views.requests import Request
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table


def _role(code: str) -> str:
    return gettext(ROLES[code].name) if code in ROLES else code


def _state(grant: Any) -> str:
    if grant.valid_to is not None and grant.valid_to < today():
        return _("ended")
    return _("begins later") if grant.valid_from > today() else _("holds")


def _tone(grant: Any) -> str:
    held = grant.valid_from <= today() and (grant.valid_to is None or grant.valid_to >= today())
    return "ok" if held else "plain"


def _with_scopes(rows: list[Any]) -> list[Any]:
    language = get_language() or "zh-hans"
    bodies = queries.names((r.scope_id for r in rows if r.scope == "organisation"), language)
    places = queries.place_names((r.scope_id for r in rows if r.scope == "place"), language)
    for row in rows:
        row.over = {
            "organisation": bodies.get(row.scope_id, ""),
            "place": places.get(row.scope_id, ""),
        }.get(row.scope, _("everything"))
    return rows


def _end_url(grant: Any) -> str:
    if grant.valid_to is not None and grant.valid_to < today():
        return ""
    return reverse("directory:membership-end", args=[grant.id])


@require_GET
def membership_list(request: Request) -> HttpResponseBase:
    """Who may do what where, and until when?"""
    request.viewer.must("roles.grant")
    new_url = reverse("directory:membership-new")
    table = Table(
        request,
        accounts_access.visible_grants(request.viewer),
        [
            Column("user", _("Account"), value="user__display_name", sort="user__display_name"),
            Column("username", _("User name"), value="user__username", sort="user__username"),
            Column("role", _("Role"), value=lambda row: _role(row.role), sort="role"),
            Column("over", _("Over"), value="over"),
            Column("valid_from", _("From the day"), kind="day", sort="valid_from"),
            Column("valid_to", _("Last day"), kind="day", sort="valid_to"),
            Column("state", _("State"), value=_state, kind="badge", tone=_tone),
            Column("end", _("Action"), value=lambda row: _("End") if _end_url(row) else "",
                   url=_end_url, export=False),
        ],
        filters=[
            Filter("q", _("Account"), paths=("user__display_name", "user__username")),
            Filter("role", _("Role"), kind="choice",
                   choices=lambda: [(role.code, gettext(role.name)) for role in ROLES.values()]),
        ],
        default_sort="user",
        title=_("Memberships"),
        empty=Empty(
            _("No roles given yet"),
            _("Give a role to an account over a part of the directory."),
            new_url,
            _("Give a role"),
        ),
        prepare=_with_scopes,
    )  # fmt: skip
    page = ListPage(_("Memberships"), table, new_url, _("Give a role"))
    return render(request, "directory/organisations.html", page)


def _crumbs(here: str) -> tuple[Crumb, ...]:
    return (Crumb(_("Memberships"), reverse("directory:memberships")), Crumb(here))


@require_http_methods(["GET", "POST"])
def membership_new(request: Request) -> HttpResponseBase:
    """Give a role."""
    request.viewer.must("roles.grant")
    form = GrantForm(request.viewer, request.POST or None, initial={"valid_from": today()})
    back = reverse("directory:memberships")

    def act(data: dict[str, Any]) -> str:
        accounts_actions.grant_role(
            by=request.viewer.user, user=data["user"], role=data["role"], scope=data["scope"],
            scope_id=data["scope_id"], valid_from=data["valid_from"], valid_to=data["valid_to"],
        )  # fmt: skip
        return back

    return submitted(
        request, form, act,
        title=_("Give a role"), submit=_("Give the role"), done=_("The role was given."),
        intro=_("Nobody gives roles to himself; administrators' roles hold over everything."),
        cancel_url=back, crumbs=_crumbs(_("Give a role")),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def membership_end(request: Request, id: UUID) -> HttpResponseBase:
    """End a role."""
    request.viewer.must("roles.grant")
    grant = accounts_access.get_grant(request.viewer, id)
    back = reverse("directory:memberships")

    def act(data: dict[str, Any]) -> str:
        accounts_actions.end_role(by=request.viewer.user, grant=grant, last_day=data["valid_to"])
        return back

    return submitted(
        request, EndGrantForm(request.POST or None), act,
        title=_("End the role “%(role)s” of %(name)s")
        % {"role": _role(grant.role), "name": str(grant.user)},
        submit=_("End the role"), done=_("The role was ended."), cancel_url=back,
        crumbs=_crumbs(_("End a role")), tone="wrong",
    )  # fmt: skip
