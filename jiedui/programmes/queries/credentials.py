"""Reads of licences, certificates and titles."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.packs import vocabulary
from jiedui.directory.queries import held_titles, title_on
from jiedui.programmes.access import visible_credentials, visible_postings
from jiedui.programmes.domain.states import COMING, ENDED, PRESENT
from jiedui.programmes.models import Credential, Posting
from jiedui.programmes.queries.structure import on


def credentials_of(viewer: Viewer, person_id: UUID) -> QuerySet[Credential]:
    """What a person holds and held, as far as the viewer sees it, the newest first."""
    return visible_credentials(viewer).filter(person_id=person_id).order_by("-valid_from", "kind")


def lacking(posting: Posting) -> list[str]:
    """The kinds of certificate that the pack asks of the posting's category, and that are missing.

    Missing is what no record says to hold on its first day. It is told before the approval and
    forbids nothing: a licence may be held and not yet recorded.
    """
    asked = [
        code
        for code, term in vocabulary().tables.get("credential_kinds", {}).items()
        if posting.category in term.extra.get("required", "").split()
    ]
    if not asked:
        return []
    held = Credential.objects.filter(
        on(posting.starts_on), person_id=posting.person_id, kind__in=asked
    )
    return sorted(set(asked) - set(held.values_list("kind", flat=True)), key=asked.index)


def under_other_title(rows: QuerySet[Posting]) -> QuerySet[Posting]:
    """Of these postings those whose title the person, by the register of today, did not then hold.

    A title was given or corrected with a day that has gone by: until the person has arrived the
    next step takes it over, from then on it is told and somebody does so.
    """
    then = held_titles().filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=OuterRef("starts_on")),
        Q(valid_to__isnull=True) | Q(valid_to__gte=OuterRef("starts_on")),
        person_id=OuterRef("person_id"),
    )
    return rows.filter(
        Exists(then), ~Exists(then.filter(title=OuterRef("title"))), state__in=(*PRESENT, *ENDED)
    )


def other_title(posting: Posting) -> str:
    """The title of its first day by the register, where the posting says another; else blank."""
    if not under_other_title(Posting.objects.filter(pk=posting.pk)).exists():
        return ""
    return title_on(posting.person, posting.starts_on)


def ending(viewer: Viewer, within_days: int) -> QuerySet[Credential]:
    """Credentials of who is posted, or will be, that end within so many days, the first first.

    One that ended less than 30 days ago is told too; one with a later of its kind is not.
    """
    day = viewer.day
    posted = visible_postings(viewer).filter(state__in=(*COMING, *PRESENT)).values("person_id")
    later = Credential.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to")),
        person_id=OuterRef("person_id"),
        kind=OuterRef("kind"),
    ).exclude(pk=OuterRef("pk"))
    return (
        Credential.objects.filter(
            valid_to__gte=day - timedelta(days=30),
            valid_to__lte=day + timedelta(days=within_days),
            person_id__in=posted,
        )
        .filter(~Exists(later))
        .select_related("person")
        .order_by("valid_to", "id")
    )
