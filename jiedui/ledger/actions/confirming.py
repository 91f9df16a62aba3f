"""Submit, confirm, return and withdraw: what becomes of an entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.clock import now, today
from jiedui.core.errors import NotAllowed, Refused
from jiedui.ledger.access import may_withdraw, not_visible, visible_versions
from jiedui.ledger.actions._guards import (
    locked,
    must_confirm,
    must_record,
    reason_of,
    viewer_for,
)
from jiedui.ledger.actions._known import row_id
from jiedui.ledger.actions._rows import append_facts, build_facts
from jiedui.ledger.domain.states import CONFIRMED, ENTRY_STATES, LIVE, SUBMITTED, WITHDRAWN
from jiedui.ledger.models import Entry, EntryReturn, EntryVersion


@transaction.atomic
def submit_entry(*, by: User | None, version: EntryVersion | UUID) -> EntryVersion:
    """Hand a draft or returned version to the receiving side."""
    viewer, held = locked(by, version)
    must_record(viewer, held)
    if held.state == SUBMITTED:
        return held
    held.state = ENTRY_STATES.after(held.state, "submit")
    held.submitted_at, held.submitted_by = now(), by.id if by else None
    held.save(update_fields=["state", "submitted_at", "submitted_by"])
    record(
        by=by,
        action="ledger.submit",
        object_kind="entry",
        object_id=held.entry_id,
        version=held.number,
    )
    return held


@transaction.atomic
def confirm_entry(*, by: User | None, version: EntryVersion | UUID) -> EntryVersion:
    """Confirm a submitted version: it becomes fact, and the one it corrects is superseded."""
    viewer, held = locked(by, version)
    must_confirm(viewer, held)
    held.state = ENTRY_STATES.after(held.state, "confirm")
    moment, actor = now(), by.id if by else None
    programme = held.entry.programme_id
    old = EntryVersion.objects.filter(entry_id=held.entry_id, state=CONFIRMED).first()
    facts = []
    if old is not None:
        old.state = ENTRY_STATES.after(old.state, "supersede")
        old.ended_on, old.ended_at, old.ended_by = held.recorded_on, moment, actor
        old.save(update_fields=["state", "ended_on", "ended_at", "ended_by"])
        facts += build_facts(
            old,
            old.quantities.order_by("line"),
            programme,
            sign=-1,
            known_from=held.recorded_on,
        )
    held.confirmed_at, held.confirmed_by, held.reason = moment, actor, ""
    held.save(update_fields=["state", "confirmed_at", "confirmed_by", "reason"])
    facts += build_facts(
        held,
        held.quantities.order_by("line"),
        programme,
        sign=1,
        known_from=held.recorded_on,
    )
    append_facts(facts)
    record(
        by=by,
        action="ledger.confirm",
        object_kind="entry",
        object_id=held.entry_id,
        version=held.number,
        supersedes=old.number if old else None,
    )
    return held


def confirm_many(
    *, by: User | None, versions: Sequence[UUID]
) -> dict[UUID, EntryVersion | Refused]:
    """Confirm each for itself: what is refused does not keep the others back."""
    return _each(versions, lambda one: confirm_entry(by=by, version=one))


def return_many(
    *, by: User | None, versions: Sequence[UUID], reason: str
) -> dict[UUID, EntryVersion | Refused]:
    """Return each for itself with the one reason; InvalidInput at once where it is missing."""
    reason = reason_of(reason)
    return _each(versions, lambda one: return_entry(by=by, version=one, reason=reason))


def _each(
    versions: Sequence[UUID], act: Callable[[UUID], EntryVersion]
) -> dict[UUID, EntryVersion | Refused]:
    results: dict[UUID, EntryVersion | Refused] = {}
    for one in versions:
        try:
            results[one] = act(one)
        except Refused as refused:
            results[one] = refused
    return results


@transaction.atomic
def return_entry(*, by: User | None, version: EntryVersion | UUID, reason: str) -> EntryVersion:
    """Give a submitted version back to the side that recorded it, saying why.

    The reason is kept with the version alone: the log, which nobody can change, says
    only that there was one.
    """
    viewer, held = locked(by, version)
    must_confirm(viewer, held)
    held.state, held.reason = ENTRY_STATES.after(held.state, "return"), reason_of(reason)
    held.save(update_fields=["state", "reason"])
    # The version's own reason goes when it is confirmed; that it was returned stays told.
    EntryReturn.objects.create(version=held, reason=held.reason, by=by.id if by else None)
    record(
        by=by,
        action="ledger.return",
        object_kind="entry",
        object_id=held.entry_id,
        version=held.number,
        reason_given=True,
    )
    return held


@transaction.atomic
def withdraw_entry(
    *,
    by: User | None,
    entry: Entry | UUID,
    reason: str,
    version: EntryVersion | UUID | None = None,
) -> list[EntryVersion]:
    """Withdraw an entry, every live version of it, or only the version in hand.

    Facts of the confirmed version are taken back from today on; nothing is
    deleted. InvalidState ``state-forbids`` if nothing is left to withdraw.
    """
    viewer = viewer_for(by)
    held = Entry.objects.select_for_update(no_key=True).filter(id=row_id(entry)).first()
    if held is None:
        raise not_visible()
    live = EntryVersion.objects.filter(entry_id=held.id)
    if version is not None:
        live = live.filter(id=row_id(version))
    if viewer is not None:
        seen = visible_versions(viewer).filter(entry_id=held.id)
        if not seen.exists():
            raise not_visible()
    reason = reason_of(reason)
    chosen = list(live.filter(state__in=LIVE).order_by("number"))
    if not chosen:
        newest = live.order_by("-number").first()
        ENTRY_STATES.after(newest.state if newest else WITHDRAWN, "withdraw")
    moment, actor, facts = now(), by.id if by else None, []
    for one in chosen:
        if viewer is not None and not may_withdraw(viewer, one):
            raise NotAllowed(
                "not-recording-side", "Only the side that recorded the entry may do this."
            )
        ended_on = max(today(), one.recorded_on)
        if one.state == CONFIRMED:
            facts += build_facts(
                one,
                one.quantities.order_by("line"),
                held.programme_id,
                sign=-1,
                known_from=ended_on,
            )
        one.state, one.reason = ENTRY_STATES.after(one.state, "withdraw"), reason
        one.ended_on, one.ended_at, one.ended_by = ended_on, moment, actor
        one.save(update_fields=["state", "reason", "ended_on", "ended_at", "ended_by"])
    append_facts(facts)
    record(
        by=by,
        action="ledger.withdraw",
        object_kind="entry",
        object_id=held.id,
        versions=[one.number for one in chosen],
        reason_given=True,
    )
    return chosen
