"""Sixty invented postings: relays at posts, teams of three batches, and what goes wrong.

Pure: days are counted from the example's last day, and who is sent follows from
who is free. Meant are: a post without anybody for two months, an early return, a
lone posting, a team below its core, a post that falls empty in weeks without a
successor, people who have set out and wait to be told arrived.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from jiedui.config.example.bodies import ExamplePerson, people


class Sent(NamedTuple):
    """A posting: who sends whom where, from and to which day, and how it went.

    ``state`` is said of what has not begun; what has, is there or gone by its
    days. ``leave`` is its last day on site and the day of return, blank while it
    lasts; ``extended`` the end as first planned.
    """

    giver: str
    receiver: str
    specialty: str
    first: int
    last: int
    team: str = ""
    role: str = ""
    kind: str = "planned"
    category: str = "clinical"
    workload: int = 100
    person: str = ""
    state: str = ""
    early: int | None = None
    reason: str = ""
    leave: tuple[int, int | None] | None = None
    extended: int | None = None


class Led(NamedTuple):
    """A team of a batch: its sender and recipient, days, name and core."""

    batch: str
    sender: str
    receiver: str
    first: int
    last: int
    name: str
    core: int


class Numbered(NamedTuple):
    """A batch under its sender's number."""

    sender: str
    number: int
    name: str
    first: int
    last: int


# The province counts its batches, the hospital its own.
BATCHES = {
    "dj11": Numbered("EX-DJ", 11, "示例东江省第十一批", -715, -340),
    "dj12": Numbered("EX-DJ", 12, "示例东江省第十二批", -340, 100),
    "bl3": Numbered("bl1", 3, "示例北岭省人民医院第三批", -250, 115),
}
TEAMS = {
    "kq1-11": Led("dj11", "EX-DJ", "kq1", -715, -340, "示例甲师医院“组团式”医疗队（第十一批）", 5),
    "kq1-12": Led("dj12", "EX-DJ", "kq1", -340, 100, "示例甲师医院“组团式”医疗队（第十二批）", 5),
    "kq2-12": Led("dj12", "EX-DJ", "kq2", -325, 60, "示例乙师医院“组团式”医疗队", 5),
    "yc-3": Led("bl3", "bl1", "yc", -250, 115, "示例云川州人民医院医疗队", 5),
}

# Beyond the doctors of the two years: nurses, technicians, managers, and who logs in as expert.
EXPERT = ExamplePerson("示例甲驻点", "dj1", "chief_physician", "03.04")
MORE = (
    EXPERT,
    ExamplePerson("示例甲护一", "dj1", "chief_nurse", "28"),
    ExamplePerson("示例甲护二", "dj1", "supervisor_nurse", "28"),
    ExamplePerson("示例甲技一", "dj1", "associate_chief_technician", "32"),
    ExamplePerson("示例甲管一", "dj1", "manager", "03.04"),
    ExamplePerson("示例丁护一", "bl1", "associate_chief_nurse", "28"),
    ExamplePerson("示例丁管一", "bl1", "manager", "03.04"),
)


def _team(team: str, role: str) -> dict[str, Any]:
    return {"team": team, "role": role, "kind": "team"}


_T1, _T2, _T3, _T4 = TEAMS
SENT = (
    # 示例甲师医院, the eleventh batch and the twelfth.
    Sent("dj1", "kq1", "03.04", -710, -345, **_team(_T1, "leader")),
    Sent("dj1", "kq1", "03.03", -710, -345, **_team(_T1, "deputy_leader")),
    Sent("dj1", "kq1", "04.01", -710, -348, **_team(_T1, "core"), leave=(-560, -545)),
    Sent("dj1", "kq1", "05", -705, -345, **_team(_T1, "core"), leave=(-540, -526)),
    Sent("dj2", "kq1", "04.03", -705, -345, **_team(_T1, "core"), early=-560,
         reason="家中老人患病，需本人照料。"),
    Sent("dj2", "kq1", "04.03", -520, -350),
    Sent("dj1", "kq1", "03.04", -340, 20, **_team(_T2, "leader"), person=EXPERT.name,
         leave=(-160, -146)),
    # For two months nobody was there for neurology.
    Sent("dj2", "kq1", "03.03", -285, 75, **_team(_T2, "deputy_leader")),
    # This post falls empty in a month and a half, and nobody is named.
    Sent("dj1", "kq1", "04.01", -338, 45, **_team(_T2, "core"), leave=(-170, -155)),
    Sent("dj1", "kq1", "05", -338, 30, **_team(_T2, "core")),
    Sent("dj2", "kq1", "04.03", -335, 95, **_team(_T2, "core"), leave=(-5, None)),
    Sent("dj1", "kq1", "28", -335, 40, **_team(_T2, "member"), category="nursing",
         person="示例甲护一", extended=10),
    Sent("dj1", "kq1", "20", -150, 30, kind="flexible", category="managerial", workload=50,
         person="示例甲管一"),
    Sent("djc", "kq1", "07", -660, -300),
    Sent("djc", "kq1", "07", -290, 75),
    Sent("djc", "kq1", "07", -200, -180, kind="volunteer"),
    Sent("djc", "kq1", "07", -90, -70, kind="volunteer"),
    Sent("djc", "kq1", "07", -30, -16, kind="volunteer"),
    Sent("dj2", "kq1", "26", -450, -361, kind="flexible", workload=40),
    # On their way, and their first day is over: the recipient tells the arrival.
    Sent("dj1", "kq1", "28", -1, 180, category="nursing", person="示例甲护二", state="travelling"),
    Sent("dj1", "kq1", "32", -2, 178, category="technical", person="示例甲技一",
         state="travelling"),
    Sent("dj1", "kq1", "03.04", 21, 385, state="approved"),
    Sent("dj1", "kq1", "05", 31, 395, state="nominated"),
    Sent("dj2", "kq1", "26", 12, 190, state="screened"),
    Sent("djc", "kq1", "28", -40, 60, state="withdrawn", reason="本院重症人手不足，另行选派。"),
    # 示例乙师医院: first one by one, then a team, which has lost one of its five.
    Sent("dj2", "kq2", "03.04", -700, -340),
    Sent("dj2", "kq2", "04.01", -690, -335, kind="flexible", workload=40),
    Sent("djc", "kq2", "07", -650, -330),
    Sent("dj2", "kq2", "20", -640, -460, kind="volunteer"),
    Sent("dj2", "kq2", "03.04", -325, 40, **_team(_T3, "leader")),
    Sent("dj2", "kq2", "04.01", -325, 40, **_team(_T3, "core")),
    Sent("dj1", "kq2", "05", -325, 40, **_team(_T3, "core"), early=-90,
         reason="身体不适，经双方同意提前返回。"),
    Sent("dj2", "kq2", "20", -320, 40, **_team(_T3, "core")),
    Sent("djc", "kq2", "07", -320, 55, **_team(_T3, "member")),
    Sent("dj1", "kq2", "03.04", 41, 400, state="approved"),
    # 示例云川州人民医院: one by one, then the hospital's third batch.
    Sent("bl1", "yc", "03.04", -700, -260),
    Sent("bl1", "yc", "04.01", -690, -300, leave=(-520, -500)),
    Sent("bl1", "yc", "28", -600, -420, kind="flexible", workload=60),
    Sent("bl1", "yc", "03.04", -250, 115, **_team(_T4, "leader")),
    Sent("bl1", "yc", "03.03", -250, 115, **_team(_T4, "deputy_leader")),
    Sent("bl1", "yc", "04.01", -250, 115, **_team(_T4, "core")),
    Sent("bl1", "yc", "28", -245, 115, **_team(_T4, "core"), category="nursing",
         person="示例丁护一"),
    Sent("bl1", "yc", "07", -245, 115, **_team(_T4, "core")),
    Sent("bl1", "yc", "20", -120, -31, kind="flexible", category="managerial", workload=50,
         person="示例丁管一"),
    # The counties: lone postings, short ones, volunteers.
    Sent("bl1", "yc1", "03", -650, -300),
    Sent("bl1", "yc1", "04", -660, -480),
    Sent("bl1", "yc1", "03", -280, 25),
    Sent("bl2", "yc2", "03", -640, -300, kind="flexible", workload=40),
    Sent("bl2", "yc2", "20", -500, -480, kind="volunteer"),
    Sent("bl2", "yc2", "03", -290, 70, leave=(-120, -104)),
    Sent("bl2", "yc2", "05", -260, -80),
    Sent("bl2", "yc2", "07", 20, 100, state="declined", reason="拟派专业与所需岗位不符。"),
    # 示例高坪县中医院: the six weeks without a team of which the ledger tells too.
    Sent("bl2", "yc3", "50", -720, -400),
    Sent("bl2", "yc3", "50", -357, -30),
    Sent("bl2", "yc3", "50", -10, 170),
    Sent("bl2", "yc3", "21", -150, 30, kind="flexible", workload=60),
    # The divisions' hospitals send to their regiments: 师级医院 → 团场医院.
    Sent("kq1", "kq11", "03", -600, -511),
    Sent("kq1", "kq11", "20", -420, -331, kind="flexible", workload=40),
    Sent("kq1", "kq11", "03", -200, 20, kind="local_development"),
    Sent("kq2", "kq21", "03", -590, -200),
)  # fmt: skip


class Wanted(NamedTuple):
    """A post that a recipient asks for, from which day, how urgently and why."""

    receiver: str
    specialty: str
    first: int
    priority: int = 3
    apprentices: int = 1
    reason: str = ""
    title: str = ""
    category: str = "clinical"
    team_role: str = ""
    state: str = "agreed"


# What nobody fills; each receiver and specialty of a relay has its post too, managers have none.
OPEN = (
    Wanted("kq1", "20", -45, 1, 2, "本地无人能独立开展，已停诊两项。"),
    Wanted("kq2", "28", -20, 2, 3, "重症床位已启用，缺专科带头人。", "associate_chief_physician"),
    Wanted("kq1", "07", 30, 3, 1, state="requested"),
    Wanted("yc1", "07", 10, 2, 2, "新生儿转诊多。", state="requested"),
    Wanted("yc3", "20", 15, 4, 1, "", state="refused"),
)
# Posts of relays that are no longer needed since a day.
CLOSED = {
    ("yc1", "04"): -480,
    ("yc2", "20"): -480,
    ("yc2", "05"): -80,
    ("kq11", "20"): -331,
    ("kq21", "03"): -200,
}
# Priority and reason of posts of relays, where there is more to say than the usual.
URGENT = {
    ("kq1", "03.04"): "急性心梗需外转，介入团队正在培养。",
    ("kq1", "04.01"): "腔镜手术依赖援派专家。",
    ("yc", "28"): "重症医学科新建。",
}


@dataclass(frozen=True)
class Course:
    """A posting with its number and the person who goes."""

    number: int
    sent: Sent
    person: ExamplePerson

    @property
    def last(self) -> int:
        """The last day as it is."""
        return self.sent.last if self.sent.early is None else self.sent.early


def courses(sent: Iterable[Sent] = SENT) -> list[Course]:
    """Each posting with a person: the one it names, else one of the giver who is free.

    Of those free nobody follows themselves; else the specialty decides, then who
    has been at home longest.
    """
    staff = [*people(), *MORE]
    named = {person.name for person in MORE}
    busy: dict[str, list[tuple[int, int]]] = {person.name: [] for person in staff}
    before: dict[tuple[str, str], str] = {}
    found = []
    for number, each in enumerate(sent, 1):
        at_home = [
            person for person in staff
            if person.body == each.giver
            and (person.name == each.person if each.person else person.name not in named)
            and all(end < each.first or each.last < start for start, end in busy[person.name])
        ]  # fmt: skip
        person = min(
            at_home,
            key=lambda one: (
                one.name == before.get((each.receiver, each.specialty)),
                one.specialty != each.specialty,
                one.specialty.split(".")[0] != each.specialty.split(".")[0],
                max((end for _, end in busy[one.name]), default=-999),
            ),
        )
        before[each.receiver, each.specialty] = person.name
        busy[person.name].append((each.first, each.last))
        found.append(Course(number, each, person))
    return found
