"""One search over what the viewer may see: organisations, people, entries, measures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.directory.access import visible_organisations, visible_people
from jiedui.home.queries.links import link
from jiedui.ledger.access import visible_versions
from jiedui.ledger.domain.states import LIVE
from jiedui.web.templatetags.jiedui import day, named, term

SHOWN = 10


@dataclass(frozen=True)
class Hit:
    """One thing that was found."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True)
class Hits:
    """All of one kind; ``more`` is the address of the rest where there is one."""

    title: Any
    hits: Sequence[Hit]
    more: str = ""


def _organisations(viewer: Viewer, text: str) -> Hits:
    rows = (
        visible_organisations(viewer)
        .filter(
            Q(name__icontains=text)
            | Q(name_en__icontains=text)
            | Q(other_names__name__icontains=text)
            | Q(identifiers__value=text)
        )
        .distinct()
        .order_by("name", "id")[: SHOWN + 1]
    )
    found = [
        Hit(
            named(row),
            " · ".join(
                filter(None, (term(row.kind, "organisation_kinds"), term(row.tier, "tiers")))
            ),
            link("directory:organisation", row.id),
        )
        for row in rows
    ]
    more = link("directory:organisations", q=text) if len(found) > SHOWN else ""
    return Hits(_("Organisations"), found[:SHOWN], more)


def _people(viewer: Viewer, text: str) -> Hits:
    rows = (
        visible_people(viewer)
        .filter(Q(name__icontains=text) | Q(staff_number=text))
        .prefetch_related("affiliations__organisation")
        .order_by("name", "id")[: SHOWN + 1]
    )
    found = [
        Hit(
            row.name,
            _(", ").join(dict.fromkeys(named(a.organisation) for a in row.affiliations.all())),
            link("directory:person", row.id),
        )
        for row in rows
    ]
    more = link("directory:people", q=text) if len(found) > SHOWN else ""
    return Hits(_("Persons"), found[:SHOWN], more)


def _entries(viewer: Viewer, text: str) -> Hits:
    kinds = [
        found.code
        for found in vocabulary().tables.get("activity_kinds", {}).values()
        if text in found.name or text.casefold() in found.name_en.casefold()
    ]
    rows = (
        visible_versions(viewer)
        .filter(Q(narrative__icontains=text) | Q(kind__in=kinds), state__in=LIVE)
        .select_related("giver", "receiver")
        .order_by("-happened_from", "-id")[: SHOWN + 1]
    )
    found = [
        Hit(
            f"{day(row.happened_from)} {term(row.kind, 'activity_kinds')}",
            f"{named(row.giver)} → {named(row.receiver)}",
            link("ledger:entry", row.entry_id),
        )
        for row in rows
    ]
    return Hits(_("Entries"), found[:SHOWN])


def _measures(viewer: Viewer, text: str) -> Hits:
    if not viewer.may("figures.read"):
        return Hits(_("Figures"), ())
    low, language = text.casefold(), get_language() or "zh-hans"
    found = [
        Hit(found.label(language), "", link("indicators:figure", measure=found.code))
        for found in vocabulary().tables.get("measures", {}).values()
        if text in found.name or low in found.name_en.casefold() or low == found.code
    ]
    return Hits(_("Figures"), found[:SHOWN])


def search(viewer: Viewer, text: str) -> list[Hits]:
    """What bears the words, kind by kind; kinds without a hit are left out."""
    text = " ".join(text.replace("\x00", "").split())[:80]
    if not text:
        return []
    kinds = (_organisations, _people, _entries, _measures)
    return [hits for hits in (kind(viewer, text) for kind in kinds) if hits.hits]
