"""Create organisations, seat them, make them part of others, give them departments."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date
from uuid import UUID

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.checking import in_order
from jiedui.core.errors import InvalidInput
from jiedui.core.identifiers import new_id
from jiedui.directory.access import (
    must_edit_everything,
    must_edit_organisation,
    must_edit_place,
)
from jiedui.directory.access.graph import upward
from jiedui.directory.actions import guards
from jiedui.directory.domain.identifiers import check_identifier
from jiedui.directory.domain.lineage import Edge, Graph
from jiedui.directory.models import (
    Department,
    Organisation,
    OrganisationEdge,
    OrganisationIdentifier,
    OrganisationName,
    OrganisationSeat,
    Place,
)
from jiedui.directory.queries import bearers_of

_ = str  # marks message ids for the catalogue
# Who bears a name.
Bearers = Callable[[str], Collection[UUID]]


@transaction.atomic
def create_organisation(
    *,
    by: User | None,
    id: UUID | None = None,
    name: str,
    name_en: str = "",
    kind: str,
    tier: str = "",
    stands_for: Place | None = None,
    seat: Place | None = None,
    other_names: Iterable[str] = (),
    identifiers: Iterable[tuple[str, str]] = (),
    departments: Iterable[tuple[str, str]] = (),
    example: bool = False,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Organisation:
    """Create an organisation with its seat, names, identifiers and departments.

    ``identifiers`` are pairs of scheme and value, ``departments`` pairs of
    specialty and name. A body that ``stands_for`` a place holds all that lies in
    the place. Raises InvalidInput at the field (``name-taken``), InvalidState ``id-taken``.
    """
    place = stands_for or seat
    if place is not None:
        must_edit_place(by, place.id)
    else:
        must_edit_everything(by)
    guards.lock()
    others, numbers = list(dict.fromkeys(n.strip() for n in other_names)), list(identifiers)
    wards = list(departments)
    content = guards.hash_of(
        name=name, name_en=name_en, kind=kind, tier=tier, stands_for=stands_for, seat=seat,
        names=others, identifiers=numbers, departments=wards, example=example,
        start=valid_from, end=valid_to,
    )  # fmt: skip
    if found := guards.first_answer(Organisation, id, content):
        return found
    body = insert_organisation(
        id=id, content=content, name=name, name_en=name_en, kind=kind, tier=tier,
        stands_for=stands_for, example=example, valid_from=valid_from, valid_to=valid_to,
    )  # fmt: skip
    if seat is not None:
        insert_seat(body, seat, valid_from, valid_to)
    for other in others:
        insert_name(body, other)
    for scheme, value in numbers:
        insert_identifier(body, scheme, value)
    for specialty, ward in wards:
        insert_department(body, specialty, ward, None, None)
    record(
        by=by, action="directory.create-organisation", object_kind="organisation",
        object_id=body.id, name=body.name, kind=body.kind,
    )  # fmt: skip
    return body


def insert_organisation(
    *,
    id: UUID | None,
    content: str,
    name: str,
    name_en: str,
    kind: str,
    tier: str,
    stands_for: Place | None,
    example: bool,
    valid_from: date | None,
    valid_to: date | None,
    bearers: Bearers = bearers_of,
) -> Organisation:
    """Insert an organisation after all checks of its fields.

    ``bearers`` answers who bears a name; an import gives its own, kept while it runs.
    """
    in_order(valid_from, valid_to)
    name, name_en = guards.text(name, "name", 160), guards.optional(name_en, "name_en", 200)
    must_be_free(name, "name", bearers=bearers)
    if name_en:
        must_be_free(name_en, "name_en", bearers=bearers)
    return guards.insert(
        Organisation(
            id=id or new_id(),
            content=content,
            name=name,
            name_en=name_en,
            kind=guards.term("organisation_kinds", kind, "kind"),
            tier=guards.term("tiers", tier, "tier", blank=True),
            stands_for=stands_for,
            example=example,
            valid_from=valid_from,
            valid_to=valid_to,
        ),
        "place-has-body",
        _("Another organisation already stands for this place."),
        field="stands_for",
    )


def must_be_free(
    name: str, field: str, body: Organisation | None = None, bearers: Bearers = bearers_of
) -> None:
    """InvalidInput ``name-taken`` where another bears the name: look-ups would find neither."""
    others = set(bearers(name)) - ({body.id} if body else set())
    other = Organisation.objects.filter(id__in=others).first() if others else None
    if other is not None:
        raise InvalidInput(
            "name-taken",
            "“%(name)s” is already a name of %(other)s.",
            field=field,
            name=name,
            other=other.name,
        )


def insert_name(body: Organisation, name: str, bearers: Bearers = bearers_of) -> OrganisationName:
    """Another name of the organisation; the same name again is the same row."""
    name = guards.text(name, "other_names", 160)
    must_be_free(name, "other_names", body, bearers)
    row, _ = OrganisationName.objects.get_or_create(organisation=body, name=name)
    return row


def insert_identifier(body: Organisation, scheme: str, value: str) -> OrganisationIdentifier:
    """An identifier, checked by its scheme's form and check digit."""
    value = value.strip().upper() if scheme in ("uscc", "institution") else value.strip()
    guards.pattern("identifier_schemes", scheme, value, "identifiers")
    check_identifier(scheme, value)
    row, _ = OrganisationIdentifier.objects.get_or_create(
        scheme=scheme, value=value, defaults={"organisation": body}
    )
    if row.organisation_id != body.id:
        raise InvalidInput(
            "identifier-taken",
            "The identifier %(value)s already belongs to %(other)s.",
            field="identifiers",
            value=value,
            other=row.organisation.name,
        )
    return row


def insert_department(
    body: Organisation,
    specialty: str,
    name: str,
    valid_from: date | None,
    valid_to: date | None,
    *,
    id: UUID | None = None,
    content: str = "",
) -> Department:
    """A department; one open department of a name in an organisation."""
    in_order(valid_from, valid_to)
    name = guards.text(name, "name", 120)
    return guards.insert(
        Department(
            id=id or new_id(),
            content=content,
            organisation=body,
            specialty=guards.term("specialties", specialty, "specialty"),
            name=name,
            valid_from=valid_from,
            valid_to=valid_to,
        ),
        "department-exists",
        _("%(name)s already exists in this organisation."),
        field="name",
        name=name,
    )


@transaction.atomic
def add_department(
    *,
    by: User | None,
    id: UUID | None = None,
    organisation: Organisation,
    specialty: str,
    name: str,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> Department:
    """Add a department under its 诊疗科目. Raises InvalidInput at the field."""
    must_edit_organisation(by, organisation.id)
    guards.lock(structure=False)
    content = guards.hash_of(
        organisation=organisation, specialty=specialty, name=name, start=valid_from, end=valid_to
    )
    if found := guards.first_answer(Department, id, content):
        return found
    row = insert_department(
        organisation, specialty, name, valid_from, valid_to, id=id, content=content
    )
    record(
        by=by, action="directory.add-department", object_kind="organisation",
        object_id=organisation.id, department=str(row.id), name=row.name,
    )  # fmt: skip
    return row


@transaction.atomic
def seat_organisation(
    *,
    by: User | None,
    id: UUID | None = None,
    organisation: Organisation,
    place: Place,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> OrganisationSeat:
    """Say where an organisation lies for a time; one seat at a time."""
    must_edit_organisation(by, organisation.id)
    guards.lock()
    content = guards.hash_of(organisation=organisation, place=place, start=valid_from, end=valid_to)
    if found := guards.first_answer(OrganisationSeat, id, content):
        return found
    seat = insert_seat(organisation, place, valid_from, valid_to, id=id, content=content)
    record(
        by=by, action="directory.seat-organisation", object_kind="organisation",
        object_id=organisation.id, place=str(place.id),
    )  # fmt: skip
    return seat


def insert_seat(
    organisation: Organisation,
    place: Place,
    valid_from: date | None,
    valid_to: date | None,
    *,
    id: UUID | None = None,
    content: str = "",
) -> OrganisationSeat:
    """Insert a seat after the checks that need the lock: one at a time, no ring."""
    in_order(valid_from, valid_to)
    held = OrganisationSeat.objects.filter(organisation=organisation).select_related("place")
    other = guards.overlapping(held, valid_from, valid_to)
    if isinstance(other, OrganisationSeat):
        raise InvalidInput(
            "seat-overlaps",
            "%(body)s already lies in %(place)s on some of these days.",
            field="place",
            body=organisation.name,
            place=other.place.name,
        )
    if organisation.stands_for_id is None:
        now = upward({place.id}, set())
        edge = Edge(organisation.id, now.node(place.id), "", valid_from, valid_to)
        _refuse_ring(now.graph, organisation, edge, "place")
    return OrganisationSeat.objects.create(
        id=id or new_id(),
        content=content,
        organisation=organisation,
        place=place,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def insert_part(
    organisation: Organisation,
    whole: Organisation,
    valid_from: date | None,
    valid_to: date | None,
    *,
    id: UUID | None = None,
    content: str = "",
) -> OrganisationEdge:
    """Insert a part-of edge after the checks that need the lock."""
    in_order(valid_from, valid_to)
    held = OrganisationEdge.objects.filter(organisation=organisation, whole=whole)
    if guards.overlapping(held, valid_from, valid_to):
        raise InvalidInput(
            "part-overlaps",
            "%(name)s is already part of %(whole)s on some of these days.",
            field="whole",
            name=organisation.name,
            whole=whole.name,
        )
    now = upward(set(), {whole.id})
    edge = Edge(organisation.id, whole.id, "", valid_from, valid_to)
    _refuse_ring(now.graph, organisation, edge, "whole")
    return OrganisationEdge.objects.create(
        id=id or new_id(),
        content=content,
        organisation=organisation,
        whole=whole,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _refuse_ring(graph: Graph, organisation: Organisation, edge: Edge, field: str) -> None:
    if graph.would_close(edge):
        raise InvalidInput(
            "organisation-in-itself",
            "%(name)s would become part of itself.",
            field=field,
            name=organisation.name,
        )


@transaction.atomic
def make_part(
    *,
    by: User | None,
    id: UUID | None = None,
    organisation: Organisation,
    whole: Organisation,
    valid_from: date | None = None,
    valid_to: date | None = None,
) -> OrganisationEdge:
    """Make an organisation part of another for a time; it may be part of several."""
    must_edit_organisation(by, organisation.id, whole.id)
    guards.lock()
    content = guards.hash_of(organisation=organisation, whole=whole, start=valid_from, end=valid_to)
    if found := guards.first_answer(OrganisationEdge, id, content):
        return found
    edge = insert_part(organisation, whole, valid_from, valid_to, id=id, content=content)
    record(
        by=by, action="directory.make-part", object_kind="organisation",
        object_id=organisation.id, whole=str(whole.id),
    )  # fmt: skip
    return edge
