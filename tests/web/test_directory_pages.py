"""Every page of the directory and of programmes: seen by who may, hidden from who may not."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from jiedui.accounts.models import AuditRow
from jiedui.accounts.views.log import object_of
from jiedui.programmes import actions as programmes
from tests.directory_cast import Cast, make_cast
from tests.lasting import lasting

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(make_cast)


def objects(cast: Cast) -> dict[str, str]:
    """The object pages: what an outsider must not find."""

    def at(name: str, *args: object) -> str:
        return reverse(name, args=args)

    return {
        name: at(name, thing.id)
        for name, thing in {
            "directory:organisation": cast.hospital,
            "directory:place": cast.county,
            "directory:person": cast.person,
            "programmes:organisation-panel": cast.hospital,
        }.items()
    }


def edits(cast: Cast) -> list[str]:
    found = [
        reverse(f"directory:{name}", args=[cast.hospital.id])
        for name in (
            "organisation-edit", "organisation-name", "organisation-identifier",
            "organisation-seat", "organisation-part", "department-new",
        )
    ]  # fmt: skip
    found.append(reverse("directory:department-close", args=[cast.hospital.id, cast.ward.id]))
    found += [
        reverse(f"directory:person-{name}", args=[cast.person.id])
        for name in ("edit", "post", "title", "specialty")
    ]
    return found


def place_edits(cast: Cast) -> list[str]:
    return [
        reverse(f"directory:place-{name}", args=[cast.county.id])
        for name in ("edit", "move", "merge", "split")
    ]


LISTS = [
    "directory:organisations",
    "directory:places",
    "directory:people",
    "directory:map",
    "programmes:programmes",
]


def test_a_coordinator_opens_every_page(cast):
    client = cast.client("coordinator")
    urls = [reverse(name) for name in LISTS]
    urls += [
        *objects(cast).values(), *edits(cast), *place_edits(cast),
        reverse("directory:organisation-new"), reverse("directory:place-new"),
        reverse("directory:person-new"), reverse("programmes:programme-new"),
        reverse("programmes:programme", args=[cast.programme.id]),
        reverse("programmes:pairing-new", args=[cast.programme.id]),
        reverse("programmes:pairing-end", args=[cast.pairing.id]),
    ]  # fmt: skip
    for url in urls:
        response = client.get(url)
        assert response.status_code == 200, url
        body = response.content.decode()
        assert "style=" not in body, url
        assert "onclick" not in body, url


def test_an_outsider_finds_no_object(cast):
    client = cast.client("elsewhere")
    for url in [*objects(cast).values()]:
        assert client.get(url).status_code == 404, url
    for url in [*edits(cast), *place_edits(cast)]:
        assert client.get(url).status_code == 403, url
        assert client.post(url, {}).status_code == 403, url
    own = reverse("directory:organisation", args=[cast.giver.id])
    assert client.get(own).status_code == 200
    assert cast.client("viewer").get(objects(cast)["directory:person"]).status_code == 200


@pytest.mark.parametrize("name", ["system", "audit"])
def test_administrators_see_nothing_of_the_directory(cast, name):
    client = cast.client(name)
    for url in [*(reverse(n) for n in LISTS), *objects(cast).values()]:
        assert client.get(url).status_code in (302, 403), url
    assert client.get(reverse("directory:export")).status_code in (302, 403)


def test_a_person_without_a_log_in_is_sent_to_it(cast, client):
    for url in [*(reverse(n) for n in LISTS), *objects(cast).values()]:
        assert client.get(url).status_code == 302, url


def test_another_manager_cannot_edit_what_he_sees_not(cast):
    manager = cast.client("manager")
    for url in edits(cast):
        assert manager.get(url).status_code == 200, url
    for url in place_edits(cast):
        assert manager.get(url).status_code == 404, url
    assert manager.get(reverse("directory:place-new")).status_code == 403
    other = reverse("directory:organisation-edit", args=[cast.giver.id])
    assert manager.get(other).status_code == 404


def test_lists_show_what_the_viewer_may_see(cast):
    viewer = cast.client("viewer")
    listed = viewer.get(reverse("directory:organisations")).content.decode()
    assert "示例甲县人民医院" in listed
    assert "示例东州第一医院" not in listed
    listed = cast.client("county").get(reverse("directory:organisations")).content.decode()
    assert "示例甲县人民医院" in listed
    assert "示例西省" not in listed.replace("示例西省</a></dd>", "")
    panel = viewer.get(reverse("programmes:organisation-panel", args=[cast.hospital.id]))
    assert "示例东州第一医院" in panel.content.decode()


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("q=县院", True), ("q=91350100M000100Y43", True), ("q=东州", False),
        ("kind=hospital", True), ("kind=region", False), ("tier=grade_2a", True),
        ("place=990101", True), ("place=示例丙乡", False), ("place=示例西省", True),
        ("sort=-name", True),
    ],
)  # fmt: skip
def test_filters_of_organisations(cast, query, seen):
    page = cast.client("coordinator").get(reverse("directory:organisations") + "?" + query)
    assert ("示例甲县人民医院" in page.content.decode()) is seen


def test_filters_of_people(cast):
    client = cast.client("coordinator")
    here = reverse("directory:people")
    for query, seen in {
        "title=chief_physician": True,
        "title=associate_chief_physician": False,
        "specialty=03": True,
        "organisation=示例县院": True,
        f"organisation={cast.county_body.id}": True,
        f"organisation={cast.giver.id}": False,
    }.items():
        page = client.get(f"{here}?{query}").content.decode()
        assert ("甲一" in page) is seen, query


def test_the_tree_as_it_was_on_a_day(cast):
    client = cast.client("coordinator")
    here = reverse("directory:places")
    page = client.get(here, {"tree": "administrative"}).content.decode()
    assert page.index("示例西省") < page.index("示例甲县") < page.index("示例丙乡")
    client.post(
        reverse("directory:place-move", args=[cast.township.id]),
        {"tree": "administrative", "parent": "示例西省", "on": "2024-07-01"},
    )
    before = client.get(here, {"tree": "administrative", "day": "2024-06-30"}).context["page"]
    after = client.get(here, {"tree": "administrative", "day": "2024-07-01"}).context["page"]

    def below(page, name):
        def walk(branches):
            for branch in branches:
                if branch.place.name == name:
                    return {b.place.name for b in branch.children}
                if (found := walk(branch.children)) is not None:
                    return found
            return None

        return walk(page.grown.branches)

    assert below(before, "示例甲县") == {"示例丙乡"}
    assert below(after, "示例甲县") == set()
    assert "示例丙乡" in below(after, "示例西省")
    wrong = client.get(here, {"day": "not-a-day"})
    assert wrong.status_code == 200
    assert "not-a-day" in wrong.content.decode()


def test_forms_say_what_is_wrong_at_the_field(cast):
    client = cast.client("coordinator")
    cases = [
        (reverse("directory:organisation-new"), {"name": "", "kind": "hospital"}, "name"),
        (
            reverse("directory:organisation-new"),
            {"name": "示例乙院", "kind": "hospital", "uscc": "91350100M000100Y44"},
            "uscc",
        ),
        (
            reverse("directory:organisation-new"),
            {"name": "示例乙院", "kind": "hospital", "seat": "示例无县"},
            "seat",
        ),
        (
            reverse("directory:place-new"),
            {"name": "示例丁县", "code_scheme": "gbt2260", "code": "1234"},
            "code",
        ),
        (
            reverse("directory:place-move", args=[cast.county.id]),
            {"tree": "administrative", "parent": "示例丙乡", "on": "2024-07-01"},
            "parent",
        ),
        (
            reverse("directory:department-new", args=[cast.hospital.id]),
            {"specialty": "03", "name": "内科"},
            "name",
        ),
        (
            reverse("directory:organisation-new"),
            {"name": "示例县院", "kind": "hospital", "seat": "示例甲县"},
            "name",
        ),
        (
            reverse("programmes:pairing-new", args=[cast.programme.id]),
            {"kind": "hospital_hospital", "giver": "示例东州第一医院", "receiver": "示例县院"},
            "valid_from",
        ),
    ]
    for url, data, field in cases:
        response = client.post(url, data)
        assert response.status_code == 422, (url, data)
        assert field in response.context["page"].form.errors, (url, data)
    assert (
        client.get(reverse("directory:organisations") + "?q=示例乙院").context["page"].table.lines
        == []
    )


def test_forms_do_what_they_say(cast):
    client = cast.client("coordinator")
    made = client.post(
        reverse("directory:organisation-new"),
        {"name": "示例乙院", "kind": "hospital", "seat": "990101", "uscc": ""},
        follow=True,
    )
    assert "示例乙院" in made.content.decode()
    renamed = client.post(
        reverse("directory:organisation-edit", args=[cast.hospital.id]),
        {"name": "示例甲县总医院", "kind": "hospital"},
        follow=True,
    ).content.decode()
    assert "示例甲县总医院" in renamed
    assert "示例甲县人民医院" in renamed
    merged = client.post(
        reverse("directory:place-merge", args=[cast.township.id]),
        {"before": "", "into": "990101", "on": "2024-07-01", "note": "示例文号"},
        follow=True,
    ).content.decode()
    assert "示例文号" in merged
    ended = client.post(
        reverse("programmes:pairing-end", args=[cast.pairing.id]), {"on": "2024-12-31"}
    )
    assert ended.status_code == 302
    address = reverse("programmes:pairings", args=[cast.programme.id])
    for day, tied in (("2024-12-31", True), ("2025-01-01", False)):
        page = client.get(f"{address}?on={day}").content.decode()
        assert (reverse("programmes:pairing", args=[cast.pairing.id]) in page) is tied


def test_the_audit_log_names_a_pairing_by_its_two_sides(cast):
    programmes.end_pairing(by=None, pairing=cast.pairing, on=date(2024, 12, 31))
    rows = AuditRow.objects.filter(object_kind="pairing", object_id=str(cast.pairing.id))
    assert {row.action for row in rows} == {"programmes.pair", "programmes.end-pairing"}
    for row in rows:
        assert "示例东州第一医院 → 示例甲县人民医院" in object_of(row)


def test_the_whole_directory_is_a_workbook_and_a_sheet_a_csv(cast):
    client = cast.client("county")

    def file(query: str) -> bytes:
        answer = client.get(reverse("directory:export") + query)
        held = answer.getvalue()
        assert int(answer["Content-Length"]) == len(held)
        return held

    assert file("").startswith(b"PK")
    text = file("?sheet=organisations").decode("utf-8-sig")
    assert "示例甲县人民医院" in text
    assert "示例东州第一医院" not in text
    assert client.get(reverse("directory:export") + "?sheet=secrets").status_code == 422


# The most that a page may ask of the database, as a user of low rank.
COUNTS = {
    "directory:organisations": 14,
    "directory:places": 14,
    "directory:people": 14,
    "directory:map": 16,
    "programmes:programmes": 14,
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_ask_little_of_the_database(cast, name, django_assert_max_num_queries):
    client = cast.client("viewer")
    client.get(reverse(name))
    with django_assert_max_num_queries(COUNTS[name]):
        assert client.get(reverse(name)).status_code == 200


def test_object_pages_ask_little_of_the_database(cast, django_assert_max_num_queries):
    client = cast.client("viewer")
    for url in [
        *objects(cast).values(), reverse("programmes:programme", args=[cast.programme.id])
    ]:  # fmt: skip
        client.get(url)
        with django_assert_max_num_queries(24):
            assert client.get(url).status_code == 200, url
