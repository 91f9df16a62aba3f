"""The example loaded whole, once: the same when loaded again, and what was asked for is there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings

from jiedui.accounts.models import AuditRow, User
from jiedui.accounts.permissions import viewer_of
from jiedui.accounts.queries import verify_chain
from jiedui.config.example import planning, sitings
from jiedui.config.example.commands import demo
from jiedui.core.clock import today
from jiedui.core.files import path_of
from jiedui.directory import access as directory
from jiedui.directory.models import Organisation
from jiedui.ledger.models import Entry, EntryEvidence, EvidenceFile, Fact, Statement
from jiedui.planning import queries
from jiedui.planning.models import Candidate, Consent, DispatchPlan, Scenario, SitingProposal
from jiedui.programmes import actions
from jiedui.programmes.models import (
    Agreement,
    Handover,
    Pairing,
    Post,
    Posting,
    PostingStep,
    Programme,
    ProgrammeFact,
    Stay,
    Wish,
)
from tests.lasting import lasting
from tests.rooms.config.test_dispatch import CHECKS, check_a_gap

# Each action of it has tests of its own on every database.
pytestmark = [pytest.mark.django_db, pytest.mark.once]


def load() -> str:
    """What the command says, with plans found in a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(planning, "SECONDS", 1)
        patch.setattr(sitings, "SECONDS", 1)
        done = CliRunner().invoke(demo, ["--scale", "0.01"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def broken_off_and_loaded() -> str:
    """Interrupted in the midst of the postings, it is loaded whole the next time."""
    arrivals = iter(range(10))
    arrive = actions.arrive

    def broken(**given: Any) -> Posting:
        if next(arrivals, None) is None:
            raise KeyboardInterrupt
        return arrive(**given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(actions, "arrive", broken)
        left = CliRunner().invoke(demo, ["--scale", "0.01"])
    assert left.exit_code == 1
    assert Organisation.objects.filter(example=True).exists()
    assert not Posting.objects.exists()
    return load()


the_cast, house = lasting(broken_off_and_loaded)


def test_loading_twice_changes_nothing(house: str) -> None:
    tables = (
        Organisation, Programme, Entry, EntryEvidence, EvidenceFile, Fact, Statement, User,
        AuditRow, Pairing, Agreement, Post, Posting, PostingStep, Stay, Handover, Wish,
        ProgrammeFact, Candidate, SitingProposal,
    )  # fmt: skip
    before = [table.objects.count() for table in tables]
    assert all(before)
    assert "coordinator" in load()
    assert [table.objects.count() for table in tables] == before


def test_real_and_invented_are_told_apart(house: str) -> None:
    assert "coordinator" in house
    assert verify_chain().whole
    assert Statement.objects.filter(publication__programme__example=False).count() == 109
    assert not Organisation.objects.filter(example=True).exclude(name__startswith="示例").exists()
    for sha256 in EvidenceFile.objects.values_list("sha256", flat=True):
        assert hashlib.sha256(path_of(settings.FILES, sha256).read_bytes()).hexdigest() == sha256


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_people_on_the_way(house: str, check: Callable[[], None]) -> None:
    assert Posting.objects.count() == 60
    check()


def test_a_gap_is_among_them(house: str) -> None:
    check_a_gap(today() - timedelta(days=1))


def test_plans_wait_for_the_log_ins(house: str) -> None:
    """Found by the planner and handed in; a proposal of sites is beside them."""
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
    proposal = SitingProposal.objects.get()
    assert proposal.state == "done"
    assert proposal.result["sites"]
