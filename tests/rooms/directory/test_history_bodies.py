"""The bodies of the published reports, from the pack's own list."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from jiedui.core.errors import InvalidInput
from jiedui.directory import actions, queries
from jiedui.directory.models import Organisation, Place, PlaceEdge

pytestmark = pytest.mark.django_db

LIST = Path(settings.PACKS_FOLDER) / "history" / "organisations.csv"


def test_the_list_is_created_once_and_can_be_repeated():
    rows = queries.known_bodies(LIST)
    first = actions.create_bodies(by=None, rows=rows)
    assert len(first) == len(rows) == Organisation.objects.count()
    places = Place.objects.count()
    assert actions.create_bodies(by=None, rows=rows) == first
    assert (Organisation.objects.count(), Place.objects.count()) == (len(rows), places)
    for row in rows:
        for name in [row["name"], *filter(None, row["aliases"].split(";"))]:
            assert queries.find_organisation(name) is not None, name


def test_who_lies_in_whom():
    actions.create_bodies(by=None, rows=queries.known_bodies(LIST))

    def parts(name):
        body = queries.find_organisation(name)
        return set(queries.names(queries.parts_of(body.id)).values())

    corps = parts("新疆兵团")
    assert {"第一师医院", "浙大邵逸夫阿拉尔医院", "四团医院", "红星医院"} <= corps
    assert "第一师医院援疆专家组" not in corps
    assert "红星医院" in parts("第十三师新星市")
    assert {"哈密市", "新疆生产建设兵团", "第一师医院"} <= parts("新疆")
    assert "哈密市" not in corps
    assert "浙江大学" in parts("浙江省")
    assert set(
        PlaceEdge.objects.filter(tree="corps").values_list("place__name", flat=True)
    ) == {
        "新疆生产建设兵团", "第一师阿拉尔市", "第四师可克达拉市", "第五师双河市", "第十二师",
        "第十三师新星市",
    }  # fmt: skip
    assert Place.objects.get(name="第十二师").tier == "division"


def test_a_list_of_names_in_one_alias_is_one_name():
    actions.create_bodies(by=None, rows=queries.known_bodies(LIST))
    body = queries.find_organisation("县中医医院、龙山镇中心卫生院、木河乡卫生院")
    assert body.name == "张家川县中医院"
    assert queries.find_organisation("龙山镇中心卫生院") is None


def test_a_body_part_of_nothing_known_is_refused_at_its_cell():
    rows = [{"name": "示例医院", "kind": "hospital", "part_of": "示例省", "aliases": ""}]
    with pytest.raises(InvalidInput) as refused:
        actions.create_bodies(by=None, rows=rows)
    assert (refused.value.code, refused.value.field) == ("part-unknown", "D2")
    assert not Organisation.objects.exists()
