"""The ledger's cast: one invented programme, two givers, two receivers, and who works there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jiedui.accounts.actions import create_account, grant_role
from jiedui.accounts.models import User
from jiedui.directory.actions import add_person, create_organisation
from jiedui.directory.models import Organisation, Person
from jiedui.ledger import actions
from jiedui.ledger.actions import QuantityInput
from jiedui.ledger.models import EntryVersion
from jiedui.programmes.actions import create_programme, pair
from jiedui.programmes.models import Programme

SINCE = date(2024, 1, 1)


@dataclass
class Stage:
    """Everyone and everything of the ledger's tests."""

    programme: Programme
    giver: Organisation
    receiver: Organisation
    other_giver: Organisation
    other_receiver: Organisation
    expert: User
    manager: User
    deputy: User
    coordinator: User
    outsider: User
    surgeon: Person
    nurse: Person

    def event(self, **changes: Any) -> dict[str, Any]:
        """A day's teaching free clinic, as keyword arguments of record_entry."""
        plain: dict[str, Any] = {
            "programme": self.programme,
            "kind": "teaching_free_clinic",
            "happened_from": date(2024, 3, 5),
            "happened_to": date(2024, 3, 5),
            "giver": self.giver,
            "receiver": self.receiver,
            "quantities": [
                QuantityInput("free_clinic_beneficiaries", 120),
                QuantityInput("trainees", 9),
            ],
        }
        return plain | changes

    def confirmed(self, **changes: Any) -> EntryVersion:
        """An entry recorded by the expert and confirmed by the receiving side."""
        version = actions.record_entry(by=self.expert, **self.event(**changes))
        actions.submit_entry(by=self.expert, version=version)
        return actions.confirm_entry(by=self.manager, version=version)


def account(username: str, name: str, role: str, at: Organisation | None) -> User:
    """An account with one role over one organisation (or everything)."""
    user = create_account(by=None, username=username, display_name=name, password="Zq7-plum-Teapot")
    user.must_change_password = False
    user.save(update_fields=["must_change_password"])
    grant_role(
        by=None,
        user=user,
        role=role,
        scope="organisation" if at else "all",
        scope_id=at.id if at else None,
        valid_from=SINCE,
    )
    return user


def stage() -> Stage:
    """Set the stage once, through the doors of the rooms below."""
    bodies = {
        name: create_organisation(by=None, name=name, kind="hospital", example=True)
        for name in ("示例甲省医院", "示例东州医院", "示例乙省医院", "示例西州医院")
    }
    giver, receiver, other_giver, other_receiver = bodies.values()
    programme = create_programme(
        by=None,
        code="demo",
        name="示例结对",
        name_en="Example pairing",
        kind="paired_assistance",
        example=True,
    )
    for one, two in ((giver, receiver), (other_giver, other_receiver)):
        pair(
            by=None,
            programme=programme,
            kind="hospital_hospital",
            giver=one,
            receiver=two,
            valid_from=SINCE,
        )
    return Stage(
        programme,
        giver,
        receiver,
        other_giver,
        other_receiver,
        account("expert", "专家甲", "expert", giver),
        account("manager", "院办乙", "recipient_manager", receiver),
        account("deputy", "院办丙", "recipient_manager", receiver),
        account("coordinator", "协调丁", "programme_coordinator", None),
        account("outsider", "外人戊", "recipient_manager", other_receiver),
        add_person(by=None, name="甲一", organisation=giver, valid_from=SINCE, example=True),
        add_person(by=None, name="乙二", organisation=receiver, valid_from=SINCE, example=True),
    )
