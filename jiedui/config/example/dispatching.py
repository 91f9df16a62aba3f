"""Loads the example's posts, batches, teams, postings and handovers, day by day as they went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from jiedui.config.example.bodies import ExamplePerson, example_id
from jiedui.config.example.load import Loaded
from jiedui.config.example.postings import (
    BATCHES,
    CLOSED,
    EXPERT,
    MORE,
    OPEN,
    TEAMS,
    URGENT,
    Course,
    Wanted,
    courses,
)
from jiedui.core.clock import stopped_at
from jiedui.directory import actions as directory
from jiedui.directory.models import Person
from jiedui.programmes import actions
from jiedui.programmes.models import Batch, Handover, Post, Posting, Team, WelfareItem

# Days before the first day on which a posting is nominated, screened, approved, sets out.
NOMINATED, SCREENED, APPROVED, TRAVELLED = 40, 33, 25, 2
# How far somebody has come who has not arrived.
FAR = {"nominated": 1, "declined": 1, "screened": 2, "withdrawn": 2, "approved": 3, "travelling": 4}
# Who comes later than so many days after takes nothing over.
LONGEST_GAP = 120
# What is handed over, by specialty of the post.
TECHNIQUES = {
    "03.04": "经桡动脉冠脉造影；急诊介入绿色通道",
    "03.03": "静脉溶栓流程",
    "04.01": "腹腔镜胆囊切除",
    "04.03": "关节镜检查",
    "05": "腹腔镜子宫肌瘤剔除",
    "07": "早产儿呼吸支持",
}


class Days:
    """What is done on which day: noted in any order, done in that of the days."""

    def __init__(self, last_day: date, first: int) -> None:
        self.last_day, self.first = last_day, first
        self._acts: defaultdict[int, list[Callable[[], object]]] = defaultdict(list)

    def day(self, offset: int) -> date:
        """The day so many after the last."""
        return self.last_day + timedelta(days=offset)

    def on(self, offset: int, act: Callable[..., object], *args: Any, **said: Any) -> None:
        """Note what is done on a day; nothing before the programme, nothing to come."""
        at = min(max(offset, self.first), 0)
        self._acts[at].append(partial(act, *args, **said))

    def act(self) -> None:
        """Do it, with the clock on each day."""
        while self._acts:
            offset = min(self._acts)
            with stopped_at(datetime.combine(self.day(offset), time(4), UTC)):
                for act in self._acts.pop(offset):
                    act()


def load_more_people(loaded: Loaded) -> None:
    """Nurses, technicians and managers, and the expert who logs in."""
    one: ExamplePerson
    for number, one in enumerate(MORE, 1):
        loaded.people[one.name] = directory.add_person(
            by=None,
            id=example_id("person", one.name),
            name=one.name,
            staff_number=f"EXM{number:03d}",
            organisation=loaded.bodies[one.body],
            department=loaded.departments[one.body, one.specialty],
            title=one.title,
            specialties=(one.specialty,),
            user_id=loaded.logins["expert"].id if one is EXPERT else None,
            example=True,
        )


class Dispatch:
    """Everything from the wish for a post to the handover."""

    def __init__(self, loaded: Loaded, days: Days) -> None:
        self.loaded, self.days = loaded, days
        self.posts: dict[tuple[str, str], Post] = {}
        self.batches: dict[str, Batch] = {}
        self.teams: dict[str, Team] = {}
        self.postings: dict[int, Posting] = {}
        self.handovers: dict[int, Handover] = {}
        self.courses = courses()

    def note(self) -> None:
        """Note it all, each on its day."""
        for code, batch in BATCHES.items():
            self.days.on(batch.first - 70, self._batch, code)
        for code, team in TEAMS.items():
            self.days.on(team.first - 60, self._team, code)
        begins: dict[tuple[str, str], int] = {}
        for course in self.courses:
            if course.sent.category != "managerial":
                key = (course.sent.receiver, course.sent.specialty)
                begins[key] = min(course.sent.first, begins.get(key, 999))
        for key, first in begins.items():
            self.days.on(first - NOMINATED - 20, self._post, self._relay(key, first))
            if key in CLOSED:
                self.days.on(CLOSED[key] + 1, self._close, key, CLOSED[key])
        for wanted in OPEN:
            self.days.on(min(wanted.first, 0) - 15, self._open, wanted)
        for course in self.courses:
            self._course(course)
        self._successors()

    def _batch(self, code: str) -> None:
        said = BATCHES[code]
        self.batches[code] = actions.create_batch(
            by=None, id=example_id("batch", code), programme=self.loaded.programme,
            sender=self.loaded.bodies[said.sender], number=said.number, name=said.name,
            valid_from=self.days.day(said.first), valid_to=self.days.day(said.last),
        )  # fmt: skip

    def _team(self, code: str) -> None:
        said = TEAMS[code]
        self.teams[code] = actions.create_team(
            by=None, id=example_id("team", code), programme=self.loaded.programme,
            batch=self.batches[said.batch], sender=self.loaded.bodies[said.sender],
            receiver=self.loaded.bodies[said.receiver], name=said.name, core=said.core,
            valid_from=self.days.day(said.first), valid_to=self.days.day(said.last),
        )  # fmt: skip

    def _relay(self, key: tuple[str, str], first: int) -> Wanted:
        own = next(c.sent for c in self.courses if (c.sent.receiver, c.sent.specialty) == key)
        reason = URGENT.get(key, "")
        return Wanted(*key, first, 1 if reason else 3, 2, reason, category=own.category,
                      team_role=own.role)  # fmt: skip

    def _ask(self, wanted: Wanted, *more: str) -> Post:
        return actions.request_post(
            by=None, id=example_id("post", wanted.receiver, wanted.specialty, *more),
            programme=self.loaded.programme, receiver=self.loaded.bodies[wanted.receiver],
            department=self.loaded.departments[wanted.receiver, wanted.specialty],
            specialty=wanted.specialty, title=wanted.title, category=wanted.category,
            mode="resident", team_role=wanted.team_role, months=12, priority=wanted.priority,
            apprentices=wanted.apprentices, reason=wanted.reason,
            needed_from=self.days.day(wanted.first),
        )  # fmt: skip

    def _post(self, wanted: Wanted) -> None:
        post = actions.agree_post(by=None, post=self._ask(wanted))
        self.posts[wanted.receiver, wanted.specialty] = post

    def _open(self, wanted: Wanted) -> None:
        post = self._ask(wanted, "open")
        if wanted.state == "agreed":
            actions.agree_post(by=None, post=post)
        elif wanted.state == "refused":
            actions.refuse_post(by=None, post=post, reason="同级医院已有急诊团队，建议转诊。")

    def _close(self, key: tuple[str, str], last: int) -> None:
        actions.close_post(
            by=None, post=self.posts[key], reason="本地医师已能独立开展。", on=self.days.day(last)
        )

    def _course(self, course: Course) -> None:
        """The steps of a posting, each on its day."""
        sent, on, day = course.sent, self.days.on, self.days.day
        first = sent.first
        far = FAR.get(sent.state, 9)
        # Who has not come yet has been nominated in the last weeks.
        base = min(first, 8)

        def step(offset: int, act: Callable[..., Posting], **said: Any) -> None:
            def take() -> None:
                posting = self.postings[course.number]
                self.postings[course.number] = act(by=None, posting=posting, **said)

            on(offset, take)

        on(base - NOMINATED, self._nominate, course)
        if far >= 2:
            step(base - SCREENED, actions.screen)
        if far >= 3:
            step(base - APPROVED, actions.approve)
        if far >= 4:
            step(first - TRAVELLED, actions.travel)
        if sent.state == "declined":
            step(base - SCREENED, actions.decline, reason=sent.reason)
        elif sent.state == "withdrawn":
            step(base - APPROVED, actions.withdraw, reason=sent.reason)
        if far < 9:
            return
        step(first, actions.arrive, on=day(first))
        on(first + 3, self._settle, course)
        if sent.leave is not None:
            left, back = sent.leave
            until = day(back if back is not None else left + 20)
            step(left, actions.leave, on=day(left), until=until)
            if back is not None:
                step(back, actions.return_from_leave, on=day(back))
        if sent.extended is not None:
            step(sent.extended - 40, actions.extend, until=day(sent.last))
        if sent.early is not None:
            step(sent.early, actions.return_early, on=day(sent.early), reason=sent.reason)
        elif sent.last <= 0:
            step(sent.last, actions.depart, on=day(sent.last))

    def _nominate(self, course: Course) -> None:
        sent, loaded = course.sent, self.loaded
        managerial = sent.category == "managerial"
        self.postings[course.number] = actions.nominate(
            by=None, id=example_id("posting", course.number), programme=loaded.programme,
            person=loaded.people[course.person.name], giver=loaded.bodies[sent.giver],
            receiver=loaded.bodies[sent.receiver], specialty=sent.specialty, kind=sent.kind,
            category=sent.category, planned_from=self.days.day(sent.first),
            planned_to=self.days.day(sent.last if sent.extended is None else sent.extended),
            department=loaded.departments[sent.receiver, sent.specialty],
            post=None if managerial else self.posts[sent.receiver, sent.specialty],
            team=self.teams[sent.team] if sent.team else None, team_role=sent.role,
            workload=sent.workload,
        )  # fmt: skip

    def _settle(self, course: Course) -> None:
        """The first days at the host: what the welfare list says, and an appointment."""
        posting, day = self.postings[course.number], self.days.day(course.sent.first + 3)
        items = {item.item: item for item in WelfareItem.objects.filter(posting=posting)}
        for code in ("housing", "meals"):
            actions.see_to_welfare(by=None, item=items[code], owner=posting.receiver, done_on=day)
        if course.sent.role == "leader":
            actions.raise_welfare(
                by=None, item=items["transport"], issue="探亲机票需垫付，报销较慢。"
            )
        kind = {"leader": "department_head", "deputy_leader": "deputy_department_head"}.get(
            course.sent.role
        )
        if course.sent.category == "managerial":
            kind = "assistant_president"
        if kind is not None:
            actions.appoint(
                by=None, posting=posting, kind=kind, valid_from=day,
                department=posting.department if kind != "assistant_president" else None,
                document=f"示例聘任〔{day.year}〕{course.number}号",
                authority="科室用人、排班与质控",
            )  # fmt: skip

    def _successors(self) -> None:
        """From each to the next at the same post: opened before the end, mostly signed."""
        lines: defaultdict[tuple[str, str], list[Course]] = defaultdict(list)
        for course in self.courses:
            longer = course.last - course.sent.first > 60
            never = course.sent.state in ("declined", "withdrawn")
            if course.sent.category != "managerial" and longer and not never:
                lines[course.sent.receiver, course.sent.specialty].append(course)
        for (receiver, _), line in lines.items():
            for outgoing, incoming in zip(line, [*line[1:], None], strict=True):
                if outgoing.sent.state or outgoing.last > 60:
                    continue
                if incoming and incoming.sent.first - outgoing.last > LONGEST_GAP:
                    continue
                if incoming is None and (outgoing.last <= 0 or receiver != "kq1"):
                    continue
                self._handover(outgoing, incoming)

    def _handover(self, outgoing: Course, incoming: Course | None) -> None:
        last = outgoing.last
        opened = last if outgoing.sent.early is not None else min(last - 14, -6)
        self.days.on(opened, self._open_handover, outgoing, incoming)
        if incoming is None or last > 0 or (incoming.sent.state and incoming.sent.first > 0):
            return
        # The last one at 示例高坪县中医院 was never signed: it is overdue.
        if outgoing.sent.receiver == "yc3" and last > -60:
            return
        self.days.on(last, self._sign, actions.sign_outgoing, outgoing.number)
        self.days.on(max(incoming.sent.first, last) + 2, self._taken_over, outgoing, incoming)

    def _open_handover(self, outgoing: Course, incoming: Course | None) -> None:
        there = self.postings.get(incoming.number) if incoming else None
        self.handovers[outgoing.number] = actions.open_handover(
            by=None, id=example_id("handover", outgoing.number),
            outgoing=self.postings[outgoing.number], incoming=there,
            due_on=self.days.day(outgoing.last), patients_of_concern=outgoing.number % 7 + 2,
            apprentices="示例学员两名，均可在指导下完成", projects="新技术备案材料一份",
            techniques=TECHNIQUES.get(outgoing.sent.specialty, "常规诊疗与会诊"),
            contacts="科室秘书、医务科",
        )  # fmt: skip

    def _taken_over(self, outgoing: Course, incoming: Course) -> None:
        handover = self.handovers[outgoing.number]
        if handover.incoming_id is None:
            actions.name_successor(
                by=None, handover=handover, incoming=self.postings[incoming.number]
            )
        self._sign(actions.sign_incoming, outgoing.number)

    def _sign(self, act: Callable[..., Handover], number: int) -> None:
        self.handovers[number] = act(by=None, handover=self.handovers[number])


def load_credentials(loaded: Loaded, posted: list[Course], last_day: date) -> None:
    """A licence of everybody who is posted; one of those there ends within weeks."""
    there = [c for c in posted if not c.sent.state and c.sent.first <= 0 < c.last]
    ending = next(c.person.name for c in there if c.sent.specialty == "04.01")
    names: dict[str, ExamplePerson] = {c.person.name: c.person for c in posted}
    for number, (name, one) in enumerate(names.items(), 1):
        if one.title == "manager":
            continue
        nurse = "nurse" in one.title
        person: Person = loaded.people[name]
        actions.add_credential(
            by=None, id=example_id("credential", name), person=person,
            kind="nurse_licence" if nurse else "physician_licence",
            number=f"EX{number:05d}", issuer="示例卫生健康委",
            valid_from=last_day - timedelta(days=1200 + number),
            valid_to=last_day + timedelta(days=25 if name == ending else 600 + 7 * number),
        )  # fmt: skip


def posting_id(number: int) -> UUID:
    """The id of a posting of the example."""
    return example_id("posting", number)
