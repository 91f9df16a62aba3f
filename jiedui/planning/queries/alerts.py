"""What of plans waits for the viewer, and what happened to the plans they make."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import F, Q

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import now, zone
from jiedui.directory import access as directory
from jiedui.directory.queries import names
from jiedui.planning.access import may_edit_plan, may_make_plans, opens_plans, visible_plans
from jiedui.planning.access.dispatch import ANSWERS
from jiedui.planning.domain.states import DONE, DRAFT, FAILED, SUBMITTED
from jiedui.planning.models import Consent, Scenario
from jiedui.planning.queries.shapes import Alert

# For how long a finished run is told of.
DAYS = 7


def alerts(viewer: Viewer, language: str = "zh-hans") -> list[Alert]:
    """The viewer's answers that are awaited, the oldest first; then news of plans they make."""
    if not opens_plans(viewer):
        return []
    found = list(_consents(viewer, language))
    if may_make_plans(viewer):
        found += [*_refused(viewer, language), *_runs(viewer)]
    return found


def _consents(viewer: Viewer, language: str) -> Iterator[Alert]:
    """Answers to give; where one's reach is everything, a line a plan with their number."""
    rows = Consent.objects.filter(
        answer="asked", scenario__plan__state=SUBMITTED, scenario_id=F("scenario__plan__chosen_id")
    )
    mine = Q(pk__in=[])
    everything = False
    for side, permission in ANSWERS.items():
        held = directory.reach(viewer, permission)
        everything = everything or held.everything
        own = Q(side=side) if held.everything else Q(
            side=side, organisation_id__in=held.organisation_ids
        )  # fmt: skip
        mine |= own
    found = list(
        rows.filter(mine).select_related("scenario__plan").order_by("scenario__plan__submitted_at")
    )
    called = names({row.organisation_id for row in found}, language) if found else {}
    count = Counter(row.scenario.plan_id for row in found)
    told = set()
    for row in found:
        plan = row.scenario.plan
        if everything and plan.id in told:
            continue
        told.add(plan.id)
        day = (plan.submitted_at or now()).astimezone(zone()).date()
        yield Alert(
            "consents-open" if everything else "consent-waits", plan.id, row.scenario_id,
            plan.programme_id, plan.name, "" if everything else called[row.organisation_id], day,
            count[plan.id] if everything else 1, None if everything else row.id,
        )  # fmt: skip


def _refused(viewer: Viewer, language: str) -> Iterator[Alert]:
    """Plans that came back."""
    plans = visible_plans(viewer).filter(state=DRAFT).values("id")
    rows = Consent.objects.filter(
        answer="refused", scenario__plan__in=plans, scenario_id=F("scenario__plan__chosen_id")
    )
    found = [
        row
        for row in rows.select_related("scenario__plan").order_by("-answered_at")
        if may_edit_plan(viewer, row.scenario.plan)
    ]
    called = names({row.organisation_id for row in found}, language) if found else {}
    for row in found:
        plan = row.scenario.plan
        day = (row.answered_at or now()).astimezone(zone()).date()
        yield Alert(
            "refused", plan.id, row.scenario_id, plan.programme_id, plan.name,
            called[row.organisation_id], day,
        )  # fmt: skip


def _runs(viewer: Viewer) -> Iterator[Alert]:
    """The newest run of each draft, ended within the last days."""
    plans = visible_plans(viewer).filter(state=DRAFT).values("id")
    rows = Scenario.objects.filter(
        plan__in=plans, state__in=(DONE, FAILED), moved_at__gte=now() - timedelta(days=DAYS)
    )
    told = set()
    for row in rows.select_related("plan").order_by("-moved_at"):
        plan = row.plan
        if plan.id in told or not may_edit_plan(viewer, plan):
            continue
        told.add(plan.id)
        yield Alert(
            "run-finished" if row.state == DONE else "run-failed", plan.id, row.id,
            plan.programme_id, plan.name, row.name, row.moved_at.astimezone(zone()).date(),
        )  # fmt: skip
