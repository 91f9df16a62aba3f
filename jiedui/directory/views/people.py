"""Pages of people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.db.models import Exists, OuterRef, QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.directory import access, actions, queries
from jiedui.directory.forms import people as forms
from jiedui.directory.forms.memberships import AccountForm
from jiedui.directory.models import Affiliation, Person, PersonSpecialty, PersonTitle
from jiedui.directory.queries.people import on_day, posts_today
from jiedui.directory.views.organisations import ListPage, terms
from jiedui.directory.views.requests import Request
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named


def _url(person: Person) -> str:
    return reverse("directory:person", args=[person.id])


def _posted(rows: QuerySet[Person], text: str) -> QuerySet[Person]:
    """People whose post today is in the organisation of this id or name, or a part of it."""
    try:
        body: UUID | None = UUID(text)
    except ValueError:
        found = queries.find_organisation(text)
        body = found.id if found else None
    if body is None:
        return rows.none()
    posts = Affiliation.objects.filter(
        on_day(today()), person=OuterRef("pk"), organisation_id__in=queries.parts_of(body, today())
    )
    return rows.filter(Exists(posts))


def _titled(rows: QuerySet[Person], code: str) -> QuerySet[Person]:
    held = PersonTitle.objects.filter(on_day(today()), person=OuterRef("pk"), title=code)
    return rows.filter(Exists(held))


def _practising(rows: QuerySet[Person], code: str) -> QuerySet[Person]:
    held = PersonSpecialty.objects.filter(on_day(today()), person=OuterRef("pk"), specialty=code)
    return rows.filter(Exists(held))


def _with_posts(rows: list[Any]) -> list[Any]:
    ids = [row.id for row in rows]
    titles, posts = queries.titles_on(ids, today()), posts_today(ids, today())
    for row in rows:
        row.title_today = titles.get(row.id, "")
        row.post_today = posts.get(row.id)
    return rows


@require_GET
def person_list(request: Request) -> HttpResponseBase:
    """Who works where, with which title?"""
    viewer = request.viewer
    viewer.must("directory.read")
    may = viewer.may("directory.edit")
    new_url = reverse("directory:person-new")
    table = Table(
        request,
        access.visible_people(viewer),
        [
            Column("name", _("Name of the person"), sort="name", url=_url),
            Column(
                "organisation", _("Organisation"),
                value=lambda row: named(row.post_today.organisation) if row.post_today else "",
            ),
            Column(
                "department", _("Department"),
                value=lambda row: row.post_today.department.name
                if row.post_today and row.post_today.department else "",
            ),
            Column("title", _("Title"), value="title_today", kind="term", table="titles"),
            Column("staff_number", _("Staff number"), sort="staff_number"),
        ],
        filters=[
            Filter("q", _("Name or staff number"), paths=("name", "staff_number")),
            Filter("organisation", _("Organisation"), apply=_posted),
            Filter("title", _("Title"), kind="choice", choices=lambda: terms("titles"),
                   apply=_titled),
            Filter("specialty", _("Specialty"), kind="choice",
                   choices=lambda: terms("specialties"), apply=_practising),
        ],
        default_sort="name",
        title=_("Staff"),
        empty=Empty(
            _("No staff yet"),
            _("Posted experts and local staff will stand here. An account is not needed."),
            new_url if may else "",
            _("New person"),
        ),
        prepare=_with_posts,
    )  # fmt: skip
    page = ListPage(
        _("Staff"), table, new_url if may else "", _("New person"), reverse("directory:export")
    )
    return render(request, "directory/organisations.html", page)


@dataclass(frozen=True)
class PersonPage:
    """One person: posts, titles and specialties over time."""

    title: str
    crumbs: tuple[Crumb, ...]
    example: bool
    person: Person
    posts: list[Affiliation]
    titles: list[PersonTitle]
    specialties: list[PersonSpecialty]
    linked: frozenset[UUID]
    may_edit: bool
    postings_url: str
    # For who gives roles: the user name of the log-in, blank without one; None for others.
    account: str | None


def _crumbs(person: Person, *more: str) -> tuple[Crumb, ...]:
    first = Crumb(_("Staff"), reverse("directory:people"))
    if not more:
        return (first, Crumb(person.name))
    return (first, Crumb(person.name, _url(person)), *(Crumb(m) for m in more))


@require_GET
def person_page(request: Request, id: UUID) -> HttpResponseBase:
    """Which posts and titles did this person hold, and when?"""
    viewer = request.viewer
    viewer.must("directory.read")
    person = access.get_person(viewer, id)
    posts = list(
        person.affiliations.select_related("organisation", "department").order_by("-valid_from")
    )
    held = access.reach(viewer)
    edit = access.reach(viewer, "directory.edit")
    bodies = {post.organisation_id for post in posts}
    page = PersonPage(
        title=person.name,
        crumbs=_crumbs(person),
        example=person.example,
        person=person,
        posts=posts,
        titles=list(person.titles.order_by("-valid_from")),
        specialties=list(person.specialties.order_by("-valid_from")),
        linked=frozenset(body for body in bodies if held.covers(body)),
        may_edit=edit.everything
        or any(edit.covers(body) for body in queries.kept_by(posts, viewer.day)),
        postings_url=reverse("programmes:person-panel", args=[person.id])
        if viewer.may("programmes.read")
        else "",
        account=_account(person) if viewer.may("roles.grant") else None,
    )
    return render(request, "directory/person.html", page)


def _account(person: Person) -> str:
    user = User.objects.filter(pk=person.user_id).first() if person.user_id else None
    return user.username if user else ""


@require_http_methods(["GET", "POST"])
def person_new(request: Request) -> HttpResponseBase:
    """Put a new person into the directory."""
    request.viewer.must("directory.edit")
    form = forms.NewPersonForm(
        request.viewer, request.POST or None, initial={"valid_from": today()}
    )

    def act(data: dict[str, Any]) -> str:
        specialty = data.pop("specialty")
        return _url(
            actions.add_person(
                by=request.viewer.user, specialties=[specialty] if specialty else [], **data
            )
        )

    return submitted(
        request, form, act,
        title=_("New person"), submit=_("Create"), done=_("The person was added."),
        intro=_("Only what the work needs: no identity number, origin, family or views."),
        cancel_url=reverse("directory:people"),
        crumbs=(Crumb(_("Staff"), reverse("directory:people")), Crumb(_("New person"))),
    )  # fmt: skip


def _change(
    request: Request,
    id: UUID,
    make: Callable[[Person], django_forms.Form],
    act: Callable[[Person, dict[str, Any]], object],
    title: str,
    submit: str,
) -> HttpResponseBase:
    viewer = request.viewer
    viewer.must("directory.edit")
    person = access.get_person(viewer, id)

    def run(data: dict[str, Any]) -> str:
        act(person, data)
        return _url(person)

    return submitted(
        request, make(person), run, title=title, submit=submit, done=_("The change was saved."),
        cancel_url=_url(person), crumbs=_crumbs(person, title), example=person.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def person_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Correct a name or staff number."""
    return _change(
        request, id,
        lambda person: forms.PersonForm(
            request.POST or None,
            initial={"name": person.name, "staff_number": person.staff_number},
        ),
        lambda person, data: actions.edit_person(by=request.viewer.user, person=person, **data),
        _("Change the person"), _("Save"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def person_account(request: Request, id: UUID) -> HttpResponseBase:
    """Say which account is this person's log-in."""
    viewer = request.viewer
    viewer.must("directory.read")
    person = access.get_person(viewer, id)
    viewer.must("roles.grant")

    def act(data: dict[str, Any]) -> str:
        actions.link_account(by=viewer.user, person=person, user=data["user"])
        return _url(person)

    return submitted(
        request,
        AccountForm(request.POST or None, initial={"user": _account(person)}),
        act,
        title=_("Whose account"), submit=_("Save"), done=_("The change was saved."),
        intro=_(
            "The account then acts as %(name)s: records and confirms cases, signs handovers, sees"
            " the own postings."
        ) % {"name": person.name},
        cancel_url=_url(person), crumbs=_crumbs(person, _("Whose account")),
        example=person.example,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def person_post(request: Request, id: UUID) -> HttpResponseBase:
    """Say the home post from a day on."""
    return _change(
        request, id,
        lambda person: forms.PostForm(
            request.viewer, request.POST or None, initial={"valid_from": today()}
        ),
        lambda person, data: actions.post_person(by=request.viewer.user, person=person, **data),
        _("Change the post"), _("Save"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def person_title(request: Request, id: UUID) -> HttpResponseBase:
    """Say the title from a day on."""
    return _change(
        request, id,
        lambda person: forms.TitleForm(request.POST or None, initial={"valid_from": today()}),
        lambda person, data: actions.give_title(by=request.viewer.user, person=person, **data),
        _("Change the title"), _("Save"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
def person_specialty(request: Request, id: UUID) -> HttpResponseBase:
    """Add a specialty."""
    return _change(
        request, id,
        lambda person: forms.SpecialtyForm(request.POST or None),
        lambda person, data: actions.add_specialty(by=request.viewer.user, person=person, **data),
        _("Add a specialty"), _("Add"),
    )  # fmt: skip
