"""Departments and hospitals: what is kept, what is refused at which field, what is counted."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from jiedui.accounts.models import AuditRow
from jiedui.accounts.permissions import viewer_of
from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, InvalidState, NotAllowed, Refused
from jiedui.core.identifiers import new_id
from jiedui.directory import actions as directory
from jiedui.mentoring.actions import departments, procedures, research, roads, standards
from jiedui.mentoring.models import (
    Checklist,
    DepartmentStanding,
    ItemAnswer,
    KeySpecialty,
    LearningFact,
    ManagementProcedure,
    ResearchProject,
    StageAnswer,
    StageStep,
)
from jiedui.mentoring.queries import alerts as source
from jiedui.mentoring.queries import departments as queries
from jiedui.mentoring.queries.alerts import alerts
from tests.lasting import lasting
from tests.rooms.mentoring.building_cast import Scene, ago, scene

pytestmark = pytest.mark.django_db


the_cast, here = lasting(scene)


def refused(call: Any, code: str, field: str | None = None, **said: Any) -> None:
    """The call is refused with this code at this field, and nothing is written."""
    before = AuditRow.objects.count()
    with pytest.raises(Refused) as found:
        call(**said)
    assert (found.value.code, found.value.field) == (code, field)
    assert AuditRow.objects.count() == before


def counted(record_id: Any) -> dict[str, Decimal]:
    """What the figures count of a record now."""
    found: dict[str, Decimal] = {}
    for row in LearningFact.objects.filter(record_id=record_id):
        found[row.measure] = found.get(row.measure, Decimal(0)) + row.sign * row.value
    return {measure: value for measure, value in found.items() if value}


def test_a_stage_needs_its_criteria_and_falls_for_a_reason(here: Scene) -> None:
    by = {"by": here.stage.manager, "department": here.ward}
    refused(departments.reach_stage, "criteria-missing", "stage", **by, stage="begun", on=ago(50))
    here.criteria("begun", "routine")
    refused(
        departments.reach_stage, "stage-before-criteria", "on", **by, stage="begun", on=ago(101)
    )
    refused(departments.reach_stage, "code-unknown", "stage", **by, stage="best", on=ago(50))
    refused(
        departments.reach_stage, "day-in-the-future", "on", **by, stage="begun",
        on=today() + timedelta(days=1),
    )  # fmt: skip
    id = new_id()
    step = departments.reach_stage(**by, id=id, stage="routine", on=ago(50))
    assert departments.reach_stage(**by, id=id, stage="routine", on=ago(50)) == step
    refused(departments.reach_stage, "id-taken", **by, id=id, stage="routine", on=ago(49))
    refused(departments.reach_stage, "stage-not-higher", **by, stage="begun", on=ago(40))
    refused(departments.reach_stage, "criteria-missing", "stage", **by, stage="leading", on=ago(1))
    refused(departments.lose_stage, "text-missing", "reason", **by, stage="begun", on=ago(9),
            reason=" ")  # fmt: skip
    refused(departments.lose_stage, "step-before-last", "on", **by, stage="begun", on=ago(51),
            reason="骨干调离")  # fmt: skip
    refused(departments.lose_stage, "stage-not-lower", **by, stage="routine", on=ago(9),
            reason="骨干调离")  # fmt: skip
    departments.lose_stage(**by, stage="begun", on=ago(9), reason="骨干调离")
    standing = DepartmentStanding.objects.get(department=here.ward)
    assert (standing.stage, standing.stage_rank, standing.stage_on) == ("begun", 1, ago(9))
    steps = [(row.stage, row.fell, row.reason) for row in queries.steps_of(here.ward.id)]
    assert steps == [("begun", True, "骨干调离"), ("routine", False, "")]
    assert StageStep.objects.count() == 2


def test_the_newest_answer_to_a_criterion_holds_and_all_are_kept(here: Scene) -> None:
    by = {"by": here.stage.manager, "department": here.ward, "criterion": "begun_head"}
    for met, on in ((True, ago(30)), (False, ago(10)), (True, ago(20))):
        departments.answer_criterion(**by, met=met, on=on, evidence="任命文件")
    now = queries.answers_now([here.ward.id])[here.ward.id]["begun_head"]
    assert (now.met, now.on) == (False, ago(10))
    assert StageAnswer.objects.count() == 3
    refused(departments.answer_criterion, "text-missing", "evidence", **by, met=True, on=ago(1),
            evidence="")  # fmt: skip
    refused(
        departments.answer_criterion, "code-unknown", "criterion", **by | {"criterion": "x"},
        met=True, on=ago(1), evidence="文件",
    )  # fmt: skip


def test_who_does_not_keep_the_hospital_says_nothing_of_it(here: Scene) -> None:
    stage = here.stage
    for user in (stage.outsider, here.sender, stage.expert):
        with pytest.raises(NotAllowed) as found:
            departments.answer_criterion(
                by=user, department=here.ward, criterion="begun_head", met=True, on=ago(1),
                evidence="文件",
            )  # fmt: skip
        assert found.value.code == "hospital-out-of-reach"
    assert not StageAnswer.objects.exists()


def test_the_ladder_is_told_and_counted_once(here: Scene) -> None:
    by = {
        "by": here.stage.manager, "department": here.ward, "level": "county",
        "pairing": here.pairing,
    }  # fmt: skip
    refused(departments.set_level, "level-without-day", "target_on", **by)
    refused(departments.set_level, "text-missing", "evidence", **by, reached_on=ago(5))
    refused(departments.set_level, "level-lost-before-held", "lost_on", **by, reached_on=ago(5),
            evidence="批文", lost_on=ago(6), reason="复核未过")  # fmt: skip
    other = here.stage.programme.pairings.get(receiver=here.stage.other_receiver)
    refused(departments.set_level, "pairing-of-others", "pairing", **by | {"pairing": other},
            target_on=today())  # fmt: skip
    held = departments.set_level(**by, target_on=ago(1))
    assert counted(held.id) == {}
    before = AuditRow.objects.count()
    assert departments.set_level(**by, target_on=ago(1)) == held
    assert AuditRow.objects.count() == before
    departments.set_level(**by, target_on=ago(1), reached_on=ago(5), evidence="批文")
    departments.set_level(**by, target_on=ago(1), reached_on=ago(4), evidence="批文")
    assert counted(held.id) == {"key_specialties_reached": 1}
    row = LearningFact.objects.filter(record_id=held.id, sign=1).latest("sequence")
    assert (row.happened_from, row.happened_to, row.item) == (ago(4), ago(4), "03.04")
    standing = DepartmentStanding.objects.get(department=here.ward)
    assert (standing.level, standing.level_rank) == ("county", 1)
    departments.set_level(**by, reached_on=ago(4), evidence="批文", lost_on=today(),
                          reason="复核未过")  # fmt: skip
    standing.refresh_from_db()
    assert (standing.level, standing.level_rank) == ("", 0)
    assert KeySpecialty.objects.count() == 1


def test_a_checklist_is_counted_and_what_lacks_has_an_owner_and_a_day(here: Scene) -> None:
    stage = here.stage
    begin = {"by": stage.manager, "organisation": stage.receiver, "begun_on": ago(30)}
    call = standards.begin_checklist
    refused(call, "standard-of-department", "standard", **begin, standard="stroke_centre")
    refused(call, "standard-of-hospital", "standard", **begin, standard="tertiary_a",
            department=here.ward)  # fmt: skip
    elsewhere = directory.add_department(
        by=None, organisation=stage.other_receiver, specialty="03", name="内科"
    )
    refused(call, "department-elsewhere", "department", **begin, standard="stroke_centre",
            department=elsewhere)  # fmt: skip
    refused(call, "dates-out-of-order", "target_on", **begin, standard="tertiary_a",
            target_on=ago(31))  # fmt: skip
    checklist = call(**begin, standard="stroke_centre", department=here.ward)
    refused(call, "checklist-begun", "standard", **begin, standard="stroke_centre",
            department=here.ward, target_on=today())  # fmt: skip
    by = {"by": stage.manager, "checklist": checklist, "on": ago(9)}
    answer = standards.answer_item
    refused(answer, "item-of-other-standard", "item", **by, item="tertiary_a_01", answer="met")
    refused(answer, "text-missing", "evidence", **by, item="stroke_centre_01", answer="met")
    refused(answer, "code-unknown", "answer", **by, item="stroke_centre_01", answer="half")
    refused(answer, "nothing-to-put-right", "due_on", **by, item="stroke_centre_01",
            answer="met", evidence="院发文", due_on=today())  # fmt: skip
    refused(answer, "owner-elsewhere", "owner", **by, item="stroke_centre_01", answer="not_met",
            owner=stage.surgeon)  # fmt: skip
    refused(answer, "dates-out-of-order", "due_on", **by, item="stroke_centre_01",
            answer="not_met", due_on=ago(10))  # fmt: skip
    answer(**by, item="stroke_centre_01", answer="not_met", owner=stage.nurse, due_on=ago(2))
    answer(**by, item="stroke_centre_02", answer="met", evidence="值班表")
    found = queries.open_items([here.ward.id], today())[here.ward.id]
    assert (found.standards, found.open, found.overdue) == (1, 1, 1)
    answer(**by | {"on": ago(1)}, item="stroke_centre_01", answer="met", evidence="院发文")
    found = queries.open_items([here.ward.id], today())[here.ward.id]
    assert (found.open, found.overdue) == (0, 0)
    assert ItemAnswer.objects.filter(item="stroke_centre_01").count() == 2
    assert Checklist.objects.count() == 1


def test_a_clinic_tells_its_months(here: Scene) -> None:
    stage = here.stage
    by = {"by": stage.manager, "department": here.ward, "kind": "disease", "name": "房颤门诊"}
    refused(standards.open_clinic, "clinic-without-hours", "hours", **by, valid_from=ago(90),
            hours=[])  # fmt: skip
    refused(standards.open_clinic, "number-out-of-range", "hours", **by, valid_from=ago(90),
            hours=[(8, "morning")])  # fmt: skip
    clinic = standards.open_clinic(**by, valid_from=ago(90), hours=[(1, "morning")])
    refused(standards.open_clinic, "clinic-taken", "name", **by, valid_from=ago(80),
            hours=[(2, "morning")])  # fmt: skip
    tell = {"by": stage.manager, "clinic": clinic}
    month = ago(45)
    standards.tell_month(**tell, month=month, sessions=4, visits=60)
    standards.tell_month(**tell, month=month.replace(day=1), sessions=4, visits=66)
    row = clinic.months.get()
    assert (row.month, row.sessions, row.visits) == (month.replace(day=1), 4, 66)
    call = standards.tell_month
    refused(call, "month-not-over", "month", **tell, month=today(), sessions=1, visits=1)
    refused(call, "month-outside", "month", **tell, month=ago(150), sessions=1, visits=1)
    refused(call, "visits-without-session", "sessions", **tell, month=month, sessions=0, visits=9)
    standards.close_clinic(**tell, on=ago(1), reason="并入门诊部")
    refused(standards.set_hours, "clinic-closed", **tell, hours=[(3, "evening")])
    refused(standards.close_clinic, "clinic-closed", **tell, on=today(), reason="并入门诊部")


def test_a_road_goes_step_by_step(here: Scene) -> None:
    stage = here.stage
    begin = {
        "by": stage.manager, "organisation": stage.receiver, "pairing": here.pairing,
        "target": "tertiary_a", "begun_on": ago(400), "target_on": today(),
    }  # fmt: skip
    road = roads.begin_road(**begin)
    refused(roads.begin_road, "road-begun", "target", **begin | {"begun_on": ago(399)})
    by = {"by": stage.manager, "road": road, "target_on": today()}
    call = roads.update_road
    refused(call, "road-step-missing", "reviewed_on", **by, reviewed_on=ago(3))
    refused(call, "dates-out-of-order", "reviewed_on", **by, applied_on=ago(3),
            reviewed_on=ago(4))  # fmt: skip
    refused(call, "dates-out-of-order", "applied_on", **by, applied_on=ago(401))
    steps = {"applied_on": ago(30), "reviewed_on": ago(20)}
    refused(call, "result-without-day", "result_on", **by, **steps, result="passed")
    refused(call, "result-without-day", "result", **by, **steps, result_on=ago(3))
    call(**by, **steps, result="deferred", result_on=ago(3))
    again = roads.begin_road(**begin | {"begun_on": ago(2)})
    refused(call, "road-begun", "result", **by, **steps)
    step = roads.add_milestone(by=stage.manager, road=again, title="自评", due_on=ago(1))
    roads.finish_milestone(by=stage.manager, milestone=step, on=today())
    step.refresh_from_db()
    assert step.done_on == today()


def test_a_procedure_is_audited_and_overdue_ones_are_found(here: Scene) -> None:
    stage = here.stage
    by = {"by": stage.manager, "organisation": stage.receiver, "pairing": here.pairing}
    adopt = {**by, "kind": "workflow", "title": "急诊分诊流程", "adopted_on": ago(100)}
    made = procedures.adopt_procedure(**adopt, next_audit_on=ago(10))
    refused(procedures.adopt_procedure, "procedure-adopted", "title", **adopt)
    assert counted(made.id) == {"procedures_adopted": 1}
    late = [(row.kind, row.id) for row in alerts(viewer_of(stage.manager))]
    assert late == [(source.AUDITS, made.id)]
    assert alerts(viewer_of(stage.outsider)) == []
    audit = {"by": stage.manager, "procedure": made, "result": "followed"}
    refused(procedures.audit_procedure, "audit-before-adoption", "on", **audit, on=ago(101),
            findings="好")  # fmt: skip
    refused(procedures.audit_procedure, "text-missing", "findings", **audit, on=ago(5),
            findings="")  # fmt: skip
    procedures.audit_procedure(**audit, on=ago(5), findings="抽查20份", next_audit_on=today())
    procedures.audit_procedure(**audit, on=ago(50), findings="补录", next_audit_on=ago(40))
    made.refresh_from_db()
    assert made.next_audit_on == today()
    refused(procedures.audit_procedure, "audited-that-day", "on", **audit, on=ago(5),
            findings="再查")  # fmt: skip
    procedures.update_procedure(
        by=stage.manager, procedure=made, adopted_on=ago(90), retired_on=ago(1),
        reason="并入新流程",
    )  # fmt: skip
    assert counted(made.id) == {"procedures_adopted": 1}
    assert LearningFact.objects.filter(record_id=made.id).count() == 3
    assert ManagementProcedure.objects.get().retired_on == ago(1)


def test_research_is_counted_three_times_apart(here: Scene) -> None:
    stage = here.stage
    by = {"by": stage.manager, "organisation": stage.receiver, "pairing": here.pairing}
    apply = {**by, "level": "province", "applied_on": ago(300)}
    one = research.apply_research(**apply, title="房颤筛查")
    two = research.apply_research(**apply, title="卒中随访")
    refused(research.apply_research, "research-taken", "title", **apply | {"level": "national"},
            title="房颤筛查")  # fmt: skip
    update = {"by": stage.manager, "project": one, "applied_on": ago(300)}
    call = research.update_research
    refused(call, "funded-without-amount", "amount", **update, funded_on=ago(200))
    refused(call, "number-out-of-range", "amount", **update, funded_on=ago(200),
            amount=Decimal(0), funder="省科技厅")  # fmt: skip
    refused(call, "text-missing", "funder", **update, funded_on=ago(200), amount=Decimal(5))
    refused(call, "refused-and-funded", "refused_on", **update, refused_on=ago(200),
            funded_on=ago(200), amount=Decimal(5), funder="省科技厅")  # fmt: skip
    refused(call, "dates-out-of-order", "closed_on", **update, funded_on=ago(200),
            amount=Decimal(5), funder="省科技厅", closed_on=ago(201), outcome="结题")  # fmt: skip
    call(**update, funded_on=ago(200), amount=Decimal(120000), funder="省科技厅",
         closed_on=ago(5), outcome="论文一篇")  # fmt: skip
    call(by=stage.manager, project=two, applied_on=ago(300), refused_on=ago(250))
    assert counted(one.id) == {
        "research_applied": 1, "research_funded": 1, "research_closed": 1,
        "research_money": 120000,
    }  # fmt: skip
    assert counted(two.id) == {"research_applied": 1}
    found = queries.research_counts(ResearchProject.objects.all())
    assert (found.applied, found.funded, found.closed, found.amount) == (2, 1, 1, 120000)


def test_a_day_that_cannot_be_meant_is_refused_at_its_field(here: Scene) -> None:
    with pytest.raises(InvalidInput) as found:
        departments.answer_criterion(
            by=here.stage.manager, department=here.ward, criterion="begun_head", met=True,
            on=ago(1).replace(year=1024), evidence="文件",
        )  # fmt: skip
    assert (found.value.code, found.value.field) == ("day-out-of-range", "on")
    with pytest.raises(InvalidState):
        departments.lose_stage(
            by=here.stage.manager, department=here.ward, on=ago(1), reason="骨干调离"
        )
