"""Log-in in one or two steps, and log-out."""

from __future__ import annotations

from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from jiedui.accounts import actions
from jiedui.accounts.domain.usernames import read_username
from jiedui.accounts.forms import CodeForm, LogInForm
from jiedui.accounts.models import User
from jiedui.accounts.sources.throttle import minutes_closed
from jiedui.core.clock import now
from jiedui.core.errors import Refused
from jiedui.web.addresses import address_of
from jiedui.web.forms import refused_to_form
from jiedui.web.pages import form_page

# How long a right password waits for its code.
STEP_OPEN = timedelta(minutes=5)
BACKEND = "django.contrib.auth.backends.ModelBackend"


def _target(request: HttpRequest) -> str:
    """Where ``next`` leads, if it stays in this house; else the first page."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _enter(request: HttpRequest, user: User, target: str) -> HttpResponseBase:
    """Begin the session under a new key, in the user's language."""
    login(request, user, backend=BACKEND)
    request.session["seen"] = now().isoformat()
    actions.note_log_in(by=user, address=address_of(request))
    response = redirect(target)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        user.language,
        httponly=True,
        samesite="Lax",
        secure=settings.HTTPS,
        max_age=365 * 86400,
    )
    return response


def _closed(request: HttpRequest, form: LogInForm, minutes: int) -> HttpResponseBase:
    """The log-in page that says how long to wait; the same for a name that does not exist."""
    form.add_error(
        None,
        _("Too many failed log-ins for this user name. Try again in %(minutes)s minutes.")
        % {"minutes": minutes},
    )
    response = _page(request, form)
    response.status_code = 429
    response["Retry-After"] = str(minutes * 60)
    return response


def _page(request: HttpRequest, form: LogInForm) -> HttpResponseBase:
    return form_page(
        request,
        title=_("Log in"),
        form=form,
        submit=_("Log in"),
        template="accounts/log_in.html",
        next=request.POST.get("next") or request.GET.get("next") or "",
    )


def locked_out(
    request: HttpRequest,
    original: HttpResponseBase | None = None,
    credentials: dict[str, Any] | None = None,
) -> HttpResponseBase:
    """What django-axes answers when the last try was one too many."""
    form = LogInForm(request.POST)
    form.is_valid()
    return _closed(request, form, minutes_closed(request, _username(form)) or 1)


def _on_this_machine(request: HttpRequest) -> bool:
    """Whether the request came over loopback; the example's passwords are known to all."""
    try:
        return ip_address(address_of(request)).is_loopback
    except ValueError:
        return False


def _username(form: LogInForm) -> str:
    """The name that was typed, in its stored form where it has one."""
    typed = str(form.cleaned_data.get("username", ""))
    try:
        return read_username(typed)
    except Refused:
        return typed[:64]


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponseBase:
    """User name and password; with a second factor the code's page comes next."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect(_target(request))
    form = LogInForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form)
    username = _username(form)
    if minutes := minutes_closed(request, username):
        return _closed(request, form, minutes)
    user = authenticate(request, username=username, password=form.cleaned_data["password"])
    if isinstance(user, User) and user.example and not _on_this_machine(request):
        form.add_error(None, _("Log-ins of the example work on this machine only."))
        return _page(request, form)
    if not isinstance(user, User):
        actions.note_refused_log_in(by=None, username=username, address=address_of(request))
        # The same words for a wrong name, a wrong password and a disabled account.
        form.add_error(None, _("User name and password do not match an open account."))
        return _page(request, form)
    if user.has_second_factor:
        request.session.flush()
        request.session["half"] = {
            "user": str(user.id),
            "hash": user.get_session_auth_hash(),
            "at": now().isoformat(),
            "next": _target(request),
        }
        return redirect("accounts:code")
    return _enter(request, user, _target(request))


def _half_way(request: HttpRequest) -> User | None:
    """Who gave the right password within the last minutes and owes a code."""
    half = request.session.get("half")
    if not half or now() - datetime.fromisoformat(half["at"]) > STEP_OPEN:
        return None
    user = User.objects.filter(id=half["user"], is_active=True).first()
    if user is None or user.get_session_auth_hash() != half["hash"]:
        return None
    return user


@login_not_required
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """The second step of a log-in."""
    user = _half_way(request)
    if user is None or not user.has_second_factor:
        request.session.pop("half", None)
        return redirect("accounts:login")
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            if actions.use_second_factor(by=user, code=form.cleaned_data["code"]):
                target = request.session["half"]["next"]
                request.session.flush()
                return _enter(request, user, target)
            form.add_error("code", _("This code is wrong or was used already. Wait for the next."))
        except Refused as refused:
            refused_to_form(form, refused)
    return form_page(
        request,
        title=_("Second step"),
        intro=_("Open the authenticator on your phone and type the six digits for Jiedui."),
        form=form,
        submit=_("Log in"),
        cancel_url=resolve_url("accounts:login"),
        template="accounts/code.html",
    )


@require_POST
def log_out(request: HttpRequest) -> HttpResponseBase:
    """End this session."""
    if isinstance(request.user, User):
        actions.note_log_out(by=request.user)
    logout(request)
    return redirect(settings.LOGIN_URL)
