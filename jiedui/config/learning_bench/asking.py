"""What waits for an answer or hangs on something else: questions, changes, needs, sites."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from jiedui.directory.models import Person
from jiedui.mentoring.models import (
    Apprenticeship,
    Attachment,
    EducationSite,
    FollowUp,
    PlanChange,
    PlatformNeed,
    SiteYear,
    Technique,
)
from jiedui.programmes.bench.country import number
from jiedui.programmes.models import Posting

CHANGES, SITES, QUESTIONS, NEEDS, GOING = 71, 72, 73, 74, 75
# One in so many apprenticeships has a change of its plan that waits for the other signature.
CHANGED = 40
YEARS = 5
Rows = dict[Any, list[Any]]


def asked(recipient: int, postings: list[Posting], people: list[Person], day: date) -> Rows:
    """What hangs on the apprenticeships, attachments and techniques written before."""
    at = {"receiver_id": postings[0].receiver_id}
    changes = [
        PlanChange(
            id=number(CHANGES, recipient * 1000 + n), apprenticeship=tie, reason="病例不足",
            side="giver" if n % 2 else "receiver", proposed_on=day - timedelta(days=n),
            goals=[
                {"kind": goal.kind, "code": goal.code, "cases": goal.cases + 10,
                 "level": goal.level, "due_on": goal.due_on.isoformat(), "position": 0,
                 "of_team": False}
                for goal in tie.goals.all()
            ],
        )
        for n, tie in enumerate(
            Apprenticeship.objects.filter(**at, state="active")
            .prefetch_related("goals").order_by("id")[::CHANGED]
        )
    ]  # fmt: skip
    questions = [
        FollowUp(
            id=number(QUESTIONS, recipient * 1000 + n * 2 + k), attachment=row, months=months,
            due_on=row.back_on + timedelta(days=30 * months),
        )
        for n, row in enumerate(Attachment.objects.filter(**at).order_by("id"))
        for k, months in enumerate((6, 12))
        if row.back_on is not None
    ]  # fmt: skip
    needs = [
        PlatformNeed(
            id=number(NEEDS, recipient * 100 + n), technique=row, platform="imaging",
            need="示例需要", due_on=day,
        )
        for n, row in enumerate(Technique.objects.filter(**at).order_by("id"))
    ]  # fmt: skip
    first, soon = postings[0], day + timedelta(days=30)
    going = [
        Attachment(
            id=number(GOING, recipient * 10 + n), programme_id=first.programme_id,
            giver_id=first.giver_id, receiver_id=first.receiver_id, person=person,
            department_id=first.department_id, kind="clinical", specialty=first.specialty,
            planned_from=soon, planned_to=soon + timedelta(days=90), starts_on=soon,
            ends_on=soon + timedelta(days=90), state="planned",
        )
        for n, person in enumerate(people[1:3])
    ]  # fmt: skip
    site = EducationSite(
        id=number(SITES, recipient), organisation_id=postings[0].receiver_id, kind="cme_branch",
        name="示例教育基地", standing="accredited", standing_on=day, valid_from=day,
    )  # fmt: skip
    years = [
        SiteYear(site=site, year=day.year - n, intake=20, examined=18, passed=16)
        for n in range(YEARS)
    ]
    return {
        Attachment: going, PlanChange: changes, FollowUp: questions, PlatformNeed: needs,
        EducationSite: [site], SiteYear: years,
    }  # fmt: skip
