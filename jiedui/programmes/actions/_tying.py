"""What a tie of two bodies is refused for, and what it says to the figures."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Q

from jiedui.accounts.models import User
from jiedui.core.checking import term
from jiedui.core.errors import InvalidInput
from jiedui.core.identifiers import new_id
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import ancestors_of, names, parts_of
from jiedui.programmes.actions._checking import department_of
from jiedui.programmes.actions.facts import Said, tell
from jiedui.programmes.domain.cascade import Tie, ring
from jiedui.programmes.domain.facts import LONG_AGO
from jiedui.programmes.models import Duty, Network, Pairing, Programme

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation


def overlapping(start: date | None, end: date | None) -> Q:
    """Rows that hold on one of the days; blank ends are open."""
    later = Q() if end is None else Q(valid_from__isnull=True) | Q(valid_from__lte=end)
    earlier = Q() if start is None else Q(valid_to__isnull=True) | Q(valid_to__gte=start)
    return later & earlier


def kind_needs(kind: str, what: str) -> str:
    """What the pack says of a kind of tie under a column; blank is nothing."""
    return vocabulary().term("pairing_kinds", kind).extra.get(what, "")


def right_department(kind: str, receiver: Organisation, department: Department | None) -> None:
    """A tie with a department names one of the receiver; no other tie names one."""
    if kind_needs(kind, "department"):
        if department is None:
            raise InvalidInput(
                "department-needed",
                "This kind of tie is with a department of the receiver: name it.",
                field="department",
            )
        department_of(receiver, department, "department")
    elif department is not None:
        raise InvalidInput(
            "department-refused", "This kind of tie names no department.", field="department"
        )


def right_network(
    programme: Programme,
    kind: str,
    network: Network | None,
    start: date | None,
    end: date | None,
) -> None:
    """A tie of an alliance or consortium names its network; no other tie names one."""
    if network is None:
        if kind_needs(kind, "network"):
            raise InvalidInput(
                "network-needed",
                "This kind of tie belongs to an alliance or consortium: name it.",
                field="network",
            )
        return
    if network.programme_id != programme.id or network.kind != kind:
        raise InvalidInput(
            "network-of-other-kind",
            "%(network)s is not an alliance or consortium of this kind in this programme.",
            field="network",
            network=network.name,
        )
    if not Network.objects.filter(overlapping(start, end), pk=network.pk).exists():
        raise InvalidInput(
            "network-not-then",
            "%(network)s does not exist on these days.",
            field="network",
            network=network.name,
        )


def not_twice(
    programme: Programme,
    kind: str,
    giver: Organisation,
    receiver: Organisation,
    department: Department | None,
    start: date | None,
    end: date | None,
) -> None:
    """The same tie holds once on a day, and one giver at a time is in charge of a department."""
    held = Pairing.objects.filter(
        overlapping(start, end), programme=programme, kind=kind, department=department
    )
    if held.filter(giver=giver, receiver=receiver).exists():
        raise InvalidInput(
            "pairing-overlaps",
            "%(giver)s and %(receiver)s are already paired in this way on some of these days.",
            field="valid_from",
            giver=giver.name,
            receiver=receiver.name,
        )
    if department is not None and kind_needs(kind, "department") == "one":
        other = held.select_related("giver").first()
        if other is not None:
            raise InvalidInput(
                "department-in-charge",
                "%(giver)s is in charge of %(department)s on some of these days.",
                field="department",
                giver=other.giver.name,
                department=department.name,
            )


def no_ring(
    programme: Programme,
    kind: str,
    giver: Organisation,
    receiver: Organisation,
    start: date | None,
    end: date | None,
    passes_down: bool,
) -> None:
    """Nobody helps themselves by way of others: ``pairing-circular`` at the receiver.

    Within the programme: in another one the roles may be others. The programme is locked, so
    that two writers do not close a ring between them.
    """
    spokes = {code for code in vocabulary().table("pairing_kinds") if kind_needs(code, "spoke")}
    rows = Pairing.objects.filter(overlapping(start, end), programme=programme)
    if kind not in spokes and not rows.filter(kind__in=spokes).exists():
        return
    new = Tie(new_id(), giver.id, receiver.id, kind in spokes, start, end, passes_down)
    ties = [
        Tie(id, one, other, code in spokes, first, last, down)
        for id, one, other, code, first, last, down in rows.values_list(
            "id", "giver_id", "receiver_id", "kind", "valid_from", "valid_to", "passes_down"
        )
    ]
    bodies = ring(
        ties, new, lambda body: ancestors_of(body, start), lambda body: parts_of(body, start)
    )
    if bodies:
        called = names(set(bodies), "zh-hans")
        raise InvalidInput(
            "pairing-circular",
            "A spoke never leads back to who helps: %(ring)s.",
            field="receiver",
            ring=" → ".join(called.get(body, giver.name) for body in bodies),
        )


def hub_is_helped(
    programme: Programme, kind: str, giver: Organisation, start: date | None, end: date | None
) -> None:
    """Who supports by a spoke receives by another tie when it begins: ``spoke-without-hub``."""
    if not kind_needs(kind, "spoke"):
        return
    then = overlapping(start, start or end)
    ties = Pairing.objects.filter(then, programme=programme)
    above = ancestors_of(giver.id, start)
    if not ties.filter(Q(receiver=giver) | Q(passes_down=True, receiver_id__in=above)).exists():
        raise InvalidInput(
            "spoke-without-hub",
            "%(giver)s does not itself receive help in this programme when the spoke begins.",
            field="giver",
            giver=giver.name,
        )


def take_duty(
    pairing: Pairing, duty: str, start: date | None, end: date | None, *, note: str = "",
    field: str = "duty",
) -> Duty:  # fmt: skip
    """Declare a duty of the tie's giver; ``duty-taken`` where another has it on one of the days.

    The database refuses it too, so that two writers do not take the same duty.
    """
    term("duties", duty, field)
    if pairing.department_id is None:
        raise InvalidInput(
            "duty-without-department",
            "Duties are declared at a department, and this tie names none.",
            field=field,
        )
    held = Duty.objects.filter(
        overlapping(start, end), department_id=pairing.department_id, duty=duty
    ).select_related("pairing__giver")
    try:
        taken = held.first()
        if taken is None:
            with transaction.atomic():
                return Duty.objects.create(
                    pairing=pairing, department_id=pairing.department_id, duty=duty, note=note,
                    valid_from=start, valid_to=end,
                )  # fmt: skip
    except IntegrityError:
        taken = held.first()
        if taken is None:
            raise
    raise InvalidInput(
        "duty-taken",
        "%(giver)s already has this duty at the department on some of these days.",
        field=field,
        giver=taken.pairing.giver.name,
    )


def tell_pairing(by: User | None, pairing: Pairing) -> None:
    """Say to the figures from when to when the tie holds."""
    start = pairing.valid_from or pairing.programme.valid_from or LONG_AGO
    if pairing.valid_to is not None and pairing.valid_to < start:
        start = pairing.valid_to
    tell(
        by=by, record_id=pairing.id, programme_id=pairing.programme_id, kind=pairing.kind,
        giver_id=pairing.giver_id, receiver_id=pairing.receiver_id,
        lines=[Said("pairings", start, pairing.valid_to)],
    )  # fmt: skip


def cut_duties(pairing: Pairing, on: date) -> int:
    """No duty outlasts its tie: those that go on end, those that had not begun are no more."""
    duties = Duty.objects.filter(pairing=pairing)
    gone, _models = duties.filter(valid_from__gt=on).delete()
    return gone + duties.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=on)).update(valid_to=on)
