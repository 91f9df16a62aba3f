"""Invented departments on their way, a hospital before its grade, and two-sided reviews.

Meant are: a department that rose and fell when people left, one that is as far as its criteria
allow, an emergency department by its checklist with one item late, a hospital on its way to
tertiary grade A, a procedure whose audit is overdue, research in all its states, and a review
of which one side has handed in and the other has not.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from jiedui.config.example.bodies import example_id
from jiedui.config.example.dispatching import Days
from jiedui.config.example.events import DAYS
from jiedui.config.example.load import Loaded
from jiedui.core.packs import vocabulary
from jiedui.mentoring.actions import departments, procedures, research, reviews, roads, standards
from jiedui.mentoring.actions.reviews import Answer, questions_of
from jiedui.mentoring.domain.months import after, month_of
from jiedui.mentoring.domain.reviews import SCALE
from jiedui.mentoring.models import ReviewRound

# Department, the stages reached (day), the fall (day, to, why).
STAGES: tuple[tuple[str, str, tuple[tuple[str, int], ...], tuple[int, str, str] | None], ...] = (
    ("kq1", "03.04", (("begun", -700), ("routine", -520), ("independent", -150)), None),
    ("kq1", "20", (("begun", -690), ("routine", -300)), None),
    ("kq1", "07", (("begun", -680), ("routine", -420), ("independent", -230)),
     (-60, "routine", "两名骨干调离，基本技术只剩一人能独立操作")),
    ("kq2", "03.04", (("begun", -600), ("routine", -200)), None),
    ("yc1", "05", (("begun", -650), ("routine", -340)), None),
    ("yc2", "07", (("begun", -400),), None),
)  # fmt: skip
EVIDENCE = "科室建设评估表及院发文件"

# Department, level, target, reached, evidence.
LEVELS = (
    ("kq1", "03.04", "county", None, -480, "师卫发〔示例〕12号"),
    ("kq1", "03.04", "prefecture", -20, -35, "兵卫医发〔示例〕7号"),
    ("kq1", "03.04", "province", 420, None, ""),
    ("kq1", "07", "county", -90, None, ""),
    ("yc1", "05", "county", 120, None, ""),
)

# Items of a standard by their answer: m met, p partly, n not met, x not applicable, - none.
CHECKLISTS = (
    ("kq1", "20", "emergency_department", "mmmmpmmnmp-"),
    ("kq1", "03.04", "chest_pain_centre", "mmmmmpm"),
    ("kq1", "07", "child_centre", "mpmnp-"),
    ("kq1", "", "tertiary_a", "mmmppmmpmmppmm-pn"),
    ("yc1", "05", "maternal_centre", "mmpmn-"),
)
CODES = {"m": "met", "p": "partly", "n": "not_met", "x": "not_applicable"}

PROCEDURES = (
    ("triage", "20", "workflow", "急诊四级预检分诊流程", -500, 40,
     ((-300, "partly"), (-120, "followed"))),
    ("green", "20", "workflow", "急性胸痛绿色通道流程", -420, -25, ((-200, "followed"),)),
    ("rounds", "", "core_rule", "三级查房督查办法", -610, 90,
     ((-400, "not_followed"), (-30, "partly"))),
    ("blood", "", "quality", "临床用血审批与评价制度", -250, 60, ()),
    ("nurse", "", "nursing", "压力性损伤风险评估流程", -380, -70, ((-250, "partly"),)),
    ("newborn", "07", "clinical_routine", "新生儿复苏与转运常规", -330, 120, ((-90, "followed"),)),
)  # fmt: skip

RESEARCH: tuple[tuple[str, str, str, str, int, dict[str, Any]], ...] = (
    ("af", "03.04", "province", "基层房颤筛查与管理路径研究", -560,
     {"funded": -440, "amount": 150000, "funder": "示例省科学技术厅", "closed": -40,
      "outcome": "论文2篇，院内规范1份"}),
    ("stroke", "03.03", "prefecture", "卒中院前延误影响因素分析", -380,
     {"funded": -290, "amount": 50000, "funder": "示例甲师科学技术局"}),
    ("milk", "07", "province", "早产儿母乳喂养质量改进", -310, {"refused": -220}),
    ("nurse", "", "hospital", "互联网加护理服务的可及性调查", -150, {}),
    ("trauma", "04.03", "province", "边远地区创伤转运时间研究", -90, {}),
)  # fmt: skip


class _Load:
    """The example's building up, noted by days."""

    def __init__(self, loaded: Loaded, last_day: date) -> None:
        self.loaded, self.days = loaded, Days(last_day, 1 - DAYS)

    def pairing(self, receiver: str, giver: str = "") -> Any:
        """The example's tie of a hospital with a supporter."""
        rows = self.loaded.programme.pairings.filter(receiver=self.loaded.bodies[receiver])
        if giver:
            rows = rows.filter(giver=self.loaded.bodies[giver])
        return rows.select_related("programme", "giver", "receiver").order_by("valid_from").first()

    def stages(self) -> None:
        """Criteria and stages of departments."""
        criteria = vocabulary().table("stage_criteria")
        for body, specialty, reached, fall in STAGES:
            ward = self.loaded.departments[body, specialty]
            for stage, on in reached:
                for code, term in criteria.items():
                    if term.extra["stage"] == stage:
                        self.days.on(
                            on - 5, departments.answer_criterion, by=None,
                            id=example_id("criterion", body, specialty, code), department=ward,
                            criterion=code, met=True, on=self.days.day(on - 5),
                            evidence=EVIDENCE,
                        )  # fmt: skip
                self.days.on(
                    on, departments.reach_stage, by=None,
                    id=example_id("stage", body, specialty, stage), department=ward, stage=stage,
                    on=self.days.day(on),
                )  # fmt: skip
            if fall is not None:
                on, stage, why = fall
                self.days.on(
                    on, departments.answer_criterion, by=None,
                    id=example_id("criterion", body, specialty, "fallen"), department=ward,
                    criterion="independent_depth", met=False, on=self.days.day(on), evidence=why,
                )  # fmt: skip
                self.days.on(
                    on, departments.lose_stage, by=None,
                    id=example_id("stage", body, specialty, "fallen"), department=ward,
                    stage=stage, on=self.days.day(on), reason=why,
                )  # fmt: skip

    def levels(self) -> None:
        """The ladder of key specialties."""
        for body, specialty, level, target, reached, evidence in LEVELS:
            self.days.on(
                reached if reached is not None else -500, departments.set_level, by=None,
                department=self.loaded.departments[body, specialty], level=level,
                pairing=self.pairing(body),
                target_on=self.days.day(target) if target is not None else None,
                reached_on=self.days.day(reached) if reached is not None else None,
                evidence=evidence,
            )  # fmt: skip

    def checklists(self) -> None:
        """Standards with their items answered; what lacks has a day, and one is late."""
        items = vocabulary().table("standard_items")
        for body, specialty, standard, answers in CHECKLISTS:
            organisation = self.loaded.bodies[body]
            made = standards.begin_checklist(
                by=None, id=example_id("checklist", body, standard), organisation=organisation,
                department=self.loaded.departments[body, specialty] if specialty else None,
                standard=standard, begun_on=self.days.day(-360), target_on=self.days.day(300),
            )  # fmt: skip
            codes = [code for code, term in items.items() if term.extra["standard"] == standard]
            for place, (code, letter) in enumerate(zip(codes, answers, strict=True)):
                if letter == "-":
                    continue
                lacks = letter in "np"
                self.days.on(
                    -200 + place * 5, standards.answer_item, by=None,
                    id=example_id("item", body, code), checklist=made, item=code,
                    answer=CODES[letter], on=self.days.day(-200 + place * 5),
                    evidence="" if letter == "n" else "自评材料与现场查看记录",
                    due_on=self.days.day(-15 if letter == "n" else 60) if lacks else None,
                )  # fmt: skip

    def clinics(self) -> None:
        """Two special clinics, one of them with its months."""
        ward = self.loaded.departments["kq1", "03.04"]
        clinic = standards.open_clinic(
            by=None, id=example_id("clinic", "af"), department=ward, kind="disease",
            name="房颤专病门诊", valid_from=self.days.day(-400),
            hours=[(2, "morning"), (4, "afternoon")],
        )  # fmt: skip
        standards.open_clinic(
            by=None, id=example_id("clinic", "wound"),
            department=self.loaded.departments["kq1", "04.01"], kind="nursing",
            name="伤口造口护理门诊", valid_from=self.days.day(-20), hours=[(3, "morning")],
        )  # fmt: skip
        first = month_of(self.days.day(-400))
        for back in range(1, 13):
            month = after(month_of(self.days.last_day), -back)
            if month > first:
                standards.tell_month(
                    by=None, clinic=clinic, month=month, sessions=8,
                    visits=40 + (13 - back) * 4 + (7 * back) % 9,
                )  # fmt: skip

    def hospital(self) -> None:
        """The way to tertiary grade A, procedures with audits, research."""
        body, pairing, days = self.loaded.bodies["kq1"], self.pairing("kq1"), self.days
        of = {"by": None, "organisation": body, "pairing": pairing}
        road = roads.begin_road(
            **of, id=example_id("road", "kq1"), target="tertiary_a", begun_on=days.day(-400),
            target_on=days.day(330),
        )  # fmt: skip
        for code, title, due, done in (
            ("plan", "成立创建办公室，分解任务", -360, -365),
            ("self", "完成第一轮全院自评", -150, -140),
            ("train", "核心制度全员培训与考核", -30, None),
            ("mock", "邀请支援医院模拟评审", 90, None),
            ("apply", "提交评审申请", 200, None),
        ):  # fmt: skip
            step = roads.add_milestone(
                by=None,
                id=example_id("milestone", code),
                road=road,
                title=title,
                due_on=days.day(due),
            )
            if done is not None:
                roads.finish_milestone(by=None, milestone=step, on=days.day(done))
        for code, specialty, kind, title, adopted, due, audits in PROCEDURES:
            made = procedures.adopt_procedure(
                **of, id=example_id("procedure", code), kind=kind, title=title,
                department=self.loaded.departments["kq1", specialty] if specialty else None,
                adopted_on=days.day(adopted), next_audit_on=days.day(due),
            )  # fmt: skip
            for on, result in audits:
                procedures.audit_procedure(
                    by=None, id=example_id("audit", code, on), procedure=made, on=days.day(on),
                    result=result, findings="抽查病历与现场访谈", next_audit_on=days.day(due),
                )  # fmt: skip
        for code, specialty, level, title, applied, told in RESEARCH:
            project = research.apply_research(
                **of, id=example_id("research", code), level=level, title=title,
                applied_on=days.day(applied),
                department=self.loaded.departments["kq1", specialty] if specialty else None,
            )  # fmt: skip
            research.update_research(
                by=None, project=project, applied_on=days.day(applied),
                **{
                    f"{name}_on": days.day(told[name])
                    for name in ("refused", "funded", "closed") if name in told
                },
                amount=Decimal(told["amount"]) if "amount" in told else None,
                funder=told.get("funder", ""), outcome=told.get("outcome", ""),
            )  # fmt: skip

    def reviews(self) -> None:
        """Two rounds compared, one that waits for the supporter, one that waits for both."""
        for code, giver, receiver, phase, opens, sides in (
            ("middle", "dj1", "kq1", "middle", -560, {"giver": 3, "receiver": 2}),
            ("end", "dj1", "kq1", "end", -375, {"giver": 4, "receiver": 3}),
            ("after", "dj1", "kq1", "one_year_after", -10, {"receiver": 4}),
            ("other", "bl1", "yc", "middle", -3, {}),
        ):
            self.days.on(
                opens, self._round, code, self.pairing(receiver, giver), phase, opens, sides
            )

    def _round(
        self, code: str, pairing: Any, phase: str, opens: int, sides: Mapping[str, int]
    ) -> None:
        made = reviews.open_round(
            by=None, id=example_id("two-sided", code), programme=self.loaded.programme,
            giver=pairing.giver, receiver=pairing.receiver, pairing=pairing, phase=phase,
            opens_on=self.days.day(opens), closes_on=self.days.day(opens + 42),
        )  # fmt: skip
        for side, level in sides.items():
            reviews.submit_answers(by=None, round=made, side=side, answers=_sheet(side, level))


# What both sides said in words; the questions are the pack's.
WORDS = {
    "giver_learned_what": "学到了设备和人手有限时如何分级处置，也见到了本院少见的高原心脏病。",
    "giver_uses_what": "把受援医院的出诊前电话随访做法带回了本院老年病科。",
    "receiver_saw": "教会了对方按牧区作息安排随访和义诊。",
    "giver_change_next": "请受援医院固定两名徒弟跟台，不要频繁轮岗。",
    "receiver_change_next": "下一阶段请提前三个月商定轮换人选，交接至少重叠两周。",
}


def _sheet(side: str, level: int) -> dict[str, Answer]:
    """A believable sheet: most answers near a level, a few far from the other side's."""
    table = vocabulary().table("review_questions")
    found: dict[str, Answer] = {}
    for place, code in enumerate(questions_of(side)):
        if table[code].extra["kind"] != SCALE:
            found[code] = Answer(words=WORDS.get(code) or WORDS[f"{side}_{code}"])
        elif place % 9 == 7:
            found[code] = Answer(unknown=True)
        else:
            # Now and then a step off, and on some questions two steps from the other side.
            shift = (1 if place % 4 == 1 else 0) if side == "giver" else -(place % 7 == 4)
            found[code] = Answer(min(5, max(1, level + int(shift))))
    if side == "giver":
        found["goes_on"] = Answer(min(5, level + 1), words="专家离开后每周仍有远程指导。")
        found["needs_giver"] = Answer(2, words="轮换间隔太短，家属探亲安排不足。")
    else:
        found["goes_on"] = Answer(max(1, level - 1), words="专家休假的月份，手术基本停了。")
        found["needs_giver"] = Answer(min(level, 2))
    return found


@transaction.atomic
def load_departments_example(loaded: Loaded, last_day: date) -> bool:
    """Load it unless it is there; whether it was loaded."""
    if ReviewRound.objects.filter(pk=example_id("two-sided", "other")).exists():
        return False
    load = _Load(loaded, last_day)
    for part in (load.stages, load.levels, load.checklists, load.clinics, load.hospital,
                 load.reviews):  # fmt: skip
        part()
    load.days.act()
    return True
