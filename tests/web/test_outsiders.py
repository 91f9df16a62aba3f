"""Every address of the product, as anonymous, without a role, and with a role elsewhere.

The table (outsider_table) names every URL pattern: a new one must be placed in it before
this passes.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from jiedui.accounts.actions import grant_role
from jiedui.accounts.domain.roles import ADMINISTRATORS, ROLES
from jiedui.accounts.models import AuditRow, RoleGrant, User
from jiedui.directory import actions as directory
from jiedui.directory.models import Organisation
from jiedui.exchange import actions as exchange
from jiedui.ledger import actions
from jiedui.ledger.models import Statement
from jiedui.planning import actions as planning
from jiedui.planning.actions import rounds, sitings
from jiedui.planning.models import Consent, RoundStop, Ruling, ScenarioTour
from jiedui.programmes import actions as programmes
from jiedui.programmes.models import Posting
from tests.lasting import lasting
from tests.ledger_cast import Stage, account
from tests.ledger_cast import stage as set_stage
from tests.rooms.ledger.test_history import row
from tests.rooms.mentoring.apprenticed_world import apprenticed
from tests.rooms.mentoring.building_cast import built
from tests.rooms.mentoring.certified_world import certified
from tests.rooms.mentoring.teaching_cast import taught
from tests.rooms.mentoring.technique_cast import registered
from tests.rooms.planning.siting_cast import siting_files
from tests.ties_cast import structured
from tests.web.outsider_table import LEADS_BACK, OPENS, TABLE

pytestmark = pytest.mark.django_db

PROGRAMME = "示例结对"
SECRETS = (
    "示例甲省医院",
    "示例东州医院",
    "示例秘县",
    "示例密科",
    "甲一",
    "乙二",
    "不外传",
    "示例密心内科",
    PROGRAMME,
)
# A refusal is the same in every shape; this is the one that is drawn at once.
DATA = {"Accept": "application/json"}
# Samples and templates show invented names of their own; a published report names its programme.
SAMPLES = ("甲一", "乙二")
SHOWN = {
    "web:gallery": SAMPLES,
    "exchange:upload": SAMPLES,
    "exchange:template": SAMPLES,
    "ledger:publication": (PROGRAMME,),
}


@dataclass
class World:
    """What others hold, by the words of the table."""

    stage: Stage
    things: dict[str, Any]

    def url(self, name: str) -> str:
        """The address of a row of the table."""
        _kind, of, _needs, query = TABLE[name]
        path = reverse(name, args=[self.things[word] for word in of.split()])
        return f"{path}?{query}" if query else path


def csv_of(text: str) -> list[bytes]:
    return [text.encode()]


def posted(stage: Stage) -> Posting:
    """Somebody on site, with an appointment and a handover begun."""
    first = date(2024, 3, 1)
    posting = programmes.nominate(
        by=None, programme=stage.programme, person=stage.surgeon, giver=stage.giver,
        receiver=stage.receiver, specialty="04", kind="planned", category="clinical",
        planned_from=first, planned_to=date(2024, 9, 1),
    )  # fmt: skip
    for step in (programmes.screen, programmes.approve, programmes.arrive):
        step(by=None, posting=posting, on=first)
    programmes.appoint(by=None, posting=posting, kind="vice_president", valid_from=first)
    programmes.open_handover(by=None, outgoing=posting, techniques="不外传")
    return posting


def dispatched(stage: Stage) -> dict[str, Any]:
    """A post, an offer, a wish, a batch with a team, and a licence, of others."""
    between = {"by": None, "programme": stage.programme}
    offer = programmes.create_offer(
        **between, giver=stage.giver, kind="teaching", title="不外传的课"
    )
    return {
        "post": programmes.request_post(
            **between, receiver=stage.receiver, specialty="03", category="clinical",
            mode="resident", months=6, needed_from=date(2024, 1, 1), reason="不外传",
        ).id,
        "offer": offer.id,
        "wish": programmes.ask_wish(**between, receiver=stage.receiver, offer=offer).id,
        "batch": programmes.create_batch(
            **between, sender=stage.giver, number=9, name="不外传的批次"
        ).id,
        "team": programmes.create_team(
            **between, sender=stage.giver, receiver=stage.receiver, name="不外传的队"
        ).id,
        "credential": programmes.add_credential(
            by=None, person=stage.surgeon, kind="physician_licence"
        ).id,
    }  # fmt: skip


def planned_for(stage: Stage, post: Any) -> dict[str, Any]:
    """A dispatch plan of others, handed in, with a tour, a pin, a consent and a candidate."""
    first = date(2027, 1, 1)
    candidate = planning.add_candidate(
        by=None, programme=stage.programme, person=stage.surgeon, giver=stage.giver,
        specialty="03", category="clinical", available_from=first,
        available_to=date(2028, 6, 30), note="不外传",
    )  # fmt: skip
    plan = planning.create_dispatch_plan(
        by=None, programme=stage.programme, name="不外传的派驻计划", starts_on=first, months=12
    )
    scenario = planning.create_scenario(by=None, plan=plan, name="不外传的方案", budget=1)
    tour = ScenarioTour.objects.create(
        scenario=scenario, candidate=candidate, post_id=post, start=0, months=6
    )
    ruling = Ruling.objects.create(
        scenario=scenario, verb="forbid", candidate=candidate, reason="不外传"
    )
    consent = Consent.objects.create(scenario=scenario, organisation=stage.giver, side="giver")
    return {
        "dispatch": plan.id, "scenario": scenario.id, "tour": tour.id, "ruling": ruling.id,
        "consent": consent.id, "candidate": candidate.id, "step": "abandon",
        "letter": "invitation",
    }  # fmt: skip


def rounded(stage: Stage) -> dict[str, Any]:
    """A round of others with a vehicle, a place and a stop."""
    day = date(2027, 3, 1)
    town = directory.create_place(
        by=None, name="示例秘乡", latitude=Decimal(40), longitude=Decimal(80), example=True
    )
    made = rounds.create_round(
        by=None, programme=stage.programme, organiser=stage.receiver, name="不外传的巡回",
        starts_on=day, ends_on=day, depot=town,
    )  # fmt: skip
    vehicle = rounds.put_vehicle(by=None, round=made, name="一号", leaves_at=480, back_by=900)
    rounds.add_round_places(by=None, round=made, places=[town])
    stop = RoundStop.objects.create(
        round=made, vehicle=vehicle, place=made.places.get(), day=day, number=1, arrives=500,
        starts=500, leaves=620,
    )  # fmt: skip
    return {
        "round": made.id, "day": day.isoformat(), "round-vehicle": vehicle.id,
        "round-place": stop.place_id, "stop": stop.id,
    }  # fmt: skip


def outside_world() -> World:
    """Set it once; every test of this file looks at the same things of others."""
    stage = set_stage()
    place = directory.create_place(by=None, name="示例秘县", code_scheme="gbt2260", code="990102")
    directory.seat_organisation(by=None, organisation=stage.receiver, place=place)
    ward = directory.add_department(
        by=None, organisation=stage.receiver, specialty="03", name="示例密科"
    )
    version = stage.confirmed(narrative="不外传")
    draft = actions.record_entry(by=stage.expert, **stage.event(narrative="不外传的草稿"))
    stored = actions.add_evidence(
        by=stage.expert, name="签到表.pdf", file=SimpleUploadedFile("a.pdf", b"%PDF-1.7 x")
    )
    attached = actions.attach_evidence(by=stage.expert, version=draft, file=stored)
    actions.import_statements(
        by=None,
        rows=[(2, row(giver="", receiver="示例西州医院"))],
        programmes={"900": stage.programme},
    )
    posting = posted(stage)
    asked = dispatched(stage)
    job = exchange.hand_in(
        by=stage.coordinator, kind="ledger", name="台账.csv", chunks=csv_of("日期,项目\n"),
        programme="demo",
    )  # fmt: skip
    return World(
        stage,
        {
            "account": stage.manager.id,
            "grant": RoleGrant.objects.get(user=stage.manager).id,
            "organisation": stage.receiver.id,
            "department": ward.id,
            "place": place.id,
            "person": stage.nurse.id,
            "programme": stage.programme.id,
            "pairing": stage.programme.pairings.get(receiver=stage.receiver).id,
            "entry": version.entry_id,
            "version": version.id,
            "evidence": attached.id,
            "statement": Statement.objects.get().id,
            "publication": "900",
            "kind": "ledger",
            "csv": "csv",
            "job": job.id,
            "style": "x",
            "posting": posting.id,
            "verb": "depart",
            "appointment": posting.appointments.get().id,
            "welfare": posting.welfare.get(item="meals").id,
            "handover": posting.handover.id,
            "side": "outgoing",
            "staff": stage.surgeon.id,
            **asked,
            **planned_for(stage, asked["post"]),
            **rounded(stage),
            "siting": sitings.create_siting(
                by=None,
                programme=stage.programme,
                owner=stage.receiver,
                name="不外传的选址",
                files=siting_files(),
            ).id,
            **structured(stage),
            **built(stage),
            **certified(stage),
            **apprenticed(stage),
            **taught(stage),
            **registered(stage),
            "stayed": "department",
        },
    )


the_cast, world = lasting(outside_world)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def leaked(name: str, text: str) -> list[str]:
    """What of others stands in the text."""
    return [said for said in SECRETS if said in text and said not in SHOWN.get(name, ())]


def content(answer: Any) -> str:
    # Read to its end, the client closes the answer without closing the database.
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "\n".join(archive.read(name).decode() for name in archive.namelist())
    return str(body.decode())


def patterns(resolver: URLResolver, space: str = "") -> Iterator[str]:
    """The full name of every address; one without a name is told by its route."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from patterns(each, f"{each.namespace}:" if each.namespace else space)
        elif isinstance(each, URLPattern) and each.name:
            yield f"{space}{each.name}"


@pytest.mark.once
def test_every_address_is_in_the_table() -> None:
    assert set(patterns(get_resolver("jiedui.config.urls"))) == set(TABLE)


@pytest.mark.once
def test_without_a_log_in_nothing_is_shown(world: World) -> None:
    for name, (kind, *_rest) in TABLE.items():
        for method in ("get", "post"):
            answer = getattr(Client(), method)(world.url(name))
            if kind == "open":
                assert answer.status_code < 500, name
            else:
                assert answer.status_code == 302, (name, method)
                assert answer["Location"].startswith(reverse("accounts:login")), name
            assert not leaked(name, content(answer)), (name, method)


@pytest.mark.once
def test_fragments_and_data_are_told_to_log_in(world: World) -> None:
    for name, (kind, *_rest) in TABLE.items():
        if kind == "open":
            continue
        fragment = Client().get(world.url(name), headers={"HX-Request": "true"})
        assert (fragment.status_code, fragment.content) == (204, b""), name
        data = Client().get(world.url(name), headers={"Accept": "application/json"})
        assert data.status_code == 401, name


def test_an_account_without_a_role_sees_only_its_own(world: World) -> None:
    nobody = account("nobody", "无名", "viewer", world.stage.receiver)
    RoleGrant.objects.filter(user=nobody).delete()
    client = client_of(nobody)
    for name, (kind, *_rest) in TABLE.items():
        if kind in ("open", "post"):
            continue
        answer = client.get(world.url(name))
        refused = (403, 404, 405) if kind != "own" else (200,)
        assert answer.status_code in refused, (name, answer.status_code)
        assert not leaked(name, content(answer)), name
    _posts_change_nothing(world, client, lists=True)


def an_elsewhere() -> Organisation:
    return directory.create_organisation(
        by=None, name="示例局外医院", kind="hospital", example=True
    )


@pytest.mark.once
@pytest.mark.parametrize("role", OPENS)
def test_a_role_elsewhere_opens_its_pages_and_finds_nothing_of_others(
    world: World, role: str
) -> None:
    client = client_of(account("foreign", "局外人", role, an_elsewhere()))
    for name, (kind, _of, needs, _query) in TABLE.items():
        if kind not in ("own", "list"):
            continue
        opens = kind == "own" or needs in OPENS[role]
        for export in ("", "csv") if opens else ("",):
            address = world.url(name)
            if export:
                address += ("&" if "?" in address else "?") + f"export={export}"
            answer = client.get(address, headers={} if opens else DATA)
            if opens:
                expected: tuple[int, ...] = (200,) if name not in LEADS_BACK else (302,)
            else:
                expected = (403, 404)
            assert answer.status_code in expected, (name, answer.status_code)
            assert not leaked(name, content(answer)), (name, export)


def test_whoever_has_all_roles_elsewhere_sees_and_changes_nothing(world: World) -> None:
    """Roles only add: what is closed to all of them together is closed to each."""
    elsewhere = an_elsewhere()
    foreign = account("foreign", "局外人", "viewer", elsewhere)
    for role in ROLES.keys() - ADMINISTRATORS - {"viewer"}:
        grant_role(
            by=None, user=foreign, role=role, scope="organisation", scope_id=elsewhere.id,
            valid_from=date(2020, 1, 1),
        )  # fmt: skip
    client = client_of(foreign)
    for name, (kind, *_rest) in TABLE.items():
        if kind == "thing":
            answer = client.get(world.url(name), headers=DATA)
            assert answer.status_code in (404, 403, 405), (name, answer.status_code)
            assert not leaked(name, content(answer)), name
    _posts_change_nothing(world, client, lists=False)


def test_objects_of_others_do_not_exist_for_a_manager_elsewhere(world: World) -> None:
    client = client_of(world.stage.outsider)
    roles = {"accounts:end-role", "directory:membership-end", "programmes:pairing-new",
             "programmes:pairing-end", "programmes:posting-new", "programmes:offer-new",
             "programmes:batch-new", "programmes:team-new", "programmes:network-new",
             "programmes:agreement-new", "programmes:plan-new", "programmes:meeting-new",
             "programmes:task-new", "ledger:place"}  # fmt: skip
    shared = {
        "programmes:programme",
        "programmes:wall",
        "programmes:presence",
        "programmes:coverage",
        "programmes:compliance",
        "programmes:compliance-panel",
        "programmes:pairings",
        "programmes:cascade",
        "programmes:networks",
        "programmes:agreements",
        "programmes:plans",
        "programmes:meetings",
        "programmes:tasks",
        "programmes:postings",
        "programmes:handovers",
        "programmes:handovers-missing",
        "programmes:posts",
        "programmes:post-new",
        "programmes:offers",
        "programmes:wishes",
        "programmes:wish-new",
        "programmes:batches",
        "programmes:teams",
        "indicators:band",
        "mentoring:review-new-between",
        "mentoring:staying-programme",
        *roles,
    }
    for name, (kind, *_rest) in TABLE.items():
        if kind == "thing" and name not in shared:
            answer = client.get(world.url(name), headers=DATA)
            assert answer.status_code in (404, 405), (name, answer.status_code)
    for name in roles:
        assert client.get(world.url(name), headers=DATA).status_code in (403, 404), name


def test_figures_count_only_what_lies_within_reach(world: World) -> None:
    client = client_of(world.stage.outsider)
    for cut in ("", f"&giver={world.stage.giver.id}", f"&receiver={world.stage.receiver.id}"):
        for name in ("json", "records", "breakdown", "panel", "figure"):
            address = reverse(f"indicators:{name}") + f"?measure=trainees&programme=demo{cut}"
            answer = client.get(address)
            if name == "json" and answer.status_code == 200:
                assert answer.json()["value"] is None, cut
            said = content(answer)
            assert str(world.things["entry"]) not in said, (name, cut)
            assert "甲一" not in said, (name, cut)


def _posts_change_nothing(world: World, client: Client, *, lists: bool) -> None:
    """What is sent to others' things leaves no trace."""
    before = AuditRow.objects.count()
    said = {
        "reason": "试", "on": "2026-01-01", "name": "改名", "valid_to": "2026-01-01",
        "valid_from": "2026-01-01", "kind": "hospital", "title": "chief_physician",
        "specialty": "03", "other_names": "别名", "good_rows": "1",
    }  # fmt: skip
    for name, (kind, *_rest) in TABLE.items():
        if kind != "thing" and not (lists and kind == "list"):
            continue
        answer = client.post(world.url(name), said, headers=DATA)
        assert answer.status_code in (403, 404, 405), name
    assert AuditRow.objects.count() == before


@pytest.mark.once
def test_without_the_forms_token_nobody_sends_anything(world: World) -> None:
    before = AuditRow.objects.count()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(world.stage.coordinator, backend="django.contrib.auth.backends.ModelBackend")
    for name, (kind, *_rest) in TABLE.items():
        if kind != "open":
            answer = strict.post(world.url(name), {"reason": "试"}, headers=DATA)
            assert answer.status_code == 403, name
    assert AuditRow.objects.count() == before


@pytest.mark.parametrize("name", ["ledger:people", "directory:people", "ledger:entries"])
def test_a_nul_in_an_address_breaks_nothing(world: World, name: str) -> None:
    client = client_of(world.stage.expert)
    for key in ("x-person", "organisation", "giver", "at", "sort"):
        assert client.get(reverse(name), {key: "a\x00b"}).status_code == 200, key
    assert client.get("/ledger/published/%00/").status_code == 404
