"""Invented decisions, certificates, reviews of safety and a lapse, on the invented logbooks.

Meant are: a certificate that holds; one whose holder does the procedure no more, with a refresher
done and others owed; a procedure in which nobody can be certified; a review closed and one open.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction

from jiedui.config.example.apprentices import complete_ties
from jiedui.config.example.bodies import example_id
from jiedui.config.example.load import Loaded
from jiedui.core.clock import stopped_at
from jiedui.mentoring.actions.certificates import issue_certificate
from jiedui.mentoring.actions.decisions import decide
from jiedui.mentoring.actions.refreshers import note_refresher, owe_refreshers
from jiedui.mentoring.actions.safety import close_review, open_review
from jiedui.mentoring.models import Apprentice, Decision, Refresher, Skill


class Told(NamedTuple):
    """A formal decision: of which apprenticeship, about whom, by whom, when, which level."""

    tie: str
    person: str
    code: str
    assessor: str
    day: int
    level: int
    note: str


DECISIONS = (
    Told("hernia", "示例辰三酉", "hernia_open", "示例甲三己", -358, 4, "观摩3例，模拟考核合格。"),
    Told("hernia", "示例辰三酉", "hernia_open", "示例甲四庚", -357, 4, "录像评阅2例。"),
    Told("cholecystectomy", "示例辰三酉", "lap_cholecystectomy", "示例甲四庚", -150, 3,
         "须随时可到场。"),
    Told("cholecystectomy", "示例辰三酉", "lap_cholecystectomy", "示例甲四庚", -58, 4,
         "现场观摩4例，含1例急性胆囊炎。"),
    Told("cholecystectomy", "示例辰三酉", "lap_cholecystectomy", "示例甲三己", -55, 4,
         "录像评阅3例，围手术期管理合格。"),
    Told("cholecystectomy", "示例辰三酉", "epa_perioperative", "示例甲四庚", -58, 4, "查房2次。"),
    Told("delivery", "示例巳五子", "postpartum_haemorrhage", "示例甲三己", -40, 3,
         "模拟训练3次；病例太少，仍须上级医师可到场。"),
)  # fmt: skip
# Who is certified in what, and when.
CERTIFIED = (("示例辰三酉", "hernia_open", -355), ("示例辰三酉", "lap_cholecystectomy", -50))


@transaction.atomic
def load_certificates(loaded: Loaded, last_day: date) -> bool:
    """Load them unless they are there; whether they were loaded."""
    if Decision.objects.filter(pk=example_id("decision", 0)).exists():
        return False

    def on(day: int) -> date:
        return last_day + timedelta(days=day)

    for number, told in enumerate(DECISIONS):
        _decide(loaded, told, number, on(told.day))
    for name, code, day in CERTIFIED:
        skill = Skill.objects.get(person__name=name, code=code, programme=loaded.programme)
        with _at(on(day)):
            issue_certificate(by=None, id=example_id("certificate", code), skill=skill)
    complete_ties(last_day)
    with _at(on(-255)):
        owe_refreshers()
        done = Refresher.objects.get(certificate_id=example_id("certificate", "hernia_open"))
    with _at(on(-240)):
        note_refresher(
            by=None, refresher=done, mode="tele_proctoring", note="远程带教1例，操作规范。"
        )
    with _at(last_day):
        owe_refreshers()
    _question(loaded, "示例巳五子", "postpartum_haemorrhage", on(-70), "event",
              "一例止血延误，已转手术。", (on(-48), "球囊到位过慢，已补模拟训练。"))  # fmt: skip
    _question(loaded, "示例巳二酉", "thrombolysis_stroke", on(-6), "colleague",
              "夜间入院到用药时间偏长，待核对记录。")  # fmt: skip
    return True


def _at(day: date) -> AbstractContextManager[None]:
    return stopped_at(datetime.combine(day, time(9), UTC))


def _decide(loaded: Loaded, told: Told, number: int, day: date) -> None:
    row = Apprentice.objects.select_related(
        "person", "apprenticeship__giver", "apprenticeship__receiver"
    ).get(apprenticeship_id=example_id("apprenticeship", told.tie), person__name=told.person)
    with _at(day):
        decide(
            by=None, id=example_id("decision", number), programme=loaded.programme,
            giver=row.apprenticeship.giver, receiver=row.apprenticeship.receiver,
            person=row.person, code=told.code, assessor=loaded.people[told.assessor], on=day,
            level=told.level, note=told.note, apprenticeship=row.apprenticeship,
        )  # fmt: skip


def _question(
    loaded: Loaded,
    name: str,
    code: str,
    day: date,
    reason: str,
    note: str,
    closed: tuple[date, str] | None = None,
) -> None:
    skill = Skill.objects.select_related("person", "giver", "receiver").get(
        person__name=name, code=code, programme=loaded.programme
    )
    with _at(day):
        review = open_review(
            by=None, id=example_id("safety-review", code), programme=loaded.programme,
            giver=skill.giver, receiver=skill.receiver, person=skill.person, code=code,
            reason=reason, note=note,
        )  # fmt: skip
    if closed is not None:
        with _at(closed[0]):
            close_review(by=None, review=review, conclusion=closed[1])
