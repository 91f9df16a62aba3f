"""Whether a scenario's plan is still the answer to what is asked now."""

from __future__ import annotations

import json
from collections.abc import Iterable

from jiedui.core.identifiers import content_hash
from jiedui.planning.models import DispatchPlan, Ruling, Scenario, ScenarioTour
from jiedui.programmes.queries.planning import open_posts


def asked(plan: DispatchPlan, scenario: Scenario, rulings: Iterable[Ruling] | None = None) -> str:
    """Names what a run is asked, as far as people settle it: rules, money, fixed and excluded."""
    held = scenario.rulings.all() if rulings is None else rulings
    said = {
        "starts_on": plan.starts_on.isoformat(),
        "months": plan.months,
        "rules": plan.settings.get("rules", {}),
        "requested": plan.settings.get("requested", False),
        "budget": f"{scenario.budget:.2f}",
        "floor": scenario.floor,
        "rulings": sorted(
            [
                each.verb, str(each.candidate_id or ""), str(each.post_id or ""),
                str(each.start), str(each.months),
            ]
            for each in held
        ),
    }  # fmt: skip
    return content_hash(json.dumps(said, sort_keys=True).encode())


def stale(plan: DispatchPlan, scenario: Scenario, rulings: Iterable[Ruling] | None = None) -> bool:
    """Whether something was settled otherwise since the scenario was planned."""
    told: str = scenario.result.get("asked", "")
    return bool(scenario.result) and told != asked(plan, scenario, rulings)


def outdated(tours: Iterable[ScenarioTour]) -> int:
    """How many tours have lost their candidate or their post."""
    rows = list(tours)
    still = open_posts({row.post_id for row in rows})
    return sum(row.candidate.withdrawn_at is not None or row.post_id not in still for row in rows)
