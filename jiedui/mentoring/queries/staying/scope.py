"""Of what it is asked what stayed: the rows of a programme, department, team, batch or expert.

Every scope holds only what lies on a side of the viewer's own; an expert sees the own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.directory import access as directory
from jiedui.directory.queries import departments_ever, departments_within, nameable
from jiedui.mentoring.access.reach import PEOPLE, READ, not_visible, of_sides, own_person
from jiedui.mentoring.models import CaseTally, Certificate, Mentor, Technique
from jiedui.programmes import access as programmes
from jiedui.programmes.domain.states import ENDED

if TYPE_CHECKING:
    from jiedui.directory.models import Department, Organisation, Person
    from jiedui.programmes.models import Posting

PROGRAMME, DEPARTMENT, PERSON, TEAM, BATCH = "programme", "department", "person", "team", "batch"
KINDS = (PROGRAMME, DEPARTMENT, PERSON, TEAM, BATCH)


@dataclass(frozen=True)
class Scope:
    """What is asked of, and its rows as the viewer may read them."""

    kind: str
    of: Any
    techniques: QuerySet[Technique]
    tallies: QuerySet[CaseTally]
    certificates: QuerySet[Certificate]
    departures: QuerySet[Posting]
    # Whether named people's standing may be told.
    names: bool

    @property
    def id(self) -> UUID:
        """The id of what is asked of."""
        found: UUID = self.of.pk
        return found

    @property
    def example(self) -> bool:
        """Whether it is of the example."""
        own = getattr(self.of, "programme", None) or getattr(self.of, "organisation", self.of)
        return bool(own.example)


def _scope(
    viewer: Viewer, kind: str, of: Any, techniques: Q, tallies: Q, certificates: Q, postings: Q,
    *, sides: Q | None = None, names: bool,
) -> Scope:  # fmt: skip
    within = of_sides(viewer, READ) if sides is None else sides
    return Scope(
        kind,
        of,
        Technique.objects.filter(within, techniques),
        CaseTally.objects.filter(within, tallies),
        Certificate.objects.filter(within, certificates),
        programmes.visible_postings(viewer).filter(
            within, postings, state__in=ENDED, departed_on__isnull=False
        ),
        names,
    )


def _names(viewer: Viewer) -> bool:
    return viewer.may(PEOPLE)


def of_programme(viewer: Viewer, id: UUID) -> Scope:
    """A programme, as far as the viewer sees it; NotVisible."""
    programme = programmes.get_programme(viewer, id)
    own = Q(programme=programme)
    return _scope(viewer, PROGRAMME, programme, own, own, own, own, names=_names(viewer))


def get_department(viewer: Viewer, id: UUID) -> Department:
    """A department of the viewer's own, or one to which an own expert was posted; NotVisible."""
    found = departments_ever(None).select_related("organisation").filter(pk=id).first()
    if found is None or not viewer.may(READ):
        raise not_visible()
    if not directory.reach(viewer, READ).covers(found.organisation_id):
        sent = programmes.visible_postings(viewer).filter(department=found)
        if not sent.exists():
            raise not_visible()
    return found


def of_department(viewer: Viewer, id: UUID) -> Scope:
    """A department; NotVisible."""
    department = get_department(viewer, id)
    own = Q(department=department)
    names = directory.reach(viewer, PEOPLE).covers(department.organisation_id)
    return _scope(viewer, DEPARTMENT, department, own, own, own, own, names=names)


def _brought(**posted: Any) -> tuple[Q, Q, Q]:
    """Techniques brought in these postings, their cases, and certificates of their apprentices."""
    through = {f"posting__{name}": value for name, value in posted.items()}
    taught = Mentor.objects.filter(**through).values("apprenticeship_id")
    return (
        Q(**through),
        Q(technique__in=Technique.objects.filter(**through).values("id")),
        Q(apprenticeship__in=taught),
    )


def of_team(viewer: Viewer, id: UUID) -> Scope:
    """A team; NotVisible."""
    team = programmes.get_team(viewer, id)
    own = _brought(team=team)
    return _scope(viewer, TEAM, team, *own, Q(team=team), names=_names(viewer))


def of_batch(viewer: Viewer, id: UUID) -> Scope:
    """A batch; NotVisible."""
    batch = programmes.get_batch(viewer, id)
    own = _brought(batch=batch)
    return _scope(viewer, BATCH, batch, *own, Q(batch=batch), names=_names(viewer))


def of_person(viewer: Viewer, id: UUID) -> Scope:
    """An expert, on the viewer's own sides, or the viewer; never one beside another. NotVisible."""
    me = own_person(viewer)
    own = me is not None and me.id == id
    if not (own or viewer.may(PEOPLE)):
        raise not_visible()
    sides = Q() if own else of_sides(viewer, PEOPLE)
    person = me if own else _expert(viewer, sides, id)
    if person is None:
        raise not_visible()
    techniques = Q(introduced_by=person)
    taught = Mentor.objects.filter(person=person).values("apprenticeship_id")
    return _scope(
        viewer, PERSON, person, techniques,
        Q(technique__in=Technique.objects.filter(techniques).values("id")),
        Q(apprenticeship__in=taught), Q(person=person), sides=sides, names=True,
    )  # fmt: skip


def _expert(viewer: Viewer, sides: Q, id: UUID) -> Person | None:
    """Who was posted to or from an own side, or brought a technique there."""
    posted = programmes.visible_postings(viewer).filter(sides, person_id=id)
    if (found := posted.select_related("person").first()) is not None:
        return found.person
    brought = Technique.objects.filter(sides, introduced_by_id=id).select_related("introduced_by")
    technique = brought.first()
    return technique.introduced_by if technique is not None else None


SCOPES = {
    PROGRAMME: of_programme,
    DEPARTMENT: of_department,
    PERSON: of_person,
    TEAM: of_team,
    BATCH: of_batch,
}


def scope_of(viewer: Viewer, kind: str, id: UUID) -> Scope:
    """The scope of a kind and id; NotVisible."""
    viewer.must(READ)
    if kind not in SCOPES:
        raise not_visible()
    return SCOPES[kind](viewer, id)


def visible_departments(viewer: Viewer) -> QuerySet[Department]:
    """Open departments of the viewer's own organisations."""
    held = directory.reach(viewer, READ)
    rows = departments_within(None if held.everything else held.organisation_ids)
    return rows.select_related("organisation")


def was_posted(viewer: Viewer, person_id: UUID) -> bool:
    """Whether the viewer's own person was ever sent."""
    return programmes.visible_postings(viewer).filter(person_id=person_id).exists()


def get_organisation(viewer: Viewer, id: UUID) -> Organisation:
    """An organisation of the viewer's own, whose skills are to be seen; NotVisible."""
    viewer.must(READ)
    if not directory.reach(viewer, READ).covers(id):
        raise not_visible()
    rows = nameable(example=True) | nameable(example=False)
    found = rows.filter(pk=id).first()
    if found is None:
        raise not_visible()
    return found


def tallies_of(organisation_id: UUID) -> QuerySet[CaseTally]:
    """Every confirmed case at a hospital."""
    return CaseTally.objects.filter(receiver_id=organisation_id)


def sees_names(viewer: Viewer, organisation_id: UUID) -> bool:
    """Whether named people of the organisation may be told."""
    return directory.reach(viewer, PEOPLE).covers(organisation_id)


def get_departure(viewer: Viewer, id: UUID) -> Posting:
    """A posting that is over, of the viewer's sides, at a department; NotVisible."""
    viewer.must(READ)
    posting = programmes.get_posting(viewer, id)
    if posting.departed_on is None or posting.department_id is None:
        raise not_visible()
    return posting
