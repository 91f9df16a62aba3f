"""What people were on a day: titles and specialties."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.core.packs import vocabulary
from jiedui.directory.models import Affiliation, Person, PersonTitle


def on_day(day: date, prefix: str = "") -> Q:
    """Rows that hold on a day; blank ends are open."""
    start, end = f"{prefix}valid_from", f"{prefix}valid_to"
    return (Q(**{f"{start}__isnull": True}) | Q(**{f"{start}__lte": day})) & (
        Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day})
    )


def _rank(title: str) -> int:
    term = vocabulary().tables.get("titles", {}).get(title)
    rank = term.extra.get("rank", "") if term else ""
    return int(rank) if rank.isdigit() else 0


def titles_on(person_ids: Iterable[UUID], day: date) -> dict[UUID, str]:
    """The highest title (by the pack's rank) that each person held on the day; others left out."""
    held: dict[UUID, str] = {}
    rows = PersonTitle.objects.filter(on_day(day), person_id__in=set(person_ids))
    for person, title in rows.values_list("person_id", "title"):
        if person not in held or _rank(title) > _rank(held[person]):
            held[person] = title
    return held


def title_on(person: Person, day: date) -> str:
    """The code of the person's title on the day; blank if none."""
    return titles_on([person.id], day).get(person.id, "")


def held_titles() -> QuerySet[PersonTitle]:
    """Everybody's titles, to be narrowed and joined by the rooms above."""
    return PersonTitle.objects.all()


def posts_today(person_ids: Iterable[UUID], day: date) -> dict[UUID, Affiliation]:
    """Each person's home post on the day, with organisation and department; others left out."""
    rows = Affiliation.objects.filter(on_day(day), person_id__in=set(person_ids))
    found: dict[UUID, Affiliation] = {}
    for row in rows.select_related("organisation", "department").order_by("valid_from", "id"):
        found[row.person_id] = row
    return found


def home_posts() -> QuerySet[Affiliation]:
    """Everybody's home posts, to be narrowed and joined by the rooms above."""
    return Affiliation.objects.all()


def homes_of(person_id: UUID) -> list[tuple[UUID, date | None, date | None]]:
    """Every organisation that the person belonged to, with the days, the earliest first."""
    rows = Affiliation.objects.filter(person_id=person_id).order_by("valid_from", "id")
    return list(rows.values_list("organisation_id", "valid_from", "valid_to"))


def staff_of(
    organisation_ids: Collection[UUID],
) -> list[tuple[str, UUID, date | None, date | None]]:
    """Name and id of everyone who ever belonged to one of these organisations, with the days."""
    rows = Affiliation.objects.filter(organisation_id__in=organisation_ids)
    return list(rows.values_list("person__name", "person_id", "valid_from", "valid_to"))


def numbered_staff(
    organisation_ids: Collection[UUID],
) -> list[tuple[str, str, UUID, date | None, date | None]]:
    """Staff number, name and id of everyone who ever belonged here, with the days."""
    rows = Affiliation.objects.filter(organisation_id__in=organisation_ids)
    return list(
        rows.values_list(
            "person__staff_number", "person__name", "person_id", "valid_from", "valid_to"
        )
    )


def people_with(ids: Iterable[UUID]) -> dict[UUID, Person]:
    """People by their ids."""
    return Person.objects.in_bulk(list(ids))


def people_among(ids: QuerySet[Any]) -> QuerySet[Person]:
    """People whose id a selection names."""
    return Person.objects.filter(id__in=ids)


def people_at(organisation_ids: Collection[UUID], *, example: bool) -> QuerySet[Person]:
    """People who belong, or once belonged, to one of these organisations."""
    staff = Affiliation.objects.filter(organisation_id__in=organisation_ids)
    return Person.objects.filter(id__in=staff.values("person_id"), example=example)


def staff_at(organisation_id: UUID, department_id: UUID | None, day: date) -> list[Person]:
    """Who belongs to the department on the day, or to the organisation where none is given."""
    posts = Affiliation.objects.filter(on_day(day), organisation_id=organisation_id)
    if department_id is not None:
        posts = posts.filter(department_id=department_id)
    people = Person.objects.filter(id__in=posts.values("person_id"))
    return list(people.order_by("name", "id")[:200])


def person_of(user_id: UUID) -> Person | None:
    """The person in the directory who has this account, if any."""
    return Person.objects.filter(user_id=user_id).first()


def staff_member(
    organisation_ids: Collection[UUID], name: str, staff_number: str, day: date
) -> Person | None:
    """The one person of this name and staff number who belongs to one of these on the day."""
    staff = Affiliation.objects.filter(on_day(day), organisation_id__in=organisation_ids)
    rows = Person.objects.filter(name=name, staff_number=staff_number).exclude(staff_number="")
    found = list(rows.filter(id__in=staff.values("person_id"))[:2])
    return found[0] if len(found) == 1 else None


def kept_by(posts: Iterable[Affiliation], day: date) -> frozenset[UUID]:
    """Which organisations keep a person with these posts: of those on the day, else the last."""
    held = list(posts)
    present = [
        post for post in held if (post.valid_from or date.min) <= day <= (post.valid_to or date.max)
    ]
    if not present and held:
        present = [max(held, key=lambda post: (post.valid_from or date.min, post.id))]
    return frozenset(post.organisation_id for post in present)


def hold_person(person_id: UUID) -> None:
    """Let one writer at a time at what a person does, until the transaction ends.

    Who only names the person waits for nobody: the database looks at names when a transaction
    ends, and would then wait in a ring with who holds the person and waits for the audit log.
    """
    Person.objects.select_for_update(no_key=True).get(pk=person_id)
