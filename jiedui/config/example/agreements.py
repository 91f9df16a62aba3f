"""Loads who is tied how, what was agreed, planned, met for, offered and wished in the example."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from jiedui.config.example.bodies import example_id
from jiedui.config.example.dispatching import Days
from jiedui.config.example.load import Loaded
from jiedui.programmes import actions
from jiedui.programmes.actions.agreements import Party
from jiedui.programmes.actions.meetings import Attending
from jiedui.programmes.models import Agreement, Meeting, Network, Offer, Pairing, Wish


class Frame:
    """Ties, agreements, plans, meetings, offers and wishes, each noted on its day."""

    def __init__(self, loaded: Loaded, days: Days) -> None:
        self.loaded, self.days = loaded, days
        self.programme, self.bodies = loaded.programme, loaded.bodies
        self.agreements: dict[str, Agreement] = {}
        self.networks: dict[str, Network] = {}
        self.pairings: dict[tuple[str, str, str], Pairing] = {}
        self.offers: dict[str, Offer] = {}
        self.meetings: dict[str, Meeting] = {}

    def note(self) -> None:
        """Note it all."""
        self._ties()
        self._agreements()
        self._targets()
        self._plan()
        self._meetings()
        self._menu()

    def _tie(self, kind: str, giver: str, receiver: str, first: int, **said: Any) -> None:
        """A tie from a day on."""

        def pair() -> None:
            if network := said.pop("network", ""):
                said["network"] = self.networks[network]
            self.pairings[kind, giver, receiver] = actions.pair(
                by=None, id=example_id("pairing", giver, receiver, kind), kind=kind,
                programme=self.programme, giver=self.bodies[giver], receiver=self.bodies[receiver],
                valid_from=self.days.day(first), **said,
            )  # fmt: skip

        self.days.on(first, pair)

    def _network(self, code: str, kind: str, name: str, lead: str, first: int, **said: Any) -> None:
        def found() -> None:
            self.networks[code] = actions.create_network(
                by=None, id=example_id("network", code), programme=self.programme, kind=kind,
                name=name, lead=self.bodies[lead], valid_from=self.days.day(first), **said,
            )  # fmt: skip

        self.days.on(first, found)

    def _ties(self) -> None:
        wards = self.loaded.departments
        # Three hospitals help one department, each answers for its own part.
        children = wards["kq1", "07"]
        for giver, duties in (
            ("djc", ("clinical", "teaching")),
            ("dj1", ("surgery", "remote")),
            ("dj2", ("nursing",)),
        ):
            self._tie(
                "hospitals_department", giver, "kq1", -640, department=children, duties=duties
            )
        self._tie("hospital_department", "dj2", "kq1", -330, department=wards["kq1", "04.03"])
        self._tie("trusteeship", "dj2", "kq2", -200)
        self._tie("co_building", "bl1", "yc", -400)
        self._network(
            "children", "specialty_alliance", "示例儿科专科联盟", "djc", -600, specialty="07"
        )
        for member in ("kq1", "kq2", "yc", "yc1"):
            self._tie("specialty_alliance", "djc", member, -598, network="children")
        self._network("stroke", "disease_alliance", "示例卒中联盟", "dj1", -300, disease="stroke")
        for member in ("kq1", "yc"):
            self._tie("disease_alliance", "dj1", member, -298, network="stroke")
        # The prefecture's hospital leads a consortium of its counties.
        self._network("prefecture", "consortium", "示例云川州医疗联合体", "yc", -89)
        for member in ("yc1", "yc2"):
            self._tie("consortium", "yc", member, -59, network="prefecture")

    def _agree(
        self,
        code: str,
        kind: str,
        title: str,
        number: int,
        first: int,
        last: int,
        parties: tuple[tuple[str, str], ...],
        *,
        renews: str = "",
        signed_ahead: int = 0,
        **said: Any,
    ) -> None:
        """``signed_ahead`` days before it begins, so that who comes may be named under it."""

        def sign() -> None:
            begins = self.days.day(max(first, self.days.first))
            signed = begins - timedelta(days=signed_ahead)
            self.agreements[code] = actions.create_agreement(
                by=None, id=example_id("agreement", code), programme=self.programme, kind=kind,
                title=title, number=f"示例协〔{signed.year}〕{number}号", signed_on=signed,
                parties=[Party(self.bodies[body], role, signed) for body, role in parties],
                renews=self.agreements[renews] if renews else None, valid_from=begins,
                valid_to=self.days.day(last), **said,
            )  # fmt: skip

        self.days.on(first - signed_ahead, sign)

    def _agreements(self) -> None:
        first = self.days.first
        self._agree(
            "province", "paired_assistance", "示例东江省对口支援示例垦区协议", 1, first, 400,
            (("EX-DJ", "giver"), ("EX-KQ", "receiver"), ("EX-KQ1", "host"), ("EX-KQ2", "host")),
            scope="选派“组团式”医疗队，带教骨干，远程会诊",
        )  # fmt: skip
        self._agree(
            "dj1-kq1", "paired_assistance", "示例东江省第一医院与示例甲师医院对口支援协议",
            2, first, 500,
            (("dj1", "giver"), ("kq1", "receiver"), ("EX-DJ", "sponsor")),
            scope="心血管内科、普通外科、妇产科驻点帮扶",
        )  # fmt: skip
        self._agree(
            "bl1-yc-old", "paired_assistance", "示例北岭省人民医院与示例云川州人民医院协议",
            3, first, -256,
            (("bl1", "giver"), ("yc", "receiver")),
        )  # fmt: skip
        self._agree(
            "bl1-yc", "paired_assistance", "示例北岭省人民医院与示例云川州人民医院协议（续签）",
            4, -255, 430,
            (("bl1", "giver"), ("yc", "receiver"), ("EX-BL", "sponsor")), renews="bl1-yc-old",
            signed_ahead=30,
        )  # fmt: skip
        self._agree(
            "children", "alliance", "示例儿科专科联盟协议", 5, -600, 50,
            (("djc", "organiser"), ("djc", "giver"), ("kq1", "receiver"), ("kq2", "receiver"),
             ("yc", "receiver"), ("yc1", "co_organiser")),
        )  # fmt: skip
        self._agree(
            "trust", "trusteeship", "示例乙师医院托管协议", 6, -200, 1600,
            (("dj2", "giver"), ("kq2", "receiver"), ("EX-KQ2", "sponsor")),
            scope="院长人选、学科规划、质控由托管方负责，资产与人事关系不变",
        )  # fmt: skip
        self._agree(
            "bl2-yc2", "technical_cooperation", "示例北岭省中医院与示例白水县人民医院技术合作协议",
            7, -500, 230, (("bl2", "giver"), ("yc2", "receiver")),
        )  # fmt: skip
        # Whoever is there under the old one goes on under the consortium's.
        self._agree(
            "prefecture", "technical_cooperation", "示例云川州医疗联合体技术合作协议", 8, -59, 700,
            (("yc", "organiser"), ("bl2", "giver"), ("yc1", "receiver"), ("yc2", "receiver")),
            signed_ahead=30,
        )  # fmt: skip
        self.days.on(-60, lambda: actions.end_agreement(
            by=None, agreement=self.agreements["bl2-yc2"], on=self.days.day(-60),
            reason="并入州级医联体协议",
        ))  # fmt: skip

    def _targets(self) -> None:
        """Some can be judged by, some cannot; and the yearly reviews, one of them overdue."""
        first, day, bodies = self.days.first, self.days.day, self.bodies

        def target(code: str, agreement: str, title: str, **said: Any) -> None:
            self.days.on(first + 1, lambda: actions.add_target(
                by=None, id=example_id("target", code), agreement=self.agreements[agreement],
                title=title, **said,
            ))  # fmt: skip

        target(
            "surgeries", "dj1-kq1", "本院医师独立完成三四级手术台次", measure="surgeries",
            unit="台次", baseline=Decimal(120), baseline_on=day(first), value=Decimal(400),
            due_on=day(480), owner=bodies["kq1"], source="手术室登记",
            after_exit="专家撤离后 6 个月、12 个月复查",
        )  # fmt: skip
        target(
            "techniques", "dj1-kq1", "本地可独立开展的新技术", measure="new_techniques", unit="项",
            baseline=Decimal(3), baseline_on=day(first), value=Decimal(20), due_on=day(365),
            owner=bodies["kq1"], source="医务科新技术备案", after_exit="备案后 12 个月仍有病例",
        )  # fmt: skip
        target("level", "dj1-kq1", "提升综合服务能力")
        target(
            "trained", "province", "培训当地医务人员", measure="trainees", unit="人次",
            baseline=Decimal(0), baseline_on=day(first), value=Decimal(5000), due_on=day(200),
            owner=bodies["EX-DJ"], source="培训签到",
        )  # fmt: skip
        target("visits", "province", "派出专家", measure="expert_persons", value=Decimal(30))
        for code, due, held in (
            ("province", first + 365, first + 360),
            ("dj1-kq1", first + 365, first + 370),
            ("dj1-kq1", -12, None),
            ("bl1-yc-old", -360, -355),
        ):
            self._review(code, due, held)

    def _review(self, code: str, due: int, held: int | None) -> None:
        def planned() -> None:
            review = actions.plan_review(
                by=None, id=example_id("review", code, due), agreement=self.agreements[code],
                due_on=self.days.day(due),
            )  # fmt: skip
            if held is not None:
                self.days.on(held, lambda: actions.hold_review(
                    by=None, review=review, on=self.days.day(held),
                    findings="派驻到位；带教对象两名未确定，请受援科室一个月内上报。",
                ))  # fmt: skip

        self.days.on(self.days.first + 2, planned)

    def _plan(self) -> None:
        def write() -> None:
            day = self.days.day
            plan = actions.create_plan(
                by=None, id=example_id("plan"), programme=self.programme,
                owner=self.bodies["EX-KQ"], title="示例垦区医疗援派工作规划",
                valid_from=day(self.days.first), valid_to=day(400),
            )  # fmt: skip
            for n, (goal, evidence, steps) in enumerate(PLAN):
                top = actions.add_plan_item(
                    by=None, id=example_id("plan", n), plan=plan, level="goal", title=goal,
                    evidence=evidence, due_on=day(360),
                )  # fmt: skip
                for k, (title, owner, due, done, indicator, baseline, value) in enumerate(steps):
                    action = actions.add_plan_item(
                        by=None, id=example_id("plan", n, k), plan=plan, level="action", parent=top,
                        title=title, owner=self.bodies[owner], due_on=day(due),
                    )  # fmt: skip
                    actions.add_plan_item(
                        by=None, id=example_id("plan", n, k, "indicator"), plan=plan,
                        level="indicator", parent=action, title=title, indicator=indicator,
                        baseline=Decimal(baseline), value=Decimal(value),
                    )  # fmt: skip
                    if done is not None:
                        self.days.on(done, _finish(action, day(done)))

        self.days.on(self.days.first + 5, write)

    def _meetings(self) -> None:
        for code, kind, first, last, title, bodies, said in MEETINGS:
            self.days.on(last, self._meet, code, kind, first, last, title, bodies, said)
        for n, (title, owner, meeting, given, due, done) in enumerate(TASKS):
            self.days.on(given, self._task, n, title, owner, meeting, due, done)

    def _meet(
        self,
        code: str,
        kind: str,
        first: int,
        last: int,
        title: str,
        bodies: tuple[tuple[str, str], ...],
        said: dict[str, Any],
    ) -> None:
        self.meetings[code] = actions.create_meeting(
            by=None, id=example_id("meeting", code), programme=self.programme, kind=kind,
            title=title, held_from=self.days.day(max(first, self.days.first)),
            held_to=self.days.day(max(last, self.days.first)),
            bodies=[Attending(self.bodies[body], role) for body, role in bodies], **said,
        )  # fmt: skip

    def _task(
        self, n: int, title: str, owner: str, meeting: str, due: int, done: int | None
    ) -> None:
        task = actions.add_task(
            by=None, id=example_id("task", n), programme=self.programme, title=title,
            owner=self.bodies[owner], due_on=self.days.day(due), meeting=self.meetings[meeting],
        )  # fmt: skip
        if done is not None:
            self.days.on(done, lambda: actions.finish_task(
                by=None, task=task, on=self.days.day(done), note="已完成，材料报协调办",
            ))  # fmt: skip

    def _menu(self) -> None:
        for code, giver, kind, specialty, title, capacity, first in OFFERS:
            self.days.on(first, self._offer, code, giver, kind, specialty, title, capacity, first)
        for n, wish in enumerate(WISHES):
            self.days.on(wish[3], self._wish, n, *wish)

    def _offer(
        self,
        code: str,
        giver: str,
        kind: str,
        specialty: str,
        title: str,
        capacity: int,
        first: int,
    ) -> None:
        self.offers[code] = actions.create_offer(
            by=None, id=example_id("offer", code), programme=self.programme,
            giver=self.bodies[giver], kind=kind, specialty=specialty, title=title,
            capacity=capacity, valid_from=self.days.day(first),
        )  # fmt: skip

    def _wish(
        self, n: int, receiver: str, offer: str, title: str, asked: int,
        *answers: tuple[str, int, dict[str, Any]],
    ) -> None:  # fmt: skip
        day = self.days.day
        wish = actions.ask_wish(
            by=None, id=example_id("wish", n), programme=self.programme,
            receiver=self.bodies[receiver], offer=self.offers[offer] if offer else None,
            title=title, wanted_from=day(asked + 20), wanted_to=day(asked + 80),
        )  # fmt: skip
        held: list[Wish] = [wish]
        for verb, at, said in answers:
            days = {k: day(v) if k.startswith("scheduled") else v for k, v in said.items()}
            self.days.on(at, _answer, held, verb, days)


def _finish(item: Any, on: date) -> Callable[[], object]:
    return lambda: actions.finish_plan_item(by=None, item=item, on=on)


def _answer(held: list[Wish], verb: str, said: dict[str, Any]) -> None:
    """One step of a wish; the list holds it as it stands."""
    held[0] = getattr(actions, f"{verb}_wish")(by=None, wish=held[0], **said)


# Goal, the need it answers, and its actions: title, owner, due, done, indicator, from, to.
PLAN = (
    (
        "急性心梗、卒中救治不出垦区",
        "外转病种排名（虚构）：心血管、脑血管居前两位",
        (
            ("建成介入团队并独立值班", "EX-KQ1", 120, None, "surgeries", 0, 18_000),
            ("建立卒中绿色通道", "EX-KQ1", -200, -190, "consultations", 0, 18_000),
        ),
    ),
    (
        "团场医院能看常见病",
        "团场医院门诊量与下转率调研（虚构）",
        (
            ("师医院派骨干到团场医院", "EX-KQ1", -100, -120, "outpatient_visits", 0, 240_000),
            ("团场医院全科医师轮训", "EX-KQ2", -20, None, "trainees", 0, 24_000),
        ),
    ),
)
_BOTH = (("EX-DJ", "giver"), ("EX-KQ", "receiver"))
# Code, kind, first and last day, title, who, and what else is said.
MEETINGS: tuple[tuple[Any, ...], ...] = (
    ("launch", "launch", -715, -715, "第十一批医疗队启动仪式", (*_BOTH, ("kq1", "host")), {}),
    ("signing", "signing", -600, -600, "儿科专科联盟签约仪式",
     (("djc", "organiser"), ("kq1", "receiver"), ("kq2", "receiver"), ("yc", "receiver")), {}),
    ("survey", "survey", -520, -518, "团场医院能力调研", (("EX-KQ", "organiser"), ("dj1", "giver")),
     {"decisions": "团场医院缺全科与急诊骨干，列入需求。"}),
    ("progress", "progress", -210, -210, "“组团式”援派工作推进会", (*_BOTH, ("kq1", "host")),
     {"agenda": "批次交接、带教台账、神经内科空岗",
      "decisions": "空岗超过 30 天须上报；带教对象双签确认。"}),
    ("visit", "exchange_visit", -62, -59, "示例东江省来访交流",
     (("EX-DJ", "giver"), ("EX-KQ", "receiver"), ("kq1", "host")),
     {"delegation": 17, "agenda": "座谈、义诊带教、远程会诊对接",
      "outputs": "确定第十三批专业需求清单；新增远程会诊点 2 个"}),
    ("discussion", "discussion", -15, -15, "托管医院学科规划座谈会",
     (("dj2", "giver"), ("kq2", "receiver"), ("EX-KQ2", "sponsor")),
     {"decisions": "重症医学科带头人优先选派。"}),
)  # fmt: skip
# Title, owner, the meeting it is from, given, due and done on.
TASKS: tuple[tuple[str, str, str, int, int, int | None], ...] = (
    ("上报神经内科空岗情况", "kq1", "progress", -210, -195, -196),
    ("提交带教对象双签名单", "kq1", "progress", -210, -150, -140),
    ("报送第十三批专业需求清单", "kq1", "visit", -59, -10, None),
    ("确定第十三批人选", "dj1", "visit", -59, 20, None),
    ("开通远程会诊点", "dj1", "visit", -59, -20, -25),
    ("重症医学科带头人选派方案", "dj2", "discussion", -15, 25, None),
)
# Code, giver, kind, specialty, title, how many, from when on.
OFFERS = (
    ("cath", "dj1", "short_visit", "03.04", "介入手术带教一周", 6, -500),
    ("tele", "dj1", "remote", "03.03", "卒中远程会诊", 40, -480),
    ("attach", "dj1", "attachment", "04.01", "普外科进修三个月", 4, -400),
    ("nurse", "dj1", "teaching", "28", "重症护理培训班", 3, -200),
    ("scope", "dj2", "technique", "04.03", "关节镜技术推广", 5, -450),
    ("child", "djc", "teaching", "07", "儿科教学查房", 12, -420),
    ("manage", "bl1", "management", "", "病案与质控管理指导", 4, -380),
    ("tcm", "bl2", "short_visit", "50", "针灸适宜技术坐诊", 6, -360),
)
_YES = {"answer": "同意，按季度安排。"}
# Recipient, offer, title, asked on, then each answer: verb, day, what is said.
WISHES: tuple[tuple[Any, ...], ...] = (
    ("kq1", "cath", "", -450, ("accept", -444, _YES), ("schedule", -440, {"scheduled_from": -420}),
     ("complete", -410, {"rating": 5, "note": "带教两名医师，已独立完成造影。"})),
    ("kq11", "tele", "", -300, ("accept", -297, _YES), ("schedule", -295, {"scheduled_from": -280}),
     ("complete", -270, {"rating": 4})),
    ("yc", "manage", "", -260, ("accept", -250, _YES), ("schedule", -248, {"scheduled_from": -200}),
     ("complete", -190, {"rating": 3, "note": "希望留下书面流程。"})),
    ("yc3", "tcm", "", -150, ("accept", -146, _YES), ("schedule", -140, {"scheduled_from": 15})),
    ("kq2", "scope", "", -90, ("refuse", -80, {"answer": "本季度无可派人员，建议下季度再约。"})),
    ("kq1", "child", "", -40, ("accept", -36, _YES), ("schedule", -30, {"scheduled_from": 8})),
    ("yc1", "child", "", -25, ("accept", -20, _YES)),
    ("kq1", "nurse", "", -9),
    ("kq21", "attach", "", -6),
    ("yc2", "", "妇产科急救演练", -4),
)  # fmt: skip
