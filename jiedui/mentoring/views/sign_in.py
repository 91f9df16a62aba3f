"""Signing in to a session on a phone: open to everybody who has the code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.mentoring.access.reach import own_person
from jiedui.mentoring.actions import session_results, signing_in
from jiedui.mentoring.forms.session_results import ReactionsForm, SignInForm
from jiedui.mentoring.queries import sessions as queries
from jiedui.mentoring.views.base import not_visible, url
from jiedui.web.addresses import address_of
from jiedui.web.forms import refused_to_form
from jiedui.web.pages import render
from jiedui.web.templatetags.jiedui import day

SALT = "jiedui.mentoring.sign-in"
# How long somebody who signed in may still answer, from the same link.
ANSWER_WITHIN = 14 * 86400


@dataclass(frozen=True)
class SignInPage:
    """The code and the name; or, once signed in, what was signed and the questions."""

    title: str
    form: Any
    submit: str
    intro: str = ""
    topic: str = ""
    lines: tuple[str, ...] = ()
    example: bool = False


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Sign in with the code that the organiser shows; no account is needed."""
    viewer = getattr(request, "viewer", None)
    own = own_person(viewer) if viewer is not None else None
    form = SignInForm(request.POST or None, own=own)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            done = signing_in.sign_in(
                by=viewer.user if viewer is not None else None, code=data["code"],
                address=address_of(request), name=data.get("name", ""),
                staff_number=data.get("staff_number", ""),
            )  # fmt: skip
        except (InvalidInput, InvalidState) as refused:
            refused_to_form(form, refused)
        else:
            return redirect(url("signed-in", signing.dumps(str(done.attendance.id), salt=SALT)))
    intro = _("You sign in as %(person)s.") % {"person": own.name} if own is not None else ""
    page = SignInPage(_("Sign in to a session"), form, _("Sign in"), intro)
    return render(request, "mentoring/sign_in.html", page, status=422 if form.errors else 200)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def signed_in(request: HttpRequest, token: str) -> HttpResponseBase:
    """What was signed; and the questions, answered once and kept without a name."""
    try:
        id = UUID(signing.loads(token, salt=SALT, max_age=ANSWER_WITHIN))
    except (signing.BadSignature, ValueError) as wrong:
        raise not_visible() from wrong
    attendance = queries.attendance(id)
    if attendance is None:
        raise not_visible()
    session = attendance.session
    answered = queries.has_answered(attendance)
    form = ReactionsForm(get_language() or "zh-hans", request.POST or None)
    if request.method == "POST" and not answered and form.is_valid():
        try:
            session_results.react(
                by=None, session=session, person=attendance.person, answers=form.cleaned_data
            )
        except (InvalidInput, InvalidState) as refused:
            refused_to_form(form, refused)
        else:
            return redirect(request.path)
    lines = (
        _("%(person)s is signed in for %(day)s.")
        % {"person": attendance.person.name, "day": day(attendance.day.on)},
        _("Thank you, your answers were counted without your name.") if answered else "",
    )
    page = SignInPage(
        _("Signed in"), None if answered else form, _("Send the answers"), topic=session.topic,
        lines=tuple(filter(None, lines)), example=session.programme.example,
    )  # fmt: skip
    return render(request, "mentoring/signed_in.html", page, status=422 if form.errors else 200)
