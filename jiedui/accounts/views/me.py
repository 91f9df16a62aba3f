"""One's own account: password, second factor, language and theme, roles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import segno
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jiedui.accounts import actions
from jiedui.accounts.domain.codes import address
from jiedui.accounts.domain.roles import ROLES
from jiedui.accounts.forms import CodeForm, PasswordForm, PreferencesForm
from jiedui.accounts.models import RoleGrant, User
from jiedui.accounts.permissions import Viewer
from jiedui.accounts.queries import grants_of, second_factor_secret
from jiedui.core.errors import Refused
from jiedui.web.forms import refused_to_form
from jiedui.web.pages import Crumb, form_page, render


@dataclass(frozen=True)
class HeldRole:
    """A role of the reader, as it is shown."""

    name: str
    description: str
    grant: RoleGrant
    holds: bool


@dataclass(frozen=True)
class MyAccount:
    """The page “My account”."""

    title: str
    user: User
    roles: Sequence[HeldRole]
    compulsory: bool
    form: PreferencesForm


@dataclass(frozen=True)
class SecondFactor:
    """The page that sets the second factor up or takes it away."""

    title: str
    crumbs: Sequence[Crumb]
    on: bool
    compulsory: bool
    picture: SafeString | None
    secret: str
    form: CodeForm


def held_roles(viewer: Viewer, user: User) -> list[HeldRole]:
    """The grants of a user with the words of their roles."""
    found = []
    for grant in grants_of(viewer, user):
        role = ROLES.get(grant.role)
        holds = grant.valid_from <= viewer.day and not (
            grant.valid_to and grant.valid_to < viewer.day
        )
        name, description = (_(role.name), _(role.description)) if role else (grant.role, "")
        found.append(HeldRole(name, description, grant, holds))
    return found


def _crumbs(last: str) -> list[Crumb]:
    return [Crumb(_("My account"), resolve_url("accounts:me")), Crumb(last)]


@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponseBase:
    """Who I am here, what I may do, and how pages look to me."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    user = viewer.user
    given = {"language": user.language, "theme": user.theme}
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_preferences(by=user, **form.cleaned_data)
        except Refused as refused:
            refused_to_form(form, refused)
        else:
            with override(form.cleaned_data["language"]):
                messages.success(request, _("Saved."))
            return redirect("accounts:me")
    page = MyAccount(
        _("My account"), user, held_roles(viewer, user), viewer.needs_second_factor, form
    )
    status = 422 if form.errors else 200
    return render(request, "accounts/me.html", page, status=status)


@never_cache
@sensitive_post_parameters("old", "new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def change_password(request: HttpRequest) -> HttpResponseBase:
    """Change the own password; the first one and a reset one must be."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    must = viewer.user.must_change_password
    form = PasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.change_password(
                by=viewer.user, old=form.cleaned_data["old"], new=form.cleaned_data["new"]
            )
        except Refused as refused:
            refused_to_form(form, refused)
        else:
            update_session_auth_hash(request, user)
            messages.success(request, _("Password changed. Other sessions have ended."))
            return redirect("home:today" if must else "accounts:me")
    intro = _("Choose a password that only you know; the one you were given ends here.")
    return form_page(
        request,
        title=_("Change password"),
        form=form,
        submit=_("Change password"),
        intro=intro if must else "",
        cancel_url="" if must else resolve_url("accounts:me"),
        crumbs=() if must else _crumbs(_("Change password")),
    )


def _picture(secret: str, username: str) -> SafeString:
    """The QR code as inline SVG, dark on light in both themes."""
    code = segno.make(address(secret, username), error="m")
    drawn = code.svg_inline(border=4, dark="#000", light="#fff", omitsize=True)
    return mark_safe(drawn)  # noqa: S308 - drawn here, of a path only  # nosec


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor(request: HttpRequest) -> HttpResponseBase:
    """Set the second factor up with a first code, or turn it off with a code."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    user = viewer.user
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if user.has_second_factor:
                done = actions.remove_second_factor(by=user, code=form.cleaned_data["code"])
            else:
                done = actions.confirm_second_factor(by=user, code=form.cleaned_data["code"])
        except Refused as refused:
            refused_to_form(form, refused)
        else:
            if done:
                return _changed(request, user)
            form.add_error("code", _("This code is wrong or was used already. Wait for the next."))
    secret = "" if user.has_second_factor else second_factor_secret(user)
    page = SecondFactor(
        title=_("Second factor"),
        crumbs=()
        if viewer.needs_second_factor and not user.has_second_factor
        else _crumbs(_("Second factor")),
        on=user.has_second_factor,
        compulsory=viewer.needs_second_factor,
        picture=_picture(secret, user.username) if secret else None,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        form=form,
    )
    status = 422 if form.errors else 200
    return render(request, "accounts/second_factor.html", page, status=status)


def _changed(request: HttpRequest, user: User) -> HttpResponseBase:
    """Keep this session, end the others, and say what holds now."""
    on = not user.has_second_factor
    user.refresh_from_db()
    update_session_auth_hash(request, user)
    if on:
        messages.success(request, _("The second factor is on. Other sessions have ended."))
    else:
        messages.success(request, _("The second factor is off."))
    return redirect("accounts:me")


@require_POST
def begin_second_factor(request: HttpRequest) -> HttpResponseBase:
    """Make a new secret to be confirmed."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    actions.begin_second_factor(by=viewer.user)
    return redirect("accounts:second-factor")


@require_POST
def end_my_sessions(request: HttpRequest) -> HttpResponseBase:
    """Log out everywhere else."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    user = actions.end_sessions(by=viewer.user, user=viewer.user)
    update_session_auth_hash(request, user)
    messages.success(request, _("Other sessions have ended."))
    return redirect("accounts:me")
