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
        "scenario", "timeline", "tours", "scenario-posts", "rulings", "changes", "scenario-submit",
    )  # fmt: skip
    return [
        *(reverse(f"planning:{name}", args=[plan.id]) for name in of_plan),
        *(reverse(f"planning:{name}", args=[copy.id]) for name in of_scenario),
        *(reverse(f"planning:{name}", args=[done.id]) for name in ("consents", "letters",
                                                                   "adoption")),
        reverse("planning:scenario-post", args=[scenario.id, empty.id]),
        reverse("planning:tour", args=[tour.id]),
        reverse("planning:tour-forbid", args=[tour.id]),
        reverse("planning:consent", args=[consent.id]),
        reverse("planning:candidate", args=[tour.candidate_id]),
    ]  # fmt: skip


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
