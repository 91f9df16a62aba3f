"""Places in several dated trees, organisations, departments and people."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from jiedui.core.identifiers import new_id


def dates_in_order(name: str) -> models.CheckConstraint:
    """A dated row ends no earlier than it begins; blank ends are open."""
    return models.CheckConstraint(
        condition=Q(valid_to__isnull=True)
        | Q(valid_from__isnull=True)
        | Q(valid_to__gte=F("valid_from")),
        name=name,
    )


class Dated(models.Model):
    """Holds from a first to a last day, both included; blank is open."""

    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True


class Created(models.Model):
    """Made once by whoever creates it: the same id with the same content is one creation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # Hash of what the creation said, so that a repeated call is told from a clash.
    content = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        abstract = True


class DirectoryState(models.Model):
    """One row: writers of the directory lock it, and its token names the state of the trees.

    The token is random and not a counter: a counter of a rolled-back transaction
    would come again for another state.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField(default=new_id)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="directory_state_is_one_row")
        ]


class Place(Created, Dated):
    """A place with its code: GB/T 2260 or a custom one, each under its scheme."""

    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160, blank=True)
    code_scheme = models.CharField(max_length=32, blank=True)
    code = models.CharField(max_length=64, blank=True)
    tier = models.CharField(max_length=32, blank=True)
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    altitude_m = models.IntegerField(null=True, blank=True)
    # An invented place of the example; never beside a real one in a figure.
    example = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            dates_in_order("place_dates_in_order"),
            models.UniqueConstraint(
                fields=["code_scheme", "code"], condition=~Q(code=""), name="place_code_once"
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="place_coordinates_possible",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceEdge(Created, Dated):
    """A place below another in one tree (a code of the pack's ``trees``) for a time."""

    tree = models.CharField(max_length=32)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="parents")
    parent = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="children")

    class Meta:
        constraints: ClassVar = [
            dates_in_order("place_edge_dates_in_order"),
            models.CheckConstraint(condition=~Q(place=F("parent")), name="place_not_below_itself"),
            models.UniqueConstraint(
                fields=["tree", "place"],
                condition=Q(valid_to__isnull=True),
                name="place_has_one_open_parent_in_a_tree",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["tree", "parent"])]


class PlaceChange(models.Model):
    """A merge, split or move, as history: which places became which on what day."""

    class Kind(models.TextChoices):
        MERGE = "merge"
        SPLIT = "split"
        MOVE = "move"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    on = models.DateField()
    tree = models.CharField(max_length=32, blank=True)
    before = models.ManyToManyField(Place, related_name="changes_away")
    after = models.ManyToManyField(Place, related_name="changes_into")
    note = models.CharField(max_length=400, blank=True)


class Organisation(Created, Dated):
    """A body that gives or receives: hospital, region's health system, command office, team."""

    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=32)
    tier = models.CharField(max_length=32, blank=True)
    # A region's body stands for its place: what lies in the place is part of the body.
    stands_for = models.OneToOneField(
        Place, on_delete=models.PROTECT, null=True, blank=True, related_name="body"
    )
    example = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [dates_in_order("organisation_dates_in_order")]
        indexes: ClassVar = [models.Index(fields=["name"])]

    def __str__(self) -> str:
        return self.name


class OrganisationName(models.Model):
    """Another name by which reports and people call an organisation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="other_names"
    )
    name = models.CharField(max_length=160)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organisation", "name"], name="other_name_once")
        ]
        indexes: ClassVar = [models.Index(fields=["name"])]


class OrganisationIdentifier(models.Model):
    """An identifier under its scheme (a code of the pack's ``identifier_schemes``)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="identifiers"
    )
    scheme = models.CharField(max_length=32)
    value = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["scheme", "value"], name="identifier_once_in_scheme")
        ]


class OrganisationSeat(Created, Dated):
    """Where an organisation lies, for a time: the place that its lineage climbs from."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="seats")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="seated")

    class Meta:
        constraints: ClassVar = [dates_in_order("seat_dates_in_order")]


class OrganisationEdge(Created, Dated):
    """An organisation that is part of another, for a time."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="part_of")
    whole = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="parts")

    class Meta:
        constraints: ClassVar = [
            dates_in_order("organisation_edge_dates_in_order"),
            models.CheckConstraint(
                condition=~Q(organisation=F("whole")), name="organisation_not_part_of_itself"
            ),
        ]


class Department(Created, Dated):
    """A department of an organisation under its 诊疗科目 (pack's ``specialties``)."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="departments"
    )
    specialty = models.CharField(max_length=16)
    name = models.CharField(max_length=120)

    class Meta:
        constraints: ClassVar = [
            dates_in_order("department_dates_in_order"),
            models.UniqueConstraint(
                fields=["organisation", "name"],
                condition=Q(valid_to__isnull=True),
                name="department_name_once_open",
            ),
        ]


class Person(Created):
    """A member of staff. No national ID, ethnicity, origin or politics: see design, Privacy."""

    name = models.CharField(max_length=64)
    # The number under which the home organisation knows the person.
    staff_number = models.CharField(max_length=64, blank=True)
    user_id = models.UUIDField(null=True, blank=True, unique=True)
    example = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class PersonTitle(Dated):
    """A professional title (pack's ``titles``) held for a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="titles")
    title = models.CharField(max_length=32)

    class Meta:
        constraints: ClassVar = [dates_in_order("title_dates_in_order")]


class PersonSpecialty(Dated):
    """A specialty practised for a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="specialties")
    specialty = models.CharField(max_length=16)

    class Meta:
        constraints: ClassVar = [dates_in_order("specialty_dates_in_order")]


class Affiliation(Dated):
    """A person's home post: organisation and department for a time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="affiliations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="staff")
    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, null=True, blank=True, related_name="staff"
    )

    class Meta:
        constraints: ClassVar = [dates_in_order("affiliation_dates_in_order")]
