"""Accounts, for the system administrator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext, pgettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiedui.accounts import actions
from jiedui.accounts.access import get_account, may_reset_second_factor, visible_accounts
from jiedui.accounts.domain.passwords import one_time_password
from jiedui.accounts.domain.roles import ROLES
from jiedui.accounts.forms import AccountForm
from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer
from jiedui.accounts.queries import with_roles
from jiedui.accounts.views.me import HeldRole, held_roles
from jiedui.core.errors import NotVisible, Refused
from jiedui.web.forms import refused_to_form, sentence
from jiedui.web.pages import Crumb, form_page, render
from jiedui.web.tables import Column, Filter, Table
from jiedui.web.tables.table import Empty

STATES = {
    "open": pgettext_lazy("account", "open"),
    "waiting": gettext_lazy("password not changed yet"),
    "disabled": gettext_lazy("disabled"),
}
TONES = {"open": "ok", "waiting": "wait", "disabled": "plain"}


@dataclass(frozen=True)
class AccountList:
    """The list of accounts."""

    title: str
    table: Table


@dataclass(frozen=True)
class AccountPage:
    """One account, with what may be done to it."""

    title: str
    crumbs: Sequence[Crumb]
    account: User
    state: str
    tone: str
    roles: Sequence[HeldRole]
    manages: bool
    grants: bool
    resets: bool
    oneself: bool
    example: bool


@dataclass(frozen=True)
class HandedOut:
    """One-time passwords, shown once."""

    title: str
    crumbs: Sequence[Crumb]
    passwords: Sequence[tuple[str, str]]
    back: str


def state_of(user: User) -> str:
    """``open``, ``waiting`` for the first password to be changed, or ``disabled``."""
    if not user.is_active:
        return "disabled"
    return "waiting" if user.must_change_password else "open"


def _only_in(state: str, rows: QuerySet[User]) -> QuerySet[User]:
    if state == "disabled":
        return rows.filter(is_active=False)
    return rows.filter(is_active=True, must_change_password=state == "waiting")


def _role_names(user: Any) -> str:
    names = (_(ROLES[code].name) if code in ROLES else code for code in user.roles)
    return (", " if (get_language() or "").startswith("en") else "、").join(names)


def _crumbs(*more: Crumb) -> list[Crumb]:
    return [Crumb(_("Accounts"), resolve_url("accounts:accounts")), *more]


@require_safe
def accounts(request: HttpRequest) -> HttpResponseBase:
    """All accounts."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    viewer.must("accounts.manage")
    table = Table(
        request,
        visible_accounts(viewer),
        columns=[
            Column("username", _("User name"), sort="username"),
            Column("name", _("Name"), value="display_name", sort="display_name"),
            Column("email", _("E-mail"), shown=False),
            Column(
                "state",
                _("State"),
                kind="badge",
                value=lambda user: STATES[state_of(user)],
                tone=lambda user: TONES[state_of(user)],
            ),
            Column("roles", _("Roles today"), value=_role_names),
            Column(
                "factor",
                _("Second factor"),
                value=lambda user: (
                    pgettext("second factor", "on") if user.has_second_factor else ""
                ),
            ),
            Column("last", _("Last log-in"), kind="moment", value="last_login", sort="last_login"),
            Column(
                "created",
                pgettext("account", "Created"),
                kind="moment",
                value="created_at",
                sort="created_at",
            ),
        ],
        filters=[
            Filter("q", _("User name or name"), paths=("username", "display_name")),
            Filter(
                "state",
                _("State"),
                kind="choice",
                choices=list(STATES.items()),
                apply=lambda rows, value: _only_in(value, rows),
            ),
        ],
        default_sort="username",
        title=_("Accounts"),
        row_url=lambda user: reverse("accounts:account", args=[user.id]),
        prepare=lambda rows: with_roles(rows, viewer.day),
        empty=Empty(
            text=_("Everybody who logs in stands here."),
            url=resolve_url("accounts:create"),
            action=_("Create an account"),
        ),
    )
    return render(request, "accounts/accounts.html", AccountList(_("Accounts"), table))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponseBase:
    """Make an account and show its one-time password once."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    viewer.must("accounts.manage")
    form = AccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        password = one_time_password()
        try:
            user = actions.create_account(by=viewer.user, password=password, **form.cleaned_data)
        except Refused as refused:
            refused_to_form(form, refused)
        else:
            return _hand_out(request, user, password)
    return form_page(
        request,
        title=_("Create an account"),
        intro=_(
            "The account gets a one-time password. Roles are given by the security administrator."
        ),
        form=form,
        submit=_("Create"),
        cancel_url=resolve_url("accounts:accounts"),
        crumbs=_crumbs(Crumb(_("Create an account"))),
    )


def _hand_out(request: HttpRequest, user: User, password: str) -> HttpResponseBase:
    url = resolve_url("accounts:account", user.id)
    page = HandedOut(
        _("One-time password"),
        _crumbs(Crumb(user.username, url), Crumb(_("One-time password"))),
        [(user.username, password)],
        url,
    )
    return render(request, "accounts/handed_out.html", page)


@require_safe
def account(request: HttpRequest, account_id: UUID) -> HttpResponseBase:
    """One account."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    user = _get(viewer, account_id)
    manages = viewer.may("accounts.manage")
    state = state_of(user)
    page = AccountPage(
        title=user.display_name,
        crumbs=_crumbs(Crumb(user.username))
        if manages
        else [Crumb(_("Roles"), resolve_url("accounts:roles")), Crumb(user.username)],
        account=user,
        state=str(STATES[state]),
        tone=TONES[state],
        roles=held_roles(viewer, user) if viewer.may("roles.grant") else (),
        manages=manages,
        grants=viewer.may("roles.grant"),
        resets=bool(user.totp_secret) and may_reset_second_factor(viewer, user),
        oneself=user.id == viewer.user.id,
        example=user.example,
    )
    return render(request, "accounts/account.html", page)


def _get(viewer: Viewer, account_id: UUID) -> User:
    """An account for one who keeps accounts or roles; one's own has another page."""
    if not (viewer.may("accounts.manage") or viewer.may("roles.grant")):
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    return get_account(viewer, account_id)


def _said(
    request: HttpRequest, user: User, act: Callable[[], object], done: str
) -> HttpResponseBase:
    """Do it, say so or say why not, and go back to the account."""
    try:
        act()
    except Refused as refused:
        messages.error(request, sentence(refused))
    else:
        messages.success(request, done)
    return redirect("accounts:account", user.id)


@require_POST
def disable(request: HttpRequest, account_id: UUID) -> HttpResponseBase:
    """Close an account."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    user = _get(viewer, account_id)
    return _said(
        request,
        user,
        lambda: actions.disable_account(by=viewer.user, user=user),
        _("The account is disabled and its sessions have ended."),
    )


@require_POST
def enable(request: HttpRequest, account_id: UUID) -> HttpResponseBase:
    """Open an account again."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    user = _get(viewer, account_id)
    return _said(
        request,
        user,
        lambda: actions.enable_account(by=viewer.user, user=user),
        _("The account is open again."),
    )


@require_POST
def end_sessions(request: HttpRequest, account_id: UUID) -> HttpResponseBase:
    """Log somebody out everywhere."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    user = _get(viewer, account_id)
    return _said(
        request,
        user,
        lambda: actions.end_sessions(by=viewer.user, user=user),
        _("All sessions of the account have ended."),
    )


@require_POST
def reset_second_factor(request: HttpRequest, account_id: UUID) -> HttpResponseBase:
    """Take a lost second factor away."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    user = _get(viewer, account_id)
    return _said(
        request,
        user,
        lambda: actions.reset_second_factor(by=viewer.user, user=user),
        _("The second factor is gone; it can be set up again after the next log-in."),
    )


@never_cache
@require_POST
def reset_password(request: HttpRequest, account_id: UUID) -> HttpResponseBase:
    """Give a one-time password and show it once."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    user = _get(viewer, account_id)
    try:
        password = actions.reset_password(by=viewer.user, user=user)
    except Refused as refused:
        messages.error(request, sentence(refused))
        return redirect("accounts:account", user.id)
    return _hand_out(request, user, password)
