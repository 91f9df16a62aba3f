"""Reads of apprenticeships: the list, one with all its own, progress, who lacks a mentor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import bodies_with
from jiedui.mentoring.access.apprenticeships import visible_apprenticeships
from jiedui.mentoring.access.reach import WRITE, may_manage, own_person, teaching
from jiedui.mentoring.domain.apprenticeships import NOT_BEGUN, Line, Teaching, mentored, standing
from jiedui.mentoring.domain.states import (
    ACTIVE,
    COMPLETED,
    CONFIRMED,
    DRAFT,
    PROPOSED,
    WITHDRAWN,
)
from jiedui.mentoring.models import (
    Apprentice,
    Apprenticeship,
    Baseline,
    Case,
    Decision,
    LearningGoal,
    Mentor,
    PlanChange,
)
from jiedui.programmes.access import (
    on_day,
    visible_pairings,
    visible_postings,
    visible_programmes,
)
from jiedui.programmes.domain.states import COMING, HOLDING, PRESENT
from jiedui.programmes.queries import pairing_for
from jiedui.programmes.queries.on_site import postings_there, takers_over

if TYPE_CHECKING:
    from jiedui.directory.models import Organisation
    from jiedui.programmes.models import Posting, Programme

# A mentor's end is told of so many days before.
SOON = timedelta(days=60)


def _with_people(rows: QuerySet[Apprenticeship]) -> QuerySet[Apprenticeship]:
    teaching = Mentor.objects.select_related("person", "posting").order_by("-lead", "first_day")
    learning = Apprentice.objects.select_related("person").order_by("joined_on", "id")
    return rows.select_related("programme", "giver", "receiver", "department").prefetch_related(
        Prefetch("mentors", teaching), Prefetch("apprentices", learning)
    )


def apprenticeships_of(viewer: Viewer) -> QuerySet[Apprenticeship]:
    """The apprenticeships that the viewer sees, with bodies, mentors and apprentices."""
    return _with_people(visible_apprenticeships(viewer))


def of_pairing(viewer: Viewer, giver_id: UUID, receiver_id: UUID) -> list[Apprenticeship]:
    """Those between two bodies that run or wait, the latest first."""
    rows = visible_apprenticeships(viewer).filter(giver_id=giver_id, receiver_id=receiver_id)
    rows = rows.exclude(state__in=("withdrawn", "draft")).order_by("-starts_on", "-id")
    return list(_with_people(rows)[:20])


def _there(day: date) -> QuerySet[Mentor]:
    """Mentors of the outer apprenticeship whose teaching goes on, in a posting or without one."""
    holds = Q(posting__state__in=PRESENT) | Q(posting__state__in=HOLDING, posting__ends_on__gte=day)
    return Mentor.objects.filter(
        Q(posting__isnull=True) | holds, apprenticeship=OuterRef("pk"), last_day__isnull=True
    )


def unmentored(viewer: Viewer, day: date | None = None) -> QuerySet[Apprenticeship]:
    """Running ones in which nobody teaches any longer: no mentor, or all their postings ended."""
    rows = visible_apprenticeships(viewer).filter(state=ACTIVE)
    return rows.filter(~Exists(_there(day or today())))


def mentor_leaving(viewer: Viewer, day: date | None = None) -> QuerySet[Apprenticeship]:
    """Running ones in which everybody's posting ends soon, and before the apprenticeship does."""
    day = day or today()
    there = _there(day)
    stays = there.filter(
        Q(posting__isnull=True)
        | Q(posting__ends_on__gte=OuterRef("ends_on"))
        | Q(posting__ends_on__gt=day + SOON)
    )
    rows = visible_apprenticeships(viewer).filter(state=ACTIVE)
    return rows.filter(Exists(there), ~Exists(stays))


def plan_changing() -> QuerySet[PlanChange, Any]:
    """Ids of the apprenticeships of which one side has not yet signed a change of the plan."""
    return PlanChange.objects.filter(answered_on__isnull=True).values("apprenticeship_id")


def mentoring_of(held: Apprenticeship, day: date) -> str:
    """domain.apprenticeships.mentored of one whose mentors were fetched along."""
    return mentored(
        (
            Teaching(
                None if row.posting is None else row.posting.ends_on,
                row.posting is not None
                and row.posting.state not in PRESENT
                and (row.posting.state not in HOLDING or row.posting.ends_on < day),
            )
            for row in held.mentors.all()
            if row.last_day is None
        ),
        day,
        held.ends_on,
    )


@dataclass(frozen=True)
class Successor:
    """Who could take a mentor's place: named in the handover, or otherwise posted here."""

    posting: Posting
    from_handover: bool


def successors(held: Apprenticeship, mentor: Mentor) -> list[Successor]:
    """Whom to propose after a mentor, the handover's successor first."""
    named: Posting | None = None
    if mentor.posting_id is not None:
        named = takers_over([mentor.posting_id]).get(mentor.posting_id)
    rows = postings_there(held.receiver_id).filter(programme_id=held.programme_id)
    teaching = {row.person_id for row in held.mentors.all() if row.last_day is None}
    others = [
        row for row in rows.order_by(F("ends_on").desc(), "id")[:60]
        if row.person_id not in teaching and (named is None or row.id != named.id)
    ]  # fmt: skip
    own = [row for row in others if row.specialty == held.specialty]
    found = [Successor(named, True)] if named is not None else []
    return found + [
        Successor(row, False) for row in own + [row for row in others if row not in own]
    ]


@dataclass(frozen=True)
class Progress:
    """A goal for one apprentice, with what the logbook and the decisions say."""

    goal: LearningGoal
    cases: int
    local: int
    failures: int
    level: int | None
    # Whether the level is a formal decision, and not the newest judgement of a case.
    formal: bool
    before: Baseline | None
    stands: str


@dataclass(frozen=True)
class Learner:
    """An apprentice with the lines of the plan."""

    row: Apprentice
    lines: Sequence[Progress]


def progress(held: Apprenticeship, day: date) -> list[Learner]:
    """Cases against plan and the last level of each goal, an apprentice after the other.

    A case that was only watched is none of those planned.
    """
    watching = [
        code
        for code, role in vocabulary().tables["case_roles"].items()
        if role.extra["part"] == "watches"
    ]
    rows = list(
        held.apprentices.select_related("person").prefetch_related("baselines", "answers")
        .order_by("joined_on", "id")
    )  # fmt: skip
    goals = list(held.goals.order_by("position", "id"))
    people = [row.person_id for row in rows]
    counts: dict[tuple[UUID, str], list[int]] = {}
    levels: dict[tuple[UUID, str], int] = {}
    told = (
        Case.objects.filter(apprenticeship=held, state=CONFIRMED)
        .exclude(role__in=watching)
        .order_by("happened_on", "id")
    )
    for who, code, lead, success, level in told.values_list(
        "learner_id", "procedure", "lead", "success", "entrustment"
    ):
        count = counts.setdefault((who, code), [0, 0, 0])
        count[0] += 1
        count[1] += lead in ("supervised", "independent")
        count[2] += not success
        if level is not None:
            levels[who, code] = level
    formal: dict[tuple[UUID, str], int] = {}
    decided = Decision.objects.filter(
        person_id__in=people, receiver_id=held.receiver_id, withdrawn_on__isnull=True,
        code__in=[goal.code for goal in goals],
    ).order_by("on", "id")  # fmt: skip
    for who, code, level in decided.values_list("person_id", "code", "level"):
        formal[who, code] = level
    return [
        Learner(row, [_line(held, row, goal, counts, levels, formal, day) for goal in goals])
        for row in rows
    ]


def _line(
    held: Apprenticeship,
    row: Apprentice,
    goal: LearningGoal,
    counts: dict[tuple[UUID, str], list[int]],
    levels: dict[tuple[UUID, str], int],
    formal: dict[tuple[UUID, str], int],
    day: date,
) -> Progress:
    key = (row.person_id, goal.code)
    cases, local, failures = counts.get(key, [0, 0, 0])
    level = formal.get(key, levels.get(key))
    until = min(day, row.left_on or held.ended_on or day)
    first = max(row.joined_on, held.starts_on)
    line = Line(goal.cases, goal.level, goal.due_on, cases, level)
    runs = held.state not in (DRAFT, PROPOSED, WITHDRAWN) and until >= first
    stands = standing(line, first, until) if runs else NOT_BEGUN
    before = next((each for each in row.baselines.all() if each.goal_id == goal.id), None)
    return Progress(goal, cases, local, failures, level, key in formal, before, stands)


@dataclass(frozen=True)
class Detail:
    """One apprenticeship with what its page shows."""

    mentors: Sequence[Mentor]
    learners: Sequence[Learner]
    changes: Sequence[PlanChange]
    recorded: int


def detail(held: Apprenticeship, day: date | None = None) -> Detail:
    """Mentors, apprentices with their progress, changes of the plan, cases that await a mentor."""
    mentors = list(
        held.mentors.select_related("person", "posting", "took_over_from__person")
        .order_by("first_day", "id")
    )  # fmt: skip
    return Detail(
        mentors,
        progress(held, day or today()),
        list(held.plan_changes.order_by("-proposed_on", "-id")[:20]),
        Case.objects.filter(apprenticeship=held, state="recorded").count(),
    )


def own_logbooks(viewer: Viewer) -> list[Apprenticeship]:
    """Those in which the viewer learns, or teaches now, and in which a case can be recorded."""
    if (me := own_person(viewer)) is None:
        return []
    taught = Mentor.objects.filter(teaching(), person=me.id)
    learned = Apprentice.objects.filter(person=me.id)
    rows = Apprenticeship.objects.filter(
        Q(id__in=taught.values("apprenticeship_id"))
        | Q(id__in=learned.values("apprenticeship_id")),
        state__in=(ACTIVE, COMPLETED),
    )
    return list(_with_people(rows.order_by("-starts_on", "-id"))[:30])


def names_of(rows: Iterable[Mentor | Apprentice]) -> list[str]:
    """The names of who teaches or learns now; of one to come, who will; of an ended one, who did.

    A successor named ahead stands here from the own first day on.
    """
    held, day = list(rows), today()
    now = [row for row in held if isinstance(row, Mentor) and _on(row, day)]
    present: list[Mentor | Apprentice] = list(now) or [
        row for row in held
        if (row.last_day if isinstance(row, Mentor) else row.left_on) is None
    ]  # fmt: skip
    return list(dict.fromkeys(row.person.name for row in present or held))


def _on(row: Mentor, day: date) -> bool:
    return row.first_day <= day and (row.last_day is None or row.last_day >= day)


def others_posted(held: Apprenticeship) -> list[Posting]:
    """Who of the supporter is posted to the recipient and does not teach here yet."""
    teaching = held.mentors.filter(last_day__isnull=True).values_list("person_id", flat=True)
    rows = postings_there(held.receiver_id).filter(programme_id=held.programme_id)
    return list(rows.exclude(person_id__in=list(teaching))[:60])


@dataclass(frozen=True)
class Tie:
    """A supporter and a recipient paired in a programme."""

    programme: Programme
    giver: Organisation
    receiver: Organisation


def own_posts(viewer: Viewer) -> QuerySet[Posting]:
    """Postings in which the viewer is or comes: whoever is to teach there drafts."""
    me = own_person(viewer)
    rows = visible_postings(viewer).filter(state__in=(*COMING, *PRESENT)).order_by()
    return rows.none() if me is None else rows.filter(person_id=me.id)


def own_post(viewer: Viewer) -> Posting | None:
    """The one posting in which the viewer is or comes: where a new record would be of."""
    rows = own_posts(viewer).select_related(
        "programme", "giver", "receiver", "department", "person"
    )
    found = list(rows.order_by("starts_on", "id")[:2])
    return found[0] if len(found) == 1 else None


def may_begin(viewer: Viewer) -> bool:
    """Whether the viewer drafts apprenticeships: for a side, or as who is posted to teach."""
    if not viewer.may(WRITE):
        return False
    acts = viewer.may("programmes.send") or viewer.may("programmes.host")
    return acts or own_posts(viewer).exists()


def _posted_between(viewer: Viewer) -> set[tuple[UUID, UUID, UUID]]:
    return set(own_posts(viewer).values_list("programme_id", "giver_id", "receiver_id"))


def pairs_of(viewer: Viewer) -> list[Tie]:
    """Supporters and recipients between which the viewer may draft: paired, or posted, today."""
    posted = visible_postings(viewer).filter(state__in=(*COMING, *PRESENT)).order_by()
    keys = set(posted.values_list("programme_id", "giver_id", "receiver_id").distinct()[:400])
    paired = visible_pairings(viewer).filter(on_day(viewer)).order_by()
    keys |= set(paired.values_list("programme_id", "giver_id", "receiver_id").distinct()[:400])
    mine = _posted_between(viewer)
    own = [key for key in keys if key in mine or may_manage(viewer, key[1], key[2])]
    programmes = {row.id: row for row in visible_programmes(viewer)}
    bodies = bodies_with({body for key in own for body in key[1:]})
    found = [
        Tie(programmes[programme], bodies[giver], bodies[receiver])
        for programme, giver, receiver in own
        if programme in programmes and giver in bodies and receiver in bodies
    ]
    return sorted(found, key=lambda tie: (tie.receiver.name, tie.giver.name, str(tie.programme.id)))


def tied(
    viewer: Viewer, programme_id: UUID, giver_id: UUID, receiver_id: UUID
) -> tuple[Programme, Organisation, Organisation] | None:
    """The three rows where the two are paired in the programme today and the viewer may draft."""
    key = (programme_id, giver_id, receiver_id)
    if not may_manage(viewer, giver_id, receiver_id) and key not in _posted_between(viewer):
        return None
    programme = visible_programmes(viewer).filter(pk=programme_id).first()
    bodies = bodies_with({giver_id, receiver_id})
    if programme is None or len(bodies) < 2:
        return None
    if pairing_for(programme_id, giver_id, receiver_id, viewer.day) is None:
        return None
    return programme, bodies[giver_id], bodies[receiver_id]
