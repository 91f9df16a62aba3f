"""The frame of the invented programme: pairings, networks, agreements, plans, offers, wishes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Model

from jiedui.core.clock import now
from jiedui.programmes.bench.country import Country, number
from jiedui.programmes.models import (
    Agreement,
    AgreementParty,
    AgreementReview,
    AgreementTarget,
    Meeting,
    MeetingBody,
    Network,
    Offer,
    Pairing,
    PlanItem,
    Programme,
    Task,
    Wish,
    WorkPlan,
)

M = TypeVar("M", bound=Model)
YEAR = 365
PAIRING, NETWORK, AGREEMENT = 20, 21, 22
BATCHED = 2_000


def write(model: type[M], rows: Iterable[M]) -> None:
    """Insert rows as they come, a few thousand at a time."""
    waiting = iter(rows)
    while some := list(islice(waiting, BATCHED)):
        model._default_manager.bulk_create(some)


class Frame:
    """What hangs from the pairings of a programme, in a country, until a day."""

    def __init__(self, country: Country, programme: Programme, today: date) -> None:
        self.country, self.programme, self.today = country, programme, today
        self.first = today - timedelta(days=YEAR * country.years)

    def write(self) -> None:
        """Write all of it."""
        write(Network, self.networks())
        write(Pairing, self.pairings())
        for model, rows in (
            (Agreement, self.agreements()),
            (AgreementParty, self.parties()),
            (AgreementTarget, self.targets()),
            (AgreementReview, self.reviews()),
            (Offer, self.offers()),
            (Wish, self.wishes()),
        ):
            write(model, rows)
        for recipient in range(self.country.recipients):
            self._work(recipient)

    def networks(self) -> Iterator[Network]:
        """An alliance for each receiving province."""
        for n in range(self.country.receiving):
            lead = self.country.supporter(n % self.country.supporters)
            yield Network(
                id=number(NETWORK, n), programme=self.programme, kind="specialty_alliance",
                name=f"示例第{n + 1}专科联盟", lead_id=lead, specialty="07", valid_from=self.first,
            )  # fmt: skip

    def pairings(self) -> Iterator[Pairing]:
        """Provinces with provinces, hospitals with hospitals, alliances, spokes."""
        country = self.country

        def tie(n: int, kind: str, giver: Any, receiver: Any, **more: Any) -> Pairing:
            return Pairing(
                id=number(PAIRING, n), programme=self.programme, kind=kind, giver_id=giver,
                receiver_id=receiver, **{"valid_from": self.first, **more},
            )  # fmt: skip

        for n in range(country.receiving):
            yield tie(
                10_000_000 + n, "region_region",
                country.province(True, n % country.giving), country.province(False, n),
            )  # fmt: skip
        for n in range(country.recipients):
            own, body = country.giver_of(n, 0), country.recipient(n)
            other = country.giver_of(n, country.posts - 1)
            yield tie(n, "hospital_hospital", country.supporter(own), body)
            if other != own:
                yield tie(1_000_000 + n, "hospital_hospital", country.supporter(other), body)
            if n % 5 == 0:
                province = country.province_of(n)
                yield tie(
                    2_000_000 + n, "specialty_alliance",
                    country.supporter(province % country.supporters), body,
                    network_id=number(NETWORK, province), passes_down=False,
                )  # fmt: skip
            if n % 10 == 0:
                specialty = country.specialty_of(n, 0)
                yield tie(
                    3_000_000 + n, "hospital_department", country.supporter(own), body,
                    department_id=country.department(n, specialty), passes_down=False,
                )  # fmt: skip
            if n % 20 == 0 and n + 1 < country.recipients:
                yield tie(4_000_000 + n, "spoke", body, country.recipient(n + 1))

    def _terms(self) -> Iterator[tuple[int, int, date, date]]:
        """Each agreement: its number, its recipient, its term; the last ones end about now."""
        for n in range(self.country.recipients):
            start, term = self.first - timedelta(days=n % (3 * YEAR)), 0
            while start <= self.today:
                end = start + timedelta(days=3 * YEAR - 1)
                yield n * 100 + term, n, start, end
                start, term = end + timedelta(days=1), term + 1

    def agreements(self) -> Iterator[Agreement]:
        """One after another for three years each."""
        for n, recipient, start, end in self._terms():
            yield Agreement(
                id=number(AGREEMENT, n), programme=self.programme, kind="paired_assistance",
                number=f"B{n}", title=f"示例对口支援协议{recipient + 1}-{n % 100 + 1}",
                scope="派驻、带教、远程会诊", signed_on=start, valid_from=start, valid_to=end,
                renews_id=number(AGREEMENT, n - 1) if n % 100 else None,
            )  # fmt: skip

    def parties(self) -> Iterator[AgreementParty]:
        """The two that sign."""
        for n, recipient, start, _end in self._terms():
            for role, body in (
                ("giver", self.country.supporter(self.country.giver_of(recipient, 0))),
                ("receiver", self.country.recipient(recipient)),
            ):
                yield AgreementParty(
                    agreement_id=number(AGREEMENT, n), organisation_id=body, role=role,
                    signed_on=start,
                )  # fmt: skip

    def targets(self) -> Iterator[AgreementTarget]:
        """One that can be judged by, and one that cannot."""
        for n, recipient, start, end in self._terms():
            yield AgreementTarget(
                agreement_id=number(AGREEMENT, n), title="县域内三四级手术占比提高", unit="%",
                measure="surgeries", baseline=20, baseline_on=start, value=35, due_on=end,
                owner_id=self.country.recipient(recipient), source="协议第三条",
                after_exit="专家撤离后一年复查",
            )  # fmt: skip
            yield AgreementTarget(agreement_id=number(AGREEMENT, n), title="提升服务能力")

    def reviews(self) -> Iterator[AgreementReview]:
        """One a year; those of the past were held."""
        for n, _recipient, start, _end in self._terms():
            for year in (1, 2, 3):
                due = start + timedelta(days=YEAR * year - 30)
                held = due <= self.today
                yield AgreementReview(
                    agreement_id=number(AGREEMENT, n), due_on=due,
                    held_on=due if held else None, findings="按计划推进" if held else "",
                )  # fmt: skip

    def offers(self) -> Iterator[Offer]:
        """Five a supporter."""
        kinds = ("post", "teaching", "attachment", "remote", "technique")
        for n in range(self.country.supporters):
            for k, kind in enumerate(kinds):
                yield Offer(
                    id=number(23, n * 10 + k), programme=self.programme, kind=kind,
                    giver_id=self.country.supporter(n), specialty="03", title=f"示例菜单{k + 1}",
                    capacity=10, valid_from=self.first,
                )  # fmt: skip

    def wishes(self) -> Iterator[Wish]:
        """Two a recipient and year; those of the last weeks wait for an answer."""
        moment = now()
        states = ("done", "refused", "scheduled", "accepted")
        for n in range(self.country.recipients):
            giver = self.country.giver_of(n, 0)
            for k in range(self.country.years * 2):
                ago = timedelta(days=182 * k + n % 90)
                waits = k == 0 and n % 3 == 0
                yield Wish(
                    programme=self.programme, receiver_id=self.country.recipient(n),
                    giver_id=self.country.supporter(giver), offer_id=number(23, giver * 10 + k % 5),
                    title=f"示例需求{k + 1}", state="asked" if waits else states[(n + k) % 4],
                    asked_at=moment - ago, answer="" if waits else "同意，按季度安排",
                    answered_at=None if waits else moment - ago + timedelta(days=5),
                )  # fmt: skip

    def _work(self, recipient: int) -> None:
        """A recipient's plans, visits and tasks."""
        body = self.country.recipient(recipient)
        other = self.country.supporter(self.country.giver_of(recipient, 0))
        plans, items, meetings, bodies, tasks = [], [], [], [], []
        for year in range(self.country.years):
            start = self.first + timedelta(days=YEAR * year)
            end = start + timedelta(days=YEAR - 1)
            last = year == self.country.years - 1
            if year >= self.country.years - 3:
                plan = WorkPlan(
                    programme=self.programme, title=f"示例{start.year}年工作计划", owner_id=body,
                    valid_from=start, valid_to=end,
                )  # fmt: skip
                plans.append(plan)
                goal = PlanItem(plan=plan, level="goal", title="重点专科达标", due_on=end)
                action = PlanItem(
                    plan=plan, level="action", parent=goal, title="派驻五名专家", owner_id=body,
                    due_on=end, done_on=None if last else end,
                )  # fmt: skip
                share = PlanItem(
                    plan=plan, level="indicator", parent=action, title="在岗率",
                    indicator="presence", baseline=80, value=100,
                )  # fmt: skip
                items += [goal, action, share]
            held = start + timedelta(days=recipient % 300)
            visit = Meeting(
                programme=self.programme, kind="exchange_visit", title=f"示例互访{year + 1}",
                held_from=held, held_to=held + timedelta(days=2), delegation=8, outputs="会议纪要",
            )  # fmt: skip
            meetings.append(visit)
            bodies += [
                MeetingBody(meeting=visit, organisation_id=side, role=role)
                for side, role in ((other, "giver"), (body, "receiver"))
            ]
            due = end - timedelta(days=recipient % 60)
            tasks += [
                Task(
                    programme=self.programme, title=f"示例任务{k + 1}", owner_id=owner, due_on=due,
                    done_on=None if last and k else due,
                )
                for k, owner in enumerate((body, other))
            ]  # fmt: skip
        write(WorkPlan, plans)
        write(PlanItem, items)
        write(Meeting, meetings)
        write(MeetingBody, bodies)
        write(Task, tasks)
