"""Create the bodies that published reports name: those of the list, and only those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction

from jiedui.accounts.audit import record
from jiedui.accounts.models import User
from jiedui.core.packs import Term, vocabulary
from jiedui.directory.access import must_edit_everything
from jiedui.directory.actions import guards
from jiedui.directory.actions.organisations import (
    insert_name,
    insert_organisation,
    insert_part,
    insert_seat,
)
from jiedui.directory.actions.places import add_edge, insert_place
from jiedui.directory.domain.bodies import KnownBody, read_bodies
from jiedui.directory.models import Organisation, Place


@transaction.atomic
def create_bodies(*, by: User | None, rows: Iterable[Mapping[str, str]]) -> list[Organisation]:
    """Create what the rows name and is not there yet; the organisations of all rows.

    Rows have ``name, name_en, kind, part_of, aliases``. A region becomes a place
    with the body that stands for it, below the place of what it is part of, in
    the tree whose tiers fit; every other body is seated there. Safe to repeat.
    Raises InvalidInput at the cell; then nothing is created.
    """
    must_edit_everything(by)
    guards.lock()
    bodies = read_bodies(rows)
    kept: dict[str, Organisation] = {}
    created = 0
    for body in bodies:
        known = Organisation.objects.filter(name=body.name, kind=body.kind, example=False)
        found = known.select_related("stands_for").first()
        if found is None:
            found = _create(body, kept.get(body.part_of))
            created += 1
        kept[body.name] = found
        for alias in body.aliases:
            insert_name(found, alias)
    if created:
        record(
            by=by, action="directory.create-bodies", object_kind="directory", object_id="bodies",
            created=created, content=guards.hash_of(names=[body.name for body in bodies]),
        )  # fmt: skip
    return [kept[body.name] for body in bodies]


def _create(body: KnownBody, whole: Organisation | None) -> Organisation:
    place: Place | None = None
    above = whole.stands_for if whole else None
    if body.is_region:
        tree, tier = _tree_and_tier(body.name, above)
        place = insert_place(
            id=None, content="", name=body.name, name_en=body.name_en, code_scheme="", code="",
            tier=tier, latitude=None, longitude=None, altitude_m=None, example=False,
            valid_from=None, valid_to=None,
        )  # fmt: skip
        if above is not None:
            add_edge(tree, place, above, None, None)
    organisation = insert_organisation(
        id=None, content="", name=body.name, name_en=body.name_en, kind=body.kind, tier="",
        stands_for=place, example=False, valid_from=None, valid_to=None,
    )  # fmt: skip
    if place is None and above is not None:
        insert_seat(organisation, above, None, None)
    elif place is None and whole is not None:
        insert_part(organisation, whole, None, None)
    return organisation


def _tree_and_tier(name: str, above: Place | None) -> tuple[str, str]:
    """The tree in which a region lies and its tier there, by the packs' tiers.

    A name that ends with the name of a tree's first tier (…兵团) begins that
    tree; what lies below a place of a tree with tiers of its own is of the next
    tier. All else is administrative, its tier for a person to say.
    """
    tiers = [t for t in vocabulary().table("tiers").values() if t.extra.get("of") == "place"]
    own = [t for t in tiers if _tree(t) not in ("", "administrative")]
    for tier in own:
        if tier.extra.get("rank") == "1" and name.endswith(tier.name):
            return _tree(tier), tier.code
    upper = next((t for t in own if above is not None and t.code == above.tier), None)
    if upper is not None:
        following = str(int(upper.extra.get("rank") or 0) + 1)
        for tier in own:
            if _tree(tier) == _tree(upper) and tier.extra.get("rank") == following:
                return _tree(tier), tier.code
    return "administrative", ""


def _tree(tier: Term) -> str:
    return tier.extra.get("tree", "")
