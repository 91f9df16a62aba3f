"""What a viewer sees and may change of agreements: parties and who lies in them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer
from jiedui.core.errors import NotVisible
from jiedui.directory import access as directory
from jiedui.directory.queries import ancestors_of_all
from jiedui.programmes.access.reach import may_edit, must_edit, visible_pairings
from jiedui.programmes.models import (
    Agreement,
    AgreementFile,
    AgreementParty,
    AgreementReview,
    AgreementTarget,
)


def visible_agreements(viewer: Viewer) -> QuerySet[Agreement]:
    """Agreements with a party that is the viewer's own or holds it, and of the own pairings."""
    held = directory.reach(viewer, "programmes.read")
    if held.everything:
        return Agreement.objects.all()
    if not held.organisation_ids:
        return Agreement.objects.none()
    above = ancestors_of_all(held.organisation_ids)
    # Two sets of ids, each found once; asked of every agreement anew, both would be found anew.
    signed = AgreementParty.objects.filter(organisation_id__in=above).values("agreement_id")
    named = Agreement.pairings.through.objects.filter(
        pairing_id__in=visible_pairings(viewer).values("id")
    ).values("agreement_id")
    return Agreement.objects.filter(Q(id__in=signed) | Q(id__in=named))


def _not_visible() -> NotVisible:
    return NotVisible("not-visible", "This page does not exist or is not open to you.")


def get_agreement(viewer: Viewer, id: UUID) -> Agreement:
    """The agreement with its programme, what it renews and what renews it, or NotVisible."""
    found = (
        visible_agreements(viewer)
        .select_related("programme", "renews", "renewed_by")
        .prefetch_related("parties__organisation")
        .filter(pk=id)
        .first()
    )
    if found is None:
        raise _not_visible()
    return found


def get_agreement_file(viewer: Viewer, id: UUID, sha256: str) -> AgreementFile:
    """A file of a visible agreement, or NotVisible."""
    found = get_agreement(viewer, id).files.filter(sha256=sha256).first()
    if found is None:
        raise _not_visible()
    return found


def get_target(viewer: Viewer, id: UUID) -> AgreementTarget:
    """A target of a visible agreement, or NotVisible."""
    found = AgreementTarget.objects.select_related("agreement__programme", "owner").filter(pk=id)
    target = found.filter(agreement__in=visible_agreements(viewer)).first()
    if target is None:
        raise _not_visible()
    return target


def get_review(viewer: Viewer, id: UUID) -> AgreementReview:
    """A review of a visible agreement, or NotVisible."""
    found = AgreementReview.objects.select_related("agreement__programme").filter(pk=id)
    review = found.filter(agreement__in=visible_agreements(viewer)).first()
    if review is None:
        raise _not_visible()
    return review


def _parties(agreement: Agreement) -> set[UUID]:
    return {party.organisation_id for party in agreement.parties.all()}


def may_edit_agreement(viewer: Viewer, agreement: Agreement) -> bool:
    """Whether the viewer may change it: a party in the own part of the tree is enough."""
    return may_edit(viewer, *_parties(agreement))


def must_edit_agreement(by: User | None, agreement: Agreement) -> None:
    """NotAllowed unless ``by`` may edit programmes of one of the parties."""
    must_edit(by, *_parties(agreement))


def parties_called(text: str) -> QuerySet[AgreementParty, Any]:
    """Ids of agreements with a party of this name, to narrow a list by."""
    named = Q(organisation__name__icontains=text) | Q(organisation__name_en__icontains=text)
    return AgreementParty.objects.filter(named).values("agreement_id")
