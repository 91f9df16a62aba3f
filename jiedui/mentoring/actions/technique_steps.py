"""What becomes of a technique: left to rest, stopped, taken up again; and what time alone does."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, in_order, not_ahead, taken, term, words
from jiedui.core.errors import InvalidInput
from jiedui.mentoring.access.techniques import must_act_on_technique
from jiedui.mentoring.actions._advancing import (
    add_step,
    after_case,
    held_technique,
)
from jiedui.mentoring.domain.states import IN_USE, TECHNIQUE_STATES
from jiedui.mentoring.models import Technique

# The steps that people take; a state that a case moved is dated by that case.
PEOPLES = ("propose", "approve", "rest", "stop", "resume", "resume_locally")


def _held(by: User | None, technique: Technique, verb: str, on: date) -> tuple[Technique, str]:
    """The technique, locked, and the state that the step leads to."""
    held = held_technique(technique)
    step = taken(TECHNIQUE_STATES, held.state, verb)
    must_act_on_technique(by, verb, held.giver_id, held.receiver_id, held.introduced_by)
    not_ahead(on)
    last = held.steps.filter(verb__in=PEOPLES)
    in_order(max(last.values_list("on", flat=True), default=None), on, "on")
    return held, step.target


def _end(
    by: User | None, technique: Technique, verb: str, on: date, reason: str, note: str
) -> Technique:
    held, target = _held(by, technique, verb, on)
    term("stop_reasons", reason, "reason")
    if held.last_case_on is not None and held.last_case_on > on:
        raise InvalidInput(
            "case-after-end",
            "A case of %(day)s is confirmed; it cannot have ended before.",
            field="on", day=held.last_case_on,
        )  # fmt: skip
    held.state, held.state_on, held.stop_reason = target, on, reason
    held.save(update_fields=["state", "state_on", "stop_reason"])
    add_step(held, verb, on, by, words(note, "note", 400))
    return held


@days_meant
@transaction.atomic
def rest_technique(
    *, by: User | None, technique: Technique, on: date, reason: str, note: str = ""
) -> Technique:
    """The department no longer performs it, for a reason of the pack, and may take it up again.

    Raises InvalidInput ``case-after-end`` at ``on`` where a later case is confirmed.
    """
    held = _end(by, technique, "rest", on, reason, note)
    record(
        by=by, action="mentoring.rest-technique", object_kind="technique", object_id=held.id,
        on=on.isoformat(), reason=reason,
    )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def stop_technique(
    *, by: User | None, technique: Technique, on: date, reason: str, note: str = ""
) -> Technique:
    """The department gave it up for a reason of the pack; it may be proposed anew."""
    held = _end(by, technique, "stop", on, reason, note)
    record(
        by=by, action="mentoring.stop-technique", object_kind="technique", object_id=held.id,
        on=on.isoformat(), reason=reason,
    )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def resume_technique(
    *, by: User | None, technique: Technique, on: date, locally: bool = False, note: str = ""
) -> Technique:
    """Take up what rested: with an expert, or ``locally`` without one. Cases from then on count."""
    verb = "resume_locally" if locally else "resume"
    held, target = _held(by, technique, verb, on)
    held.state, held.state_on, held.stop_reason = target, on, ""
    held.save(update_fields=["state", "state_on", "stop_reason"])
    add_step(held, verb, on, by, words(note, "note", 400))
    held = after_case(by=by, technique=held)
    record(
        by=by, action="mentoring.resume-technique", object_kind="technique", object_id=held.id,
        on=on.isoformat(), locally=locally,
    )  # fmt: skip
    return held


@transaction.atomic
def settle_technique(*, by: User | None, technique: Technique) -> bool:
    """What time and departures alone do to one technique; whether anything changed."""
    locked = held_technique(technique)
    before = (locked.state, locked.departed_on)
    held = after_case(by=by, technique=locked)
    if (held.state, held.departed_on) == before:
        return False
    record(
        by=by, action="mentoring.settle-technique", object_kind="technique", object_id=held.id,
        state=held.state, departed=held.departed_on.isoformat() if held.departed_on else "",
    )  # fmt: skip
    return True


def settle_techniques(*, by: User | None) -> int:
    """See to all techniques in use: departures, and what became sustained; how many changed.

    Once a day is enough, and again does nothing.
    """
    ids = list(Technique.objects.filter(state__in=IN_USE).order_by("id").values_list("id"))
    return sum(settle_technique(by=by, technique=Technique.objects.get(pk=id)) for (id,) in ids)
