"""What of posts, teams, postings and agreements presses upon the viewer, the oldest first.

Only for who can do something about it: the side that sends, the side that hosts, and who
coordinates either. Each kind is one question to the database, with its count and first rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.programmes.queries.alerts.ends import (
    ending,
    of_actions,
    of_agreements,
    of_evaluations,
    of_handovers,
    of_handovers_missing,
    of_licences,
    of_other_titles,
    of_reviews,
    of_spokes,
    of_tasks,
    of_welfare,
)
from jiedui.programmes.queries.alerts.posts import (
    falling_empty,
    live_posts,
    of_posts,
    of_teams,
    standing_empty,
)
from jiedui.programmes.queries.alerts.scope import (
    ACTION_LATE,
    AGREEMENT_ENDS,
    AHEAD,
    ARRIVAL_DUE,
    BELOW_CORE,
    DEPARTURE_DUE,
    EDIT,
    FALLS_EMPTY,
    HANDOVER_LATE,
    HANDOVER_MISSING,
    HOST,
    LICENCE_ENDS,
    OTHER_TITLE,
    REVIEW_LATE,
    SEND,
    SPOKE_CUT_OFF,
    STANDS_EMPTY,
    TASK_LATE,
    TO_AGREE,
    TO_ANSWER,
    TO_APPROVE,
    TO_EVALUATE,
    TO_FILL,
    TO_SCREEN,
    WELFARE_OPEN,
    Alert,
    Scope,
)
from jiedui.programmes.queries.alerts.steps import of_steps

__all__ = [
    "ACTION_LATE", "AGREEMENT_ENDS", "AHEAD", "ARRIVAL_DUE", "BELOW_CORE", "DEPARTURE_DUE",
    "FALLS_EMPTY", "HANDOVER_LATE", "HANDOVER_MISSING", "LICENCE_ENDS", "OTHER_TITLE",
    "REVIEW_LATE", "SPOKE_CUT_OFF", "STANDS_EMPTY", "TASK_LATE", "TO_AGREE", "TO_ANSWER",
    "TO_APPROVE", "TO_EVALUATE", "TO_FILL", "TO_SCREEN", "WELFARE_OPEN", "Alert", "alerts",
    "ending", "falling_empty", "live_posts", "standing_empty",
]  # fmt: skip


def alerts(viewer: Viewer, day: date | None = None) -> list[Alert]:
    """All that presses upon the viewer; nothing for who can only read."""
    if not viewer.may("programmes.read"):
        return []
    scope, day = Scope(viewer), day or today()
    found: Iterable[Alert] = ()
    if any(viewer.may(permission) for permission in (HOST, SEND, EDIT)):
        kinds = (
            of_posts, of_teams, of_agreements, of_reviews, of_actions, of_tasks, of_steps,
            of_spokes, of_other_titles,
        )  # fmt: skip
        found = [alert for kind in kinds for alert in kind(scope, day)]
    own = (of_handovers, of_handovers_missing, of_evaluations, of_licences, of_welfare)
    return [*found, *(alert for kind in own for alert in kind(scope, day))]
