"""Measures the pages themselves: asked over HTTP of a throw-away house, HTML and all.

The house has the bodies of the invented store in its directory and two readers:
one who sees everything, one who sees a single giver's part. Its database is a
test's: made for the run and dropped after it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from secrets import token_urlsafe
from unittest.mock import patch
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse

from jiedui.accounts.actions import create_account, grant_role
from jiedui.indicators.bench.invented import bodies, outputs
from jiedui.indicators.domain.facts import FactRow
from jiedui.indicators.domain.question import Question
from jiedui.indicators.forms import address
from jiedui.indicators.queries import engine
from jiedui.indicators.queries.engine_core import Engine
from jiedui.programmes.actions import create_programme

SINCE = date(2020, 1, 1)
BACKEND = "django.contrib.auth.backends.ModelBackend"
Tell = Callable[[str], None]


@contextmanager
def house(made: Engine, asked: Iterable[UUID], tell: Tell) -> Iterator[dict[str, Client]]:
    """Readers of a throw-away house whose figures are those of an engine.

    The receivers ``asked`` are paired with the giver whose reader asks for them.
    """
    usual = connection.settings_dict["NAME"]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jiedui-pages-")))
        test = connection.settings_dict["TEST"]
        if connection.vendor == "sqlite":
            # In a file, as a house has it.
            stack.enter_context(patch.dict(test, {"NAME": str(folder / "bench.sqlite3")}))
        tell("making a throw-away house")
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        stack.callback(connection.creation.destroy_test_db, usual, 0)
        stack.enter_context(override_settings(ALLOWED_HOSTS=["testserver"], DEBUG=False))
        stack.enter_context(patch.object(engine, "engine", lambda: made))
        yield _readers(asked)


def _readers(asked: Iterable[UUID]) -> dict[str, Client]:
    known = bodies()
    # Past the directory's actions: each would audit one of ten thousand bodies.
    table = apps.get_model("directory", "Organisation").objects
    for kind, ids in (("受援", known.receivers), ("支援", known.givers), ("地区", known.regions)):
        named = [(id, f"示例{kind}{number:05d}") for number, id in enumerate(ids)]
        table.bulk_create(
            (table.model(id=id, name=name, kind="hospital") for id, name in named), batch_size=500
        )
    tie, giver = apps.get_model("programmes", "Pairing"), known.givers[7]
    programme = create_programme(
        by=None, code="bench", name="示例项目", kind="paired_assistance", example=False
    )
    tie.objects.bulk_create(
        tie(programme_id=programme.id, kind="other", giver_id=giver, receiver_id=receiver)
        for receiver in dict.fromkeys(asked)
    )
    return {"all": _reader("everything", None), "part": _reader("part", known.givers[7])}


def _reader(username: str, body: UUID | None) -> Client:
    user = create_account(
        by=None, username=username, display_name=username, password=token_urlsafe(24)
    )
    user.must_change_password = False
    user.save(update_fields=["must_change_password"])
    grant_role(
        by=None,
        user=user,
        role="viewer",
        scope="organisation" if body else "all",
        scope_id=body,
        valid_from=SINCE,
    )
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


def addresses(questions: list[tuple[str, Question]]) -> list[str]:
    """The pages that show figures: each figure, the list of all, records, divisions, a panel."""
    found = [f"{reverse('indicators:home')}?programme=real"]
    for number, (indicator, question) in enumerate(questions):
        query = address(replace(question, indicator=indicator))
        found.append(f"{reverse('indicators:figure')}?{query}")
        page = ("records", "breakdown", "panel", "json")[number % 4]
        by = "&by=giver" if page in ("breakdown", "panel") else ""
        found.append(f"{reverse(f'indicators:{page}')}?{query}{by}")
    return found


def opened(client: Client, address: str) -> None:
    """Open a page as a browser does; a page that fails is a fault of the bench."""
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    _ = answer.content


def new_fact(made: Engine) -> None:
    """One more fact after all others: a new operation, known today."""
    reader = made.keeper.reader()
    number, known = reader.last + 1, bodies()
    output = next(each for each in outputs() if each["measure"] == "surgeries")
    reader.take_in(
        [
            FactRow(
                sequence=number,
                sign=1,
                entry_id=UUID(int=(9 << 96) + number),
                version_id=UUID(int=(9 << 96) + number),
                number=1,
                line=1,
                programme_id=UUID(int=5 << 96),
                kind=output["kind"],
                output_class=output["output_class"],
                giver_id=known.givers[7],
                receiver_id=known.receivers[number % len(known.receivers)],
                place_id=None,
                happened_from=date(2025, 12, 30),
                happened_to=date(2025, 12, 30),
                known_from=date(2026, 1, 5),
                confirmed_by=None,
                measure=output["measure"],
                item="",
                value=Decimal(1),
                high=None,
                precision="exact",
                unit=output["unit"],
                unit_class=output["unit_class"],
            )
        ]
    )
