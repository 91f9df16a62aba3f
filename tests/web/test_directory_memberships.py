"""Who has which role where: the security administrator's page."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from jiedui.accounts.models import RoleGrant, User
from jiedui.directory.actions import add_person
from tests.directory_cast import Cast, make_cast
from tests.lasting import lasting

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(make_cast)


@pytest.fixture
def security(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The second factor is tested in its own room."""
    from jiedui.accounts.permissions import Viewer

    monkeypatch.setattr(Viewer, "needs_second_factor", property(lambda self: False))
    return cast.client("security")


def test_roles_are_given_and_ended_over_a_part_of_the_tree(cast, security):
    url = reverse("directory:membership-new")
    data = {
        "user": "elsewhere", "role": "viewer", "scope": "organisation",
        "organisation": "示例县院", "valid_from": "2024-01-01",
    }  # fmt: skip
    assert security.get(url).status_code == 200
    assert security.post(url, data).status_code == 302
    grant = RoleGrant.objects.get(user__username="elsewhere", scope_id=cast.hospital.id)
    page = security.get(reverse("directory:memberships")).content.decode()
    assert "示例甲县人民医院" in page
    assert (
        cast.client("elsewhere")
        .get(reverse("directory:organisation", args=[cast.hospital.id]))
        .status_code
        == 200
    )
    end = reverse("directory:membership-end", args=[grant.id])
    assert security.get(end).status_code == 200
    assert security.post(end, {"valid_to": "2024-06-30"}).status_code == 302
    assert (
        cast.client("elsewhere")
        .get(reverse("directory:organisation", args=[cast.hospital.id]))
        .status_code
        == 404
    )


def test_a_scope_without_its_object_is_refused_at_the_field(cast, security):
    data = {"user": "elsewhere", "role": "viewer", "scope": "place", "valid_from": "2024-01-01"}
    response = security.post(reverse("directory:membership-new"), data)
    assert response.status_code == 422
    assert "place" in response.context["page"].form.errors


@pytest.mark.parametrize("name", ["coordinator", "viewer", "manager", "elsewhere"])
def test_nobody_else_gives_roles(cast, name):
    client = cast.client(name)
    grant = RoleGrant.objects.first()
    for url in (
        reverse("directory:memberships"),
        reverse("directory:membership-new"),
        reverse("directory:membership-end", args=[grant.id]),
    ):
        assert client.get(url).status_code == 403, url
        assert client.post(url, {}).status_code in (403, 405), url


def test_whose_account_it_is_says_who_gives_roles_and_never_of_the_own(cast, security):
    """Without it no clinician records a case and no mentor confirms one."""
    person = add_person(by=None, name="乙七", organisation=cast.hospital)
    other = add_person(by=None, name="乙八", organisation=cast.hospital)
    page = reverse("directory:person", args=[person.id])
    url, others = (reverse("directory:person-account", args=[each.id]) for each in (person, other))
    assert url in security.get(page).content.decode()
    assert security.post(url, {"user": "elsewhere"})["Location"] == page
    person.refresh_from_db()
    assert person.user_id == User.objects.get(username="elsewhere").id
    assert "elsewhere" in security.get(page).content.decode()
    taken = security.post(others, {"user": "elsewhere"})
    assert (taken.status_code, "user" in taken.context["page"].form.errors) == (422, True)
    assert security.post(others, {"user": "security"}).status_code == 403
    assert security.post(url, {"user": ""}).status_code == 302
    person.refresh_from_db()
    assert person.user_id is None
    for name in ("coordinator", "manager"):
        assert cast.client(name).post(url, {"user": name}).status_code == 403, name
        assert url not in cast.client(name).get(page).content.decode()
