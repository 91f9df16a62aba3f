"""What must hold of an apprenticeship: form, people, plan; and what the figures count of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from jiedui.accounts.models import User
from jiedui.core.checking import term, whole, words
from jiedui.core.errors import InvalidInput, InvalidState
from jiedui.core.packs import vocabulary
from jiedui.core.periods import meant
from jiedui.mentoring.actions._facts import Said, tell
from jiedui.mentoring.actions._people import is_staff, must_be_staff, of_one_world
from jiedui.mentoring.domain.matrix import ALONE
from jiedui.mentoring.domain.rules import ACTIVITIES, PROCEDURES
from jiedui.mentoring.domain.states import ACTIVE, COMPLETED, ENDED
from jiedui.mentoring.models import (
    Apprentice,
    Apprenticeship,
    Baseline,
    Certificate,
    Decision,
    LearningGoal,
    Mentor,
    SelectionAnswer,
)
from jiedui.programmes.queries.on_site import posted_to, postings_with

if TYPE_CHECKING:
    from jiedui.directory.models import Person
    from jiedui.programmes.models import Posting

MOST_CASES = 2000
MOST_GOALS = 40
INDEPENDENT = "independent"


@dataclass(frozen=True)
class MentorInput:
    """Who teaches, in which posting, from which day (the apprenticeship's first)."""

    person: Person
    posting: Posting | None = None
    lead: bool = True
    first_day: date | None = None


@dataclass(frozen=True)
class ApprenticeInput:
    """Who learns: why this person, what could be done before, which criteria were met."""

    person: Person
    selection: str = ""
    baseline: str = ""
    # Criterion of the pack to whether it is met; those not named were not asked.
    criteria: Mapping[str, bool] | None = None
    # Code of a goal to (level, cases) before the beginning.
    before: Mapping[str, tuple[int, int]] | None = None
    joined_on: date | None = None


@dataclass(frozen=True)
class GoalInput:
    """A line of the plan: a procedure or entrustable activity, how many, which level, by when."""

    kind: str
    code: str
    due_on: date
    cases: int = 0
    level: int = 4
    of_team: bool = False


def hold_apprenticeship(held: Apprenticeship) -> Apprenticeship:
    """The apprenticeship as it stands, locked."""
    rows = Apprenticeship.objects.select_for_update(of=("self",), no_key=True).select_related(
        "programme", "giver", "receiver", "department"
    )
    return rows.get(pk=held.pk)


def must_be_active(held: Apprenticeship) -> None:
    """InvalidState ``apprenticeship-not-active`` before both signed and after it ended."""
    if held.state != ACTIVE:
        raise InvalidState(
            "apprenticeship-not-active", "This is possible while the apprenticeship lasts."
        )


def form_numbers(form: str, field: str = "form") -> Mapping[str, int]:
    """How many mentors and apprentices a form takes, and whether teams are tied."""
    term("apprenticeship_forms", form, field)
    extra = vocabulary().term("apprenticeship_forms", form).extra
    names = ("mentors_least", "mentors_most", "apprentices_least", "apprentices_most", "team")
    return {name: int(extra[name] or 0) for name in names}


def span_of(low: int, high: int) -> str:
    """How many a form takes, as it is told."""
    return str(low) if low == high else f"{low}–{high}"


def fits_form(form: str, mentors: int, apprentices: int) -> None:
    """InvalidInput ``mentors-unfit`` or ``apprentices-unfit`` at the field."""
    held = form_numbers(form)
    for field, count in (("mentors", mentors), ("apprentices", apprentices)):
        low, high = held[f"{field}_least"], held[f"{field}_most"]
        if not low <= count <= high:
            raise InvalidInput(
                f"{field}-unfit",
                "This form takes %(people)s here.",
                field=field, people=span_of(low, high),
            )  # fmt: skip


def mentor_fits(
    held: Apprenticeship, said: MentorInput, first: date, field: str = "mentors"
) -> None:
    """InvalidInput at the field: ``mentor-elsewhere``, ``posting-of-other``, ``mentor-learns``."""
    person = said.person
    of_one_world(held.programme, **{field: person})
    if said.posting is not None:
        posting = postings_with([said.posting.id]).get(said.posting.id)
        if (
            posting is None
            or posting.person_id != person.id
            or posting.receiver_id != held.receiver_id
            or posting.programme_id != held.programme_id
        ):
            raise InvalidInput(
                "posting-of-other",
                "This posting is not of %(person)s to this recipient.",
                field=field, person=person.name,
            )  # fmt: skip
    elif not (
        is_staff(person, held.giver, first)
        or is_staff(person, held.receiver, first)
        or posted_to(person.id, held.receiver_id)
    ):
        raise InvalidInput(
            "mentor-elsewhere",
            "%(person)s belongs to neither side and was never posted here.",
            field=field, person=person.name,
        )  # fmt: skip
    if Apprentice.objects.filter(apprenticeship=held, person=person.id).exists():
        raise InvalidInput("mentor-is-learner", "Nobody is the own mentor.", field=field)


def add_mentors(held: Apprenticeship, said: Sequence[MentorInput]) -> None:
    """Write who teaches; one leads."""
    if sum(each.lead for each in said) != 1:
        raise InvalidInput("lead-mentor-one", "One mentor leads the teaching.", field="mentors")
    if len({each.person.id for each in said}) < len(said):
        raise InvalidInput("mentor-twice", "A mentor stands here twice.", field="mentors")
    rows = []
    for each in said:
        first = max(each.first_day or held.starts_on, held.starts_on)
        mentor_fits(held, each, first)
        rows.append(
            Mentor(
                apprenticeship=held, person=each.person, posting=each.posting, lead=each.lead,
                first_day=first,
            )
        )  # fmt: skip
    Mentor.objects.bulk_create(rows)


def add_learner(held: Apprenticeship, said: ApprenticeInput) -> Apprentice:
    """Write who learns, with selection and baseline; InvalidInput at the field ``apprentices``."""
    person, joined = said.person, max(said.joined_on or held.starts_on, held.starts_on)
    of_one_world(held.programme, apprentices=person)
    must_be_staff(person, held.receiver, joined, "apprentices")
    if joined > held.ends_on:
        raise InvalidInput(
            "dates-out-of-order",
            "The end (%(end)s) lies before the start (%(start)s).",
            field="joined_on", start=joined, end=held.ends_on,
        )  # fmt: skip
    if Apprentice.objects.filter(apprenticeship=held, person=person.id).exists():
        raise InvalidInput(
            "apprentice-twice", "%(person)s learns here already.",
            field="apprentices", person=person.name,
        )  # fmt: skip
    teaching = Q(last_day__isnull=True) | Q(last_day__gte=joined)
    if Mentor.objects.filter(teaching, apprenticeship=held, person=person.id).exists():
        raise InvalidInput("mentor-is-learner", "Nobody is the own mentor.", field="apprentices")
    row = Apprentice.objects.create(
        apprenticeship=held, person=person, joined_on=joined,
        selection=words(said.selection, "selection", 400),
        baseline=words(said.baseline, "baseline", 400),
    )  # fmt: skip
    say_criteria(row, said.criteria or {})
    say_baselines(held, row, said.before or {})
    return row


def say_criteria(row: Apprentice, criteria: Mapping[str, bool]) -> None:
    """Write which criteria of selection somebody meets; those said before give way."""
    for criterion, met in criteria.items():
        SelectionAnswer.objects.update_or_create(
            apprentice=row,
            criterion=term("selection_criteria", criterion, "criteria"),
            defaults={"met": met},
        )


def say_baselines(
    held: Apprenticeship, row: Apprentice, before: Mapping[str, tuple[int, int]]
) -> None:
    """Write what somebody could do of the plan's goals before; replaces what was said."""
    goals = {goal.code: goal for goal in LearningGoal.objects.filter(apprenticeship=held)}
    for code, (level, cases) in before.items():
        if code not in goals:
            raise InvalidInput("goal-not-in-plan", "This is not in the plan.", field="before")
        Baseline.objects.update_or_create(
            apprentice=row, goal=goals[code],
            defaults={
                "level": whole(level, "before", 1, 5),
                "cases_before": whole(cases, "before", 0, MOST_CASES),
            },
        )  # fmt: skip


def checked_goals(held: Apprenticeship, goals: Iterable[GoalInput]) -> list[dict[str, Any]]:
    """The lines of a plan as plain rows in order; InvalidInput at the field."""
    rows: list[dict[str, Any]] = []
    seen: set[tuple[str, str]] = set()
    team = bool(form_numbers(held.form)["team"])
    for place, goal in enumerate(goals):
        if goal.kind not in LearningGoal.Kind.values:
            raise InvalidInput("code-unknown", "This kind is not known.", field="kind")
        table = "procedures" if goal.kind == "procedure" else "entrustable_activities"
        term(table, goal.code, "code")
        if (goal.kind, goal.code) in seen:
            raise InvalidInput(
                "goal-twice", "This stands in the plan twice.", field="code", line=place
            )
        seen.add((goal.kind, goal.code))
        if not held.starts_on <= meant(goal.due_on, "due_on") <= held.ends_on:
            raise InvalidInput(
                "goal-outside-dates",
                "A goal is due between the first and the last day of the apprenticeship.",
                field="due_on", line=place,
            )  # fmt: skip
        rows.append(
            {
                "kind": goal.kind, "code": goal.code, "due_on": goal.due_on,
                "cases": whole(goal.cases, "cases", 0, MOST_CASES),
                "level": whole(goal.level, "level", 1, 5), "position": place,
                "of_team": goal.of_team and team,
            }
        )  # fmt: skip
    whole(len(rows), "goals", 0, MOST_GOALS)
    return rows


def write_goals(held: Apprenticeship, rows: Sequence[Mapping[str, Any]]) -> None:
    """The plan becomes these lines; a goal that stays keeps its baselines and its day reached."""
    kept = {
        (goal.kind, goal.code): goal for goal in LearningGoal.objects.filter(apprenticeship=held)
    }
    for row in rows:
        goal = kept.pop((row["kind"], row["code"]), None)
        if goal is None:
            LearningGoal.objects.create(apprenticeship=held, **row)
            continue
        for name, value in row.items():
            setattr(goal, name, value)
        goal.save()
    for goal in kept.values():
        goal.delete()


def without_evidence(row: Apprentice, held: Apprenticeship, day: date) -> list[str]:
    """The lines of the plan for which nothing formal says that the apprentice is independent.

    A certificate in force at the recipient does, or a decision at level 4 or above that was
    not withdrawn; what the whole team is to reach is not asked of one. Names as in the pack.
    """
    shown = set(
        Decision.objects.filter(
            person_id=row.person_id, receiver_id=held.receiver_id, on__lte=day,
            level__gte=ALONE, withdrawn_on__isnull=True,
        ).values_list("code", flat=True)
    )  # fmt: skip
    shown |= set(
        Certificate.objects.filter(
            person_id=row.person_id, receiver_id=held.receiver_id, issued_on__lte=day,
            valid_to__gte=day, revoked_on__isnull=True,
        ).values_list("procedure", flat=True)
    )  # fmt: skip
    tables = vocabulary().tables
    return [
        tables[PROCEDURES if goal.kind == goal.Kind.PROCEDURE else ACTIVITIES][goal.code].name
        for goal in held.goals.filter(of_team=False, level__gte=ALONE).order_by("position")
        if goal.code not in shown
    ]


def tell_apprenticeship(by: User | None, held: Apprenticeship) -> None:
    """What the figures count of it: persons, pairs, a team, and who finished independent.

    Call it just before the audit row: it takes the house's write lock.
    """
    lines: list[Said] = []
    if held.state in (ACTIVE, COMPLETED, ENDED):
        pairs: Counter[tuple[date, date | None, UUID]] = Counter()
        mentors = list(held.mentors.order_by("first_day", "id"))
        for row in held.apprentices.order_by("joined_on", "id"):
            last, who = _earliest(row.left_on, held.ended_on), row.person_id
            lines.append(
                Said("apprentices", row.joined_on, last, item=held.specialty, person_id=who)
            )
            for mentor in mentors:
                first = max(row.joined_on, mentor.first_day)
                end = _earliest(last, mentor.last_day)
                if end is None or end >= first:
                    pairs[first, end, who] += 1
            if row.outcome == INDEPENDENT and (on := row.left_on):
                lines.append(
                    Said("apprentices_independent", on, on, item=held.specialty, person_id=who)
                )
        lines += [
            Said("apprentice_pairs", first, end, Decimal(count), held.specialty, who)
            for (first, end, who), count in pairs.items()
        ]
        if form_numbers(held.form)["team"]:
            lines.append(
                Said("apprentice_teams", held.starts_on, held.ended_on, item=held.specialty)
            )
    tell(
        by=by, record_id=held.id, programme_id=held.programme_id, kind=held.form,
        giver_id=held.giver_id, receiver_id=held.receiver_id, lines=lines,
    )  # fmt: skip


def _earliest(*days: date | None) -> date | None:
    held = [day for day in days if day is not None]
    return min(held) if held else None
