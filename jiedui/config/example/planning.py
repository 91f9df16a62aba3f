"""Loads the example's dispatch plans: who can be sent, what is asked, and how far it has come.

One plan for all of the programme was handed in, and some have consented; one for a
prefecture is being drafted. Days follow from the example's last day, so that the same is
asked on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.db import transaction

from jiedui.config.example.bodies import RECEIVERS, SUPPORTERS, ExamplePerson, example_id, people
from jiedui.config.example.load import Loaded
from jiedui.config.example.postings import MORE
from jiedui.core.clock import stopped_at
from jiedui.planning import actions
from jiedui.planning.models import Consent, DispatchPlan, Scenario
from jiedui.programmes import actions as programmes

MONTHS, PREFECTURE_MONTHS = 24, 12
SECONDS = 5
BUDGET, PREFECTURE_BUDGET = 2_600_000, 900_000
# Hospitals that help others in turn, so that their people can be sent too.
HUBS = ("kq1", "kq2")
# From and to which month of the plan somebody can come, one after another.
WINDOWS = ((0, 24), (0, 12), (6, 24), (0, 18), (3, 15), (12, 24))
# After the first time some can come again.
AGAIN = {(0, 12): (15, 24)}
SCENARIOS = ("most", "floor", "draft")
# Whose answers are awaited; all others have consented.
WAITING = ("dj1", "kq1", "yc")


class Sought(NamedTuple):
    """A post of the years to come."""

    receiver: str
    specialty: str
    role: str = ""
    priority: int = 3
    apprentices: int = 1
    mode: str = "resident"
    months: int = 12
    headcount: int = 1
    reason: str = ""


SOUGHT = (
    Sought("kq2", "03.03", "leader", 2, 0, reason="下一批医疗队领队。"),
    Sought("kq2", "04.03", "core"),
    Sought("kq2", "26", "core"),
    Sought("kq2", "32", "core", apprentices=0),
    Sought("kq2", "03.04", "core", 2, 2, reason="急性心梗救治不能中断。"),
    Sought("yc", "03.04", "leader", 1, 0, reason="下一批医疗队领队。"),
    Sought("yc", "04.03", "core"),
    Sought("yc", "05", "core", 2, 2, reason="高危产妇外转多。"),
    Sought("yc", "20", "core"),
    Sought("yc", "03.03", "core", headcount=2),
    Sought("yc1", "20", mode="visiting", months=1, apprentices=0),
    Sought("yc2", "26", mode="visiting", months=1, apprentices=0),
    Sought("yc3", "03", priority=2, months=6, reason="高海拔地区常见病诊治力量不足。"),
    Sought("yc3", "21", months=6),
)


def _start(last_day: date) -> date:
    """The first day of the third month to come."""
    month = last_day.month + 2
    return date(last_day.year + month // 12, month % 12 + 1, 1)


def _day(start: date, month: int) -> date:
    years, place = divmod(start.month - 1 + month, 12)
    return date(start.year + years, place + 1, 1)


def load_planning(loaded: Loaded, last_day: date) -> bool:
    """Load it unless it is there; whether it was loaded. A run that broke off is the worker's."""
    with stopped_at(datetime.combine(last_day, time(6), UTC)):
        plan, draft = _frame(loaded, _start(last_day))
        # What somebody did with the plans meanwhile is theirs.
        waiting = Scenario.objects.filter(
            id__in=[example_id("scenario", code) for code in SCENARIOS],
            plan__in=(plan, draft), plan__state="draft", state="idle",
        ).order_by("id")  # fmt: skip
        ran = [_run(scenario) for scenario in waiting]
        if ran:
            _hand_in(loaded, plan)
    return bool(ran)


@transaction.atomic
def _frame(loaded: Loaded, start: date) -> tuple[DispatchPlan, DispatchPlan]:
    """Posts, candidates, plans and scenarios: made with ids of their own, they are made once."""
    for sought in SOUGHT:
        _post(loaded, sought, start)
    for number, (person, window) in enumerate(_proposed()):
        _candidate(loaded, person, window, number, start)
    plan = actions.create_dispatch_plan(
        by=None, id=example_id("dispatch-plan"), programme=loaded.programme,
        name="示例：新一轮两年派驻计划", starts_on=start, months=MONTHS,
    )  # fmt: skip
    draft = actions.create_dispatch_plan(
        by=None, id=example_id("dispatch-plan", "draft"), programme=loaded.programme,
        area=loaded.bodies["EX-YC"], name="示例云川州一年补充计划", starts_on=start,
        months=PREFECTURE_MONTHS,
    )  # fmt: skip
    for owner, code, name, floor, budget in (
        (plan, "most", "示例甲方案：覆盖最多", False, BUDGET),
        (plan, "floor", "示例乙方案：先保最少者", True, BUDGET),
        (draft, "draft", "示例初步方案", False, PREFECTURE_BUDGET),
    ):
        known = Scenario.objects.filter(pk=example_id("scenario", code)).exists()
        if owner.state == "draft" and not known:
            actions.create_scenario(
                by=None, id=example_id("scenario", code), plan=owner, name=name, budget=budget,
                floor=floor, seconds=SECONDS,
            )  # fmt: skip
    return plan, draft


def _post(loaded: Loaded, sought: Sought, start: date) -> None:
    post = programmes.request_post(
        by=None, id=example_id("post", "sought", sought.receiver, sought.specialty),
        programme=loaded.programme, receiver=loaded.bodies[sought.receiver],
        department=loaded.departments.get((sought.receiver, sought.specialty)),
        specialty=sought.specialty, category="clinical", mode=sought.mode,
        team_role=sought.role, headcount=sought.headcount, months=sought.months,
        apprentices=sought.apprentices, priority=sought.priority, reason=sought.reason,
        needed_from=start,
    )  # fmt: skip
    if post.state == "requested":
        programmes.agree_post(by=None, post=post)


def _proposed() -> Iterator[tuple[ExamplePerson, tuple[int, int]]]:
    """Everybody who can be sent with the months in which they can, some of them twice."""
    senders = {body.code for body in SUPPORTERS} | set(HUBS)
    able = [one for one in (*people(), *MORE) if one.body in senders and one.title != "manager"]
    for number, one in enumerate(able):
        window = WINDOWS[number % len(WINDOWS)]
        yield one, window
        if window in AGAIN:
            yield one, AGAIN[window]


def _category(title: str) -> str:
    for part, category in (("nurse", "nursing"), ("technician", "technical")):
        if part in title:
            return category
    return "clinical"


def _candidate(
    loaded: Loaded, one: ExamplePerson, window: tuple[int, int], number: int, start: date
) -> None:
    senior = one.title in ("chief_physician", "associate_chief_physician")
    # A county asks for no more than the field as a whole.
    general = number % 3 == 2 and "." in one.specialty
    actions.add_candidate(
        by=None, id=example_id("candidate", one.name, window[0]), programme=loaded.programme,
        person=loaded.people[one.name], giver=loaded.bodies[one.body],
        specialty=one.specialty.split(".")[0] if general else one.specialty,
        category=_category(one.title), available_from=_day(start, window[0]),
        # With the month of handover after the last tour.
        available_to=_day(start, window[1] + 1) - timedelta(days=1),
        can_lead=senior and number % 4 == 0, altitude_ok=number % 3 != 0,
        flexible_ok=number % 2 == 0, max_tours=2 if window[1] - window[0] >= 18 else 1,
        max_months=12,
    )  # fmt: skip


def _run(scenario: Scenario) -> Scenario:
    actions.ask_run(by=None, scenario=scenario)
    return actions.run_scenario(by=None, scenario_id=scenario.id)


def _hand_in(loaded: Loaded, plan: DispatchPlan) -> None:
    """Hand the second scenario in; most consent, three are still to answer."""
    chosen = Scenario.objects.filter(pk=example_id("scenario", "floor"), state="done").first()
    plan = DispatchPlan.objects.get(pk=plan.pk)
    if chosen is None or plan.state != "draft" or not chosen.tours.exists():
        return
    actions.submit_plan(by=None, plan=plan, scenario=chosen)
    waiting = {loaded.bodies[code].id for code in WAITING}
    for consent in Consent.objects.filter(scenario=chosen).order_by("organisation_id", "side"):
        if consent.organisation_id not in waiting:
            actions.give_consent(by=None, consent=consent)


assert {each.receiver for each in SOUGHT} <= {body.code for body in RECEIVERS}  # noqa: S101
