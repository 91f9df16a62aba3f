"""Pages of two-sided reviews: what a side sees, and that no page, file or fragment says more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.mentoring.domain.reviews import SCALE
from jiedui.mentoring.forms.reviews import SheetForm
from jiedui.mentoring.models import ReviewAnswer, ReviewRound
from jiedui.programmes.models import Task
from tests.lasting import lasting
from tests.ledger_cast import account
from tests.rooms.mentoring.building_cast import SECRET, Scene, ago, scene
from tests.web.test_outsiders import content

pytestmark = pytest.mark.django_db
At = Callable[[User], Client]


the_cast, here = lasting(scene)


@pytest.fixture
def at() -> At:
    def log_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return log_in


def url(name: str, *args: object) -> str:
    return reverse(f"mentoring:{name}", args=args)


def said(answer: Any) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(body.decode("utf-8-sig"))


def sheet(side: str, level: int, words: str = "") -> dict[str, str]:
    """A whole sheet as a form sends it."""
    from jiedui.core.packs import vocabulary
    from jiedui.mentoring.actions.reviews import questions_of

    table, data = vocabulary().table("review_questions"), {}
    for code in questions_of(side):
        scale = table[code].extra["kind"] == SCALE
        data[code] = str(level) if scale else (words or "有")
        if scale and words:
            data[code + "_words"] = words
    return data


def test_a_round_is_begun_answered_by_both_and_compared(here: Scene, at: At) -> None:
    boss = at(here.stage.coordinator)
    new = url("review-new", here.pairing.id)
    short = {"phase": "end", "opens_on": today().isoformat(), "closes_on": today().isoformat()}
    answer = boss.post(new, short)
    assert (answer.status_code, "双方至少需要 7 天" in said(answer)) == (422, True)
    boss.post(new, short | {"closes_on": (today() + timedelta(days=30)).isoformat()})
    round = ReviewRound.objects.get()
    assert boss.get(url("review-answer", round.id)).status_code == 404
    giver, receiver = at(here.sender), at(here.stage.manager)
    form = url("review-answer", round.id)
    assert giver.post(form, {"roles": "4", "draft": "1"})["Location"] == form
    page = giver.get(form)
    assert page.context["page"].form["roles"].value() == "4"
    answer = giver.post(form, sheet("giver", 4) | {"heard": "", "submit": "1"})
    assert (answer.status_code, "此题尚未作答" in said(answer)) == (422, True)
    assert answer.context["page"].form.errors.keys() == {"heard"}
    # Every question left out is told at once, not one a try.
    answer = giver.post(form, {"roles": "4", "submit": "1"})
    left = answer.context["page"].form.errors.keys()
    assert left == sheet("giver", 4).keys() - {"roles"}
    answer = giver.post(form, sheet("giver", 4) | {"heard": "9", "submit": "1"})
    assert answer.status_code == 422
    page_url = url("review", round.id)
    assert giver.post(form, sheet("giver", 4) | {"submit": "1"})["Location"] == page_url
    assert giver.get(form).status_code == 302
    back = url("review-take-back", round.id)
    assert "对方尚未提交" in said(giver.get(back))
    assert giver.post(back)["Location"] == form
    giver.post(form, sheet("giver", 4) | {"roles": "5", "submit": "1"})
    receiver.post(form, sheet("receiver", 4) | {"roles": "2", "submit": "1"})
    assert giver.post(back).status_code == 409
    shown = said(giver.get(page_url))
    assert "分歧明显 1" in shown
    assert "支援方高 3 级" in shown
    rows = giver.get(page_url).context["page"].table.slice.rows
    assert rows[0]["code"] == "roles"
    task = url("review-task", round.id)
    assert giver.get(task).status_code == 404
    boss.post(task, {"question": "roles", "title": "明确联系人",
                     "owner": str(here.stage.receiver.id)})  # fmt: skip
    assert Task.objects.get().owner == here.stage.receiver
    assert "明确联系人" in said(giver.get(page_url))


def without_the_question(text: str) -> str:
    """The page without the words that were searched for, which it repeats."""
    return (
        text.replace(f"q={SECRET}", "").replace(f'value="{SECRET}"', "").replace(f"“{SECRET}”", "")
    )


def everybody(here: Scene) -> list[User]:
    """Who sees the round and is not the side that handed in."""
    at = here.stage
    return [
        at.manager, at.deputy, at.coordinator, at.expert,
        account("onlooker", "旁观辛", "viewer", at.giver),
        account("analyst", "分析壬", "analyst", None),
        account("officer", "专员癸", "project_officer", None),
    ]  # fmt: skip


def test_one_sides_answers_are_nowhere_before_both_are_in(here: Scene, at: At) -> None:
    round = here.round()
    here.submit(round, "giver", 2)
    later = here.round(phase="end", opens_on=ago(2))
    here.submit(later, "giver", 5)
    places = [
        url("reviews"), url("review", round.id), url("review-change", round.id),
        url("review-answer", round.id), url("review-task", round.id) + "?question=roles",
        reverse("home:today"), reverse("home:search") + f"?q={SECRET}",
        reverse("programmes:pairing", args=[here.pairing.id]),
        reverse("programmes:tasks", args=[here.stage.programme.id]),
    ]  # fmt: skip
    for user in everybody(here):
        client = at(user)
        for place in places:
            for more in ("", "export=csv", "export=xlsx"):
                address = place + (("&" if "?" in place else "?") + more if more else "")
                answer = client.get(address)
                assert answer.status_code in (200, 302, 403, 404), address
                assert SECRET not in without_the_question(content(answer)), (user, address)
                if place == url("review", round.id) and not more:
                    assert answer.context["page"].table is None
                    assert answer.context["page"].chart is None
            for asked in ({"HX-Request": "true"}, {"Accept": "application/json"}):
                told = without_the_question(content(client.get(place, headers=asked)))
                assert SECRET not in told, (user, place)
                assert '"level"' not in told, (user, place)


def test_the_audit_log_says_who_answered_when_and_never_what(here: Scene, at: At) -> None:
    round = here.round()
    here.submit(round, "giver", 2)
    auditor = account("auditor", "审计子", "audit_administrator", None)
    for query in ("", f"?q={SECRET}", "?export=csv"):
        answer = at(auditor).get(reverse("accounts:audit") + query)
        body = said(answer)
        if answer.status_code == 200:
            assert SECRET not in without_the_question(body)


def test_the_own_draft_is_the_own_sides_only(here: Scene, at: At) -> None:
    round = here.round()
    form = url("review-answer", round.id)
    at(here.sender).post(form, {"roles": "2", "roles_words": SECRET, "draft": "1"})
    assert SECRET in said(at(here.sender).get(form))
    other = at(here.stage.manager).get(form)
    assert other.status_code == 200
    assert SECRET not in said(other)
    assert other.context["page"].form["roles"].value() in (None, "")
    outsider = at(here.stage.outsider)
    for name in ("review", "review-answer", "review-change", "review-take-back", "review-close",
                 "review-shift", "review-task"):  # fmt: skip
        assert outsider.get(url(name, round.id)).status_code == 404, name


def test_words_stay_with_the_two_sides_once_compared(here: Scene, at: At) -> None:
    round = here.round()
    here.submit(round, "giver", 2)
    here.submit(round, "receiver", 4)
    onlooker = account("onlooker", "旁观辛", "viewer", here.stage.giver)
    shown = said(at(onlooker).get(url("review", round.id)))
    assert "分歧明显 19" in shown
    assert SECRET not in shown
    assert "文字意见只对双方开放" in shown
    export = at(onlooker).get(url("review", round.id) + "?export=csv")
    assert SECRET not in said(export)
    assert SECRET in said(at(here.stage.manager).get(url("review", round.id)))
    own = said(at(here.stage.manager).get(url("review", round.id) + "?export=csv"))
    assert SECRET in own
    assert len(own.strip().splitlines()) == 20


def test_a_closed_round_shows_what_is_in_and_takes_no_more(here: Scene, at: At) -> None:
    round = here.round()
    here.submit(round, "giver", 2)
    form, close = url("review-answer", round.id), url("review-close", round.id)
    at(here.stage.manager).post(form, {"roles": "1", "roles_words": "草稿里的话", "draft": "1"})
    assert at(here.stage.manager).post(close).status_code == 404
    boss = at(here.stage.coordinator)
    later = (today() + timedelta(days=40)).isoformat()
    assert boss.post(url("review-shift", round.id), {"closes_on": later}).status_code == 302
    assert "不能再作答" in said(boss.get(close))
    assert boss.post(close).status_code == 302
    shown = said(at(here.sender).get(url("review", round.id)))
    assert "未提交的一方" in shown
    assert "草稿里的话" not in shown
    at(here.stage.manager).post(form, sheet("receiver", 3) | {"submit": "1"})
    assert not ReviewAnswer.objects.filter(sheet__side="receiver", question="heard").exists()


def test_change_over_rounds_is_a_page_of_steps(here: Scene, at: At) -> None:
    for phase, opens, levels in (("middle", 40, (2, 4)), ("end", 3, (4, 4))):
        round = here.round(phase=phase, opens_on=ago(opens))
        here.submit(round, "giver", levels[0])
        here.submit(round, "receiver", levels[1])
    page = at(here.sender).get(url("review-change", round.id))
    rows = {(r["question"], r["side_code"]): r["moved"] for r in page.context["page"].table.rows}
    assert set(rows.values()) == {"+2", "0"}
    assert "历次变化" in said(at(here.sender).get(url("review", round.id)))


def test_a_round_between_two_of_a_programme(here: Scene, at: At) -> None:
    new = url("review-new-between", here.stage.programme.id)
    data = {
        "giver": here.stage.giver.name, "receiver": here.stage.receiver.name, "phase": "middle",
        "opens_on": today().isoformat(), "closes_on": (today() + timedelta(days=20)).isoformat(),
    }  # fmt: skip
    client = at(here.stage.coordinator)
    wrong = client.post(new, data | {"receiver": here.stage.other_receiver.name})
    assert (wrong.status_code, "没有结对" in said(wrong)) == (422, True)
    assert client.post(new, data).status_code == 302
    assert at(here.stage.expert).get(new).status_code == 404


def test_pages_cost_no_more_for_more_rounds(here: Scene, at: At) -> None:
    first = here.round()
    here.submit(first, "giver", 2)
    here.submit(first, "receiver", 3)
    client = at(account("reader", "读者庚", "viewer", here.stage.receiver))

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    pages = [url("reviews"), url("review", first.id), url("review-change", first.id)]
    before = [cost(page) for page in pages]
    for n in range(8):
        round = here.round(phase="end", opens_on=ago(n + 5))
        here.submit(round, "giver", 2)
        here.submit(round, "receiver", 3)
    assert [cost(page) for page in pages] == pytest.approx(before, abs=1)
    assert max(before) <= 25


def test_a_sheet_offers_only_the_own_sides_questions() -> None:
    assert "giver_learned_what" in SheetForm("giver").fields
    assert "giver_learned_what" not in SheetForm("receiver").fields
    assert "receiver_saw" in SheetForm("receiver").fields
