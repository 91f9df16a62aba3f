"""Reads of ties for their pages: the cascade on a day, duties of a department, networks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import lineage, names
from jiedui.programmes.access import visible_agreements, visible_pairings
from jiedui.programmes.domain.cascade import Step, Tie, cascade
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
    steps = cascade(ties, called, _above(hubs, day))
    helped: dict[UUID, int] = {}
    for tie in ties:
        if tie.spoke:
            helped[tie.giver] = helped.get(tie.giver, 0) + 1
    return [_line(place, step, called, kinds, helped) for place, step in enumerate(steps)]


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
