"""The example's people on the way: what was asked for is there, and presses upon the log-ins."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.config.example.bodies import SUPPORTERS, people
from jiedui.config.example.postings import MORE, SENT, TEAMS, courses
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.programmes.actions._placing import agreed_over
from jiedui.programmes.domain.states import HOLDING, PRESENT
from jiedui.programmes.domain.targets import Target, failings
from jiedui.programmes.models import (
    Agreement,
    AgreementTarget,
    Appointment,
    Batch,
    Duty,
    Handover,
    Meeting,
    Pairing,
    Posting,
    PostingStep,
    ProgrammeFact,
    Stay,
    Task,
    Team,
    Wish,
)
from jiedui.programmes.queries.alerts import alerts


def test_sixty_postings_of_every_kind_category_and_side() -> None:
    words = vocabulary()
    assert len(SENT) == 60
    assert {sent.kind for sent in SENT} == set(words.table("posting_kinds"))
    assert {sent.category for sent in SENT} == set(words.table("expert_categories"))
    assert {body.code for body in SUPPORTERS} <= {sent.giver for sent in SENT}
    assert all(person.name.startswith("示例") for person in MORE)
    assert not {person.name for person in MORE} & {person.name for person in people()}
    assert {sent.team for sent in SENT} - {""} == set(TEAMS)


def test_nobody_is_posted_twice_at_a_time_nor_follows_themselves() -> None:
    found = courses()
    for one in found:
        for other in found:
            if one.number < other.number and one.person == other.person:
                assert one.last < other.sent.first or other.last < one.sent.first
        assert one.person.body == one.sent.giver
    assert courses() == found


def kinds_of(username: str) -> Counter[str]:
    return Counter(alert.kind for alert in alerts(viewer_of(User.objects.get(username=username))))


def check_teams_and_batches() -> None:
    """Three batches: the province counts its own, the hospital its own."""
    own = Batch.objects.filter(programme__example=True)
    assert set(own.values_list("sender__name", "number")) == {
        ("示例东江省（卫生系统）", 11), ("示例东江省（卫生系统）", 12), ("示例北岭省人民医院", 3),
    }  # fmt: skip
    teams = Team.objects.filter(programme__example=True)
    assert teams.filter(batch__isnull=False).count() == teams.count() == 4
    lone = Posting.objects.filter(team=None, receiver__name="示例青石县人民医院", state="on_site")
    assert lone.count() == 1
    assert Posting.objects.filter(state="returned_early").exclude(reason="").count() == 2


def check_a_gap(last_day: date) -> None:
    """For two months nobody was there for neurology at 示例甲师医院."""
    stays = Stay.objects.filter(posting__post__specialty="03.03", receiver__name="示例甲师医院")
    (first, second) = stays.order_by("first_day")
    assert first.last_day is not None
    assert (second.first_day - first.last_day).days == 60


def check_ties() -> None:
    """A hospital that is helped helps in turn; three share a department and its duties."""
    assert set(Pairing.objects.filter(kind="spoke").values_list("giver__name", flat=True)) == {
        "示例甲师医院", "示例乙师医院",
    }  # fmt: skip
    shared = Pairing.objects.filter(kind="hospitals_department")
    assert shared.count() == shared.values("giver").distinct().count() == 3
    assert shared.values("department").distinct().count() == 1
    duties = Duty.objects.filter(pairing__in=shared)
    assert duties.count() == duties.values("duty").distinct().count() == 5
    kinds = set(vocabulary().table("pairing_kinds")) - {"primary_primary", "other"}
    own = Pairing.objects.filter(programme__example=True)
    assert set(own.values_list("kind", flat=True)) == kinds


def check_agreements() -> None:
    """One ends soon, one is renewed, one ended early; some targets can be judged, some not."""
    assert Agreement.objects.filter(renews__isnull=False).count() == 1
    assert Agreement.objects.exclude(ended_reason="").count() == 1
    for row in Posting.objects.filter(state__in=HOLDING, agreement__isnull=False):
        days = (row.starts_on, row.ends_on)
        assert agreed_over(row.programme_id, row.giver, row.receiver, *days) is not None
    told = {
        row.title: failings(
            Target(row.measure, row.unit, row.baseline, row.baseline_on, row.value, row.due_on,
                   row.source, row.after_exit, row.owner_id is not None),
            row.agreement.valid_to,
        )
        for row in AgreementTarget.objects.select_related("agreement")
    }  # fmt: skip
    assert sum(not lacks for lacks in told.values()) == 2
    assert len(told["提升综合服务能力"]) > 4


def check_work() -> None:
    """A visit, a plan, meetings, tasks: done, open and late."""
    assert Meeting.objects.filter(kind="exchange_visit", delegation=17).count() == 1
    assert Task.objects.filter(done_on__isnull=False).count() == 3
    assert Task.objects.filter(done_on=None, due_on__lt=today()).count() == 1
    assert {*Wish.objects.values_list("state", flat=True)} == {
        "asked", "accepted", "scheduled", "done", "refused",
    }  # fmt: skip
    assert Appointment.objects.filter(valid_to=None).exists()
    late = Handover.objects.filter(due_on__lt=today(), incoming_signed_at=None)
    assert late.count() == 1
    assert Handover.objects.filter(incoming_signed_at__isnull=False).count() >= 10


def check_everybody_has_something() -> None:
    """Each log-in finds what is theirs to do."""
    own = Posting.objects.get(person__user_id=User.objects.get(username="expert").id)
    assert own.state in PRESENT
    assert own.handover.outgoing_signed_at is None
    assert own.handover.incoming is not None
    host, sender, all_of_it = map(kinds_of, ("recipient", "supporter", "coordinator"))
    assert {"arrival_due", "to_approve", "post_falls_empty", "task_late"} <= set(host)
    assert {"to_answer", "licence_ends"} <= set(sender)
    assert {"post_stands_empty", "team_below_core", "agreement_ends", "handover_late"} <= set(
        all_of_it
    )


def check_days_are_as_they_were() -> None:
    """The clock stood on each day: what is known, is known from then on."""
    steps = PostingStep.objects.filter(verb="arrive")
    assert all(step.at.date() == step.on for step in steps)
    assert ProgrammeFact.objects.filter(known_from__lt=today() - timedelta(days=600)).exists()
    assert not ProgrammeFact.objects.filter(person_id__isnull=False, known_from=today()).exists()


CHECKS = (
    check_teams_and_batches, check_ties, check_agreements, check_work,
    check_everybody_has_something, check_days_are_as_they_were,
)  # fmt: skip
