"""An invented directory for the web tests: two regions, their hospitals, staff and viewers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.test import Client

from jiedui.accounts import actions as accounts
from jiedui.accounts.models import User
from jiedui.directory import actions
from jiedui.directory.models import Department, Organisation, Person, Place
from jiedui.programmes import actions as programmes
from jiedui.programmes.models import Pairing, Programme

LONG_AGO = date(2020, 1, 1)


@dataclass
class Cast:
    """Everything by name."""

    province: Place
    county: Place
    township: Place
    province_body: Organisation
    county_body: Organisation
    hospital: Organisation
    giver: Organisation
    ward: Department
    person: Person
    programme: Programme
    pairing: Pairing

    def client(self, name: str) -> Client:
        """Logged in as one of the cast's users."""
        client = Client()
        client.force_login(
            User.objects.get(username=name), "django.contrib.auth.backends.ModelBackend"
        )
        return client


def user(name: str, role: str, scope: str = "all", over: Any = None) -> User:
    """A user with one role since long ago."""
    made = accounts.create_account(
        by=None, username=name, display_name=name, password="only-for-tests-1234"
    )
    User.objects.filter(pk=made.pk).update(must_change_password=False)
    accounts.grant_role(
        by=None, user=made, role=role, scope=scope, scope_id=over.id if over else None,
        valid_from=LONG_AGO,
    )  # fmt: skip
    return made


def make_cast() -> Cast:
    """Create the cast."""
    province = actions.create_place(
        by=None, name="示例西省", name_en="Sample West", tier="province"
    )
    county = actions.create_place(
        by=None, name="示例甲县", code_scheme="gbt2260", code="990101", tier="county",
        latitude=Decimal("39.5"), longitude=Decimal("75.9"), altitude_m=1290,
    )  # fmt: skip
    township = actions.create_place(
        by=None, name="示例丙乡", latitude=Decimal("39.7"), longitude=Decimal("76.2")
    )
    actions.attach_place(by=None, tree="administrative", place=county, parent=province)
    actions.attach_place(by=None, tree="administrative", place=township, parent=county)
    actions.attach_place(by=None, tree="health", place=township, parent=county)
    province_body = actions.create_organisation(
        by=None, name="示例西省", kind="region", stands_for=province
    )
    county_body = actions.create_organisation(
        by=None, name="示例甲县", kind="region", stands_for=county
    )
    hospital = actions.create_organisation(
        by=None, name="示例甲县人民医院", name_en="Sample County Hospital", kind="hospital",
        tier="grade_2a", seat=county, other_names=["示例县院"],
        identifiers=[("uscc", "91350100M000100Y43")],
    )  # fmt: skip
    giver = actions.create_organisation(by=None, name="示例东州第一医院", kind="hospital")
    ward = actions.add_department(by=None, organisation=hospital, specialty="03", name="内科")
    person = actions.add_person(
        by=None, name="甲一", organisation=hospital, department=ward, title="chief_physician",
        specialties=["03"], valid_from=LONG_AGO,
    )  # fmt: skip
    programme = programmes.create_programme(
        by=None, code="sample", name="示例对口支援", kind="paired_assistance"
    )
    pairing = programmes.pair(
        by=None, programme=programme, kind="hospital_hospital", giver=giver, receiver=hospital,
        valid_from=LONG_AGO,
    )  # fmt: skip
    user("coordinator", "programme_coordinator")
    user("county", "programme_coordinator", "place", county)
    user("manager", "recipient_manager", "organisation", hospital)
    user("viewer", "viewer", "organisation", hospital)
    user("elsewhere", "viewer", "organisation", giver)
    user("security", "security_administrator")
    user("system", "system_administrator")
    user("audit", "audit_administrator")
    return Cast(
        province, county, township, province_body, county_body, hospital, giver, ward, person,
        programme, pairing,
    )  # fmt: skip
