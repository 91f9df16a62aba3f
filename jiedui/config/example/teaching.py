"""Eight invented sessions, attachments in different states, sites of education and awards.

Days are counted from the example's last day. Meant are: a course of two days with marks and
answers, a session whose marks after are missing, one that nobody answered, one tomorrow
whose code is shown, a person who did not come back, and a return of which nobody has said
after six months what stayed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction

from jiedui.config.example.bodies import example_id, people
from jiedui.config.example.load import Loaded
from jiedui.core.clock import stopped_at
from jiedui.directory import actions as directory
from jiedui.directory.models import Organisation, Person
from jiedui.mentoring.actions import attachments, session_results, sessions, signing_in, sites
from jiedui.mentoring.actions.sessions import DayInput, SessionInput
from jiedui.mentoring.models import FollowUp, TeachingSession


class Taught(NamedTuple):
    """A session: who teaches whom what, when (day, hour, hours), and what came of it."""

    code: str
    giver: str
    receiver: str
    kind: str
    direction: str
    specialty: str
    topic: str
    days: tuple[tuple[int, int, str], ...]
    procedure: str = ""
    learners: int = 0
    unnamed: int = 0
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()
    # How many forms on paper gave 5, 4, 3, 2, 1 to each of the three sentences.
    paper: tuple[tuple[int, int, int, int, int], ...] = ()
    credits: str = ""
    budget: int | None = None
    spent: int | None = None
    held: bool = True


SESSIONS = (
    Taught("course", "dj1", "kq1", "course", "in", "04.01", "腹腔镜基本技术培训班",
           ((-150, 9, "6"), (-149, 9, "6")), "lap_cholecystectomy", 6, 14,
           (52, 61, 48, 70, 66, 58), (78, 80, 71, 84, 66, 75),
           ((9, 6, 1, 0, 0), (6, 8, 2, 0, 0), (8, 6, 2, 0, 0)), "4", 24000, 21600),
    Taught("stroke", "dj2", "kq1", "lecture", "in", "03.03", "急性缺血性卒中的识别与溶栓",
           ((-120, 15, "2"),), "thrombolysis_stroke", 5, 41, (60, 55, 72, 64), (85, 80, 90)),
    Taught("round", "dj1", "kq1", "teaching_round", "in", "03.04", "急性心梗介入术后管理教学查房",
           ((-60, 8, "1.5"),), "pci", 4),
    Taught("demo", "dj1", "kq1", "surgical_demo", "in", "04.01", "腹腔镜胆囊切除术示教",
           ((-45, 9, "3"),), "lap_cholecystectomy", 5, 6,
           paper=((5, 3, 1, 0, 0), (3, 4, 2, 0, 0), (4, 3, 2, 0, 0))),
    Taught("case", "bl1", "yc", "case_conference", "online", "28", "重症感染的抗菌药物选择",
           ((-30, 16, "1.5"),), learners=4, unnamed=9),
    Taught("outreach", "kq1", "kq11", "outreach", "in", "03", "团场卫生院高血压规范管理",
           ((-25, 10, "3"),), learners=5, unnamed=18, budget=3000, spent=2860),
    Taught("teachers", "dj1", "kq1", "teach_teachers", "in", "03.04", "带教师资培训：怎样给反馈",
           ((-12, 14, "3"),), learners=6, before=(70, 66, 74), credits="1"),
    Taught("cme", "dj1", "kq1", "cme", "in", "05", "高危产妇早期预警省级继续医学教育班",
           ((1, 9, "6"), (2, 9, "3")), "postpartum_haemorrhage", credits="5", budget=36000,
           held=False),
)  # fmt: skip


class Away(NamedTuple):
    """An attachment: who of the home goes where, planned days, and how far it has come."""

    code: str
    home: str
    person: int
    host: str
    kind: str
    specialty: str
    first: int
    last: int
    goals: tuple[str, ...]
    steps: tuple[str, ...]
    # Answers after 6 and 12 months: in post, using it, independent.
    answers: tuple[tuple[bool, bool, bool], ...] = ()
    aim: str = ""


AUTHORITY = "authority"
AWAY = (
    Away("early", "kq1", 2, "dj1", "clinical", "04.01", -520, -401, ("lap_cholecystectomy",),
         ("accept", "leave", "return"), ((True, True, False), (True, True, True))),
    Away("due", "kq1", 3, "dj2", "clinical", "03.03", -290, -200, ("thrombolysis_stroke",),
         ("accept", "leave", "return")),
    Away("now", "kq1", 4, "dj1", "clinical", "05", -40, 50, ("caesarean_section",),
         ("accept", "leave")),
    Away("asked", "kq1", 5, "djc", "clinical", "07", 30, 120, ("neonatal_resuscitation",), ()),
    Away("lost", "yc", 5, "bl1", "nursing", "28", -330, -240, (),
         ("accept", "leave", "not_return"), aim="重症护理与血液净化。"),
    Away("office", "yc", 4, AUTHORITY, "administration", "", -100, -70, (),
         ("accept", "leave", "return"), aim="医院管理与绩效考核，跟班学习。"),
)  # fmt: skip


@contextmanager
def _on(day: date, hour: int = 3) -> Iterator[None]:
    """The morning of a past day; what lies ahead is said today."""
    moment = datetime.combine(day, time(hour), UTC)
    if moment > datetime.now(UTC):
        yield
        return
    with stopped_at(moment):
        yield


def _staff(loaded: Loaded, body: str) -> list[Person]:
    return [loaded.people[one.name] for one in people() if one.body == body]


@transaction.atomic
def load_teaching(loaded: Loaded, last_day: date) -> None:
    """Everything once; what somebody did with it is left alone."""
    if TeachingSession.objects.filter(pk=example_id("session", SESSIONS[0].code)).exists():
        return
    for taught in SESSIONS:
        _teach(loaded, taught, last_day)
    office = directory.create_organisation(
        by=None, id=example_id("body", AUTHORITY), name="示例东江省卫生健康委员会",
        name_en="Example Dongjiang Health Commission", kind="authority", example=True,
    )  # fmt: skip
    for away in AWAY:
        _send(loaded, away, loaded.bodies.get(away.host, office), last_day)
    _register(loaded, last_day)


def _teach(loaded: Loaded, taught: Taught, last_day: date) -> None:
    days = [
        DayInput(last_day + timedelta(days=day), time(hour), Decimal(hours))
        for day, hour, hours in taught.days
    ]
    teachers = _staff(loaded, taught.giver)
    expert = next(
        (one for one in people() if one.body == taught.giver
         and one.specialty == taught.specialty), None,
    )  # fmt: skip
    teacher = loaded.people[expert.name] if expert else teachers[0]
    credits = Decimal(taught.credits) if taught.credits else None
    with _on(days[0].on - timedelta(days=7)):
        session = sessions.create_session(
            by=None, id=example_id("session", taught.code), programme=loaded.programme,
            giver=loaded.bodies[taught.giver], receiver=loaded.bodies[taught.receiver],
            teachers=[teacher],
            said=SessionInput(
                kind=taught.kind, direction=taught.direction, specialty=taught.specialty,
                topic=taught.topic, days=days, procedure=taught.procedure,
                department=loaded.departments.get((taught.receiver, taught.specialty)),
                cme_credits=credits,
                cme_class="provincial" if credits is not None and taught.kind == "cme" else "",
                budget=_money(taught.budget), spent=_money(taught.spent),
            ),
        )  # fmt: skip
    if not taught.held:
        return
    with _on(days[-1].on, 12):
        _hold(loaded, taught, session)


def _money(value: int | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _hold(loaded: Loaded, taught: Taught, session: TeachingSession) -> None:
    learners = _staff(loaded, taught.receiver)[: taught.learners]
    days = list(session.days.order_by("on"))
    for number, day in enumerate(days):
        # On the second day somebody had to stay with the patients.
        there = learners if number == 0 else learners[:-1]
        signing_in.sign_in_by_hand(by=None, session=session, day=day, people=there)
    if taught.unnamed:
        signing_in.count_unnamed(by=None, session=session, day=days[0], count=taught.unnamed)
    sessions.hold_session(by=None, session=session)
    for phase, marks in (("pre", taught.before), ("post", taught.after)):
        if marks:
            scores: dict[Any, Decimal | None] = {
                person.id: Decimal(mark) for person, mark in zip(learners, marks, strict=False)
            }
            session_results.record_scores(
                by=None, session=session, phase=phase, full_marks=Decimal(100), scores=scores
            )
    if taught.paper:
        questions = ("useful", "understood", "will_use")
        session_results.count_reactions(
            by=None, session=session,
            counts={
                question: dict(zip((5, 4, 3, 2, 1), counts, strict=True))
                for question, counts in zip(questions, taught.paper, strict=True)
            },
        )  # fmt: skip


def _send(loaded: Loaded, away: Away, host: Organisation, last_day: date) -> None:
    first, last = (last_day + timedelta(days=number) for number in (away.first, away.last))
    asked = first - timedelta(days=30)
    with _on(min(asked, last_day)):
        row = attachments.ask_attachment(
            by=None, id=example_id("attachment", away.code), programme=loaded.programme,
            giver=host, receiver=loaded.bodies[away.home],
            person=_staff(loaded, away.home)[away.person], kind=away.kind,
            specialty=away.specialty, planned_from=first, planned_to=last, goals=away.goals,
            aim=away.aim,
        )  # fmt: skip
    for step in away.steps:
        if step == "accept":
            with _on(asked + timedelta(days=10)):
                on = asked + timedelta(days=10)
                attachments.accept_attachment(by=None, attachment=row, on=on)
        elif step == "leave":
            with _on(first):
                attachments.leave_for_attachment(by=None, attachment=row, on=first)
        elif step == "return":
            with _on(last):
                attachments.return_from_attachment(
                    by=None, attachment=row, on=last, hours=Decimal(8 * 60),
                    report="按计划完成学习，返院后在科室内做了两次汇报。",
                )  # fmt: skip
        else:
            with _on(last):
                attachments.tell_not_returned(
                    by=None, attachment=row, on=last, why="stayed_at_host"
                )
    questions = FollowUp.objects.filter(attachment=row).order_by("months")
    for question, (in_post, using, independent) in zip(questions, away.answers, strict=False):
        with _on(question.due_on + timedelta(days=4)):
            attachments.answer_follow_up(
                by=None, follow_up=question, in_post=in_post, using=using,
                independent=independent,
            )  # fmt: skip


def _register(loaded: Loaded, last_day: date) -> None:
    """Two places of education with their years, and an award."""
    since = last_day - timedelta(days=600)
    home = loaded.bodies["kq1"]
    branch = sites.add_site(
        by=None, id=example_id("site", "cme"), organisation=home, kind="cme_branch",
        name="示例医学继续教育中心甲师分中心", standing="accredited", standing_on=since,
        accredited_by="示例东江省卫生健康委员会",
    )  # fmt: skip
    base = sites.add_site(
        by=None, id=example_id("site", "residency"), organisation=home, kind="residency_base",
        name="示例甲师医院住院医师规范化培训基地", specialty="03", standing="conditional",
        standing_on=since + timedelta(days=200),
    )  # fmt: skip
    year = last_day.year
    for site, told in (
        (branch, ((2, 180, 176, 171), (1, 240, 233, 229))),
        (base, ((3, 12, 10, 7), (2, 14, 12, 10), (1, 16, None, None))),
    ):
        for back, intake, examined, passed in told:
            sites.tell_year(
                by=None, site=site, year=year - back, intake=intake, examined=examined,
                passed=passed,
            )  # fmt: skip
    sites.add_award(
        by=None, id=example_id("award", "skills"), programme=loaded.programme, organisation=home,
        name="示例临床技能大赛", level="provincial", rank="二等奖", given_by="示例组委会",
        on=last_day - timedelta(days=90), team="示例甲师医院普外科团队",
    )  # fmt: skip
