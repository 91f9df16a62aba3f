"""What waits for the viewer and what is late, the oldest first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext, ngettext

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import now, today
from jiedui.directory.queries import names, parts_of_each
from jiedui.home.queries.links import link
from jiedui.indicators.domain.question import Question
from jiedui.indicators.queries.contradictions import contradictions
from jiedui.ledger.access import visible_versions
from jiedui.ledger.domain import states
from jiedui.ledger.queries import statements
from jiedui.programmes.access import Reach, reach, visible_pairings
from jiedui.web.parts import WorkItem
from jiedui.web.templatetags.jiedui import day as told_day

# An entry that waits longer than this for its confirmation is late, and so is a
# receiver of whom nothing was recorded for so long.
CONFIRM_WITHIN = timedelta(days=7)
RECORD_WITHIN = timedelta(days=31)
SHOWN = 12


def _own(held: Reach, side: str) -> Q:
    return Q() if held.everything else Q(**{f"{side}_id__in": held.own})


def _language() -> str:
    return get_language() or "zh-hans"


def _day(value: datetime | date) -> date:
    return localtime(value).date() if isinstance(value, datetime) else value


def oldest_first(items: Iterable[WorkItem]) -> list[WorkItem]:
    """The items by the day since which they wait; those without a day last."""
    return sorted(items, key=lambda i: (i.since is None, _day(i.since) if i.since else date.max))


def to_confirm(viewer: Viewer) -> list[WorkItem]:
    """Entries that wait for the confirmation of the viewer's organisations, by receiver."""
    if not viewer.may("ledger.confirm"):
        return []
    rows: Any = (
        visible_versions(viewer)
        .filter(_own(reach(viewer, "ledger.confirm"), "receiver"), state=states.SUBMITTED)
        .values("receiver_id")
        .annotate(count=Count("id"), since=Min("submitted_at"))
        .order_by("since")[:SHOWN]
    )
    rows = list(rows)
    named = names({row["receiver_id"] for row in rows}, _language())
    found = []
    for row in rows:
        late = row["since"] and _day(row["since"]) < today() - CONFIRM_WITHIN
        found.append(
            WorkItem(
                gettext("Entries to confirm"),
                link("ledger:confirm", receiver=named.get(row["receiver_id"])),
                row["since"],
                named.get(row["receiver_id"], ""),
                "wrong" if late else "wait",
                gettext("Confirm"),
                row["count"],
                kind="confirm",
            )
        )
    return found


def _mine(viewer: Viewer) -> QuerySet[Any]:
    held = reach(viewer, "ledger.write")
    own = Q(recorded_by=viewer.user.id)
    if not held.everything:
        own |= Q(recorded_for_id__in=held.own)
    return visible_versions(viewer).filter(own)


def returned_to(viewer: Viewer) -> list[WorkItem]:
    """Entries that came back to the viewer's side, each with the reason."""
    if not viewer.may("ledger.write"):
        return []
    rows = list(
        _mine(viewer)
        .filter(state=states.RETURNED)
        .order_by("submitted_at", "id")
        .values("entry_id", "submitted_at", "reason", "receiver_id", "happened_from")[:SHOWN]
    )
    named = names({row["receiver_id"] for row in rows}, _language())
    return [
        WorkItem(
            gettext("Returned: %(receiver)s, %(day)s")
            % {
                "receiver": named.get(row["receiver_id"], ""),
                "day": told_day(row["happened_from"]),
            },
            link("ledger:entry", row["entry_id"]),
            row["submitted_at"],
            row["reason"],
            "wait",
            gettext("Correct"),
            kind="returned",
        )
        for row in rows
    ]


def drafts_of(viewer: Viewer) -> list[WorkItem]:
    """The viewer's own drafts, as one item."""
    if not viewer.may("ledger.write"):
        return []
    found = (
        visible_versions(viewer)
        .filter(state=states.DRAFT, recorded_by=viewer.user.id)
        .aggregate(count=Count("id"), since=Min("recorded_at"))
    )
    if not found["count"]:
        return []
    return [
        WorkItem(
            gettext("Drafts not yet submitted"),
            link("ledger:entries", state=states.DRAFT),
            found["since"],
            tone="plain",
            action=gettext("Finish"),
            kind="drafts",
            count=found["count"],
        )
    ]


def unplaced(viewer: Viewer) -> list[WorkItem]:
    """Published figures whose bodies nobody has assigned."""
    if not viewer.may("ledger.place"):
        return []
    rows = [row for row in statements() if not row.placed]
    if not rows:
        return []
    return [
        WorkItem(
            gettext("Published figures without their bodies"),
            link("ledger:statements", placed="no"),
            None,
            "；".join(dict.fromkeys(row.receiver_text or row.giver_text for row in rows)),
            "wait",
            gettext("Assign"),
            len(rows),
            kind="unplaced",
        )
    ]


def waiting(viewer: Viewer) -> list[WorkItem]:
    """All that waits for the viewer."""
    return oldest_first(
        [*to_confirm(viewer), *returned_to(viewer), *unplaced(viewer), *drafts_of(viewer)]
    )


def silent_receivers(viewer: Viewer) -> list[WorkItem]:
    """Receivers paired today of whom nothing was recorded for a month or longer.

    A pairing that passes down covers every body below the receiving one: a hospital
    that fell silent is named although its neighbours report. Only those of whom
    something was recorded before: a programme that keeps no daily ledger is not
    late.
    """
    if not viewer.may("ledger.read"):
        return []
    last: dict[UUID, date] = {
        row["receiver_id"]: row["last"]
        for row in visible_versions(viewer)
        .filter(state__in=(states.SUBMITTED, states.CONFIRMED))
        .values("receiver_id")
        .annotate(last=Max("happened_to"))
        .order_by()
    }
    if not last:
        return []
    day = today()
    paired = (
        visible_pairings(viewer)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    )
    pairs = set(paired.values_list("receiver_id", "passes_down"))
    down = parts_of_each({receiver for receiver, passes_down in pairs if passes_down}, day)
    covered = {receiver for receiver, _passes_down in pairs}.union(*down.values())
    late: dict[UUID, date] = {}
    for receiver, parts in parts_of_each(covered & last.keys(), day).items():
        newest = max(last[part] for part in parts if part in last)
        if newest < day - RECORD_WITHIN:
            late[receiver] = newest
    named = names(late, _language())
    return oldest_first(
        WorkItem(
            gettext("Nothing recorded of %(receiver)s") % {"receiver": named.get(receiver, "")},
            link("ledger:entries", receiver=named.get(receiver)),
            since,
            gettext("Nothing has been recorded since the day shown."),
            "wrong",
            gettext("Look"),
            kind="silent",
        )
        for receiver, since in late.items()
    )


def overdue(viewer: Viewer) -> list[WorkItem]:
    """For who runs the programme: receivers whose confirmations are late."""
    if not viewer.may("programmes.edit"):
        return []
    rows: Any = list(
        visible_versions(viewer)
        .filter(
            _own(reach(viewer, "programmes.edit"), "receiver"),
            state=states.SUBMITTED,
            submitted_at__lt=now() - CONFIRM_WITHIN,
        )
        .values("receiver_id")
        .annotate(count=Count("id"), since=Min("submitted_at"))
        .order_by("since")[:SHOWN]
    )
    named = names({row["receiver_id"] for row in rows}, _language())
    return [
        WorkItem(
            gettext("Confirmations overdue"),
            link("ledger:entries", state=states.SUBMITTED, receiver=named.get(row["receiver_id"])),
            row["since"],
            named.get(row["receiver_id"], ""),
            "wrong",
            gettext("Look"),
            row["count"],
            kind="overdue",
        )
        for row in rows
    ]


def in_contradiction(viewer: Viewer) -> list[WorkItem]:
    """Published figures that cannot both be true, as one item."""
    if not viewer.may("figures.read"):
        return []
    found = contradictions(Question())
    if not found:
        return []
    newest = max(each.later.published_on for each in found if each.later.published_on)
    return [
        WorkItem(
            gettext("Published figures contradict each other"),
            link("indicators:contradictions"),
            newest,
            ngettext(
                "%(n)s pair of sources cannot both be right; each comes with the question to ask.",
                "%(n)s pairs of sources cannot both be right; each comes with the question to ask.",
                len(found),
            )
            % {"n": len(found)},
            # Who cannot ask the sources reads them after the own work.
            "wrong" if viewer.may("ledger.place") else "plain",
            gettext("Look"),
            len(found),
            kind="contradictions",
        )
    ]


def late(viewer: Viewer) -> list[WorkItem]:
    """What is late or wrong, the oldest first."""
    return [
        *oldest_first([*silent_receivers(viewer), *overdue(viewer)]),
        *in_contradiction(viewer),
    ]


def pressing(waiting: list[WorkItem], late: list[WorkItem], size: int = 3) -> list[WorkItem]:
    """The most pressing: one of each kind first, what is late before what waits."""
    ranked = sorted(
        [*waiting, *late],
        key=lambda item: (
            {"wrong": 0, "wait": 1}.get(item.tone, 2),
            _day(item.since) if item.since else today(),
        ),
    )
    first: dict[str, WorkItem] = {}
    for item in ranked:
        first.setdefault(item.kind, item)
    rest = [item for item in ranked if item not in first.values()]
    return [*first.values(), *rest][:size]
