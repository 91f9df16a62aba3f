"""What stands beside a skill: decisions, reviews of safety and certificates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.mentoring.access.skills import (
    visible_certificates,
    visible_decisions,
    visible_refreshers,
    visible_reviews,
    visible_skills,
)
from jiedui.mentoring.domain.certificates import EXPIRED, REVOKED, VALID
from jiedui.mentoring.models import (
    Certificate,
    Decision,
    Refresher,
    SafetyReview,
    Skill,
)
from jiedui.mentoring.queries.certifying import reviews_about


@dataclass(frozen=True)
class Beside:
    """Everything told of one skill beside its cases, the newest first."""

    decisions: Sequence[Decision]
    reviews: Sequence[SafetyReview]
    certificates: Sequence[Certificate]


def beside(viewer: Viewer, skill: Skill) -> Beside:
    """What the viewer sees beside a skill."""
    key = {"person_id": skill.person_id, "receiver_id": skill.receiver_id}
    decisions = visible_decisions(viewer).filter(code=skill.code, **key)
    about = reviews_about(skill.person_id, skill.code, skill.receiver_id)
    reviews = visible_reviews(viewer).filter(about)
    certificates = visible_certificates(viewer).filter(procedure=skill.code, **key)
    return Beside(
        list(decisions.select_related("assessor").order_by("-on", "-id")),
        list(reviews.order_by("-opened_on", "-id")),
        list(certificates.order_by("-issued_on", "-id")),
    )


def skills(viewer: Viewer) -> QuerySet[Skill]:
    """Skills for a list."""
    return visible_skills(viewer).select_related("person", "receiver", "department")


def decisions(viewer: Viewer) -> QuerySet[Decision]:
    """Decisions for a list."""
    return visible_decisions(viewer).select_related("person", "receiver", "assessor")


def reviews(viewer: Viewer) -> QuerySet[SafetyReview]:
    """Reviews of safety for a list."""
    return visible_reviews(viewer).select_related("person", "receiver", "technique")


def certificates(viewer: Viewer) -> QuerySet[Certificate]:
    """Certificates for a list."""
    return visible_certificates(viewer).select_related("person", "receiver", "department")


def refreshers(viewer: Viewer) -> QuerySet[Refresher]:
    """Refreshers of certificates that were not revoked, for a list."""
    rows = visible_refreshers(viewer).filter(certificate__revoked_on__isnull=True)
    return rows.select_related("certificate__person", "certificate__receiver")


def in_state(rows: QuerySet[Certificate], state: str, day: date) -> QuerySet[Certificate]:
    """Certificates in a state of domain.certificates on the day."""
    if state == REVOKED:
        return rows.filter(revoked_on__isnull=False)
    rows = rows.filter(revoked_on__isnull=True)
    if state == VALID:
        return rows.filter(valid_to__gte=day)
    return rows.filter(valid_to__lt=day) if state == EXPIRED else rows


def withdrawn_basis(certificate: Certificate) -> bool:
    """Whether a decision on which the certificate rests was withdrawn since."""
    return certificate.decisions.filter(withdrawn_on__isnull=False).exists()


def open_question(certificate: Certificate) -> bool:
    """Whether a review of safety is open about what it certifies."""
    about = reviews_about(certificate.person_id, certificate.procedure, certificate.receiver_id)
    return SafetyReview.objects.filter(about, closed_on__isnull=True).exists()


def skill_of(certificate: Certificate) -> Skill | None:
    """The standing that a certificate tells of."""
    return Skill.objects.filter(
        person_id=certificate.person_id, code=certificate.procedure,
        receiver_id=certificate.receiver_id,
    ).first()  # fmt: skip


def skill_reviewed(viewer: Viewer, review: SafetyReview) -> Skill | None:
    """The skill that a review is about, if the viewer sees it."""
    if review.person_id is None or not review.code:
        return None
    return visible_skills(viewer).filter(
        person_id=review.person_id, code=review.code, receiver_id=review.receiver_id
    ).first()  # fmt: skip
