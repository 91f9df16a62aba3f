"""Loads the example through the same actions that people use; running it again changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from jiedui.accounts import actions as accounts
from jiedui.accounts.domain.roles import ROLES
from jiedui.accounts.models import User
from jiedui.accounts.queries import find_user
from jiedui.config.example.bodies import (
    PAIRINGS,
    PLACES,
    RECEIVERS,
    REGIONS,
    SUPPORTERS,
    ExampleBody,
    ExamplePerson,
    example_id,
    people,
)
from jiedui.config.example.events import DAYS
from jiedui.core.clock import today
from jiedui.directory import actions as directory
from jiedui.directory.models import Department, Organisation, Person, Place
from jiedui.programmes import actions as programmes
from jiedui.programmes.models import Programme

PASSWORD = "jiedui-2026-example"  # noqa: S105 - printed, and refused off loopback
CODE = "example"
PROGRAMME = example_id("programme")

# A log-in for every role: user name, where the role holds.
LOGINS: dict[str, tuple[str, str]] = {
    "system_administrator": ("system", ""),
    "security_administrator": ("security", ""),
    "audit_administrator": ("audit", ""),
    "programme_coordinator": ("coordinator", ""),
    "recipient_manager": ("recipient", "kq1"),
    "supporter_manager": ("supporter", "dj1"),
    "expert": ("expert", "dj1"),
    "local_clinician": ("clinician", "kq1"),
    "project_officer": ("officer", ""),
    "analyst": ("analyst", ""),
    "viewer": ("viewer", ""),
}


@dataclass(frozen=True)
class Loaded:
    """The invented programme as it stands in the database."""

    programme: Programme
    bodies: dict[str, Organisation]
    places: dict[str, Place]
    departments: dict[tuple[str, str], Department]
    people: dict[str, Person]
    logins: dict[str, User]


def load_places() -> dict[str, Place]:
    """Places, then their parents in each tree."""
    places = {
        place.code: directory.create_place(
            by=None,
            id=example_id("place", place.code),
            name=place.name,
            name_en=place.name_en,
            code_scheme="custom",
            code=place.code,
            tier=place.tier,
            latitude=Decimal(str(place.latitude)) if place.altitude_m else None,
            longitude=Decimal(str(place.longitude)) if place.altitude_m else None,
            altitude_m=place.altitude_m or None,
            example=True,
        )
        for place in PLACES
    }
    for place in PLACES:
        for tree, parent in place.parents:
            directory.attach_place(
                by=None,
                id=example_id("edge", tree, place.code),
                tree=tree,
                place=places[place.code],
                parent=places[parent],
            )
    return places


def load_bodies(places: dict[str, Place]) -> dict[str, Organisation]:
    """Regions that stand for their places, then hospitals seated in them."""
    bodies = {
        place.code: directory.create_organisation(
            by=None,
            id=example_id("body", place.code),
            name=f"{place.name}（卫生系统）",
            name_en=f"{place.name_en} (health system)",
            kind="region",
            stands_for=places[place.code],
            other_names=(place.name,),
            example=True,
        )
        for place in PLACES
        if place.code in REGIONS
    }
    for body in (*SUPPORTERS, *RECEIVERS):
        bodies[body.code] = directory.create_organisation(
            by=None,
            id=example_id("body", body.code),
            name=body.name,
            name_en=body.name_en,
            kind=body.kind,
            tier=body.tier,
            seat=places[body.seat],
            identifiers=(("own", f"EX-{body.code.upper()}"),),
            example=True,
        )
    return bodies


def load_departments(
    bodies: dict[str, Organisation], names: dict[str, str]
) -> dict[tuple[str, str], Department]:
    """A department for each specialty of a body; ``names`` are the pack's."""
    found: dict[tuple[str, str], Department] = {}
    body: ExampleBody
    for body in (*SUPPORTERS, *RECEIVERS):
        for specialty in body.specialties:
            found[body.code, specialty] = directory.add_department(
                by=None,
                id=example_id("department", body.code, specialty),
                organisation=bodies[body.code],
                specialty=specialty,
                name=names[specialty].removesuffix("专业"),
            )
    return found


def load_people(
    bodies: dict[str, Organisation], departments: dict[tuple[str, str], Department]
) -> dict[str, Person]:
    """Invented experts and clinicians with their home posts."""
    found: dict[str, Person] = {}
    person: ExamplePerson
    for number, person in enumerate(people(), 1):
        found[person.name] = directory.add_person(
            by=None,
            id=example_id("person", person.name),
            name=person.name,
            staff_number=f"EX{number:04d}",
            organisation=bodies[person.body],
            department=departments[person.body, person.specialty],
            title=person.title,
            specialties=(person.specialty,),
            example=True,
        )
    return found


def load_programme(bodies: dict[str, Organisation], last_day: date) -> Programme:
    """The invented programme and its pairings; its first day fixes the two years."""
    first = last_day - timedelta(days=DAYS - 1)
    programme = programmes.create_programme(
        by=None,
        id=PROGRAMME,
        code=CODE,
        name="示例：两省对口帮扶西原",
        name_en="Example: two provinces help Xiyuan",
        kind="paired_assistance",
        source="虚构数据，供演示 Invented, for demonstration",
        example=True,
        valid_from=first,
    )
    for giver, receiver in (("EX-DJ", "EX-KQ"), ("EX-BL", "EX-YC")):
        programmes.pair(
            by=None,
            id=example_id("pairing", giver, receiver),
            programme=programme,
            kind="region_region",
            giver=bodies[giver],
            receiver=bodies[receiver],
            valid_from=first,
        )
    for pairing in PAIRINGS:
        end = None if pairing.last_day is None else first + timedelta(days=pairing.last_day - 1)
        programmes.pair(
            by=None,
            id=pairing.id,
            programme=programme,
            kind=pairing.kind,
            giver=bodies[pairing.giver],
            receiver=bodies[pairing.receiver],
            valid_from=first + timedelta(days=pairing.first_day),
            valid_to=end,
        )
    return programme


def load_logins(bodies: dict[str, Organisation], since: date) -> dict[str, User]:
    """A log-in for every role; they exist only in the example."""
    users: dict[str, User] = {}
    for role, (username, scope) in LOGINS.items():
        user = find_user(username)
        if user is None:
            user = accounts.create_account(
                by=None,
                username=username,
                display_name=f"示例·{ROLE_NAMES[role]}",
                password=PASSWORD,
                example=True,
            )
        if user.example and user.is_active:
            accounts.grant_role(
                by=None,
                user=user,
                role=role,
                scope="organisation" if scope else "all",
                scope_id=bodies[scope].id if scope else None,
                valid_from=since,
            )
        users[role] = user
    return users


ROLE_NAMES = {
    "system_administrator": "系统管理员",
    "security_administrator": "安全管理员",
    "audit_administrator": "审计管理员",
    "programme_coordinator": "项目协调员",
    "recipient_manager": "受援方管理员",
    "supporter_manager": "支援方管理员",
    "expert": "专家",
    "local_clinician": "本地医务人员",
    "project_officer": "项目资金专员",
    "analyst": "分析员",
    "viewer": "查看者",
}
assert set(ROLE_NAMES) == set(LOGINS) == set(ROLES)  # noqa: S101 - data of this file


@transaction.atomic
def load_directory(last_day: date, specialty_names: dict[str, str]) -> Loaded:
    """Everything but the entries, in one transaction."""
    places = load_places()
    bodies = load_bodies(places)
    departments = load_departments(bodies, specialty_names)
    staff = load_people(bodies, departments)
    programme = load_programme(bodies, last_day)
    logins = load_logins(bodies, last_day - timedelta(days=DAYS - 1))
    return Loaded(programme, bodies, places, departments, staff, logins)


def last_day_of(programme: Programme | None) -> date:
    """The newest invented day: fixed by the first loading, else yesterday, which is over."""
    if programme is None or programme.valid_from is None:
        return today() - timedelta(days=1)
    return programme.valid_from + timedelta(days=DAYS - 1)
