"""What departments and hospitals build, and what the two sides of a pairing say of each other."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from jiedui.core.packs import vocabulary
from jiedui.directory.models import Person
from jiedui.mentoring.models import (
    AccreditationRoad,
    Checklist,
    ClinicHour,
    ClinicMonth,
    ItemAnswer,
    ManagementProcedure,
    Milestone,
    ProcedureAudit,
    ResearchProject,
    ReviewAnswer,
    ReviewRound,
    ReviewSide,
    SpecialClinic,
    Studio,
    StudioDay,
    StudioMember,
    StudioOutput,
)
from jiedui.programmes.bench.country import number
from jiedui.programmes.models import Posting

ROUNDS, STUDIOS, STUDIO_DAYS, CLINICS, ROADS, MILESTONES = 61, 62, 63, 64, 65, 66
RULES, PROJECTS, CHECKLISTS = 67, 68, 69
# Of each recipient: rounds of questions, studios, clinics, procedures, projects, months told.
ROUNDS_EACH, STUDIOS_EACH, CLINICS_EACH, RULES_EACH, PROJECTS_EACH = 3, 2, 3, 8, 6
MONTHS = 24
PHASES = ("middle", "end", "one_year")
Rows = dict[Any, list[Any]]


def reviewed(recipient: int, postings: list[Posting], people: list[Person], day: date) -> Rows:
    """Rounds of questions, the older ones answered by both sides, the newest by one."""
    rounds, sides, answers = [], [], []
    first, codes = postings[0], list(vocabulary().tables.get("review_questions", {}).values())
    for n in range(ROUNDS_EACH):
        opens = day - timedelta(days=300 * (ROUNDS_EACH - n) - 290)
        held = ReviewRound(
            id=number(ROUNDS, recipient * 10 + n), programme_id=first.programme_id,
            giver_id=first.giver_id, receiver_id=first.receiver_id, phase=PHASES[n % len(PHASES)],
            opens_on=opens, closes_on=opens + timedelta(days=60),
        )  # fmt: skip
        rounds.append(held)
        for side in ("giver", "receiver"):
            newest = n == ROUNDS_EACH - 1 and side == "giver"
            at = None if newest else datetime(opens.year, opens.month, opens.day, 12, tzinfo=UTC)
            sheet = ReviewSide(
                round=held, side=side, state="draft" if newest else "submitted", submitted_at=at
            )
            sides.append(sheet)
            answers += [
                ReviewAnswer(
                    sheet=sheet, question=question.code, words="示例说明" if k % 4 == 0 else "",
                    level=1 + (recipient + k + n + (side == "giver")) % 5
                    if question.extra["kind"] == "scale" else None,
                )
                for k, question in enumerate(codes)
                if question.extra["asked"] in ("both", side)
            ]  # fmt: skip
    return {ReviewRound: rounds, ReviewSide: sides, ReviewAnswer: answers}


def gathered(recipient: int, postings: list[Posting], people: list[Person], day: date) -> Rows:
    """Studios with a calendar of two years, their members and what came of them."""
    studios, members, days, outputs = [], [], [], []
    for n in range(STUDIOS_EACH):
        posting = postings[n % len(postings)]
        studio = Studio(
            id=number(STUDIOS, recipient * 10 + n), programme_id=posting.programme_id,
            giver_id=posting.giver_id, receiver_id=posting.receiver_id,
            department_id=posting.department_id, name=f"示例工作室{n + 1}",
            leader_id=posting.person_id, valid_from=posting.starts_on,
        )  # fmt: skip
        studios.append(studio)
        members += [
            StudioMember(studio=studio, person=person, valid_from=posting.starts_on)
            for person in people[:10]
        ]
        for month in range(MONTHS):
            on = day - timedelta(days=30 * month)
            days.append(
                StudioDay(
                    id=number(STUDIO_DAYS, recipient * 100 + n * 30 + month), studio=studio, on=on,
                    topic=f"示例主题{month + 1}", held=month > 0 or None,
                )
            )  # fmt: skip
            if month % 3 == 0:
                outputs.append(
                    StudioOutput(studio=studio, kind="procedure", title=f"示例成果{month}", on=on)
                )
    return {Studio: studios, StudioMember: members, StudioDay: days, StudioOutput: outputs}


def opened(recipient: int, postings: list[Posting], people: list[Person], day: date) -> Rows:
    """Special clinics with their hours, and two years of months told."""
    clinics, hours, months = [], [], []
    for n in range(CLINICS_EACH):
        ward = postings[n % len(postings)].department_id
        if ward is None:
            continue
        clinic = SpecialClinic(
            id=number(CLINICS, recipient * 10 + n), department_id=ward,
            kind="disease", name=f"示例门诊{n + 1}", valid_from=day - timedelta(days=900),
        )  # fmt: skip
        clinics.append(clinic)
        hours.append(ClinicHour(clinic=clinic, weekday=1 + n, part="morning"))
        whole = day.year * 12 + day.month - 2
        months += [
            ClinicMonth(
                clinic=clinic, month=date((whole - k) // 12, (whole - k) % 12 + 1, 1), sessions=4,
                visits=40 + k,
            )
            for k in range(MONTHS)
        ]  # fmt: skip
    return {SpecialClinic: clinics, ClinicHour: hours, ClinicMonth: months}


def striving(recipient: int, postings: list[Posting], people: list[Person], day: date) -> Rows:
    """A way to a grade with its milestones and checklist, procedures audited, research."""
    first = postings[0]
    of = {
        "programme_id": first.programme_id, "giver_id": first.giver_id,
        "organisation_id": first.receiver_id,
    }  # fmt: skip

    def back(days: int) -> date:
        return day - timedelta(days=days)

    road = AccreditationRoad(
        id=number(ROADS, recipient), **of, target="tertiary_a", begun_on=back(700),
        target_on=back(-700),
    )  # fmt: skip
    milestones = [
        Milestone(
            id=number(MILESTONES, recipient * 10 + n), road=road, title=f"示例节点{n + 1}",
            due_on=back(400 - 100 * n), done_on=back(410 - 100 * n) if n < 3 else None,
        )
        for n in range(8)
    ]  # fmt: skip
    standard = vocabulary().term("accreditation_targets", road.target).extra["standard"]
    checklist = Checklist(
        id=number(CHECKLISTS, recipient), organisation_id=first.receiver_id,
        standard=standard, begun_on=back(700),
    )  # fmt: skip
    items = vocabulary().tables.get("standard_items", {}).values()
    answers = [
        ItemAnswer(
            checklist=checklist, item=item.code, answer=("met", "partly", "not_met")[n % 3],
            on=back(300), evidence="示例材料", due_on=None if n % 3 == 0 else back(n - 20),
        )
        for n, item in enumerate(each for each in items if each.extra["standard"] == standard)
    ]  # fmt: skip
    rules, audits = [], []
    for n in range(RULES_EACH):
        rule = ManagementProcedure(
            id=number(RULES, recipient * 10 + n), **of, kind="workflow", title=f"示例流程{n + 1}",
            adopted_on=back(600), next_audit_on=back(20 * n - 60),
        )  # fmt: skip
        rules.append(rule)
        audits += [
            ProcedureAudit(procedure=rule, on=back(500 - 150 * k), result="partly", findings="示例")
            for k in range(3)
        ]
    projects = [
        ResearchProject(
            id=number(PROJECTS, recipient * 10 + n), **of, level="prefecture",
            title=f"示例课题{n + 1}", applied_on=back(900 - 50 * n),
            funded_on=back(800 - 50 * n) if n % 2 else None, amount=50_000 if n % 2 else None,
            funder="示例科技局" if n % 2 else "", closed_on=back(100) if n == 1 else None,
        )
        for n in range(PROJECTS_EACH)
    ]  # fmt: skip
    return {
        AccreditationRoad: [road], Milestone: milestones, Checklist: [checklist],
        ItemAnswer: answers, ManagementProcedure: rules, ProcedureAudit: audits,
        ResearchProject: projects,
    }  # fmt: skip


BUILT = (reviewed, gathered, opened, striving)
