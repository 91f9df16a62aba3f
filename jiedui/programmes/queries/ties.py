"""Reads of ties for their pages: the cascade on a day, duties of a department, networks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import lineage, names
from jiedui.programmes.access import visible_agreements, visible_pairings
from jiedui.programmes.domain.cascade import Step, Tie, cascade, supplied
from jiedui.programmes.models import Agreement, Duty, Pairing, Programme
from jiedui.programmes.queries.agreements import all_covering
from jiedui.programmes.queries.structure import on


@dataclass(frozen=True)
class CascadeLine:
    """A recipient in the cascade: by whom it is helped there, and how many it helps in turn."""

    id: str
    depth: int
    body_id: UUID
    body: str
    givers: tuple[str, ...]
    kinds: tuple[str, ...]
    ties: tuple[UUID, ...]
    spokes: int
    repeated: bool
    # No help reaches it on the day: who helps it, or itself, is helped no longer.
    cut_off: bool


def spoke_kinds() -> list[str]:
    """Kinds of tie by which a recipient becomes a supporter."""
    terms = vocabulary().table("pairing_kinds").values()
    return [term.code for term in terms if term.extra.get("spoke")]


def cascade_on(viewer: Viewer, programme: Programme, day: date, language: str) -> list[CascadeLine]:
    """The programme's ties of a day that the viewer sees, as lines of a tree."""
    spokes, kinds = set(spoke_kinds()), {}
    ties: list[Tie] = []
    rows = visible_pairings(viewer).filter(on(day), programme=programme).order_by("id")
    for id, giver, receiver, kind, passes in rows.values_list(
        "id", "giver_id", "receiver_id", "kind", "passes_down"
    ):
        kinds[id] = kind
        ties.append(Tie(id, giver, receiver, kind in spokes, passes_down=passes))
    called = names({body for tie in ties for body in (tie.giver, tie.receiver)}, language)
    hubs = {tie.giver for tie in ties if tie.spoke} - {tie.receiver for tie in ties}
    above = _above(hubs, day)
    steps = cascade(ties, called, above)
    cut = _cut_off(programme.id, ties, hubs, above, day)
    helped: dict[UUID, int] = {}
    for tie in ties:
        if tie.spoke:
            helped[tie.giver] = helped.get(tie.giver, 0) + 1
    return [_line(place, step, called, kinds, helped, cut) for place, step in enumerate(steps)]


def _cut_off(
    programme_id: UUID,
    ties: Sequence[Tie],
    hubs: set[UUID],
    above: Mapping[UUID, set[UUID]],
    day: date,
) -> set[UUID]:
    """Of the hubs and those whom they help all that no help reaches on the day."""
    spokes: list[tuple[UUID, UUID]] = []
    helped: set[UUID] = set()
    for tie in ties:
        under = {hub for hub in hubs if tie.passes_down and tie.receiver in above.get(hub, ())}
        if tie.spoke:
            spokes += [(tie.giver, body) for body in {tie.receiver} | under]
        else:
            helped |= {tie.receiver} | under
    # Who helps a hub need not be seen by whom the hub helps.
    if unseen := hubs - supplied(spokes, helped):
        helped |= unseen - without_source(programme_id, unseen, day)
    return {body for spoke in spokes for body in spoke} - supplied(spokes, helped)


def without_source(programme_id: UUID, hubs: Collection[UUID], day: date) -> set[UUID]:
    """Of these bodies those that no help of the programme reaches on the day.

    Neither a tie of their own, nor one that passes down to them, nor a spoke of somebody whom
    help reaches.
    """
    codes = set(spoke_kinds())
    seen: set[UUID] = set()
    helped: set[UUID] = set()
    spokes: list[tuple[UUID, UUID]] = []
    waiting = set(hubs)
    while waiting:
        seen |= waiting
        above = _above(waiting, day)
        higher = {body for bodies in above.values() for body in bodies}
        rows = Pairing.objects.filter(
            Q(receiver_id__in=waiting) | Q(passes_down=True, receiver_id__in=higher),
            on(day), programme_id=programme_id,
        )  # fmt: skip
        for giver, receiver, kind, passes in rows.values_list(
            "giver_id", "receiver_id", "kind", "passes_down"
        ):
            under = {body for body in waiting if passes and receiver in above.get(body, ())}
            mine = ({receiver} & waiting) | under
            if kind in codes:
                spokes += [(giver, body) for body in mine]
            else:
                helped |= mine
        waiting = {giver for giver, _receiver in spokes} - seen
    return set(hubs) - supplied(spokes, helped)


def spokes_cut_off(spokes: QuerySet[Pairing], day: date) -> list[Pairing]:
    """Of these spokes those of the day whose giver no help reaches any more."""
    direct = Pairing.objects.filter(
        on(day), programme_id=OuterRef("programme_id"), receiver_id=OuterRef("giver_id")
    )
    rows = list(
        spokes.filter(on(day), kind__in=spoke_kinds())
        .filter(~Exists(direct))
        .select_related("giver", "receiver")
        .order_by("valid_from", "id")
    )
    hubs: dict[UUID, set[UUID]] = {}
    for row in rows:
        hubs.setdefault(row.programme_id, set()).add(row.giver_id)
    cut = {(one, hub) for one in hubs for hub in without_source(one, hubs[one], day)}
    return [row for row in rows if (row.programme_id, row.giver_id) in cut]


def _above(bodies: set[UUID], day: date) -> dict[UUID, set[UUID]]:
    """What each of the bodies lies in on the day."""
    found: dict[UUID, set[UUID]] = {}
    if bodies:
        for row in lineage():
            if row.descendant in bodies and (
                (row.valid_from is None or row.valid_from <= day)
                and (row.valid_to is None or day <= row.valid_to)
            ):
                found.setdefault(row.descendant, set()).add(row.ancestor)
    return found


def _line(
    place: int,
    step: Step,
    called: dict[UUID, str],
    kinds: dict[UUID, str],
    helped: dict[UUID, int],
    cut: Collection[UUID],
) -> CascadeLine:
    return CascadeLine(
        str(place),
        step.depth,
        step.body,
        called.get(step.body, ""),
        tuple(sorted({called.get(tie.giver, "") for tie in step.ties})),
        tuple(dict.fromkeys(kinds[tie.id] for tie in step.ties)),
        tuple(tie.id for tie in step.ties),
        helped.get(step.body, 0),
        step.repeated,
        step.body in cut,
    )


def duties_at(department_id: UUID) -> QuerySet[Duty]:
    """Who answers for what at a department: those that go on first, then the newest."""
    return (
        Duty.objects.filter(department_id=department_id)
        .select_related("pairing__giver", "pairing__receiver")
        .order_by("duty", "-valid_from", "id")
    )


def several_at(pairing: Pairing, day: date) -> QuerySet[Pairing]:
    """The other ties with the pairing's department on a day: who helps it too."""
    if pairing.department_id is None:
        return Pairing.objects.none()
    return (
        Pairing.objects.filter(on(day), department_id=pairing.department_id)
        .exclude(pk=pairing.pk)
        .select_related("giver")
    )


def agreements_naming(viewer: Viewer, pairing: Pairing) -> list[Agreement]:
    """Agreements that the viewer sees and that cover the pairing, the newest first.

    By name, or because the two sides lie in its parties.
    """
    covering = all_covering(pairing.programme_id, pairing.giver_id, pairing.receiver_id, today())
    rows = visible_agreements(viewer).filter(id__in=[row.id for row in covering])
    return sorted(rows, key=lambda row: row.valid_from or date.min, reverse=True)


def spokes_of(viewer: Viewer, pairing: Pairing, day: date) -> list[Pairing]:
    """Whom the pairing's receiver helps in turn on a day, as far as the viewer sees."""
    rows = visible_pairings(viewer).filter(
        on(day), programme_id=pairing.programme_id, giver_id=pairing.receiver_id,
        kind__in=spoke_kinds(),
    )  # fmt: skip
    return sorted(rows.select_related("receiver"), key=lambda row: row.receiver.name)
