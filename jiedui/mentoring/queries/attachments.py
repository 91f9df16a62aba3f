"""Attachments: what is asked after the return, who is late, and how many work independently."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.directory import access as directory
from jiedui.mentoring.access.reach import own_person
from jiedui.mentoring.domain.states import ACCEPTED, AWAY, BACK, NOT_BACK, PLANNED
from jiedui.mentoring.models import Attachment, AttachmentStep, Certificate, FollowUp, Skill
from jiedui.programmes.access import visible_postings
from jiedui.programmes.domain.states import COMING, PRESENT

if TYPE_CHECKING:
    pass


def _answerable(viewer: Viewer) -> Q:
    """Follow-ups that the viewer may answer: of the own home organisations, and the own."""
    held = directory.reach(viewer, "programmes.host")
    led = directory.reach(viewer, "programmes.edit")
    if held.everything or led.everything:
        return Q()
    rows = Q(attachment__receiver_id__in=held.organisation_ids | led.organisation_ids)
    if person := own_person(viewer):
        rows |= Q(attachment__person_id=person.id)
    return rows


def due_rows(viewer: Viewer) -> QuerySet[FollowUp]:
    """Questions due that the viewer may answer."""
    if not viewer.may("learning.read"):
        return FollowUp.objects.none()
    return FollowUp.objects.filter(
        _answerable(viewer), answered_on__isnull=True, due_on__lte=today(),
        attachment__state=BACK,
    )  # fmt: skip


def waiting_for_host(viewer: Viewer) -> QuerySet[Attachment]:
    """Attachments that wait for the viewer's own host to accept, the oldest first."""
    held = directory.reach(viewer, "programmes.send")
    rows = Attachment.objects.filter(state=PLANNED)
    if not held.everything:
        rows = rows.filter(giver_id__in=held.organisation_ids)
    return rows.select_related("person", "receiver").order_by("planned_from", "id")


def away_on(person_id: UUID, day: date) -> bool:
    """Whether the person was away on an attachment on the day, as it is known now."""
    rows = Attachment.objects.filter(person_id=person_id, state__in=(AWAY, BACK, NOT_BACK))
    return rows.filter(starts_on__lte=day, ends_on__gte=day).exists()


def posted_meanwhile(viewer: Viewer) -> QuerySet[Attachment]:
    """Attachments asked for, accepted or lasting whose person is posted in some of their days.

    An attachment is refused while somebody is posted, but a posting knows of no attachment.
    """
    postings = visible_postings(viewer).filter(
        state__in=(*COMING, *PRESENT), person_id=OuterRef("person_id"),
        starts_on__lte=OuterRef("ends_on"), ends_on__gte=OuterRef("starts_on"),
    )  # fmt: skip
    rows = Attachment.objects.filter(state__in=(PLANNED, ACCEPTED, AWAY), ends_on__gte=today())
    return rows.filter(Exists(postings.order_by()))


@dataclass(frozen=True)
class Share:
    """Of the attachments accepted: returned, and returned and working independently."""

    accepted: int
    returned: int
    independent: int
    not_returned: int
    away: int

    @property
    def percent(self) -> int | None:
        """Independent of all accepted, in hundredths; None where nobody was accepted."""
        return round(100 * self.independent / self.accepted) if self.accepted else None


def share_of(rows: QuerySet[Attachment]) -> Share:
    """The national indicator's two numbers over these attachments, and what lies between."""
    told = rows.aggregate(
        accepted=Count("id", filter=Q(state__in=[ACCEPTED, AWAY, BACK, NOT_BACK])),
        returned=Count("id", filter=Q(state=BACK)),
        independent=Count("id", filter=Q(state=BACK, independent_on__isnull=False)),
        not_returned=Count("id", filter=Q(state=NOT_BACK)),
        away=Count("id", filter=Q(state=AWAY)),
    )
    return Share(**told)


@dataclass(frozen=True)
class GoalLine:
    """What was to be learned, and where the person stands in it today."""

    procedure: str
    skill: Skill | None
    certificate: Certificate | None


@dataclass(frozen=True)
class Detail:
    """An attachment's page."""

    goals: list[GoalLine]
    steps: list[AttachmentStep]
    follow_ups: list[FollowUp]
    # Whether the person is posted in some of its days.
    posted: bool


def detail(viewer: Viewer, attachment: Attachment) -> Detail:
    """Goals with what came of them, steps and questions."""
    codes = list(
        attachment.goals.order_by("procedure").values_list("procedure", flat=True)
    )  # fmt: skip
    skills = {
        row.code: row
        for row in Skill.objects.filter(
            person_id=attachment.person_id, receiver_id=attachment.receiver_id, code__in=codes
        )
    }
    certificates = {
        row.procedure: row
        for row in Certificate.objects.filter(
            person_id=attachment.person_id, procedure__in=codes, revoked_on__isnull=True,
            valid_to__gte=today(),
        ).order_by("issued_on")
    }  # fmt: skip
    return Detail(
        [GoalLine(code, skills.get(code), certificates.get(code)) for code in codes],
        list(attachment.steps.order_by("-number")),
        list(attachment.follow_ups.order_by("months")),
        posted_meanwhile(viewer).filter(pk=attachment.pk).exists(),
    )
