"""Rounds of mobile clinics: begun, given vehicles and places, settled by hand, fixed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import span, taken, whole, words
from jiedui.core.clock import now
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.planning.access.rounds import must_make_round
from jiedui.planning.domain import house_rules
from jiedui.planning.domain.house_rules import TABLE
from jiedui.planning.domain.round_rules import RULES, days_between
from jiedui.planning.domain.states import DRAFT, ROUND_STATES, RUNNING, WAITING
from jiedui.planning.models import Round, RoundPlace, RoundStop, RoundVehicle
from jiedui.planning.queries.visits import last_visits

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation, Place
    from jiedui.programmes.models import Programme

MOST_DAYS, MOST_PLACES, MOST_VEHICLES, MOST_SECONDS = 62, 400, 20, 600
DAY = 24 * 60
Window = tuple[date | None, int, int]


def held_round(id: UUID) -> Round:
    """The round under its lock."""
    return (
        Round.objects.select_for_update(of=("self",), no_key=True)
        .select_related("depot")
        .get(pk=id)
    )


def _held_draft(by: User | None, round: Round) -> Round:
    """The round under its lock, still to be changed and not being planned."""
    must_make_round(by, round.organiser_id)
    held = held_round(round.pk)
    if held.state != DRAFT:
        raise InvalidState("round-fixed", "The round is fixed; open it again to change anything.")
    if held.run in (WAITING, RUNNING):
        raise InvalidState("round-running", "The round is being planned; wait or stop it.")
    return held


def _changed(held: Round) -> None:
    """What was planned before no longer tells of the round as it is."""
    if held.result:
        held.result = held.result | {"stale": True}
        held.save(update_fields=["result"])


def round_rules(own: Mapping[str, Any]) -> dict[str, str]:
    """The rules of a round: the pack's and its own, each checked; InvalidInput at its code."""
    terms = vocabulary().table(TABLE)
    rules = {code: str(own.get(code) or "").strip() or terms[code].extra["value"] for code in RULES}
    for code, text in rules.items():
        house_rules.read(terms[code], text)
    return rules


def _located(place: Place, field: str) -> Place:
    if place.latitude is None or place.longitude is None:
        raise InvalidInput(
            "place-without-coordinates",
            "%(place)s has no coordinates; give them on its page first.",
            field=field, place=place.name,
        )  # fmt: skip
    return place


def _days(first: date, last: date) -> None:
    span(first, last, "starts_on", "ends_on")
    if (last - first).days >= MOST_DAYS:
        raise InvalidInput(
            "round-too-long",
            "A round lasts at most %(days)s days.",
            field="ends_on",
            days=MOST_DAYS,
        )


@transaction.atomic
def create_round(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    organiser: Organisation,
    name: str,
    starts_on: date,
    ends_on: date,
    depot: Place,
    seconds: int = 10,
    seed: int = 0,
    rules: Mapping[str, Any] | None = None,
) -> Round:
    """Begin a round: who sends the vehicles out, from where, in which days.

    Raises InvalidInput at the field, NotAllowed ``round-out-of-reach``.
    """
    must_make_round(by, organiser.id)
    content = hash_of(
        programme=programme, organiser=organiser, name=name, starts_on=starts_on, ends_on=ends_on,
        depot=depot, seconds=seconds, seed=seed, rules=dict(rules or {}),
    )  # fmt: skip
    if found := first_answer(Round, id, content):
        return found
    if organiser.example != programme.example or depot.example != programme.example:
        raise InvalidInput(
            "example-and-real",
            "Invented and real things are never put together.",
            field="organiser",
        )
    _days(starts_on, ends_on)
    made = Round.objects.create(
        id=id or new_id(), content=content, programme=programme, organiser=organiser,
        name=words(name, "name", 160, required=True), starts_on=starts_on, ends_on=ends_on,
        depot=_located(depot, "depot"), settings=round_rules(rules or {}),
        seconds=whole(seconds, "seconds", 1, MOST_SECONDS),
        seed=whole(seed, "seed", 0, 2_147_483_647),
    )  # fmt: skip
    record(
        by=by, action="planning.create-round", object_kind="round", object_id=made.id,
        programme=str(programme.id), organiser=str(organiser.id), starts_on=starts_on.isoformat(),
        ends_on=ends_on.isoformat(),
    )  # fmt: skip
    return made


@transaction.atomic
def edit_round(
    *,
    by: User | None,
    round: Round,
    name: str,
    starts_on: date,
    ends_on: date,
    depot: Place,
    seconds: int,
    seed: int,
    rules: Mapping[str, Any] | None = None,
) -> Round:
    """Change a round that is not fixed; stops on days that fall away go."""
    held = _held_draft(by, round)
    _days(starts_on, ends_on)
    held.name = words(name, "name", 160, required=True)
    held.starts_on, held.ends_on = starts_on, ends_on
    held.depot = _located(depot, "depot")
    held.seconds = whole(seconds, "seconds", 1, MOST_SECONDS)
    held.seed = whole(seed, "seed", 0, 2_147_483_647)
    held.settings = round_rules(rules or {})
    held.save(
        update_fields=["name", "starts_on", "ends_on", "depot", "seconds", "seed", "settings"]
    )
    held.stops.exclude(day__range=(starts_on, ends_on)).delete()
    _changed(held)
    record(by=by, action="planning.edit-round", object_kind="round", object_id=held.id)
    return held


@transaction.atomic
def put_vehicle(
    *,
    by: User | None,
    round: Round,
    vehicle: RoundVehicle | None = None,
    name: str,
    leaves_at: int,
    back_by: int,
    days: Sequence[date] = (),
) -> RoundVehicle:
    """Add a vehicle, or change one: its hours in minutes from midnight, and its days if not all."""
    held = _held_draft(by, round)
    name = words(name, "name", 80, required=True)
    others = held.vehicles.exclude(pk__in=[vehicle.pk] if vehicle else [])
    if others.filter(name=name).exists():
        raise InvalidInput("vehicle-twice", "The round has a vehicle of this name.", field="name")
    if vehicle is None and others.count() >= MOST_VEHICLES:
        raise InvalidInput("too-many", "More than %(most)s.", field="name", most=MOST_VEHICLES)
    whole(leaves_at, "leaves_at", 0, DAY - 1)
    whole(back_by, "back_by", 1, DAY)
    if back_by <= leaves_at:
        raise InvalidInput(
            "hours-out-of-order", "The end of the hours lies before their start.", field="back_by"
        )
    wrong = sorted(set(days) - set(days_between(held.starts_on, held.ends_on)))
    if wrong:
        raise InvalidInput(
            "day-outside-round", "%(day)s is no day of the round.", field="days", day=wrong[0]
        )
    made = vehicle or RoundVehicle(round=held)
    made.name, made.leaves_at, made.back_by = name, leaves_at, back_by
    made.days = [day.isoformat() for day in sorted(set(days))]
    made.save()
    _changed(held)
    record(
        by=by, action="planning.put-round-vehicle", object_kind="round", object_id=held.id,
        vehicle=str(made.id),
    )  # fmt: skip
    return made


@transaction.atomic
def drop_vehicle(*, by: User | None, vehicle: RoundVehicle) -> None:
    """Take a vehicle out of the round, and its stops with it."""
    held = _held_draft(by, vehicle.round)
    held.vehicles.filter(pk=vehicle.pk).delete()
    _changed(held)
    record(by=by, action="planning.drop-round-vehicle", object_kind="round", object_id=held.id)


@transaction.atomic
def add_round_places(*, by: User | None, round: Round, places: Iterable[Place]) -> int:
    """Add places to be visited, each once, as the rules have it; how many were new.

    The last visit is that of an earlier round that was fixed. Places without
    coordinates are refused: ``place-without-coordinates`` at ``places``.
    """
    held = _held_draft(by, round)
    known = set(held.places.values_list("place_id", flat=True))
    new = {place.id: _located(place, "places") for place in places if place.id not in known}
    if any(place.example != held.depot.example for place in new.values()):
        raise InvalidInput(
            "example-and-real", "Invented and real things are never put together.", field="places"
        )
    if len(known) + len(new) > MOST_PLACES:
        raise InvalidInput("too-many", "More than %(most)s.", field="places", most=MOST_PLACES)
    before = last_visits(new, held.starts_on)
    minutes = house_rules.whole(held.settings, "visit_minutes")
    RoundPlace.objects.bulk_create(
        RoundPlace(round=held, place=place, minutes=minutes, last_visited_on=before.get(place.id))
        for place in new.values()
    )
    if new:
        _changed(held)
        record(
            by=by, action="planning.add-round-places", object_kind="round", object_id=held.id,
            count=len(new),
        )  # fmt: skip
    return len(new)


@transaction.atomic
def edit_round_place(
    *,
    by: User | None,
    place: RoundPlace,
    minutes: int,
    priority: int,
    people: int = 0,
    last_visited_on: date | None = None,
    windows: Sequence[Window] = (),
) -> RoundPlace:
    """Say how long a visit takes, how urgent it is and when the place is open.

    A window is (day or None for every day, opens, closes) in minutes from midnight.
    """
    held = _held_draft(by, place.round)
    mine = held.places.get(pk=place.pk)
    mine.minutes = whole(minutes, "minutes", 1, DAY)
    mine.priority = whole(priority, "priority", 1, 5)
    mine.people = whole(people, "people", 0, 100_000_000)
    if last_visited_on is not None and last_visited_on > held.starts_on:
        raise InvalidInput(
            "visit-after-start", "The last visit lies after the round begins.",
            field="last_visited_on",
        )  # fmt: skip
    mine.last_visited_on = last_visited_on
    mine.windows = [_window(held, mine.minutes, *window) for window in windows]
    mine.save()
    _changed(held)
    record(
        by=by, action="planning.edit-round-place", object_kind="round", object_id=held.id,
        place=str(mine.place_id),
    )  # fmt: skip
    return mine


def _window(held: Round, minutes: int, day: date | None, opens: int, closes: int) -> dict[str, Any]:
    if day is not None and not held.starts_on <= day <= held.ends_on:
        raise InvalidInput(
            "day-outside-round", "%(day)s is no day of the round.", field="windows", day=day
        )
    if not 0 <= opens < closes <= DAY:
        raise InvalidInput(
            "hours-out-of-order", "The end of the hours lies before their start.", field="windows"
        )
    if closes - opens < minutes:
        raise InvalidInput(
            "window-too-short", "The visit takes longer than the place is open.", field="windows"
        )
    return {"day": day.isoformat() if day else "", "from": opens, "to": closes}


@transaction.atomic
def drop_round_place(*, by: User | None, place: RoundPlace) -> None:
    """Take a place out of the round."""
    held = _held_draft(by, place.round)
    held.places.filter(pk=place.pk).delete()
    _changed(held)
    record(
        by=by, action="planning.drop-round-place", object_kind="round", object_id=held.id,
        place=str(place.place_id),
    )  # fmt: skip


@transaction.atomic
def pin_stop(*, by: User | None, stop: RoundStop, pinned: bool = True) -> RoundStop:
    """Settle that this place is visited by this vehicle on this day, or let it go again."""
    held = _held_draft(by, stop.round)
    mine = held.stops.get(pk=stop.pk)
    mine.pinned = pinned
    mine.save(update_fields=["pinned"])
    record(
        by=by, action="planning.pin-stop", object_kind="round", object_id=held.id,
        stop=str(stop.id), pinned=pinned,
    )  # fmt: skip
    return mine


@transaction.atomic
def fix_round(*, by: User | None, round: Round) -> Round:
    """Fix the stops, so that the crews' day sheets hold. ``round-empty``, ``round-stale``."""
    held = _held_draft(by, round)
    step = taken(ROUND_STATES, held.state, "fix")
    if not held.stops.exists():
        raise InvalidState("round-empty", "Nothing is planned yet.")
    if held.result.get("stale"):
        raise InvalidState(
            "round-stale", "Something was changed since this was planned: plan it anew."
        )
    held.state, held.fixed_at = step.target, now()
    held.save(update_fields=["state", "fixed_at"])
    record(
        by=by, action="planning.fix-round", object_kind="round", object_id=held.id,
        stops=held.stops.count(),
    )  # fmt: skip
    return held


@transaction.atomic
def reopen_round(*, by: User | None, round: Round, reason: str) -> Round:
    """Open a fixed round again, saying why; the crews' sheets no longer hold."""
    must_make_round(by, round.organiser_id)
    held = held_round(round.pk)
    step = taken(ROUND_STATES, held.state, "reopen")
    said = words(reason, "reason", 400, required=True)
    held.state, held.fixed_at = step.target, None
    held.save(update_fields=["state", "fixed_at"])
    record(
        by=by, action="planning.reopen-round", object_kind="round", object_id=held.id, reason=said
    )
    return held
