"""Pages of rounds: from an empty one to a day's sheet."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.planning.actions import rounds as actions
from jiedui.planning.actions import touring
from jiedui.planning.models import Round
from tests.lasting import lasting
from tests.rooms.planning.round_cast import RoundCast, set_cast

pytestmark = pytest.mark.django_db


the_cast, cast = lasting(set_cast)


def at(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"planning:{name}", args=args)


def test_a_round_is_begun_filled_planned_and_fixed_in_the_pages(cast: RoundCast) -> None:
    client = at(cast.stage.manager)
    assert "还没有巡回" in client.get(url("rounds")).content.decode()
    new = {
        "name": "三月巡回", "programme": str(cast.stage.programme.id),
        "organiser": cast.stage.receiver.name, "starts_on": "2027-03-01", "ends_on": "2027-03-02",
        "depot": "示例县城", "seconds": "2", "seed": "0",
    }  # fmt: skip
    for field, value in (("depot", "无此地"), ("ends_on", "2027-02-01"), ("road_speed", "快")):
        answer = client.post(url("round-new"), new | {field: value})
        assert answer.status_code == 422, field
        wrong = re.findall(r"id=\"id_(\w+)_error\"", answer.content.decode())
        assert wrong == [field]
    assert client.post(url("round-new"), new).status_code == 302
    round = Round.objects.get()
    assert "还没有地点" in client.get(url("round", round.id)).content.decode()
    names = "\n".join(place.name for place in cast.townships)
    assert client.post(url("round-places-add", round.id), {"places": names}).status_code == 302
    assert round.places.count() == 8
    vehicle = {"name": "一号车", "leaves_at": "08:00", "back_by": "17:00", "days": ""}
    assert client.post(url("round-vehicle-new", round.id), vehicle).status_code == 302
    one = round.places.all()[0]
    hours = {"minutes": "60", "priority": "1", "people": "900", "windows": "09:00至11点"}
    assert client.post(url("round-place", one.id), hours).status_code == 422
    hours["windows"] = "2027-03-02 09:00-11:30\n13:00–15:00"
    assert client.post(url("round-place", one.id), hours).status_code == 302
    one.refresh_from_db()
    assert [(each["day"], each["from"]) for each in one.windows] == [("2027-03-02", 540), ("", 780)]
    assert "09:00-11:30" in client.get(url("round-place", one.id)).content.decode()
    assert client.post(url("round-run", round.id)).status_code == 302
    round.refresh_from_db()
    if round.run == "waiting":
        cast.planned(round)
    text = client.get(url("round", round.id)).content.decode()
    assert "每日行程" in text
    assert "公里" in text
    assert not re.search(r"\sstyle=|\son\w+=", text)
    assert f"{Round.objects.get().result['work']} 步" in text
    assert "复算" in text
    actions.pin_stop(by=cast.stage.manager, stop=round.stops.all()[0])
    cast.planned(round)
    assert re.search(
        "保留 1 个固定停靠点|1 个固定停靠点", client.get(url("round", round.id)).content.decode()
    )
    assert client.post(url("round-run", round.id), {"repeat": "1"}).status_code == 302
    held = Round.objects.get()
    if held.run == "waiting":
        shown = client.get(url("round-progress", round.id)).content.decode()
        assert f"共 {held.result['work']} 步" in shown
        touring.run_round(by=None, round_id=round.id)
    assert client.post(url("round-fix", round.id)).status_code == 302
    stop = round.stops.all()[0]
    sheet = url("day-sheet", round.id, stop.day.isoformat(), stop.vehicle_id)
    assert "行程单" in client.get(sheet).content.decode()
    file = client.get(url("day-file", round.id, stop.day.isoformat(), stop.vehicle_id))
    assert json.loads(file.content)["round"] == str(round.id)
    assert file["Content-Disposition"].endswith('.json"')


def test_a_fixed_round_is_open_to_who_records_there_and_to_no_other(cast: RoundCast) -> None:
    round = cast.planned(cast.begin())
    stop = round.stops.all()[0]
    pages = [
        url("round", round.id), url("day-sheet", round.id, stop.day.isoformat(), stop.vehicle_id)
    ]  # fmt: skip
    deputy, outsider = at(cast.stage.deputy), at(cast.stage.outsider)
    assert {outsider.get(page).status_code for page in pages} == {404}
    actions.fix_round(by=cast.stage.manager, round=round)
    assert {deputy.get(page).status_code for page in pages} == {200}
    assert {outsider.get(page).status_code for page in pages} == {404}
    wrong = url("day-sheet", round.id, "2027-13-99", stop.vehicle_id)
    assert deputy.get(wrong).status_code in (404, 422)


def test_more_places_ask_no_more_of_the_database(cast: RoundCast) -> None:
    round = cast.planned(cast.begin())
    client = at(cast.stage.manager)

    def asked(name: str) -> int:
        client.get(url(name, round.id))
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url(name, round.id)).status_code == 200
        return len(seen)

    before = {name: asked(name) for name in ("round", "round-places")}
    actions.drop_round_place(by=None, place=round.places.filter(stops=None)[0])
    assert {name: asked(name) for name in before} == before
    assert max(before.values()) <= 25
