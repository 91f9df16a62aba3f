"""Practice owed after months without a case: found every day, noted when done."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.checking import days_meant, not_ahead, term, words
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed
from jiedui.mentoring.access.skills import may_refresh
from jiedui.mentoring.domain.certificates import owed
from jiedui.mentoring.domain.months import same_day
from jiedui.mentoring.domain.rules import numbers, whole
from jiedui.mentoring.models import Certificate, Refresher, Skill

# Rows made in one statement; a province's certificates are walked, never held all at once.
BATCH = 500


@transaction.atomic
def owe_refreshers(*, by: User | None = None, day: date | None = None) -> int:
    """Make the refreshers that lapses have made due by the day; how many are new.

    Called every day and as often as one likes: a lapse and a number of months are one task,
    whoever comes first (refresher_once_a_lapse).
    """
    day = day or today()
    months, within = numbers("lapse_months"), timedelta(days=whole("refresher_days"))
    standing = Skill.objects.filter(
        person_id=OuterRef("person_id"), code=OuterRef("procedure"),
        receiver_id=OuterRef("receiver_id"),
    )  # fmt: skip
    rows = (
        Certificate.objects.filter(
            revoked_on__isnull=True, valid_to__gte=day,
            issued_on__lte=same_day(day, -min(months)),
        )
        .annotate(
            case_on=Coalesce(Subquery(standing.values("last_case_on")[:1]), "issued_on"),
            done_on=Coalesce(Max("refreshers__done_on"), "issued_on"),
        )
        .annotate(practised=Greatest("case_on", "done_on", "issued_on"))
        .filter(practised__lte=same_day(day, -min(months)))
        .values_list("id", "practised")
    )  # fmt: skip
    before, fresh = Refresher.objects.count(), []
    for certificate_id, practised in rows.iterator(chunk_size=BATCH):
        fresh += [
            Refresher(
                certificate_id=certificate_id, lapsed_since=each.lapsed_since, months=each.months,
                due_on=each.from_on + within,
            )
            for each in owed(practised, months, day)
        ]  # fmt: skip
    Refresher.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
    made = Refresher.objects.count() - before
    if made:
        record(
            by=by, action="mentoring.owe-refreshers", object_kind="refresher",
            object_id=day.isoformat(), made=made,
        )  # fmt: skip
    return made


@transaction.atomic
@days_meant
def note_refresher(
    *, by: User | None, refresher: Refresher, mode: str, note: str = "", on: date | None = None
) -> Refresher:
    """Note that the practice was done, how and with what result. The same again changes nothing.

    Raises NotAllowed ``refresher-of-others``; InvalidState ``refresher-done``; InvalidInput
    at the field.
    """
    if by is not None and not may_refresh(viewer_of(by), refresher):
        raise NotAllowed(
            "refresher-of-others", "This is noted by who manages a side or teaches the holder."
        )
    on = on or today()
    held = Refresher.objects.select_for_update(no_key=True).get(pk=refresher.pk)
    if held.done_on is not None:
        if (held.done_on, held.mode) == (on, mode):
            return held
        raise InvalidState("refresher-done", "This refresher was noted already.")
    not_ahead(on)
    if on <= held.lapsed_since:
        raise InvalidInput(
            "refresher-before-lapse",
            "The lapse began on %(day)s; the practice comes after it.",
            field="on", day=held.lapsed_since,
        )  # fmt: skip
    held.done_on, held.mode = on, term("refresher_modes", mode, "mode")
    held.note, held.done_by = words(note, "note", 400), by.id if by else None
    held.save(update_fields=["done_on", "mode", "note", "done_by"])
    record(
        by=by, action="mentoring.note-refresher", object_kind="refresher", object_id=held.id,
        mode=mode,
    )  # fmt: skip
    return held
