"""The example's dispatch plans: found by the planner, handed in, and waiting for the log-ins."""

from __future__ import annotations

from datetime import timedelta

import pytest

from jiedui.accounts.models import AuditRow, User
from jiedui.accounts.permissions import viewer_of
from jiedui.config.example import planning, sitings
from jiedui.config.example.dispatch import load_dispatch
from jiedui.config.example.load import load_directory
from jiedui.config.example.planning import load_planning
from jiedui.config.example.sitings import load_siting
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.planning import queries
from jiedui.planning.models import Candidate, Consent, DispatchPlan, Scenario, SitingProposal


@pytest.mark.django_db(transaction=True)
def test_the_examples_plans(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "SECONDS", 1)
    monkeypatch.setattr(sitings, "SECONDS", 1)
    last_day = today() - timedelta(days=1)
    terms = vocabulary().table("specialties")
    loaded = load_directory(last_day, {code: term.name for code, term in terms.items()})
    load_dispatch(loaded, last_day)
    assert load_planning(loaded, last_day)
    assert 50 <= Candidate.objects.count() <= 70
    plan, draft = DispatchPlan.objects.order_by("-months")
    assert (plan.state, draft.state) == ("submitted", "draft")
    assert {each.state for each in Scenario.objects.all()} == {"done"}
    assert {each.floor for each in plan.scenarios.all()} == {True, False}
    for scenario in Scenario.objects.all():
        assert scenario.tours.count() >= 5
        assert 0 < scenario.result["coverage"] <= 1
    assert set(Consent.objects.values_list("answer", flat=True)) == {"asked", "given"}
    sides = {
        "supporter": ("giver", "programmes.send"),
        "recipient": ("receiver", "programmes.host"),
    }
    for username, (side, permission) in sides.items():
        viewer = viewer_of(User.objects.get(username=username))
        own = directory.reach(viewer, permission).organisation_ids
        # A plan found in a second may leave either out; who is asked is told, and nobody else.
        asked = Consent.objects.filter(side=side, answer="asked", organisation_id__in=own)
        wanted = ["consent-waits"] if asked.exists() else []
        assert [each.kind for each in queries.alerts(viewer)] == wanted
    load_siting(loaded, last_day)
    proposal = SitingProposal.objects.get()
    assert proposal.state == "done"
    assert proposal.result["sites"]
    load_siting(loaded, last_day)
    assert SitingProposal.objects.count() == 1
    before = (AuditRow.objects.count(), Candidate.objects.count())
    assert not load_planning(loaded, last_day)
    assert (AuditRow.objects.count(), Candidate.objects.count()) == before
