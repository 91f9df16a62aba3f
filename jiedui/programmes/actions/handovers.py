"""Hand a posting over to the next: open, complete, sign as who leaves and as who comes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.checking import days_meant, whole, words
from jiedui.core.clock import now
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.programmes.access import is_own, may_sign, must_act
from jiedui.programmes.domain.states import EITHER, ENDED, NEVER, PRESENT
from jiedui.programmes.models import Handover, Posting, Task

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation

MOST_PATIENTS = 9999
MOST = 4000


def _may_keep(by: User | None, outgoing: Posting) -> None:
    if by is None or is_own(viewer_of(by), outgoing):
        return
    must_act(by, EITHER, outgoing.giver_id, outgoing.receiver_id)


def _said(
    patients_of_concern: int, apprentices: str, techniques: str, projects: str, contacts: str
) -> dict[str, int | str]:
    texts = {
        "apprentices": apprentices, "techniques": techniques, "projects": projects,
        "contacts": contacts,
    }  # fmt: skip
    return {
        "patients_of_concern": whole(patients_of_concern, "patients_of_concern", 0, MOST_PATIENTS),
        **{name: words(text, name, MOST) for name, text in texts.items()},
    }


def _successor(outgoing: Posting, incoming: Posting | None) -> Posting | None:
    """InvalidInput ``successor-unfit`` at the field: another place, too early, or never came."""
    if incoming is None:
        return None
    found = Posting.objects.get(pk=incoming.pk)
    if (
        found.id == outgoing.id
        or (found.programme_id, found.receiver_id) != (outgoing.programme_id, outgoing.receiver_id)
        or found.state in NEVER
        or found.starts_on < outgoing.starts_on
        or found.person_id == outgoing.person_id
    ):
        raise InvalidInput(
            "successor-unfit",
            "The successor is another person posted to the same receiver, beginning no earlier.",
            field="incoming",
        )
    return found


@days_meant
@transaction.atomic
def open_handover(
    *,
    by: User | None,
    id: UUID | None = None,
    outgoing: Posting,
    incoming: Posting | None = None,
    due_on: date | None = None,
    patients_of_concern: int = 0,
    apprentices: str = "",
    techniques: str = "",
    projects: str = "",
    contacts: str = "",
) -> Handover:
    """Begin the handover of a posting; without a day it is due when the posting ends.

    Raises InvalidState ``handover-open`` where it has one, ``posting-not-begun`` before the
    arrival; InvalidInput ``successor-unfit``.
    """
    held = (
        Posting.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person")
        .get(pk=outgoing.pk)
    )
    _may_keep(by, held)
    content = hash_of(
        outgoing=held, incoming=incoming, due=due_on, patients=patients_of_concern,
        apprentices=apprentices, techniques=techniques, projects=projects, contacts=contacts,
    )  # fmt: skip
    if found := first_answer(Handover, id, content):
        return found
    if held.state not in (*PRESENT, *ENDED):
        raise InvalidState("posting-not-begun", "This is possible once the expert has arrived.")
    if Handover.objects.filter(outgoing=held).exists():
        raise InvalidState("handover-open", "This posting already has its handover.")
    due = due_on or held.ends_on
    if due < held.starts_on:
        raise InvalidInput(
            "dates-out-of-order",
            "The end (%(end)s) lies before the start (%(start)s).",
            field="due_on", start=held.starts_on, end=due,
        )  # fmt: skip
    handover = Handover.objects.create(
        id=id or new_id(), content=content, outgoing=held, incoming=_successor(held, incoming),
        due_on=due,
        **_said(patients_of_concern, apprentices, techniques, projects, contacts),
    )  # fmt: skip
    record(
        by=by, action="programmes.open-handover", object_kind="handover", object_id=handover.id,
        outgoing=str(held.id), due=due.isoformat(),
    )  # fmt: skip
    return handover


@days_meant
@transaction.atomic
def edit_handover(
    *,
    by: User | None,
    handover: Handover,
    incoming: Posting | None = None,
    due_on: date,
    patients_of_concern: int = 0,
    apprentices: str = "",
    techniques: str = "",
    projects: str = "",
    contacts: str = "",
) -> Handover:
    """Change what is handed over, while nobody has signed. InvalidState ``handover-signed``."""
    held = _held(handover)
    _may_keep(by, held.outgoing)
    if held.outgoing_signed_at is not None:
        raise InvalidState(
            "handover-signed", "What was signed is no longer changed; only a successor is named."
        )
    held.incoming, held.due_on = _successor(held.outgoing, incoming), due_on
    if due_on < held.outgoing.starts_on:
        raise InvalidInput(
            "dates-out-of-order",
            "The end (%(end)s) lies before the start (%(start)s).",
            field="due_on", start=held.outgoing.starts_on, end=due_on,
        )  # fmt: skip
    said = _said(patients_of_concern, apprentices, techniques, projects, contacts)
    for name, value in said.items():
        setattr(held, name, value)
    held.save()
    record(by=by, action="programmes.edit-handover", object_kind="handover", object_id=held.id)
    return held


@transaction.atomic
def name_successor(*, by: User | None, handover: Handover, incoming: Posting) -> Handover:
    """Say who takes over, as long as that one has not signed."""
    held = _held(handover)
    _may_keep(by, held.outgoing)
    if held.incoming_signed_at is not None:
        raise InvalidState("handover-done", "Both have signed; the handover is done.")
    held.incoming = _successor(held.outgoing, incoming)
    held.save(update_fields=["incoming"])
    record(
        by=by, action="programmes.name-successor", object_kind="handover", object_id=held.id,
        incoming=str(incoming.id),
    )  # fmt: skip
    return held


@days_meant
@transaction.atomic
def hand_over_task(
    *,
    by: User | None,
    handover: Handover,
    title: str,
    owner: Organisation,
    due_on: date | None = None,
) -> Task:
    """Add something that is still to be done, owed by one of the two sides.

    Raises InvalidState ``handover-done`` when both have signed, InvalidInput ``owner-elsewhere``.
    """
    held = _held(handover)
    _may_keep(by, held.outgoing)
    if held.incoming_signed_at is not None:
        raise InvalidState("handover-done", "Both have signed; the handover is done.")
    if owner.id not in (held.outgoing.giver_id, held.outgoing.receiver_id):
        raise InvalidInput(
            "owner-elsewhere", "Giver or receiver of the posting sees to it.", field="owner"
        )
    task = Task.objects.create(
        programme_id=held.outgoing.programme_id, title=words(title, "title", 200, required=True),
        owner=owner, due_on=due_on, handover=held,
    )  # fmt: skip
    record(
        by=by, action="programmes.hand-over-task", object_kind="handover", object_id=held.id,
        owner=str(owner.id),
    )  # fmt: skip
    return task


@transaction.atomic
def sign_outgoing(*, by: User | None, handover: Handover) -> Handover:
    """Who leaves, or the manager who sent them, signs what is handed over."""
    held = _held(handover)
    _must_sign(by, held.outgoing)
    if held.outgoing_signed_at is not None:
        raise InvalidState("handover-signed-already", "This side has already signed.")
    held.outgoing_signed_at, held.outgoing_signed_by = now(), by.id if by else None
    held.save(update_fields=["outgoing_signed_at", "outgoing_signed_by"])
    record(by=by, action="programmes.sign-outgoing", object_kind="handover", object_id=held.id)
    return held


@transaction.atomic
def sign_incoming(*, by: User | None, handover: Handover) -> Handover:
    """Who comes, or the manager who sends them, signs after who leaves has signed.

    Raises InvalidState ``successor-unknown`` or ``outgoing-signs-first``.
    """
    held = _held(handover)
    if held.incoming is None:
        raise InvalidState("successor-unknown", "Nobody is named who takes over.")
    _must_sign(by, held.incoming)
    if held.outgoing_signed_at is None:
        raise InvalidState("outgoing-signs-first", "Who leaves signs first.")
    if held.incoming_signed_at is not None:
        raise InvalidState("handover-signed-already", "This side has already signed.")
    held.incoming_signed_at, held.incoming_signed_by = now(), by.id if by else None
    held.save(update_fields=["incoming_signed_at", "incoming_signed_by"])
    record(by=by, action="programmes.sign-incoming", object_kind="handover", object_id=held.id)
    return held


def _held(handover: Handover) -> Handover:
    return (
        Handover.objects.select_for_update(of=("self",), no_key=True)
        .select_related("outgoing__person", "incoming__person")
        .get(pk=handover.pk)
    )


def _must_sign(by: User | None, posting: Posting) -> None:
    """NotAllowed ``signature-of-other-side`` unless it is the own posting or one sent by ``by``."""
    if by is not None and not may_sign(viewer_of(by), posting):
        raise NotAllowed(
            "signature-of-other-side", "The expert of this side signs, or who manages its sender."
        )
