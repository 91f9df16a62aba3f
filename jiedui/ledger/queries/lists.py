"""The ledger as lists: entries with what their rows show, totals, choices of the filters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection
from django.db.models import (
    Count,
    Exists,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Sum,
    prefetch_related_objects,
)
from django.db.models.functions import TruncMonth

from jiedui.accounts.permissions import Viewer
from jiedui.directory import access as directory
from jiedui.directory.access import visible_organisations
from jiedui.directory.queries import names
from jiedui.ledger.access import visible_statements, visible_versions
from jiedui.ledger.domain.states import CLOSED, CONFIRMED, SUBMITTED
from jiedui.ledger.models import (
    EntryQuantity,
    EntryVersion,
    Participant,
    Placing,
    Publication,
    Statement,
)
from jiedui.programmes.access import reach
from jiedui.programmes.queries import programmes

if TYPE_CHECKING:
    from jiedui.programmes.models import Programme

# No page offers more bodies than this to choose from; beyond it one types a name.
MOST_CHOICES = 500
# Givers or months that the list of what waits names to begin with.
PARTS = 12
# As exact as an amount is kept.
CENT = Decimal("0.01")


@dataclass(frozen=True)
class Named:
    """What a body is called."""

    name: str
    name_en: str


@dataclass(frozen=True)
class Total:
    """The sum of one measure in one unit class; never across classes."""

    measure: str
    unit_class: str
    unit: str
    output_class: str
    value: Decimal
    entries: int
    rounded: bool


def entry_list(viewer: Viewer) -> QuerySet[EntryVersion]:
    """Visible versions with their bodies, ready for a table."""
    return visible_versions(viewer).select_related(
        "entry__programme", "giver", "receiver", "department"
    )


def live(rows: QuerySet[EntryVersion]) -> QuerySet[EntryVersion]:
    """What is in hand or stands; superseded and withdrawn versions left out.

    Said by what is left out: nearly all rows are live, and no index over states
    helps to find them in their order.
    """
    return rows.exclude(state__in=CLOSED)


def with_quantities(rows: Iterable[EntryVersion]) -> list[EntryVersion]:
    """The same rows with their quantities fetched in one query."""
    found = list(rows)
    prefetch_related_objects(found, Prefetch("quantities", EntryQuantity.objects.order_by("line")))
    return found


def of_person(rows: QuerySet[EntryVersion], text: str) -> QuerySet[EntryVersion]:
    """Rows with somebody of this name among their people."""
    named = Participant.objects.filter(person__name=text.strip())
    return rows.filter(id__in=named.values("version_id"))


def of_one_person(rows: QuerySet[EntryVersion], id: str) -> QuerySet[EntryVersion]:
    """Rows with this very person among their people, whoever else bears the name."""
    return rows.filter(id__in=Participant.objects.filter(person_id=id).values("version_id"))


def name_in_entries(viewer: Viewer, id: str) -> list[tuple[str, str]]:
    """The person as a choice; none where no entry that the viewer sees names them."""
    try:
        person = UUID(id)
    except ValueError:
        return []
    seen = visible_versions(viewer).values("id")
    rows = Participant.objects.filter(person_id=person, version_id__in=seen)
    name = rows.values_list("person__name", flat=True).first()
    return [(id, name or "–")]


def of_class(rows: QuerySet[EntryVersion], output_class: str) -> QuerySet[EntryVersion]:
    """Entries with an output of this class."""
    outputs = EntryQuantity.objects.filter(version_id=OuterRef("pk"), output_class=output_class)
    return rows.filter(Exists(outputs))


def of_measure(rows: QuerySet[EntryVersion], measure: str) -> QuerySet[EntryVersion]:
    """Entries with an output of this measure."""
    outputs = EntryQuantity.objects.filter(version_id=OuterRef("pk"), measure=measure)
    return rows.filter(Exists(outputs))


def sees_all_confirmed(viewer: Viewer) -> bool:
    """Whether no confirmed entry is hidden from the viewer."""
    return viewer.may("ledger.read") and directory.reach(viewer, "ledger.read").everything


def totals(
    rows: QuerySet[EntryVersion], state: str = CONFIRMED, *, whole: bool = False
) -> list[Total]:
    """Sums by measure over the rows in one state (the confirmed ones), classes kept apart.

    ``rounded`` says that a part of the sum was not exact. ``whole`` says that the rows leave
    out none in this state: then the few others are taken off instead of all these looked up.
    """
    chosen = rows.filter(state=state).order_by().values("id")
    sums = _all_but(state) if whole else _of(EntryQuantity.objects.filter(version_id__in=chosen))
    found: dict[tuple[str, str, str], Total] = {}
    for measure, unit_class, output_class, unit, value, entries, inexact in sums:
        held = found.get((measure, unit_class, output_class))
        found[measure, unit_class, output_class] = Total(
            measure=measure,
            unit_class=unit_class,
            unit=held.unit if held else unit,
            output_class=output_class,
            value=value + (held.value if held else 0),
            entries=entries + (held.entries if held else 0),
            rounded=bool(inexact) or bool(held and held.rounded),
        )
    return list(found.values())


def _of(quantities: QuerySet[EntryQuantity]) -> Iterable[tuple[Any, ...]]:
    """Sum, number of entries and of inexact parts, by measure, both classes and unit."""
    keys = ("measure", "unit_class", "output_class", "unit")
    found: Iterable[tuple[Any, ...]] = (
        quantities.values(*keys)
        .annotate(
            total=Sum("value"),
            entries=Count("version_id", distinct=True),
            inexact=Count("version_id", filter=~Q(precision="exact")),
        )
        .order_by(*keys)
        .values_list(*keys, "total", "entries", "inexact")
    )
    return found


def _all_but(state: str) -> Iterable[tuple[Any, ...]]:
    """As ``_of`` all entries in a state: the sums of everything less those of all others.

    One statement, so that both are of one moment. Everything is read in the order of an
    index; to look up the version of each would take twice as long.
    """
    quantity, version = EntryQuantity._meta.db_table, EntryVersion._meta.db_table
    sums = (
        "SELECT measure, unit_class, output_class, unit, SUM(value) AS total,"  # noqa: S608
        " COUNT(DISTINCT version_id) AS entries,"
        " COUNT(CASE WHEN precision <> 'exact' THEN 1 END) AS inexact"
        f" FROM {quantity} {{where}} GROUP BY measure, unit_class, output_class, unit"
    )
    where = f"WHERE version_id IN (SELECT id FROM {version} WHERE state <> %s)"  # noqa: S608
    keys = ("measure", "unit_class", "output_class", "unit")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(f'one.{key}' for key in keys)},"  # noqa: S608
            " one.total - COALESCE(other.total, 0), one.entries - COALESCE(other.entries, 0),"
            " one.inexact - COALESCE(other.inexact, 0)"
            f" FROM ({sums.format(where='')}) one LEFT JOIN ({sums.format(where=where)}) other ON"
            f" {' AND '.join(f'one.{key} = other.{key}' for key in keys)}"
            " WHERE one.entries > COALESCE(other.entries, 0)"
            " ORDER BY 1, 2, 3, 4",
            [state],
        )
        rows = cursor.fetchall()
    # SQLite adds up in floating point.
    return ((*row[:4], Decimal(str(row[4])).quantize(CENT), *row[5:]) for row in rows)


def to_confirm(viewer: Viewer) -> QuerySet[EntryVersion]:
    """Submitted versions that wait for this viewer: of the own receivers, not the own work."""
    held = directory.reach(viewer, "ledger.confirm")
    rows = entry_list(viewer).filter(state=SUBMITTED)
    if not held.everything:
        rows = rows.filter(receiver_id__in=held.organisation_ids)
    own = viewer.user.id
    return rows.exclude(recorded_by=own).exclude(submitted_by=own)


def waiting_by_giver(rows: QuerySet[EntryVersion]) -> list[tuple[Named, int]]:
    """Givers with how many of the rows are theirs, the most first."""
    counts = (
        rows.order_by()
        .values("giver__name", "giver__name_en")
        .annotate(n=Count("id"))
        .order_by("-n", "giver__name")[:PARTS]
    )
    return [(Named(one["giver__name"], one["giver__name_en"]), one["n"]) for one in counts]


def waiting_by_month(rows: QuerySet[EntryVersion]) -> list[tuple[date, int]]:
    """First days of months with how many of the rows happened there, the latest first."""
    counts = (
        rows.order_by()
        .annotate(month=TruncMonth("happened_from"))
        .values("month")
        .annotate(n=Count("id"))
        .order_by("-month")[:PARTS]
    )
    return [(one["month"], one["n"]) for one in counts]


def programme_choices(viewer: Viewer) -> list[Programme]:
    """Programmes of the viewer, for forms and filters."""
    return list(programmes(viewer)[:MOST_CHOICES])


def body_names(viewer: Viewer) -> list[str]:
    """Names that a form offers: the own bodies and those paired with them, by name."""
    held = reach(viewer, "ledger.read")
    if held.everything:
        rows: Any = visible_organisations(viewer)
        return list(rows.order_by("-example", "name").values_list("name", flat=True)[:MOST_CHOICES])
    return sorted(names(list(held.seen)[:MOST_CHOICES]).values())


def statement_list(viewer: Viewer) -> QuerySet[Statement]:
    """Published figures with their publication, and whether each has been placed."""
    return (
        visible_statements(viewer)
        .select_related("publication__programme", "part_of", "same_as")
        .annotate(placed=Exists(Placing.objects.filter(statement_id=OuterRef("pk"))))
    )


def sees_programme(viewer: Viewer, publication: Publication) -> bool:
    """Whether the programme of a publication is one of the viewer's."""
    return programmes(viewer).filter(id=publication.programme_id).exists()


def names_of(ids: Iterable[Any]) -> list[str]:
    """Names of organisations, in Chinese, as forms take them."""
    return sorted(names(list(ids)).values())


def placed_names(statement: Statement) -> tuple[list[str], list[str]]:
    """Names of givers and receivers in the newest placing; empty while there is none."""
    newest = statement.placings.order_by("-number").first()
    if newest is None:
        return [], []
    return (
        sorted(newest.givers.values_list("name", flat=True)),
        sorted(newest.receivers.values_list("name", flat=True)),
    )
