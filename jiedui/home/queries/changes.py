"""What changed in the viewer's part of the ledger since a moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import names
from jiedui.home.queries.links import link
from jiedui.ledger.access import visible_versions
from jiedui.ledger.domain import states

SHOWN = 8
# What a version's state is told as, and its tone.
TOLD: dict[str, tuple[Any, str]] = {
    states.DRAFT: (_("drafted"), "plain"),
    states.SUBMITTED: (_("submitted"), "wait"),
    states.RETURNED: (_("returned"), "wrong"),
    states.CONFIRMED: (_("confirmed"), "ok"),
    states.SUPERSEDED: (_("superseded"), "plain"),
    states.WITHDRAWN: (_("withdrawn"), "plain"),
}


@dataclass(frozen=True)
class Change:
    """One version that was recorded, confirmed or ended."""

    at: datetime
    activity: str
    state: Any
    tone: str
    giver: str
    receiver: str
    url: str


@dataclass(frozen=True)
class Changes:
    """The newest changes; ``more`` says whether there are others."""

    since: datetime | None
    rows: Sequence[Change]
    more: bool


def _kind(code: str) -> str:
    found = vocabulary().tables.get("activity_kinds", {}).get(code)
    return found.label(get_language() or "zh-hans") if found else code


def changes(viewer: Viewer, since: datetime | None) -> Changes:
    """Versions recorded, confirmed or ended after the moment; without one, the newest at all."""
    if not viewer.may("ledger.read"):
        return Changes(since, (), False)
    rows = visible_versions(viewer)
    if since is not None:
        rows = rows.filter(
            Q(recorded_at__gt=since) | Q(confirmed_at__gt=since) | Q(ended_at__gt=since)
        )
    found = list(
        rows.order_by("-recorded_at", "-id").values(
            "entry_id",
            "kind",
            "state",
            "recorded_at",
            "confirmed_at",
            "ended_at",
            "giver_id",
            "receiver_id",
        )[: SHOWN + 1]
    )
    bodies = {row[side] for row in found for side in ("giver_id", "receiver_id")}
    named = names(bodies, get_language() or "zh-hans")
    shown = []
    for row in found[:SHOWN]:
        told, tone = TOLD.get(row["state"], (row["state"], "plain"))
        at = max(
            moment
            for moment in (row["recorded_at"], row["confirmed_at"], row["ended_at"])
            if moment is not None
        )
        shown.append(
            Change(
                at,
                _kind(row["kind"]),
                told,
                tone,
                named.get(row["giver_id"], ""),
                named.get(row["receiver_id"], ""),
                link("ledger:entry", row["entry_id"]),
            )
        )
    shown.sort(key=lambda change: change.at, reverse=True)
    return Changes(since, shown, len(found) > SHOWN)
