"""The pages of what stays: what each reader is told, links to the records, few questions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.mentoring.views.staying_words import LEADS, TONES
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.staying_cast import OTHER, Ward, days_of, ward

pytestmark = pytest.mark.django_db


def left_twice() -> Ward:
    """A department that an expert left a year and a half ago, and another half a year ago."""
    made = ward()
    batch, team = made.scene.batch(), made.scene.team()
    first = made.posting("甲一", 900, 560, batch=batch, team=team)
    last = made.posting("甲二", 555, 240)
    one, two = made.person("乙三"), made.person("乙四")
    tie = made.apprenticeship(first, one)
    made.certificate(one, 540, tie)
    made.skill(one, certified_to=today() + timedelta(days=190), last_case_on=today(), cases=40)
    made.skill(two, cases=12, level=3)
    made.technique(first, "甲一的技术", local=days_of(first.departed_on, *range(1, 16)), grade=3)
    made.technique(last, "甲二的技术", procedure=OTHER)
    for back in range(31, 7, -1):
        made.cases(back, expert=4, joint=1, supervised=2, independent=1)
    for back in range(7, 0, -1):
        made.cases(back, independent=1)
    return made


the_cast, cast = lasting(left_twice)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def exported(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    # Reading it to its end closes it; closed twice, PostgreSQL's connection would go with it.
    return b"".join(answer.streaming_content).decode()


def addresses(cast: Ward) -> dict[str, str]:
    """Every page of what stays, of this cast."""
    stage = cast.scene.stage
    people = cast.scene.people
    first = people["甲一"].postings.get()
    found = {
        "staying": reverse("mentoring:staying"),
        "matrix": reverse("mentoring:matrix", args=[stage.receiver.id]),
        "matrix-department": reverse("mentoring:matrix-department", args=[cast.scene.ward.id]),
        "staying-after": reverse(
            "mentoring:staying-after", args=[people["甲二"].postings.get().id]
        ),
    }
    ids = {
        "programme": stage.programme.id, "department": cast.scene.ward.id,
        "person": first.person_id, "team": first.team_id, "batch": first.batch_id,
    }  # fmt: skip
    for kind, id in ids.items():
        found[f"staying-{kind}"] = reverse(f"mentoring:staying-{kind}", args=[id])
        for name in ("techniques", "certificates", "departures"):
            found[f"{name}-{kind}"] = reverse(f"mentoring:staying-{name}", args=[kind, id])
    return found


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(cast, language):
    client = client_of(cast.scene.stage.manager)
    client.cookies["django_language"] = language
    for name, path in addresses(cast).items():
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(path)
        assert answer.status_code == 200, name
        text = answer.content.decode()
        assert not re.search(r"\sstyle=|\son\w+=", text), name
        assert len(asked) <= 40, (name, len(asked))


def test_the_sheet_says_what_is_known_and_what_is_missing(cast):
    path = reverse("mentoring:staying-programme", args=[cast.scene.stage.programme.id])
    text = client_of(cast.scene.stage.manager).get(path).content.decode()
    # Of two techniques one was left a year and a half ago and goes on.
    assert "kept_12=kept" in text
    for said in ("甲一的技术", "乙三"):
        assert said not in text
    assert "100" in text
    # A button says where it leads, not what the page is of.
    assert re.search(r'class="button" href="/programmes/[^"]+">项目</a>', text)


def test_what_stays_is_reached_from_the_thing_itself(cast):
    first = cast.scene.people["甲一"].postings.get()
    manager, leader = cast.scene.stage.manager, cast.scene.stage.coordinator
    person = first.person_id
    for user, page, at, kind, id in (
        (manager, "programme", first.programme_id, "programme", first.programme_id),
        (manager, "team", first.team_id, "team", first.team_id),
        (manager, "batch", first.batch_id, "batch", first.batch_id),
        (manager, "posting", first.id, "person", person),
        (leader, "person-panel", person, "person", person),
    ):
        client, there = client_of(user), reverse(f"mentoring:staying-{kind}", args=[id])
        text = client.get(reverse(f"programmes:{page}", args=[at])).content.decode()
        assert f'href="{there}"' in text, page
        assert client.get(there).status_code == 200, page


def test_who_led_is_told_apart_in_every_chart():
    assert len(set(TONES.values())) == len(LEADS)


def test_lists_can_be_filtered_and_exported(cast):
    client = client_of(cast.scene.stage.manager)
    path = addresses(cast)["techniques-programme"]
    kept = client.get(f"{path}?kept_12=kept").content.decode()
    assert "甲一的技术" in kept
    assert "甲二的技术" not in kept
    assert "甲二的技术" in client.get(f"{path}?kept_6=lost").content.decode()
    assert "甲一的技术" in exported(client, f"{path}?export=csv")
    people = addresses(cast)["certificates-department"]
    assert "乙三" in client.get(f"{people}?kept=kept&force=yes").content.decode()
    left = addresses(cast)["departures-programme"]
    assert client.get(f"{left}?q=东州&specialty=03").content.decode().count("staying/after/") == 2
    assert "示例东州医院" in exported(client, f"{left}?export=csv")


def test_the_cases_behind_a_departure_are_of_the_department(cast):
    client = client_of(cast.scene.stage.manager)
    page = client.get(addresses(cast)["staying-after"]).content.decode()
    found = re.search(r'href="(/learning/cases/\?[^"]+)"', page)
    assert found is not None
    rows = client.get(found[1].replace("&amp;", "&"))
    assert rows.status_code == 200
    ward = cast.scene.ward.name
    assert f'value="{ward}"' in rows.content.decode()


def test_who_may_not_see_people_sees_no_names(cast):
    reader = client_of(account("reader", "读者", "viewer", cast.scene.stage.receiver))
    found = addresses(cast)
    for name, path in found.items():
        answer = reader.get(path)
        hidden = name.endswith("-person") or name.startswith("certificates")
        assert answer.status_code == (404 if hidden else 200), name
        for secret in ("乙三", "乙四"):
            assert secret not in answer.content.decode(), name


def test_the_matrix_names_who_can_and_warns_of_what_hangs_by_one(cast):
    path = addresses(cast)["matrix-department"]
    text = client_of(cast.scene.stage.manager).get(path).content.decode()
    for said in ("乙三", "乙四"):
        assert said in text
    reader = account("reader", "读者", "viewer", cast.scene.stage.receiver)
    assert client_of(reader).get(path).status_code == 200


def test_others_of_the_programme_see_nothing(cast):
    client = client_of(cast.scene.stage.outsider)
    for name, path in addresses(cast).items():
        answer = client.get(path)
        opens = name == "staying" or name.endswith("-programme")
        if name in ("certificates-programme",):
            opens = True
        assert answer.status_code == (200 if opens else 404), name
        for secret in ("甲一", "甲二", "乙三", "示例东州医院", "心内科"):
            assert secret not in answer.content.decode(), (name, secret)


@pytest.mark.parametrize("path", ["staying/of/town/{id}/techniques/", "staying/after/{id}/"])
def test_what_is_no_scope_does_not_exist(cast, path):
    client = client_of(cast.scene.stage.manager)
    answer = client.get(f"/learning/{path.format(id=cast.scene.stage.receiver.id)}")
    assert answer.status_code == 404
