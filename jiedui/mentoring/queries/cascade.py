"""Who taught whom: links from apprenticeships, certificates and sessions, read layer by layer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, Min, Q, QuerySet
from django.db.models.functions import Greatest

from jiedui.accounts.permissions import Viewer
from jiedui.directory import access as directory
from jiedui.directory.queries import people_among, people_with, posts_today
from jiedui.mentoring.access.reach import PEOPLE
from jiedui.mentoring.domain.cascade import (
    APPRENTICESHIP,
    CERTIFICATE,
    SESSION,
    Branch,
    Link,
    Reached,
    cascade,
    tree,
)
from jiedui.mentoring.domain.states import ACTIVE, COMPLETED, ENDED, HELD
from jiedui.mentoring.models import Attendance, Certificate, Mentor, SessionTeacher

if TYPE_CHECKING:
    from jiedui.directory.models import Affiliation, Person

GENERATIONS = 3
# So many links of each kind are read of a generation: a lecture to a whole hospital is no tree.
MOST = 2000


def _open(viewer: Viewer, path: str) -> Q:
    """Rows of which a side lies within the viewer's reach of named people."""
    held = directory.reach(viewer, PEOPLE)
    if held.everything:
        return Q()
    ids = held.organisation_ids
    return Q(**{f"{path}giver_id__in": ids}) | Q(**{f"{path}receiver_id__in": ids})


def links_from(viewer: Viewer, teachers: Collection[UUID]) -> tuple[list[Link[UUID]], bool]:
    """Whom these people taught, by what is open to the viewer: three queries.

    The oldest links of each kind, and whether newer ones were left out.
    """
    found: list[Link[UUID]] = []
    mentors = (
        Mentor.objects.filter(
            _open(viewer, "apprenticeship__"), person_id__in=teachers,
            apprenticeship__state__in=[ACTIVE, COMPLETED, ENDED],
        )
        .annotate(
            learner=F("apprenticeship__apprentices__person_id"),
            since=Greatest("first_day", "apprenticeship__apprentices__joined_on"),
            left=F("apprenticeship__apprentices__left_on"),
        )
        .filter(learner__isnull=False)
        .filter(Q(left__isnull=True) | Q(left__gte=F("first_day")))
        .filter(Q(last_day__isnull=True) | Q(last_day__gte=F("since")))
    )  # fmt: skip
    found += [
        Link(one, other, since, APPRENTICESHIP)
        for one, other, since in mentors.order_by("since", "learner").values_list(
            "person_id", "learner", "since"
        )[: MOST + 1]
    ]
    cut = len(found) > MOST
    certificates = (
        Certificate.objects.filter(
            _open(viewer, ""), apprenticeship__mentors__person_id__in=teachers,
            apprenticeship__mentors__lead=True, revoked_on__isnull=True,
            apprenticeship__mentors__first_day__lte=F("issued_on"),
        )
        .order_by("issued_on", "id")
        .values_list("apprenticeship__mentors__person_id", "person_id", "issued_on")[: MOST + 1]
    )  # fmt: skip
    cut = cut or len(certificates) > MOST
    # Of several leads only those asked for, each at its own row of the join.
    found += [
        Link(one, other, on, CERTIFICATE) for one, other, on in certificates if one in teachers
    ]
    taught = (
        SessionTeacher.objects.filter(
            _open(viewer, "session__"), person_id__in=teachers, session__state=HELD
        )
        .annotate(learner=F("session__attendances__person_id"))
        .filter(learner__isnull=False)
        .values("person_id", "learner")
        .annotate(since=Min("session__starts_on"))
        .order_by("since", "learner")[: MOST + 1]
    )  # fmt: skip
    cut = cut or len(taught) > MOST
    found += [Link(row["person_id"], row["learner"], row["since"], SESSION) for row in taught]
    return found, cut


def _layers(
    viewer: Viewer, roots: Collection[UUID], generations: int
) -> tuple[list[Link[UUID]], bool]:
    """The links of the roots, of those they taught, and so on; and whether some were left out."""
    links: list[Link[UUID]] = []
    asked: set[UUID] = set()
    front, cut = set(roots), False
    for _generation in range(generations):
        front -= asked
        if not front:
            break
        fresh, short = links_from(viewer, front)
        cut = cut or short
        asked |= front
        links += fresh
        front = {link.learner for link in fresh}
    return links, cut


@dataclass(frozen=True)
class Tree:
    """Somebody's cascade, with the names and homes of those in it."""

    root: Person
    branches: list[Branch[UUID]]
    reached: dict[UUID, Reached[UUID]]
    people: dict[UUID, Person]
    homes: dict[UUID, Affiliation]
    # Whether a layer was too large to be read whole.
    cut: bool


def tree_of(viewer: Viewer, root: Person, day: date) -> Tree:
    """Whom somebody taught, and whom those taught in turn."""
    links, cut = _layers(viewer, [root.id], GENERATIONS)
    reached = cascade(links, [root.id], GENERATIONS)
    people = people_with(reached)
    return Tree(root, tree(reached), reached, people, posts_today(reached, day), cut)


def generations_of(
    viewer: Viewer, roots: Iterable[UUID]
) -> tuple[dict[UUID, tuple[int, int]], bool]:
    """How many each of these people taught, and how many those taught: a few queries in all.

    And whether links were left out, so that there are at least so many.
    """
    wanted = list(roots)
    links, cut = _layers(viewer, wanted, 2)
    by_teacher: dict[UUID, list[Link[UUID]]] = defaultdict(list)
    for link in links:
        by_teacher[link.teacher].append(link)
    found = {}
    for root in wanted:
        own = by_teacher.get(root, [])
        further = [each for link in own for each in by_teacher.get(link.learner, ())]
        reached = cascade([*own, *further], [root], 2)
        numbers = [each.generation for each in reached.values()]
        found[root] = (numbers.count(1), numbers.count(2))
    return found, cut


def teachers(viewer: Viewer) -> QuerySet[Person]:
    """People who taught in what is open to the viewer, as mentors or in sessions."""
    mentors = Mentor.objects.filter(_open(viewer, "apprenticeship__"))
    mentors = mentors.filter(apprenticeship__state__in=[ACTIVE, COMPLETED, ENDED])
    taught = SessionTeacher.objects.filter(_open(viewer, "session__"), session__state=HELD)
    return people_among(mentors.values("person_id")) | people_among(taught.values("person_id"))


def person_in_sight(viewer: Viewer, id: UUID) -> Person | None:
    """Somebody who taught or learned in what is open to the viewer, or of the own staff."""
    if found := teachers(viewer).filter(pk=id).first():
        return found
    attended = Attendance.objects.filter(_open(viewer, "session__"), person_id=id)
    learns = Mentor.objects.filter(
        _open(viewer, "apprenticeship__"), apprenticeship__apprentices__person_id=id
    )
    if attended.exists() or learns.exists():
        return people_with([id]).get(id)
    return directory.visible_people(viewer).filter(pk=id).first()


def learned_from(viewer: Viewer, person: Person) -> list[tuple[UUID, str]]:
    """By whom somebody was taught, by what is open to the viewer, and how: for the way back."""
    found: dict[UUID, str] = {}
    sessions = Attendance.objects.filter(_open(viewer, "session__"), person_id=person.id)
    for id in sessions.filter(session__state=HELD).values_list(
        "session__teachers__person_id", flat=True
    )[:MOST]:
        if id is not None:
            found[id] = SESSION
    rows = Mentor.objects.filter(
        _open(viewer, "apprenticeship__"), apprenticeship__apprentices__person_id=person.id,
        apprenticeship__state__in=[ACTIVE, COMPLETED, ENDED],
    )  # fmt: skip
    for id in rows.values_list("person_id", flat=True)[:MOST]:
        found[id] = APPRENTICESHIP
    found.pop(person.id, None)
    return sorted(found.items(), key=lambda pair: str(pair[0]))
