"""Six invented apprenticeships with their logbooks, and a mentoring studio.

Days are counted from the example's last day, as those of the postings in which the mentors
teach. Meant are: one whose curve reaches its limit, one with too few cases, one completed with
a mentor of an earlier batch who has left, one that waits for the recipient's signature, one whose
mentor left early and nobody followed, and a team that learns from a team.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction

from jiedui.config.example.bodies import ExamplePerson, example_id
from jiedui.config.example.dispatching import posting_id
from jiedui.config.example.load import Loaded
from jiedui.core.clock import stopped_at
from jiedui.directory import actions as directory
from jiedui.directory.models import Person
from jiedui.mentoring import actions
from jiedui.mentoring.actions import ApprenticeInput, GoalInput, MentorInput, Pick
from jiedui.mentoring.models import Apprenticeship, Case
from jiedui.programmes.queries.on_site import postings_with

# Who logs in as local clinician: an apprentice of the expert who logs in.
CLINICIAN = ExamplePerson("示例辰门诊", "kq1", "attending_physician", "03.04")


class Goal(NamedTuple):
    """A line of the plan, due so many days after the example's last day."""

    kind: str
    code: str
    cases: int
    level: int
    due: int


class Cases(NamedTuple):
    """Cases every so many days from a day on, and how they went.

    ``roles`` give from which case on somebody shares (j), leads under supervision (s) and
    leads alone (i); ``failed`` are the numbers of those that missed the criterion; the last
    ``awaiting`` are not confirmed yet.
    """

    learner: str
    mentor: str
    procedure: str
    first: int
    every: int
    number: int
    joint: int
    supervised: int
    alone: int
    failed: tuple[int, ...] = ()
    awaiting: int = 0


class Tied(NamedTuple):
    """An apprenticeship: form, sides, postings of the mentors, who learns, from when to when."""

    code: str
    form: str
    giver: str
    receiver: str
    specialty: str
    mentors: tuple[int, ...]
    learners: tuple[str, ...]
    first: int
    last: int
    months: int
    aim: str
    goals: tuple[Goal, ...]
    cases: tuple[Cases, ...] = ()
    team: str = ""
    signed: bool = True
    completed: int | None = None


TIES = (
    Tied(
        "cholecystectomy", "one_to_one", "dj1", "kq1", "04.01", (9,), ("示例辰三酉",), -330, 40, 6,
        "独立完成常规腹腔镜胆囊切除术，能处理术中常见情况。",
        (Goal("procedure", "lap_cholecystectomy", 60, 4, 30),
         Goal("activity", "epa_perioperative", 0, 4, 10)),
        (Cases("示例辰三酉", "示例甲四庚", "lap_cholecystectomy", -325, 5, 62, 4, 8, 52,
               failed=(13,), awaiting=2),),
    ),
    Tied(
        "pci", "expert_to_backbone", "dj1", "kq1", "03.04", (7,), (CLINICIAN.name,), -120, 245, 6,
        "掌握冠脉造影与简单病变介入，参与胸痛中心值班。",
        (Goal("procedure", "pci", 40, 3, 200), Goal("activity", "epa_emergency", 0, 4, 60)),
        (Cases(CLINICIAN.name, "示例甲驻点", "pci", -110, 8, 13, 3, 7, 99, failed=(4,),
               awaiting=3),),
    ),
    Tied(
        "hernia", "one_to_one", "dj1", "kq1", "04.01", (3,), ("示例辰三酉",), -700, -350, 6,
        "独立完成腹股沟疝无张力修补术。",
        (Goal("procedure", "hernia_open", 45, 4, -360),),
        (Cases("示例辰三酉", "示例甲三己", "hernia_open", -690, 7, 46, 2, 5, 34, failed=(8,)),),
        completed=-350,
    ),
    Tied(
        "caesarean", "one_to_one", "dj1", "kq1", "05", (10,), ("示例辰五亥",), -3, 360, 6,
        "规范剖宫产手术与产后出血处置。",
        (Goal("procedure", "caesarean_section", 60, 4, 300),
         Goal("procedure", "postpartum_haemorrhage", 15, 3, 300)),
        signed=False,
    ),
    Tied(
        "delivery", "one_to_one", "dj1", "kq2", "05", (32,), ("示例巳五子",), -300, 60, 6,
        "独立处理产后出血。",
        (Goal("procedure", "postpartum_haemorrhage", 20, 4, 30),),
        (Cases("示例巳五子", "示例甲三己", "postpartum_haemorrhage", -280, 20, 9, 3, 5, 99,
               failed=(2,)),),
    ),
    Tied(
        "stroke", "team_to_team", "dj2", "kq2", "03.04", (30, 31), ("示例巳一申", "示例巳二酉"),
        -310, 35, 3, "建成胸痛与卒中急救团队，夜间也能独立处置。",
        (Goal("procedure", "thrombolysis_stroke", 24, 4, 20),
         Goal("activity", "epa_emergency", 0, 4, 20), Goal("activity", "epa_handover", 0, 4, 20)),
        (Cases("示例巳一申", "示例乙一戊", "thrombolysis_stroke", -300, 19, 15, 2, 5, 12),
         Cases("示例巳二酉", "示例乙一戊", "thrombolysis_stroke", -290, 31, 9, 3, 6, 99,
               failed=(3,))),
        team="急救团队",
    ),
)  # fmt: skip


def steps_of(run: Cases) -> Iterator[tuple[int, int, str, str, int]]:
    """Number, day, role, supervision and level of each case, in order."""
    for number in range(run.number):
        day = run.first + number * run.every
        if number >= run.alone:
            yield number, day, "first_operator", "distant", 4
        elif number >= run.supervised:
            late = number - run.supervised > (run.alone - run.supervised) // 2
            yield number, day, "first_operator", "minutes" if late else "in_room", 3
        elif number >= run.joint:
            yield number, day, "shared", "in_room", 2
        else:
            yield number, day, "assistant", "in_room", 1


@transaction.atomic
def load_apprentices(loaded: Loaded, last_day: date) -> bool:
    """Load them unless they are there; whether they were loaded."""
    if Apprenticeship.objects.filter(pk=example_id("apprenticeship", TIES[0].code)).exists():
        return False
    people = dict(loaded.people)
    people[CLINICIAN.name] = directory.add_person(
        by=None, id=example_id("person", CLINICIAN.name), name=CLINICIAN.name,
        organisation=loaded.bodies[CLINICIAN.body], title=CLINICIAN.title,
        department=loaded.departments[CLINICIAN.body, CLINICIAN.specialty],
        specialties=(CLINICIAN.specialty,), user_id=loaded.logins["local_clinician"].id,
        example=True,
    )  # fmt: skip
    for tied in TIES:
        _tie(loaded, last_day, tied, people)
    _studio(loaded, last_day, people)
    return True


def _tie(loaded: Loaded, last_day: date, tied: Tied, people: dict[str, Person]) -> None:
    def on(day: int) -> date:
        return last_day + timedelta(days=day)

    ids = [posting_id(number) for number in tied.mentors]
    postings = postings_with(ids)
    mentors = [
        MentorInput(postings[id].person, postings[id], place == 0, on(tied.first))
        for place, id in enumerate(ids)
    ]
    for each in mentors:
        people[each.person.name] = each.person
    before = {goal.code: (1, 3) for goal in tied.goals if goal.kind == "procedure"}
    with _at(on(tied.first)):
        held = actions.create_apprenticeship(
            by=None, id=example_id("apprenticeship", tied.code), programme=loaded.programme,
            form=tied.form, giver=loaded.bodies[tied.giver], receiver=loaded.bodies[tied.receiver],
            specialty=tied.specialty,
            department=loaded.departments[tied.receiver, tied.specialty],
            starts_on=on(tied.first), ends_on=on(tied.last), least_months=tied.months,
            team=tied.team, aim=tied.aim, mentors=mentors,
            apprentices=[
                ApprenticeInput(
                    people[name], "科室推荐，手术量与值班表核对后确定。", "可做助手。",
                    {"licensed": True, "basic_skills": True, "time_kept": number == 0}, before,
                )
                for number, name in enumerate(tied.learners)
            ],
            goals=[
                GoalInput(goal.kind, goal.code, on(goal.due), goal.cases, goal.level)
                for goal in tied.goals
            ],
        )  # fmt: skip
        actions.propose_apprenticeship(by=None, apprenticeship=held, side="giver")
    if not tied.signed:
        return
    with _at(on(tied.first + 1)):
        held = actions.sign_apprenticeship(by=None, apprenticeship=held)
    for run in tied.cases:
        _cases(last_day, tied, held, run, people)


def complete_ties(last_day: date) -> None:
    """Those that are done, once decisions say that their apprentices are independent."""
    for tied in TIES:
        if tied.completed is not None:
            held = Apprenticeship.objects.get(pk=example_id("apprenticeship", tied.code))
            with _at(last_day + timedelta(days=tied.completed)):
                actions.complete_apprenticeship(
                    by=None, apprenticeship=held,
                    outcomes={row.id: "independent" for row in held.apprentices.all()},
                )  # fmt: skip


def _at(day: date) -> AbstractContextManager[None]:
    return stopped_at(datetime.combine(day, time(9), UTC))


def _cases(
    last_day: date, tied: Tied, held: Apprenticeship, run: Cases, people: dict[str, Person]
) -> None:
    """Record each on its day; the mentor confirms every Friday's worth together."""
    waiting: list[tuple[Case, int]] = []
    for number, day, role, supervision, level in steps_of(run):
        on = last_day + timedelta(days=day)
        failed = number in run.failed
        with _at(on):
            case = actions.record_case(
                by=None, id=example_id("case", tied.code, run.learner, number),
                apprenticeship=held, learner=people[run.learner], mentor=people[run.mentor],
                procedure=run.procedure, happened_on=on, role=role, supervision=supervision,
                difficulty="complex" if number % 7 == 6 else "routine", success=not failed,
                outcome_note="未达本术式判定标准，已与导师复盘。" if failed else "",
            )  # fmt: skip
        if number < run.number - run.awaiting:
            waiting.append((case, level))
        if len(waiting) == 4:
            _confirm(on + timedelta(days=1), last_day, waiting)
    _confirm(last_day, last_day, waiting)


def _confirm(day: date, last_day: date, waiting: list[tuple[Case, int]]) -> None:
    with _at(min(day, last_day)):
        for answer in actions.confirm_cases(
            by=None, picks=[Pick(case, level) for case, level in waiting]
        ):
            if isinstance(answer, Exception):
                raise answer
    waiting.clear()


def _studio(loaded: Loaded, last_day: date, people: dict[str, Person]) -> None:
    def on(day: int) -> date:
        return last_day + timedelta(days=day)

    leader = people["示例甲四庚"]
    with _at(on(-300)):
        studio = actions.open_studio(
            by=None, id=example_id("studio", "laparoscopy"), programme=loaded.programme,
            giver=loaded.bodies["dj1"], receiver=loaded.bodies["kq1"], name="示例腔镜传帮带工作室",
            leader=leader, department=loaded.departments["kq1", "04.01"], valid_from=on(-300),
        )  # fmt: skip
        actions.add_member(by=None, studio=studio, person=people["示例辰三酉"], on=on(-300))
    for number, (day, topic, held, note) in enumerate(
        (
            (-270, "腹腔镜模拟训练：持针与打结", True, "6人参加，两人未过，已约补训。"),
            (-180, "胆囊切除术视频复盘", True, "复盘3例，含1例中转开腹。"),
            (-90, "围手术期管理路径讨论", False, "导师门诊冲突，改期。"),
            (-60, "围手术期管理路径讨论", True, "形成科室路径初稿。"),
            (12, "困难胆囊的处理", None, ""),
        )
    ):
        with _at(on(min(day, 0))):
            row = actions.plan_day(
                by=None, id=example_id("studio-day", number), studio=studio, on=on(day),
                topic=topic,
            )  # fmt: skip
            if held is not None:
                actions.tell_day(by=None, day=row, held=held, note=note)
    for number, (day, kind, title) in enumerate(
        (
            (-170, "teaching_material", "胆囊切除术教学视频一套"),
            (-55, "procedure", "腹腔镜手术围手术期管理路径"),
            (-30, "course", "师级腹腔镜基础培训一期"),
        )
    ):
        with _at(on(day)):
            actions.add_output(
                by=None, id=example_id("studio-output", number), studio=studio, kind=kind,
                title=title, on=on(day),
            )  # fmt: skip
