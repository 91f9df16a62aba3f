"""Letters of invitation and dispatch: what they say, and who may have which."""

from __future__ import annotations

import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.errors import InvalidInput, InvalidState, NotVisible
from jiedui.planning import access, actions, letters
from jiedui.planning.models import DispatchPlan, ScenarioTour
from tests.rooms.planning.plan_cast import Cast, set_cast, two_pairs


@pytest.fixture
def cast(db: None, settings: Any, tmp_path: Path) -> Cast:
    settings.HOME = tmp_path / "home"
    return set_cast()


@pytest.fixture
def plan(cast: Cast) -> DispatchPlan:
    return cast.approved(cast.planned(two_pairs(cast)))


def text_of(content: bytes) -> str:
    return "\n".join(line.text for line in Document(io.BytesIO(content)).paragraphs)


def seen_plan(user: User, plan: DispatchPlan) -> DispatchPlan:
    return access.get_dispatch_plan(viewer_of(user), plan.id)


def tour_at(cast: Cast, receiver: Any) -> ScenarioTour:
    return ScenarioTour.objects.filter(post__receiver=receiver, post__specialty="03.04").get()


def test_an_invitation_says_who_is_asked_for_by_whom_and_when(
    cast: Cast, plan: DispatchPlan
) -> None:
    viewer = viewer_of(cast.stage.manager)
    tour = access.get_tour(viewer, tour_at(cast, cast.stage.receiver).id)
    made = letters.letter(viewer, tour, "invitation")
    assert made.name == "邀请函-示例甲一-示例东州医院.docx"
    said = text_of(made.content)
    assert said.startswith("示例东州医院\n〔　　　〕　　号\n")
    for part in (
        "关于邀请示例甲一同志来院开展帮扶工作的函", "示例甲省医院：",
        "（副主任医师，心血管内科）", "时间为2027年1月1日至2027年12月31日，共12个月。",
        "《2027年派驻》", "示例东州医院（印章）", "　　　　年　　月　　日",
    ):  # fmt: skip
        assert part in said
    assert "{{" not in said


def test_the_handover_is_part_of_the_days_where_somebody_follows(cast: Cast) -> None:
    post = cast.post(months=3)
    cast.candidate(0, max_months=6)
    cast.candidate(1, max_months=6)
    plan = cast.approved(cast.planned(cast.plan()))
    rows = letters.letter_rows(viewer_of(cast.sender), seen_plan(cast.sender, plan))
    assert [(row.first_day, row.last_day) for row in rows] == [
        (date(2027, 1, 1), date(2027, 7, 31)), (date(2027, 7, 1), date(2027, 12, 31)),
    ]  # fmt: skip
    viewer = viewer_of(cast.sender)
    first = access.get_tour(viewer, rows[0].tour_id)
    assert "共7个月（含交接1个月）" in text_of(letters.letter(viewer, first, "dispatch").content)
    assert {row.recipient_id for row in rows} == {post.receiver_id}


def test_each_side_writes_its_own_letters(cast: Cast, plan: DispatchPlan) -> None:
    for user, kinds in (
        (cast.sender, {("dispatch",)}), (cast.stage.manager, {("invitation",)}),
        (cast.stage.coordinator, {("invitation", "dispatch")}), (cast.officer, set()),
    ):  # fmt: skip
        rows = letters.letter_rows(viewer_of(user), seen_plan(user, plan))
        assert {row.kinds for row in rows} == kinds
    viewer = viewer_of(cast.sender)
    tour = access.get_tour(viewer, tour_at(cast, cast.stage.receiver).id)
    assert "示例甲省医院（印章）" in text_of(letters.letter(viewer, tour, "dispatch").content)
    for kind in ("invitation", "nonsense"):
        with pytest.raises(NotVisible):
            letters.letter(viewer, tour, kind)
    with pytest.raises(NotVisible):
        access.get_tour(viewer, tour_at(cast, cast.stage.other_receiver).id)
    officer = viewer_of(cast.officer)
    with pytest.raises(NotVisible):
        letters.letter(officer, access.get_tour(officer, tour.id), "dispatch")


def test_an_organisation_has_all_its_letters_in_one_file(cast: Cast, plan: DispatchPlan) -> None:
    viewer = viewer_of(cast.sender)
    own = seen_plan(cast.sender, plan)
    packed = letters.letters_of(viewer, own, cast.stage.giver.id, "dispatch")
    assert packed.name == "派遣函-示例甲省医院.zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        assert len(archive.namelist()) == 2
        said = [text_of(archive.read(name)) for name in archive.namelist()]
    assert all("示例甲省医院（印章）" in each for each in said)
    for body, kind in (
        (cast.stage.other_giver.id, "dispatch"), (cast.stage.giver.id, "invitation"),
        (cast.stage.receiver.id, "invitation"),
    ):  # fmt: skip
        with pytest.raises(NotVisible):
            letters.letters_of(viewer, own, body, kind)
    with pytest.raises(InvalidInput):
        letters.letters_of(viewer, own, cast.stage.giver.id, "nonsense")


def test_no_letter_before_everybody_has_consented(cast: Cast) -> None:
    plan = cast.submitted(cast.planned(two_pairs(cast)))
    viewer = viewer_of(cast.sender)
    tour = access.get_tour(viewer, tour_at(cast, cast.stage.receiver).id)
    with pytest.raises(InvalidState):
        letters.letter(viewer, tour, "dispatch")
    with pytest.raises(InvalidState):
        letters.letters_of(viewer, seen_plan(cast.sender, plan), cast.stage.giver.id, "dispatch")
    assert letters.letter_rows(viewer, seen_plan(cast.sender, plan)) == ()


def test_an_office_may_bring_its_own_form(cast: Cast, plan: DispatchPlan, settings: Any) -> None:
    folder = settings.HOME / "letters"
    folder.mkdir(parents=True)
    own = Document()
    own.add_paragraph("兹邀请{{ person }}（{{ giver }}）")
    own.save(str(folder / "invitation.docx"))
    viewer = viewer_of(cast.stage.manager)
    tour = access.get_tour(viewer, tour_at(cast, cast.stage.receiver).id)
    assert text_of(letters.letter(viewer, tour, "invitation").content) == (
        "兹邀请示例甲一（示例甲省医院）"
    )
    own.add_paragraph("{{ ''.__class__ }}")
    own.save(str(folder / "invitation.docx"))
    with pytest.raises(InvalidInput, match="holds code beside its fields") as refused:
        letters.letter(viewer, tour, "invitation")
    assert refused.value.field == "letters/invitation.docx"
    assert actions.adopt_plan(by=None, plan=plan).opened == 4
