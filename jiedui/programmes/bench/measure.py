"""Builds the invented country with its programme, and measures every page of the room on it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import asdict
from datetime import date
from secrets import token_urlsafe
from typing import Any
from uuid import UUID

from django.db import connection

from jiedui.accounts.actions import create_account, grant_role
from jiedui.accounts.models import User
from jiedui.core.clock import today
from jiedui.core.errors import InvalidState
from jiedui.directory.actions import add_person, import_rows
from jiedui.directory.domain.sheets import SHEETS
from jiedui.programmes.actions import create_programme
from jiedui.programmes.bench import pages
from jiedui.programmes.bench.country import Country, number
from jiedui.programmes.bench.pages import Person, Timed
from jiedui.programmes.bench.relay import Relay
from jiedui.programmes.bench.ties import Frame
from jiedui.programmes.domain.states import ON_SITE
from jiedui.programmes.models import (
    Agreement,
    AgreementReview,
    AgreementTarget,
    Appointment,
    Credential,
    Handover,
    Meeting,
    Network,
    Offer,
    Pairing,
    PlanItem,
    Post,
    Posting,
    Programme,
    Task,
    Team,
    WelfareItem,
    Wish,
    WorkPlan,
)

CODE = "bench-country"
PAGE_MS, STRIPS_MS = 200, 500
STRIPS = "programmes:presence"
# What all pages of a province's strips together are called in the table.
PROVINCE = "strips of a province"
Tell = Callable[[str], None]


def build(country: Country, tell: Tell) -> Programme:
    """The country's programme, built unless it is there; InvalidState where anything else is."""
    found = Programme.objects.filter(code=CODE).first()
    if found is not None and found.source == f"{country.text} until={today()}":
        return found
    if Programme.objects.exists():
        raise InvalidState(
            "bench-home-in-use",
            "This database holds something else; measure in a home of its own.",
        )
    for sheet in SHEETS:
        tell(f"building {sheet}")
        rows = list(getattr(country, sheet)())
        faults = import_rows(by=None, sheet=sheet, rows=rows)
        assert not faults, faults[:3]  # noqa: S101 - our own rows
    day = today()
    programme = create_programme(
        by=None,
        code=f"{CODE}-begun",
        name="示例全国对口帮扶",
        kind="paired_assistance",
        example=True,
    )
    tell("building pairings, agreements and plans")
    Frame(country, programme, day).write()
    tell("building postings")
    Relay(country, programme, day).write()
    # Last, so that what was broken off is not taken for whole.
    programme.code, programme.source = CODE, f"{country.text} until={day}"
    programme.save(update_fields=["code", "source"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return programme


def _user(name: str, role: str, scope: str, scope_id: UUID | None) -> User:
    found = User.objects.filter(username=name).first()
    if found is None:
        secret = token_urlsafe(16)
        found = create_account(by=None, username=name, display_name=name, password=secret)
        User.objects.filter(pk=found.pk).update(must_change_password=False)
        since = date(2020, 1, 1)
        grant_role(by=None, user=found, role=role, scope=scope, scope_id=scope_id, valid_from=since)
    found.refresh_from_db()
    return found


def _things(
    programme: Programme, recipients: list[UUID], supporters: list[UUID], **own: Any
) -> Any:
    """Some of each kind at these recipients, as who is responsible for them sees them."""
    there = Posting.objects.filter(receiver_id__in=recipients, **own).order_by("-starts_on")
    present = list(there.filter(state=ON_SITE)[:4])
    some = [*present, *there.exclude(state=ON_SITE)[:4]]
    posts = Post.objects.filter(receiver_id__in=recipients)
    pairings = Pairing.objects.filter(receiver_id__in=recipients)

    def ids(rows: Any, name: str = "id") -> list[UUID]:
        return [each for each in rows.values_list(name, flat=True)[:8] if each]

    return {
        "programme": [programme.id],
        "organisation": [*recipients[:2], *supporters[:2]],
        "person": [row.person_id for row in present],
        "posting": [row.id for row in some],
        "post": ids(posts.order_by("-needed_from")),
        "batch": list({row.batch_id for row in some if row.batch_id}),
        "team": ids(Team.objects.filter(receiver_id__in=recipients).order_by("-valid_from")),
        "pairing": ids(pairings),
        "network": ids(Network.objects.filter(ties__receiver_id__in=recipients).distinct()),
        "duty": [],
        "agreement": ids(
            Agreement.objects.filter(parties__organisation_id__in=recipients).order_by("-valid_to")
        ),
        "handover": ids(
            Handover.objects.filter(outgoing__receiver_id__in=recipients).order_by("-due_on")
        ),
        "plan": ids(WorkPlan.objects.filter(owner_id__in=recipients).order_by("-valid_from")),
        "item": ids(PlanItem.objects.filter(plan__owner_id__in=recipients)),
        "meeting": ids(
            Meeting.objects.filter(bodies__organisation_id__in=recipients).order_by("-held_from")
        ),
        "task": ids(Task.objects.filter(owner_id__in=recipients, done_on__isnull=True)),
        "offer": ids(Offer.objects.filter(giver_id__in=supporters)),
        "wish": ids(Wish.objects.filter(receiver_id__in=recipients).order_by("-asked_at")),
        "paper": [],
        "target": ids(
            AgreementTarget.objects.filter(agreement__parties__organisation_id__in=recipients)
        ),
        "review": ids(
            AgreementReview.objects.filter(
                agreement__parties__organisation_id__in=recipients, held_on=None
            )
        ),
        "appointment": ids(Appointment.objects.filter(posting__in=present)),
        "welfare": ids(WelfareItem.objects.filter(posting__in=present)),
        "verb": ["depart"],
        "side": ["outgoing"],
        "credential": ids(Credential.objects.filter(person__postings__in=[r.id for r in present])),
    }


def people(country: Country, programme: Programme) -> list[Person]:
    """Who looks: a recipient's manager, an expert, a province's coordinator, who sees all."""
    hospital, home = country.recipient(0), country.supporter(country.giver_of(0, 0))
    manager = _user("bench-manager", "recipient_manager", "organisation", hospital)
    expert = _user("bench-expert", "expert", "organisation", home)
    place = country.place(False, 0)
    coordinator = _user("bench-coordinator", "programme_coordinator", "place", place)
    everything = _user("bench-viewer", "viewer", "all", None)
    of_province = [
        country.recipient(n) for n in range(country.recipients) if country.province_of(n) == 0
    ]
    here = _things(programme, [hospital], [home])
    mine = Posting.objects.filter(
        receiver_id=hospital, giver_id=home, state=ON_SITE, person__user_id__isnull=True
    ).first()
    if mine is not None and not Posting.objects.filter(person__user_id=expert.id).exists():
        person = add_person(
            by=None, id=number(9, 1), name="示例驻点专家", title="chief_physician",
            user_id=expert.id, example=True,
        )  # fmt: skip
        mine.person_id = person.id
        mine.save(update_fields=["person"])
        mine.stays.update(person_id=person.id)
    return [
        Person("manager", manager, here),
        Person("expert", expert, _things(programme, [hospital], [home], giver_id=home)),
        Person("coordinator", coordinator, _things(programme, of_province, [home]), low=False),
        Person("viewer", everything, _things(programme, of_province, [home]), low=False),
    ]


def measure(
    country: Country, programme: Programme, tell: Tell, viewers: Collection[str] = ()
) -> dict[str, Any]:
    """Every page by everybody who looks, or by those named; what is too slow or broken."""
    found, unknown = pages.addresses()
    rows: list[Timed] = []
    closed: dict[str, list[str]] = {}
    broken: list[str] = []
    # Pages that are not open to somebody are asked for all the same.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    for person in people(country, programme):
        if viewers and person.name not in viewers:
            continue
        tell(f"asking as {person.name}")
        client = pages.client_of(person.user)
        for address in found:
            paths = pages.paths_of(address, person)
            good, worst = pages.opens(client, paths)
            if worst >= 500:
                broken.append(f"{address.name} ({person.name}): {worst}")
            elif good:
                rows.append(pages.timed(client, address.name, person.name, [[p] for p in good]))
            else:
                why = "nothing of it" if not paths else str(worst)
                closed.setdefault(address.name, []).append(f"{person.name}: {why}")
            if address.name == STRIPS and good and person.name == "coordinator":
                every = pages.followed(client, good[0])
                rows.append(pages.timed(client, PROVINCE, person.name, [every]))
        own = [row for row in rows if row.viewer == person.name]
        for row in sorted(own, key=lambda row: row.p95)[-3:]:
            tell(f"  {row.page}: p95 {row.p95} ms, cpu95 {row.cpu95} ms")
    low = {"manager", "expert"}
    slow = [
        f"{row.page} ({row.viewer}): {row.p95} ms"
        for row in rows
        if (row.viewer in low and row.p95 > PAGE_MS)
        or (row.page == PROVINCE and row.viewer == "coordinator" and row.p95 > STRIPS_MS)
    ]
    opened = {row.page for row in rows}
    return {
        "database": connection.vendor,
        "postings": Posting.objects.count(),
        "pages": [asdict(row) for row in rows],
        "never_opened": {name: why for name, why in closed.items() if name not in opened},
        "unknown": unknown,
        "broken": broken,
        "slow": slow,
    }


def run(country: Country, tell: Tell, viewers: Collection[str] = ()) -> dict[str, Any]:
    """Build and measure in the database of the settings."""
    begun = time.perf_counter()
    programme = build(country, tell)
    build_s = time.perf_counter() - begun
    return {
        **asdict(country),
        "build_s": round(build_s, 1),
        **measure(country, programme, tell, viewers),
    }
