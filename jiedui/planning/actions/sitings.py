"""Siting proposals: begun with their data, changed, and planned in the background."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import whole, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import content_hash, new_id
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.planning.access.sitings import must_make_siting
from jiedui.planning.actions._runs import Kind, broke_off, end_broken, fail_run, run_of, watched
from jiedui.planning.domain.siting.outcome import numbers_of, outcome_of
from jiedui.planning.domain.states import RUN_STATES, RUNNING, WAITING
from jiedui.planning.models import SitingProposal
from jiedui.planning.sources import documents
from jiedui.planning.sources.siting_archive import located, texts_of, worked_example

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation
    from jiedui.programmes.models import Programme

_log = logging.getLogger(__name__)
RUNS = Kind(SitingProposal, "siting", "planning.run-siting")
MOST_SECONDS = 600
MOST_BUDGET = Decimal(10) ** 12
# What a run leaves to be compared with the next.
COMPARED = ("budget", "cost", "people", "served", "kits", "sites", "missed", "gap")


def _budget(budget: Decimal) -> Decimal:
    if not 0 <= budget < MOST_BUDGET or budget != round(budget, 2):
        raise InvalidInput(
            "budget-unusable", "A budget is not negative and has at most two decimals.",
            field="budget",
        )  # fmt: skip
    return budget


@transaction.atomic
def create_siting(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    owner: Organisation | None,
    name: str,
    files: Mapping[str, bytes] | None = None,
    budget: Decimal | None = None,
    seconds: int = 30,
    source: str = "",
) -> SitingProposal:
    """Begin a proposal with the files of its problem; without any it is the worked example.

    The budget of ``settings.json`` holds unless one is given. Raises InvalidInput at the
    field (``planning-files-malformed`` at ``file`` tells every fault).
    """
    must_make_siting(by, owner.id if owner else None)
    worked = files is None
    held = worked_example() if files is None else files
    if not held:
        raise InvalidInput(
            "example-not-installed", "The worked example is not installed here.", field="origin"
        )
    if worked and not programme.example:
        raise InvalidInput(
            "example-and-real",
            "The kits of the worked example are invented: choose an example programme for it.",
            field="programme",
        )
    content = hash_of(
        programme=programme, owner=owner, name=name, budget=budget, seconds=seconds, source=source,
        files={each: content_hash(data) for each, data in sorted(held.items())},
    )  # fmt: skip
    if found := first_answer(SitingProposal, id, content):
        return found
    if owner is not None and owner.example != programme.example:
        raise InvalidInput(
            "example-and-real", "Invented and real things are never put together.", field="owner"
        )
    name = words(name, "name", 160, required=True)
    texts, budget = texts_of(held, budget)
    made = SitingProposal.objects.create(
        id=id or new_id(), content=content, programme=programme, owner=owner, name=name,
        budget=_budget(budget), seconds=whole(seconds, "seconds", 1, MOST_SECONDS),
        source=words(source, "source", 400),
        problem=documents.keep({"files": texts, "worked": worked}),
    )  # fmt: skip
    record(
        by=by, action="planning.create-siting", object_kind="siting", object_id=made.id,
        programme=str(programme.id), owner=str(owner.id) if owner else "",
        budget=str(made.budget), worked=worked,
    )  # fmt: skip
    return made


def _held(by: User | None, siting: SitingProposal) -> SitingProposal:
    """The proposal under its lock."""
    must_make_siting(by, siting.owner_id)
    return SitingProposal.objects.select_for_update(no_key=True).get(pk=siting.pk)


@transaction.atomic
def edit_siting(
    *, by: User | None, siting: SitingProposal, name: str, source: str = ""
) -> SitingProposal:
    """Change how the proposal is called and what is said of its source."""
    held = _held(by, siting)
    held.name = words(name, "name", 160, required=True)
    held.source = words(source, "source", 400)
    held.save(update_fields=["name", "source"])
    record(by=by, action="planning.edit-siting", object_kind="siting", object_id=held.id)
    return held


@transaction.atomic
def drop_siting(*, by: User | None, siting: SitingProposal) -> None:
    """Remove a proposal; the log keeps its name. One that is being planned is stopped first."""
    held = _held(by, siting)
    if held.state in (WAITING, RUNNING):
        raise InvalidState(
            "siting-running", "This proposal is being planned; stop that before it is removed."
        )
    held.delete()
    record(
        by=by, action="planning.drop-siting", object_kind="siting", object_id=siting.pk,
        programme=str(held.programme_id), name=held.name,
    )  # fmt: skip


@transaction.atomic
def ask_siting_run(
    *,
    by: User | None,
    siting: SitingProposal,
    budget: Decimal | None = None,
    seconds: int | None = None,
    repeat: bool = False,
) -> SitingProposal:
    """Ask to have it planned in the background, with another budget if one is given.

    To ``repeat`` takes as many steps of work as the last run, whatever the clock, and finds
    the same. Asked already, nothing changes.
    """
    held = _held(by, siting)
    if held.state in (WAITING, RUNNING):
        return held
    if budget is not None:
        held.budget = _budget(budget)
    if seconds is not None:
        held.seconds = whole(seconds, "seconds", 1, MOST_SECONDS)
    held.state = RUN_STATES.after(held.state, "ask")
    held.stopping, held.progress = False, {}
    if repeat and "work" in held.result:
        held.progress = {"work_limit": held.result["work"]}
    held.save(update_fields=["budget", "seconds", "state", "stopping", "progress"])
    record(
        by=by, action="planning.ask-siting-run", object_kind="siting", object_id=held.id,
        budget=str(held.budget),
    )  # fmt: skip
    return held


@transaction.atomic
def cancel_siting_run(*, by: User | None, siting: SitingProposal) -> SitingProposal:
    """Stop the planning: the best found so far is kept, as soon as the worker hears of it."""
    held = _held(by, siting)
    if held.state not in (WAITING, RUNNING):
        raise InvalidState("siting-not-running", "This proposal is not being planned.")
    held.stopping = True
    if held.state == WAITING:
        held.state = RUN_STATES.after(held.state, "cancel")
    held.save(update_fields=["stopping", "state"])
    record(by=by, action="planning.cancel-siting-run", object_kind="siting", object_id=held.id)
    return held


def run_siting(*, by: None, siting_id: UUID) -> SitingProposal:
    """Plan a proposal, as a background task; one that does not wait is left alone."""
    with documents.running(siting_id) as mine:
        waiting = SitingProposal.objects.filter(pk=siting_id, state=WAITING)
        if mine and waiting.update(state=RUNNING):
            _work(siting_id)
    return SitingProposal.objects.get(pk=siting_id)


def _work(siting_id: UUID) -> None:
    from jiedui.planning.domain.siting.cover_plan import solve

    try:
        siting = SitingProposal.objects.get(pk=siting_id)
        asked = located(documents.read(siting.problem)["files"], siting.budget)
        run = watched(SitingProposal, siting_id, run_of(siting.progress, siting.seconds))
        plan = solve(asked.problem, run)
        cancelled = run.cancelled()
        outcome = documents.keep(outcome_of(asked.problem, plan, asked.places, asked.sites))
        numbers = numbers_of(asked.problem, plan, work=run.work)
        numbers["cut"] = run.left <= 0
    except Exception:
        _log.exception("the run of siting proposal %s broke off", siting_id)
        fail_run(RUNS, siting_id, broke_off())
    else:
        _keep(siting_id, outcome, numbers, cancelled)


@transaction.atomic
def _keep(siting_id: UUID, outcome: str, numbers: dict[str, Any], cancelled: bool) -> None:
    held = SitingProposal.objects.select_for_update(no_key=True).get(pk=siting_id)
    if held.state != RUNNING:
        return
    if held.progress.get("work_limit") is not None:
        # A repeated run stays beside what the first was compared with.
        numbers |= {key: held.result[key] for key in ("before",) if key in held.result}
    elif held.result:
        numbers["before"] = {key: held.result.get(key) for key in COMPARED}
    held.state = RUN_STATES.after(RUNNING, "cancel" if cancelled else "finish")
    held.stopping, held.progress = False, {}
    held.outcome, held.result = outcome, numbers
    held.save(update_fields=["state", "stopping", "progress", "outcome", "result"])
    record(
        by=None, action="planning.run-siting", object_kind="siting", object_id=held.id,
        state=held.state, served=numbers["served"], missed=numbers["missed"],
    )  # fmt: skip


def end_broken_sitings(*, by: None) -> list[UUID]:
    """End the runs that broke off, and give those still to be begun."""
    return end_broken(RUNS)
