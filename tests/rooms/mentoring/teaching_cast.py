"""A stage for teaching: the postings' scene, staff with numbers, a session, an attachment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from jiedui.accounts.models import User
from jiedui.core.clock import today, zone
from jiedui.directory import actions as directory
from jiedui.directory.models import Person
from jiedui.mentoring.actions import attachments, sessions, signing_in, sites
from jiedui.mentoring.actions.sessions import DayInput, SessionInput
from jiedui.mentoring.models import Attachment, TeachingSession
from tests.ledger_cast import SINCE, Stage
from tests.posting_cast import Scene
from tests.posting_cast import scene as set_scene

PROCEDURE = "lap_cholecystectomy"
ADDRESS = "192.0.2.7"


def ago(days: int) -> date:
    """So many days before today."""
    return today() - timedelta(days=days)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of a day in the house's zone."""
    return datetime.combine(day, time(hour, minute), zone())


@dataclass
class Class:
    """The scene, and who learns: three clinicians of the receiver with staff numbers."""

    scene: Scene
    learners: list[Person]

    @property
    def manager(self) -> User:
        """Of the receiver."""
        return self.scene.stage.manager

    @property
    def sender(self) -> User:
        """Of the giver."""
        return self.scene.sender

    def said(self, *days: date, **changes: Any) -> SessionInput:
        """A plain lecture of two hours at nine."""
        plain: dict[str, Any] = {
            "kind": "lecture", "direction": "in", "specialty": "04.01", "topic": "示例腹腔镜讲座",
            "procedure": PROCEDURE, "department": self.scene.ward,
            "days": [DayInput(day, time(9), Decimal(2)) for day in days or (today(),)],
        }  # fmt: skip
        return SessionInput(**plain | changes)

    def planned(self, *days: date, by: User | None = None, **changes: Any) -> TeachingSession:
        """A session between the two, taught by the surgeon."""
        stage = self.scene.stage
        return sessions.create_session(
            by=by, programme=stage.programme, giver=stage.giver, receiver=stage.receiver,
            said=self.said(*days, **changes), teachers=[self.scene.surgeon],
        )  # fmt: skip

    def held(self, *days: date, learners: int = 3, **changes: Any) -> TeachingSession:
        """A session that was held, with learners by hand on its first day."""
        session = self.planned(*(days or (ago(3),)), **changes)
        first = session.days.order_by("on")[0]
        signing_in.sign_in_by_hand(
            by=self.manager, session=session, day=first, people=self.learners[:learners]
        )
        return sessions.hold_session(by=self.manager, session=session)

    def asking(self, **changes: Any) -> dict[str, Any]:
        """A plain attachment of the first learner as keyword arguments."""
        stage = self.scene.stage
        plain: dict[str, Any] = {
            "programme": stage.programme, "giver": stage.giver, "receiver": stage.receiver,
            "person": self.learners[0], "kind": "clinical", "specialty": "04.01",
            "planned_from": ago(300), "planned_to": ago(210), "goals": [PROCEDURE],
        }  # fmt: skip
        return plain | changes

    def asked(self, **changes: Any) -> Attachment:
        """Asked by the home hospital."""
        return attachments.ask_attachment(by=self.manager, **self.asking(**changes))

    def returned(self, on: date | None = None, **changes: Any) -> Attachment:
        """Asked, accepted, away and back."""
        row = self.asked(**changes)
        first = row.planned_from
        attachments.accept_attachment(by=self.sender, attachment=row, on=first)
        attachments.leave_for_attachment(by=self.manager, attachment=row, on=first)
        return attachments.return_from_attachment(
            by=self.manager, attachment=row, on=on or row.planned_to, hours=Decimal(480)
        )


def classroom() -> Class:
    """Set it."""
    scene = set_scene()
    learners = [
        directory.add_person(
            by=None, name=name, staff_number=f"S{place}", organisation=scene.stage.receiver,
            department=scene.ward, valid_from=SINCE, example=True,
        )
        for place, name in enumerate(("乙三", "乙四", "乙五"), 1)
    ]  # fmt: skip
    return Class(scene, learners)


def taught(stage: Stage) -> dict[str, Any]:
    """A session that was held, an attachment with its question, a site: of others, by word."""
    between = {"by": None, "programme": stage.programme, "giver": stage.giver,
               "receiver": stage.receiver}  # fmt: skip
    session = sessions.create_session(
        **between, teachers=[stage.surgeon],
        said=SessionInput(
            kind="lecture", direction="in", specialty="03", topic="不外传的讲座",
            days=[DayInput(ago(2), time(9), Decimal(1))],
        ),
    )  # fmt: skip
    signing_in.sign_in_by_hand(
        by=None, session=session, day=session.days.get(), people=[stage.nurse]
    )
    row = attachments.ask_attachment(
        **between, person=stage.nurse, kind="clinical", planned_from=ago(400),
        planned_to=ago(300), aim="不外传",
    )  # fmt: skip
    attachments.accept_attachment(by=None, attachment=row, on=ago(400))
    attachments.leave_for_attachment(by=None, attachment=row, on=ago(400))
    attachments.return_from_attachment(by=None, attachment=row, on=ago(300), report="不外传")
    site = sites.add_site(
        by=None, organisation=stage.receiver, kind="cme_branch", name="不外传的分中心",
        standing="applied", standing_on=ago(9),
    )  # fmt: skip
    return {
        "session": session.id, "phase": "pre", "attendance": session.attendances.get().id,
        "attachment": row.id, "attachment-verb": "return",
        "follow-up": row.follow_ups.get(months=6).id, "site": site.id, "token": "x",
    }  # fmt: skip
