"""What a technique depends on, and how an expert's support is to taper."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import days_meant, not_ahead, term, whole, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.periods import meant
from jiedui.mentoring.access.techniques import must_act_on_technique
from jiedui.mentoring.actions._advancing import held_technique
from jiedui.mentoring.domain.months import month_of
from jiedui.mentoring.domain.states import STOPPED, WITHDRAWN
from jiedui.mentoring.models import PlatformNeed, TaperStep, Technique

MOST_STRETCHES = 24


def _open(by: User | None, technique: Technique, verb: str) -> Technique:
    held = held_technique(technique)
    must_act_on_technique(by, verb, held.giver_id, held.receiver_id, held.introduced_by)
    if held.state in (STOPPED, WITHDRAWN):
        raise InvalidState(
            "step-not-possible",
            "This can no longer be done; somebody may have acted meanwhile.",
        )
    return held


@days_meant
@transaction.atomic
def need_platform(
    *,
    by: User | None,
    technique: Technique,
    platform: str,
    need: str = "",
    due_on: date | None = None,
    ready_on: date | None = None,
) -> PlatformNeed:
    """Say what the technique needs of a platform department, by when, and since when it is ready.

    Said again it replaces what was said; a blank ``ready_on`` says that it is not ready.
    """
    held = _open(by, technique, "platform")
    term("platform_departments", platform, "platform")
    not_ahead(ready_on, "ready_on")
    row, _made = PlatformNeed.objects.update_or_create(
        technique=held, platform=platform,
        defaults={"need": words(need, "need", 200), "due_on": due_on, "ready_on": ready_on},
    )  # fmt: skip
    record(
        by=by, action="mentoring.need-platform", object_kind="technique", object_id=held.id,
        platform=platform, ready=ready_on.isoformat() if ready_on else "",
    )  # fmt: skip
    return row


@transaction.atomic
def drop_platform(*, by: User | None, technique: Technique, platform: str) -> None:
    """Say that the technique does not depend on this platform department; again does nothing."""
    held = _open(by, technique, "platform")
    gone, _kinds = PlatformNeed.objects.filter(technique=held, platform=platform).delete()
    if gone:
        record(
            by=by, action="mentoring.drop-platform", object_kind="technique", object_id=held.id,
            platform=platform,
        )  # fmt: skip


class Stretch(NamedTuple):
    """Months of a taper plan: an expert's days on site a month, the share led locally, of 100."""

    first_month: date
    last_month: date
    expert_days: int
    local_share: int


@transaction.atomic
def plan_taper(*, by: User | None, technique: Technique, stretches: Sequence[Stretch]) -> None:
    """Plan how support tapers; the whole plan, in place of what was planned.

    Months count whole. Raises InvalidInput ``dates-out-of-order``, ``stretches-overlap``,
    ``support-grows`` at the field ``stretches``.
    """
    held = _open(by, technique, "taper")
    if len(stretches) > MOST_STRETCHES:
        raise InvalidInput(
            "too-many-stretches", "At most %(limit)s stretches.", field="stretches",
            limit=MOST_STRETCHES,
        )  # fmt: skip
    rows: list[Stretch] = []
    for said in sorted(stretches, key=lambda each: each.first_month):
        row = said._replace(
            first_month=month_of(meant(said.first_month, "stretches")),
            last_month=month_of(meant(said.last_month, "stretches")),
        )
        whole(row.expert_days, "stretches", 0, 31)
        whole(row.local_share, "stretches", 0, 100)
        if row.last_month < row.first_month:
            raise InvalidInput(
                "dates-out-of-order",
                "The end (%(end)s) lies before the start (%(start)s).",
                field="stretches", start=row.first_month, end=row.last_month,
            )  # fmt: skip
        if rows and row.first_month <= rows[-1].last_month:
            raise InvalidInput(
                "stretches-overlap",
                "Two stretches share the month %(month)s.",
                field="stretches", month=row.first_month.strftime("%Y-%m"),
            )  # fmt: skip
        if rows and (
            row.expert_days > rows[-1].expert_days or row.local_share < rows[-1].local_share
        ):
            raise InvalidInput(
                "support-grows",
                "A taper plan lets an expert's days fall and the local share rise.",
                field="stretches",
            )
        rows.append(row)
    held.taper.all().delete()
    TaperStep.objects.bulk_create([TaperStep(technique=held, **row._asdict()) for row in rows])
    record(
        by=by, action="mentoring.plan-taper", object_kind="technique", object_id=held.id,
        stretches=len(rows),
    )  # fmt: skip
