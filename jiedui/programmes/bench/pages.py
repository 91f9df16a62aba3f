"""Which pages there are, which objects to open them with, and how long they take."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import cycle
from typing import Any
from uuid import UUID

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from jiedui.accounts.models import User

# Requests with the clock and before it, and things of a kind that a page is opened for.
REQUESTS, WARM, SAMPLE = 24, 3, 8
NEXT = re.compile(r'rel="next" href="([^"]+)"')
# Pages of other rooms with this room's panels and alerts.
BESIDE = ("home:today", "directory:organisation", "directory:person")
# Under which word of its address a page is of what: the word before the id.
THINGS = {
    "": "programme", "pairings": "pairing", "networks": "network", "duties": "duty",
    "agreements": "agreement", "files": "paper", "targets": "target", "reviews": "review",
    "plans": "plan", "plan-items": "item", "meetings": "meeting", "tasks": "task",
    "posts": "post", "offers": "offer", "wishes": "wish", "batches": "batch", "teams": "team",
    "postings": "posting", "step": "verb", "appointments": "appointment", "welfare": "welfare",
    "handovers": "handover", "sign": "side", "credentials": "credential",
    "of": "organisation", "compliance": "organisation", "organisations": "organisation",
    "people": "person", "of-person": "person",
}  # fmt: skip


@dataclass
class Person:
    """Somebody who looks, and what of each kind is theirs to open."""

    name: str
    user: User
    things: dict[str, list[UUID | str]] = field(default_factory=dict)
    # Bounded: those whose roles hold over a part only.
    low: bool = True


@dataclass(frozen=True)
class Address:
    """A page: its name, and what each of its arguments is of."""

    name: str
    things: tuple[str, ...]

    def open(self, chosen: dict[str, UUID | str], query: str = "") -> str:
        """Its address for chosen things."""
        return reverse(self.name, args=[chosen[each] for each in self.things]) + query


@dataclass(frozen=True)
class Timed:
    """How long a page took one viewer, in milliseconds."""

    page: str
    viewer: str
    requests: int
    p50: float
    p95: float
    # Of this process alone, which other work distorts less; a database server's is not in it.
    cpu95: float
    queries: int
    kilobytes: float


def _patterns(resolver: URLResolver, space: str = "", route: str = "") -> Iterator[tuple[str, str]]:
    for each in resolver.url_patterns:
        at = f"{route}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from _patterns(each, f"{each.namespace}:" if each.namespace else space, at)
        elif isinstance(each, URLPattern) and each.name:
            yield f"{space}{each.name}", at


def addresses(space: str = "programmes") -> tuple[list[Address], list[str]]:
    """Every page of the room and those beside it; the names of those of unknown things."""
    found, unknown = [], []
    for name, route in _patterns(get_resolver()):
        if not (name.startswith(f"{space}:") or name in BESIDE):
            continue
        words = route.strip("^$/").split("/")
        things: list[str] = []
        for before, word in zip(["", *words], words, strict=False):
            if "<" in word:
                before = "" if before == space or "<" in before else before
                things.append(THINGS.get(before, "?"))
        if "?" in things:
            unknown.append(name)
        else:
            found.append(Address(name, tuple(things)))
    return found, unknown


def client_of(user: User) -> Client:
    """A browser of somebody who is logged in."""
    client = Client(raise_request_exception=False, SERVER_NAME="localhost")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def paths_of(address: Address, person: Person, query: str = "") -> list[str]:
    """The page for some of the things that are this person's."""
    if any(not person.things.get(each) for each in address.things):
        return []
    some = [person.things[each][:SAMPLE] for each in address.things]
    count = max((len(each) for each in some), default=1)
    rounds = [each * (count // len(each) + 1) for each in some]
    return [
        address.open({kind: rounds[k][n] for k, kind in enumerate(address.things)}, query)
        for n in range(count)
    ]


def opens(client: Client, paths: list[str]) -> tuple[list[str], int]:
    """The paths that open, and the worst answer of the others (0 where there is none)."""
    answers = {path: client.get(path).status_code for path in paths}
    good = [path for path, code in answers.items() if code == 200]
    return good, max((code for code in answers.values() if code != 200), default=0)


def followed(client: Client, path: str) -> list[str]:
    """A list from its first page to its last, by the link to the next one."""
    found = [path]
    while (link := NEXT.search(client.get(found[-1]).content.decode())) is not None:
        found.append(path.partition("?")[0] + unescape(link[1]))
    return found


def timed(client: Client, name: str, viewer: str, paths: list[list[str]]) -> Timed:
    """Ask for each list of paths in turn, some times warm, then with the clock over the list."""
    turns = cycle(paths)
    for _ in range(WARM):
        for path in next(turns):
            client.get(path)
    took: list[float] = []
    worked: list[float] = []
    size = 0
    for _ in range(REQUESTS):
        begun, busy = time.perf_counter(), time.process_time()
        answers = [client.get(path) for path in next(turns)]
        length = sum(len(_content(answer)) for answer in answers)
        took.append(1000 * (time.perf_counter() - begun))
        worked.append(1000 * (time.process_time() - busy))
        size = max(size, length)
    with CaptureQueriesContext(connection) as asked:
        for path in paths[0]:
            client.get(path)
    return Timed(
        name, viewer, REQUESTS, round(statistics.median(took), 1), _p95(took), _p95(worked),
        len(asked), round(size / 1024, 1),
    )  # fmt: skip


def _p95(values: list[float]) -> float:
    return round(statistics.quantiles(values, n=20, method="inclusive")[-1], 1)


def _content(answer: Any) -> bytes:
    return b"".join(answer) if answer.streaming else bytes(answer.content)
