"""Which pages are walked: every URL without arguments, and what rooms add by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

# Pages with arguments: each takes the stage of the ledger's cast and gives addresses.
EXPLICIT: list[Callable[[Any], list[str]]] = []


def explicit(give: Callable[[Any], list[str]]) -> Callable[[Any], list[str]]:
    """Mark a function that gives addresses with arguments."""
    EXPLICIT.append(give)
    return give


@explicit
def of_ledger(stage: Any) -> list[str]:
    from jiedui.ledger.models import EntryVersion

    version = EntryVersion.objects.filter(state="confirmed").first()
    if version is None:
        return []
    return [
        reverse("ledger:entry", args=[version.entry_id]),
        reverse("ledger:version", args=[version.id]),
    ]


@explicit
def of_directory(stage: Any) -> list[str]:
    return [
        reverse("directory:organisation", args=[stage.giver.id]),
        reverse("directory:person", args=[stage.surgeon.id]),
        reverse("programmes:programme", args=[stage.programme.id]),
    ]


@explicit
def of_plans(stage: Any) -> list[str]:
    """A draft with two scenarios and something settled by hand, and a plan that was adopted."""
    from jiedui.planning import actions
    from jiedui.planning.models import Consent
    from tests.rooms.planning.plan_cast import set_cast, two_pairs

    cast = set_cast(stage)
    plan = two_pairs(cast)
    cast.post(specialty="05", priority=2, reason="缺人")
    scenario = cast.planned(plan)
    tour = scenario.tours.first()
    assert tour is not None
    copy = actions.copy_scenario(by=None, scenario=scenario, name="副本")
    actions.forbid(by=None, scenario=copy, candidate=tour.candidate, reason="出国")
    copy = cast.run(copy)
    done = cast.plan(name="已采用的计划")
    chosen = cast.planned(done)
    actions.adopt_plan(by=None, plan=cast.approved(chosen))
    empty = scenario.plan.programme.posts.get(specialty="05")
    consent = Consent.objects.filter(scenario=chosen).first()
    assert consent is not None
    of_plan = ("plan", "plan-edit", "scenario-new")
    of_scenario = (
        "scenario", "timeline", "tours", "scenario-posts", "at-home", "rulings", "changes",
        "scenario-submit",
    )  # fmt: skip
    wish = f"?other={tour.candidate_id}&start=1&months=6"
    return [
        *(reverse(f"planning:{name}", args=[plan.id]) for name in of_plan),
        *(reverse(f"planning:{name}", args=[copy.id]) for name in of_scenario),
        *(reverse(f"planning:{name}", args=[done.id]) for name in ("consents", "letters",
                                                                   "adoption")),
        reverse("planning:scenario-post", args=[scenario.id, empty.id]),
        reverse("planning:scenario-post", args=[copy.id, tour.post_id]) + wish,
        reverse("planning:post-forbid", args=[copy.id, tour.post_id]),
        reverse("planning:scenario-person", args=[copy.id, tour.candidate_id]),
        reverse("planning:person-forbid", args=[copy.id, tour.candidate_id]),
        reverse("planning:tour", args=[tour.id]),
        reverse("planning:tour-forbid", args=[tour.id]),
        reverse("planning:consent", args=[consent.id]),
        reverse("planning:candidate", args=[tour.candidate_id]),
    ]  # fmt: skip


@explicit
def of_rounds(stage: Any) -> list[str]:
    """A round with a fixed stop, and one that is fixed as a whole with its day sheets."""
    from jiedui.planning.actions import rounds
    from tests.rooms.planning.round_cast import set_cast

    cast = set_cast(stage)
    draft, fixed = cast.planned(cast.begin()), cast.planned(cast.begin(name="四月巡回"))
    stop = draft.stops.first()
    assert stop is not None
    rounds.pin_stop(by=None, stop=stop)
    cast.planned(draft)
    rounds.fix_round(by=None, round=fixed)
    sheet = fixed.stops.first()
    assert sheet is not None
    vehicle, place = draft.vehicles.first(), draft.places.first()
    assert vehicle is not None
    assert place is not None
    of_round = ("round", "round-edit", "round-vehicle-new", "round-places", "round-places-add")
    return [
        *(reverse(f"planning:{name}", args=[draft.id]) for name in of_round),
        reverse("planning:round-vehicle", args=[vehicle.id]),
        reverse("planning:round-place", args=[place.id]),
        reverse("planning:round", args=[fixed.id]),
        reverse("planning:round-reopen", args=[fixed.id]),
        reverse("planning:day-sheet", args=[fixed.id, sheet.day.isoformat(), sheet.vehicle_id]),
    ]


@explicit
def of_sitings(stage: Any) -> list[str]:
    """A proposal computed twice, so that the second stands beside the first."""
    from decimal import Decimal

    from tests.rooms.planning.siting_cast import begin, computed

    siting = computed(stage, computed(stage, begin(stage)), budget=Decimal(60))
    names = (
        "siting", "siting-edit", "siting-run", "siting-drop", "siting-missed", "siting-kits",
        "siting-left",
    )  # fmt: skip
    return [reverse(f"planning:{name}", args=[siting.id]) for name in names]


@explicit
def of_programmes(stage: Any) -> list[str]:
    """A post with people past, present and planned, its papers, and what is read of them all."""
    from jiedui.directory.actions import add_department
    from jiedui.programmes import models
    from tests.programmes_cast import Scene, ago

    programme, giver, receiver = stage.programme, stage.giver, stage.receiver
    ward = add_department(by=None, organisation=receiver, specialty="03.04", name="心内科")
    scene = Scene(stage, ward)
    team, batch, post = scene.team(), scene.batch(valid_from=ago(100)), scene.post(150, None)
    gone = scene.posting("甲一", 140, 60, post=post)
    there = scene.posting("甲二", 65, -20, post=post, team=team, batch=batch)
    scene.posting("甲三", -25, -90, post=post, batch=batch)
    handover = models.Handover.objects.create(outgoing=gone, incoming=there, due_on=ago(58))
    models.WelfareItem.objects.create(
        posting=there, item="housing", owner=receiver, issue="停水", raised_on=ago(6)
    )
    agreement = models.Agreement.objects.create(
        programme=programme, kind="pairing", title="示例协议", valid_from=ago(300),
        valid_to=ago(-40),
    )  # fmt: skip
    for body, role in ((giver, "giver"), (receiver, "receiver")):
        agreement.parties.create(organisation=body, role=role)
    agreement.reviews.create(due_on=ago(3))
    agreement.targets.create(title="手术量增长", value=60, owner=receiver)
    meeting = models.Meeting.objects.create(
        programme=programme, kind="progress", title="示例推进会", held_from=ago(9),
        held_to=ago(9), decisions="一、增派骨干",
    )  # fmt: skip
    meeting.bodies.create(organisation=receiver, role="host")
    meeting.tasks.create(programme=programme, title="报送清单", owner=receiver, due_on=ago(2))
    plan = models.WorkPlan.objects.create(programme=programme, title="示例计划", owner=receiver)
    goal = plan.items.create(level="goal", title="建成卒中中心", evidence="外转率高")
    act = plan.items.create(level="action", parent=goal, title="建绿道", due_on=ago(4))
    plan.items.create(level="indicator", parent=act, title="溶栓例数", baseline=2, value=20)
    of_programme = ("presence", "coverage", "wall", "compliance", "handovers")
    of_one = {
        "batch": batch, "team": team, "posting": there, "post": post, "agreement": agreement,
        "handover": handover, "meeting": meeting, "plan": plan,
        "pairing": programme.pairings.first(),
    }  # fmt: skip
    return [
        *(reverse(f"programmes:{name}", args=[programme.id]) for name in of_programme),
        *(reverse(f"programmes:{name}", args=[one.id]) for name, one in of_one.items()),
    ]


@explicit
def of_home(stage: Any) -> list[str]:
    return [f"{reverse('home:search')}?q=医院"]


@explicit
def that_refuse(stage: Any) -> list[str]:
    return ["/nowhere/", f"{reverse('web:gallery')}?day_from=gestern&receiver=nobody"]


def without_arguments() -> Iterator[str]:
    """The addresses of all URL patterns that take no argument."""

    def below(patterns: Any, prefix: str) -> Iterator[str]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if "<" in route or "(" in route:
                continue
            if isinstance(pattern, URLResolver):
                yield from below(pattern.url_patterns, route)
            elif isinstance(pattern, URLPattern):
                yield f"/{route}"

    yield from below(get_resolver().url_patterns, "")


def walkable(stage: Any, users: list[Any]) -> list[tuple[str, Any]]:
    """Each address that is a page, with the first user whom it is open to."""
    clients = []
    for user in users:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        clients.append((user, client))
    clients.append((None, Client()))
    found = []
    paths = [*without_arguments(), *(path for give in EXPLICIT for path in give(stage))]
    for path in dict.fromkeys(paths):
        for user, client in clients:
            answer = client.get(path)
            if answer.streaming:
                for close in answer._resource_closers:
                    close()
                break
            html = answer.headers.get("Content-Type", "").startswith("text/html")
            whole = html and b"<html" in answer.content
            if whole and answer.status_code in (200, 404):
                found.append((path, user))
                break
    return found
