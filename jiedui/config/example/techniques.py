"""Ten invented techniques, one in every state, with their cases over eighteen months.

Days are counted from the example's last day, as those of the postings that brought them.
Meant are: one sustained after its expert left, one asleep since its department's post was
closed and nobody said so, one that rests after a departure, one behind its taper plan, one whose
platform is not ready, and one claim of novelty that a reviewer narrowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from django.db import transaction

from jiedui.config.example.bodies import RECEIVERS, example_id, people
from jiedui.config.example.dispatching import posting_id
from jiedui.config.example.load import Loaded
from jiedui.config.example.postings import courses
from jiedui.mentoring.actions.cases import Pick, confirm_cases, record_case
from jiedui.mentoring.actions.novelty import review_novelty
from jiedui.mentoring.actions.technique_plans import Stretch, need_platform, plan_taper
from jiedui.mentoring.actions.technique_steps import (
    rest_technique,
    settle_technique,
    stop_technique,
)
from jiedui.mentoring.actions.techniques import approve_technique, propose_technique
from jiedui.mentoring.domain.months import after, month_of
from jiedui.mentoring.models import Technique


class Run(NamedTuple):
    """Cases every so many days from a first to a last day, by who led: e, j, s or i."""

    first: int
    last: int
    every: int
    lead: str


class Brought(NamedTuple):
    """A technique: the posting (receiver, specialty, first day) that brought it, and its course."""

    code: str
    receiver: str
    specialty: str
    posted: int
    name: str
    category: str
    procedure: str
    codes: tuple[str, ...]
    grade: int | None
    expected: int
    proposed: int
    approved: int | None = None
    scope: str = ""
    claim: str = ""
    # What the reviewer found; None where nobody has looked yet.
    found: str | None = None
    runs: tuple[Run, ...] = ()
    # A second expert (the first day of the posting) who teaches in the later runs.
    next: int | None = None
    needs: tuple[tuple[str, int | None, int | None], ...] = ()
    # First and last day, expert's days a month, local share.
    taper: tuple[tuple[int, int, int, int], ...] = ()
    end: tuple[str, int, str, str] | None = None


TECHNIQUES = (
    Brought(
        "gastroscopy", "kq11", "03", -600, "诊断性胃镜检查", "appropriate", "gastroscopy",
        ("45.1300", "45.1400"), 2, 30, -598, -595, "institution",
        "团场医院首次开展内镜检查，此前均到师部。", "institution",
        (Run(-592, -572, 5, "e"), Run(-568, -545, 6, "j"), Run(-540, -512, 5, "s"),
         Run(-505, -8, 16, "i")),
        needs=(("laboratory", -598, -598), ("sterile_supply", -597, -596)),
        taper=((-595, -560, 18, 10), (-550, -520, 12, 60), (-500, -380, 0, 90)),
    ),
    Brought(
        "pci", "kq1", "03.04", -710, "经皮冠状动脉介入治疗", "restricted", "pci",
        ("36.0600", "36.0700"), 4, 60, -700, -660, "region",
        "甲师范围内首家开展，此前急性心梗均外转。", "county",
        (Run(-540, -440, 9, "e"), Run(-430, -350, 10, "j"), Run(-330, -20, 11, "s")),
        next=-340,
        needs=(("icu", -680, -665), ("laboratory", -680, -670), ("imaging", -680, -665)),
        taper=((-540, -430, 20, 0), (-420, -240, 15, 40), (-235, 15, 8, 90)),
    ),
    Brought(
        "stroke", "kq1", "03.03", -710, "急性缺血性卒中静脉溶栓", "new_service",
        "thrombolysis_stroke", ("99.1000",), None, 36, -690, -680, "county",
        "一师范围内首家开展卒中绿色通道溶栓。", "county",
        (Run(-540, -480, 14, "e"), Run(-470, -430, 12, "s"), Run(-420, -8, 13, "i")),
        needs=(("imaging", -680, -675), ("laboratory", -680, -675)),
    ),
    Brought(
        "bronchoscopy", "kq2", "07", -650, "儿童支气管镜检查", "new_technique", "bronchoscopy",
        ("33.2300", "33.2400"), 3, 18, -640, -630, "institution", "本院儿科首次开展。", None,
        (Run(-540, -400, 13, "e"), Run(-390, -335, 18, "j"), Run(-320, -260, 20, "i")),
        needs=(("anaesthesia", -635, -630),),
        end=("rest", -60, "staff_left", "专家期满离开后，唯一掌握操作的医生调离。"),
    ),
    Brought(
        "appendix", "yc1", "04", -660, "腹腔镜阑尾切除术", "new_technique", "lap_appendectomy",
        ("47.0100",), 2, 30, -650, -645, "institution", "本院首次开展腹腔镜手术。", "institution",
        (Run(-600, -490, 10, "e"), Run(-485, -430, 25, "s")),
        needs=(("anaesthesia", -645, -640),),
    ),
    Brought(
        "cholecystectomy", "yc", "04.01", -250, "腹腔镜胆囊切除术", "new_technique",
        "lap_cholecystectomy", ("51.2300",), 3, 48, -245, -240, "", "", None,
        (Run(-235, -10, 9, "e"),),
        needs=(("anaesthesia", -240, -238), ("sterile_supply", -240, -235)),
        taper=((-240, -100, 16, 0), (-95, 60, 10, 40), (65, 110, 5, 70)),
    ),
    Brought(
        "pacemaker", "kq2", "03.04", -325, "永久起搏器植入术", "restricted", "pacemaker",
        ("37.8000", "37.8300"), 3, 20, -315, -300, "institution", "本院首次开展。", None,
        (Run(-290, -150, 15, "e"), Run(-140, -12, 16, "j")),
        needs=(("icu", -300, -298),),
    ),
    Brought(
        "umbilical", "yc", "07", -245, "脐静脉置管术", "appropriate", "umbilical_catheter",
        ("38.9200",), None, 20, -40, -20, "", "", None,
        needs=(("icu", -10, None), ("laboratory", 30, None)),
    ),
    Brought(
        "hernia", "kq2", "04.01", -325, "腹股沟疝无张力修补术", "new_technique", "hernia_open",
        ("53.0000",), 2, 40, -6, None, "institution", "本院此前采用传统修补。",
    ),
    Brought(
        "hysteroscopy", "kq1", "05", -705, "宫腔镜手术", "new_technique", "hysteroscopy",
        ("68.2900",), 3, 40, -690, -680, "", "", None,
        (Run(-540, -450, 9, "e"), Run(-440, -350, 12, "s"), Run(-335, -260, 20, "i")),
        needs=(("anaesthesia", -690, -685), ("sterile_supply", -690, -680)),
        end=("stop", -200, "kit_broken", "宫腔镜主机报废，未再购置。"),
    ),
)  # fmt: skip

LEADS = {"e": "expert", "j": "joint", "s": "supervised", "i": "independent"}


@dataclass
class Stage:
    """Who brought a technique, in which posting, and who takes it over at home."""

    giver: str
    posting: int
    expert: str
    then: str
    local: tuple[str, ...]


def stage_of(brought: Brought) -> Stage:
    """The people of a technique, from the postings and the receiver's own staff."""
    sent = {
        (c.sent.receiver, c.sent.specialty, c.sent.first): c
        for c in courses()
    }  # fmt: skip
    first = sent[brought.receiver, brought.specialty, brought.posted]
    then = (
        first if brought.next is None else sent[brought.receiver, brought.specialty, brought.next]
    )
    own = next(body for body in RECEIVERS if body.code == brought.receiver)
    staff = [person for person in people() if person.body == own.code]
    staff.sort(key=lambda one: (one.specialty != brought.specialty, one.name))
    return Stage(
        first.sent.giver, first.number, first.person.name, then.person.name,
        tuple(one.name for one in staff[:2]),
    )  # fmt: skip


def cases_of(brought: Brought) -> Iterator[tuple[int, str]]:
    """The day and the lead of every case, in order."""
    found = [
        (day, run.lead) for run in brought.runs for day in range(run.first, run.last + 1, run.every)
    ]
    yield from sorted(found)


@transaction.atomic
def load_techniques(loaded: Loaded, last_day: date) -> bool:
    """Load them unless they are there; whether they were loaded."""
    if Technique.objects.filter(pk=example_id("technique", TECHNIQUES[0].code)).exists():
        return False
    for brought in TECHNIQUES:
        _load(loaded, last_day, brought)
    return True


def _load(loaded: Loaded, last_day: date, brought: Brought) -> None:
    def on(day: int) -> date:
        return last_day + timedelta(days=day)

    stage = stage_of(brought)
    programme, body = loaded.programme, loaded.bodies[brought.receiver]
    posting = programme.postings.get(pk=posting_id(stage.posting))
    technique = propose_technique(
        by=None, id=example_id("technique", brought.code), programme=programme,
        giver=loaded.bodies[stage.giver], receiver=body, name=brought.name,
        category=brought.category, specialty=brought.specialty,
        introduced_by=posting.person, posting=posting, proposed_on=on(brought.proposed),
        department=loaded.departments[brought.receiver, brought.specialty],
        procedure=brought.procedure, grade=brought.grade, codes=brought.codes,
        expected_cases=brought.expected, scope=brought.scope, claim=brought.claim,
        evidence="手术登记本、病案首页查询" if brought.claim else "",
    )  # fmt: skip
    for platform, due, ready in brought.needs:
        need_platform(
            by=None, technique=technique, platform=platform,
            due_on=on(due) if due is not None else None,
            ready_on=on(ready) if ready is not None else None,
        )  # fmt: skip
    if brought.approved is None:
        return
    approved = on(brought.approved)
    technique = approve_technique(
        by=None, technique=technique, on=approved, licence_on=approved, ethics_on=approved
    )
    stretches: list[Stretch] = []
    for first, last, days, share in brought.taper:
        # Months count whole: a stretch begins in the month after the one before.
        begin = month_of(on(first))
        if stretches and begin <= stretches[-1].last_month:
            begin = after(stretches[-1].last_month, 1)
        stretches.append(Stretch(begin, month_of(on(last)), days, share))
    plan_taper(by=None, technique=technique, stretches=stretches)
    _cases(loaded, last_day, brought, stage, technique)
    if brought.found is not None:
        review_novelty(
            by=loaded.logins["programme_coordinator"], technique=technique,
            on=on(brought.approved + 30), scope=brought.found,
            note="" if brought.found == brought.scope else "邻近师市已有医院开展，按本师范围认定。",
        )  # fmt: skip
    if brought.end is not None:
        verb, day, reason, note = brought.end
        act = rest_technique if verb == "rest" else stop_technique
        act(by=None, technique=technique, on=on(day), reason=reason, note=note)
    else:
        settle_technique(by=None, technique=technique)


def _cases(
    loaded: Loaded, last_day: date, brought: Brought, stage: Stage, technique: Technique
) -> None:
    """Record and confirm the cases; every twelfth did not meet the criterion."""
    picks = []
    for number, (day, code) in enumerate(cases_of(brought)):
        lead, on = LEADS[code], last_day + timedelta(days=day)
        expert = stage.then if brought.next is not None and day >= brought.next else stage.expert
        guide = loaded.people.get(expert) or technique.introduced_by
        local = loaded.people[stage.local[number % len(stage.local)]]
        case = record_case(
            by=None, id=example_id("technique-case", brought.code, number), technique=technique,
            procedure=brought.procedure, happened_on=on,
            leader=guide if lead == "expert" else local,
            mentor=None if lead in ("expert", "independent") else guide,
            role="shared" if lead == "joint" else "first_operator",
            supervision={"expert": "", "independent": "none"}.get(lead, "in_room"),
            difficulty="complex" if number % 5 == 4 else "routine",
            success=number % 12 != 11,
            outcome_note="" if number % 12 != 11 else "未达本术式判定标准，已讨论。",
        )  # fmt: skip
        picks.append(Pick(case))
    for answer in confirm_cases(by=None, picks=picks):
        if isinstance(answer, Exception):
            raise answer
