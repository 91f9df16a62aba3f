"""Drafts of apprenticeships: who teaches whom and why these, the plan, the baselines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.accounts.permissions import viewer_of
from jiedui.core.checking import days_meant, span, term, whole, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.identifiers import new_id
from jiedui.directory.actions.guards import first_answer, hash_of
from jiedui.mentoring.access.reach import WRITE, must_manage, own_person
from jiedui.mentoring.actions._apprenticing import (
    ApprenticeInput,
    GoalInput,
    MentorInput,
    add_learner,
    add_mentors,
    checked_goals,
    fits_form,
    form_numbers,
    hold_apprenticeship,
    say_baselines,
    say_criteria,
    write_goals,
)
from jiedui.mentoring.actions._people import department_at, of_one_world
from jiedui.mentoring.domain.apprenticeships import months_later
from jiedui.mentoring.domain.states import DRAFT, EITHER
from jiedui.mentoring.models import Apprentice, Apprenticeship, Mentor, Studio
from jiedui.programmes.queries import pairing_for

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation
    from jiedui.programmes.models import Programme


def _may_draft(by: User | None, giver_id: UUID, receiver_id: UUID, mentors: Sequence[UUID]) -> None:
    """Who acts for a side drafts, and so does who shall teach; a side's manager then signs."""
    if by is not None:
        viewer = viewer_of(by)
        me = own_person(viewer)
        if me is not None and me.id in mentors and viewer.may(WRITE):
            return
    must_manage(by, EITHER, giver_id, receiver_id)


@days_meant
@transaction.atomic
def create_apprenticeship(
    *,
    by: User | None,
    id: UUID | None = None,
    programme: Programme,
    form: str,
    giver: Organisation,
    receiver: Organisation,
    specialty: str,
    starts_on: date,
    ends_on: date,
    mentors: Sequence[MentorInput],
    apprentices: Sequence[ApprenticeInput],
    goals: Sequence[GoalInput] = (),
    department: Department | None = None,
    studio: Studio | None = None,
    team: str = "",
    aim: str = "",
    least_months: int = 0,
) -> Apprenticeship:
    """Draft an apprenticeship: who teaches whom, why these, what is to be learned by when.

    Raises InvalidInput at the field: ``not-paired``, ``mentors-unfit``, ``person-elsewhere``,
    ``posting-of-other``, ``goal-outside-dates`` …; InvalidState ``id-taken``.
    """
    _may_draft(by, giver.id, receiver.id, [each.person.id for each in mentors])
    content = hash_of(
        programme=programme, form=form, giver=giver, receiver=receiver, specialty=specialty,
        starts_on=starts_on, ends_on=ends_on, department=department, studio=studio, team=team,
        aim=aim, least_months=least_months,
        mentors=[(m.person, m.posting, m.lead, m.first_day) for m in mentors],
        apprentices=[
            (a.person, a.selection, a.baseline, sorted((a.criteria or {}).items()),
             sorted((a.before or {}).items()), a.joined_on)
            for a in apprentices
        ],
        goals=[(g.kind, g.code, g.cases, g.level, g.due_on, g.of_team) for g in goals],
    )  # fmt: skip
    if found := first_answer(Apprenticeship, id, content):
        return found
    said = _checked(
        programme=programme, form=form, giver=giver, receiver=receiver, specialty=specialty,
        starts_on=starts_on, ends_on=ends_on, department=department, studio=studio, team=team,
        aim=aim, least_months=least_months,
    )  # fmt: skip
    held = Apprenticeship.objects.create(
        id=id or new_id(), content=content, programme=programme, giver=giver, receiver=receiver,
        **said,
    )  # fmt: skip
    write_goals(held, checked_goals(held, goals))
    _people(held, mentors, apprentices)
    record(
        by=by, action="mentoring.create-apprenticeship", object_kind="apprenticeship",
        object_id=held.id, form=form, giver=str(giver.id), receiver=str(receiver.id),
    )  # fmt: skip
    return held


def _checked(
    *, programme: Programme, form: str, giver: Organisation, receiver: Organisation,
    specialty: str, starts_on: date, ends_on: date, department: Department | None,
    studio: Studio | None, team: str, aim: str, least_months: int,
) -> dict[str, object]:  # fmt: skip
    """The columns of an apprenticeship; InvalidInput at the field."""
    of_one_world(programme, giver=giver, receiver=receiver)
    teams = form_numbers(form)["team"]
    term("specialties", specialty, "specialty")
    span(starts_on, ends_on, "starts_on", "ends_on")
    department_at(receiver, department)
    whole(least_months, "least_months", 0, 60)
    if months_later(starts_on, least_months) > ends_on:
        raise InvalidInput(
            "least-time-too-long",
            "The least time ends after the last day.",
            field="least_months",
        )
    pairing = pairing_for(programme.id, giver.id, receiver.id, starts_on)
    if pairing is None:
        raise InvalidInput(
            "not-paired",
            "%(giver)s and %(receiver)s are not paired in this programme on %(day)s.",
            field="receiver", giver=giver.name, receiver=receiver.name, day=starts_on,
        )  # fmt: skip
    if studio is not None and (studio.programme_id, studio.receiver_id) != (
        programme.id, receiver.id,
    ):  # fmt: skip
        raise InvalidInput(
            "studio-elsewhere", "This studio is of another recipient.", field="studio"
        )
    return {
        "form": form, "specialty": specialty, "starts_on": starts_on, "ends_on": ends_on,
        "department": department, "studio": studio, "pairing": pairing,
        "team": words(team, "team", 120, required=bool(teams)) if teams else "",
        "aim": words(aim, "aim", 2000), "least_months": least_months,
    }  # fmt: skip


def _people(
    held: Apprenticeship, mentors: Sequence[MentorInput], apprentices: Sequence[ApprenticeInput]
) -> None:
    fits_form(held.form, len(mentors), len(apprentices))
    for each in apprentices:
        add_learner(held, each)
    add_mentors(held, mentors)


@days_meant
@transaction.atomic
def edit_apprenticeship(
    *,
    by: User | None,
    apprenticeship: Apprenticeship,
    form: str,
    specialty: str,
    starts_on: date,
    ends_on: date,
    mentors: Sequence[MentorInput],
    apprentices: Sequence[ApprenticeInput],
    department: Department | None = None,
    studio: Studio | None = None,
    team: str = "",
    aim: str = "",
    least_months: int = 0,
) -> Apprenticeship:
    """Say a draft anew, its plan aside. InvalidState ``apprenticeship-signed`` once proposed.

    Baselines and criteria of who stays an apprentice are kept.
    """
    held = hold_apprenticeship(apprenticeship)
    _may_draft(by, held.giver_id, held.receiver_id, _mentors(held))
    _must_be_draft(held)
    said = _checked(
        programme=held.programme, form=form, giver=held.giver, receiver=held.receiver,
        specialty=specialty, starts_on=starts_on, ends_on=ends_on, department=department,
        studio=studio, team=team, aim=aim, least_months=least_months,
    )  # fmt: skip
    for name, value in said.items():
        setattr(held, name, value)
    held.save(update_fields=list(said))
    before = {
        row.person_id: (
            {each.goal.code: (each.level, each.cases_before)
             for each in row.baselines.select_related("goal")},
            {each.criterion: each.met for each in row.answers.all()},
        )
        for row in held.apprentices.all()
    }  # fmt: skip
    held.mentors.all().delete()
    held.apprentices.all().delete()
    _people(held, mentors, apprentices)
    for row in held.apprentices.all():
        levels, criteria = before.get(row.person_id, ({}, {}))
        say_baselines(held, row, levels)
        say_criteria(row, criteria)
    record(
        by=by, action="mentoring.edit-apprenticeship", object_kind="apprenticeship",
        object_id=held.id,
    )  # fmt: skip
    return held


def _mentors(held: Apprenticeship) -> list[UUID]:
    rows = Mentor.objects.filter(apprenticeship=held, last_day__isnull=True)
    return list(rows.values_list("person_id", flat=True))


def _must_be_draft(held: Apprenticeship) -> None:
    if held.state != DRAFT:
        raise InvalidState(
            "apprenticeship-signed",
            "A side has signed this; only what both sign again can change.",
        )


@days_meant
@transaction.atomic
def set_plan(
    *, by: User | None, apprenticeship: Apprenticeship, goals: Sequence[GoalInput]
) -> Apprenticeship:
    """Write the plan of a draft; afterwards it changes by ``propose_plan_change`` only."""
    held = hold_apprenticeship(apprenticeship)
    _may_draft(by, held.giver_id, held.receiver_id, _mentors(held))
    _must_be_draft(held)
    write_goals(held, checked_goals(held, goals))
    record(
        by=by, action="mentoring.set-plan", object_kind="apprenticeship", object_id=held.id,
        goals=len(goals),
    )  # fmt: skip
    return held


@transaction.atomic
def say_baseline(
    *,
    by: User | None,
    apprentice: Apprentice,
    before: Mapping[str, tuple[int, int]],
    criteria: Mapping[str, bool] | None = None,
    selection: str = "",
    baseline: str = "",
) -> Apprentice:
    """Say why somebody was chosen and what they could do before: level and cases by goal's code.

    Of a draft, and of one who has no case yet. InvalidState ``apprentice-has-cases``.
    """
    held = hold_apprenticeship(apprentice.apprenticeship)
    _may_draft(by, held.giver_id, held.receiver_id, _mentors(held))
    row = Apprentice.objects.get(pk=apprentice.pk)
    if held.state != DRAFT and held.cases.filter(learner=row.person_id).exists():
        raise InvalidState(
            "apprentice-has-cases",
            "What could be done before is said before the first case is recorded.",
        )
    row.selection = words(selection, "selection", 400)
    row.baseline = words(baseline, "baseline", 400)
    row.save(update_fields=["selection", "baseline"])
    row.baselines.all().delete()
    say_baselines(held, row, before)
    row.answers.all().delete()
    say_criteria(row, criteria or {})
    record(by=by, action="mentoring.say-baseline", object_kind="apprentice", object_id=row.id)
    return row
