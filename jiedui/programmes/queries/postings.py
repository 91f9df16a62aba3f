"""Reads of postings: lists, one posting with all that is its own, a person's, the own one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, Q, QuerySet

from jiedui.accounts.models import User
from jiedui.accounts.permissions import Viewer
from jiedui.directory.queries import person_of
from jiedui.programmes.access import (
    may_read_evaluation,
    visible_credentials,
    visible_postings,
)
from jiedui.programmes.domain.postings import Span, Taken, standing
from jiedui.programmes.domain.states import HOLDING, NEVER, POSTING_STATES
from jiedui.programmes.models import (
    Appointment,
    Credential,
    Handover,
    Posting,
    PostingStep,
    SelfEvaluation,
    Stay,
    WelfareItem,
)

WITH = ("person", "giver", "receiver")


def postings_of(viewer: Viewer, programme_id: UUID) -> QuerySet[Posting]:
    """The programme's postings that the viewer sees, with person and bodies."""
    # Of the page alone: joined, they would be read for all that is sorted.
    return visible_postings(viewer).filter(programme_id=programme_id).prefetch_related(*WITH)


def on_day(rows: QuerySet[Posting], day: date) -> QuerySet[Posting]:
    """Postings that hold on a day, as far as is known; declined and withdrawn ones never do."""
    return rows.filter(starts_on__lte=day, ends_on__gte=day).exclude(state__in=NEVER)


def issues_open() -> QuerySet[WelfareItem]:
    """Lines of welfare lists with an issue that was raised and not resolved."""
    return WelfareItem.objects.filter(raised_on__isnull=False, resolved_on__isnull=True)


def postings_of_person(viewer: Viewer, person_id: UUID) -> list[Posting]:
    """A person's postings that the viewer sees, the latest first."""
    rows = visible_postings(viewer).filter(person_id=person_id)
    return list(rows.select_related("programme", "team", *WITH).order_by("-starts_on", "id"))


def own_postings(viewer: Viewer) -> list[Posting]:
    """The viewer's own postings, the latest first."""
    # The person first: of the join the database would read every posting in its order.
    person = person_of(viewer.user.id)
    if person is None:
        return []
    rows = Posting.objects.filter(person_id=person.id)
    return list(rows.select_related("programme", "team", *WITH).order_by("-starts_on", "id"))


def appointments_of(posting_ids: Iterable[UUID]) -> list[Appointment]:
    """Host appointments of these postings, the earliest first."""
    rows = Appointment.objects.filter(posting_id__in=set(posting_ids))
    return list(rows.select_related("department").order_by("valid_from", "id"))


def successors(posting: Posting) -> QuerySet[Posting]:
    """Who may take over: others at the same receiver, begun no earlier, the nearest first.

    Who goes no later than the posting ends takes nothing over.
    """
    rows = Posting.objects.filter(
        programme_id=posting.programme_id, receiver_id=posting.receiver_id, state__in=HOLDING,
        starts_on__gte=posting.starts_on, ends_on__gt=posting.ends_on,
    ).exclude(person_id=posting.person_id)  # fmt: skip
    return rows.select_related("person", "giver").order_by("starts_on", "id")


def user_names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Display names of accounts by id."""
    wanted = {id for id in ids if id}
    return dict(User.objects.filter(id__in=wanted).values_list("id", "display_name"))


class LastStep(NamedTuple):
    """The last step that nothing took back, and the side that may take it."""

    verb: str
    side: str


def last_step(posting: Posting) -> LastStep | None:
    """The step that could be taken back; None where only the nomination is there."""
    rows = posting.steps.order_by("number").values_list("number", "verb", "state", "on", "until")
    steps = standing(Taken(*row) for row in rows)
    if len(steps) < 2:
        return None
    verb = steps[-1].verb
    return LastStep(verb, POSTING_STATES.step(steps[-2].state, verb).side)


@dataclass(frozen=True)
class Detail:
    """A posting with what is its own."""

    steps: list[PostingStep]
    stays: list[Span]
    credentials: list[Credential]
    appointments: list[Appointment]
    welfare: list[WelfareItem]
    evaluation: SelfEvaluation | None
    handover: Handover | None
    taken_over: list[Handover]
    names: dict[UUID, str]
    # The numbers of the steps that nothing took back.
    holding: frozenset[int]

    def who(self, user_id: UUID | None) -> str:
        """The name of an account; blank where the system itself acted."""
        return self.names.get(user_id, "") if user_id else ""


def detail(viewer: Viewer, posting: Posting) -> Detail:
    """All that a posting's page shows; credentials as they were on its first day."""
    first = posting.starts_on
    steps = list(posting.steps.order_by("number"))
    # Whoever sees a posting sees the handovers from and to it.
    handovers = list(
        Handover.objects.filter(
            Q(outgoing_id=posting.id) | Q(incoming_id=posting.id)
        ).select_related("outgoing__person", "incoming__person")
    )
    evaluation = None
    if may_read_evaluation(viewer, posting):
        evaluation = SelfEvaluation.objects.filter(posting=posting).first()
    return Detail(
        steps=steps,
        stays=[
            Span(start, end)
            for start, end in posting.stays.order_by("first_day").values_list(
                "first_day", "last_day"
            )
        ],
        credentials=list(
            visible_credentials(viewer)
            .filter(
                Q(valid_from__isnull=True) | Q(valid_from__lte=first),
                Q(valid_to__isnull=True) | Q(valid_to__gte=first),
                person_id=posting.person_id,
            )
            .order_by(F("valid_to").asc(nulls_last=True), "id")
        ),
        appointments=appointments_of([posting.id]),
        welfare=list(posting.welfare.select_related("owner").order_by("id")),
        evaluation=evaluation,
        handover=next((one for one in handovers if one.outgoing_id == posting.id), None),
        taken_over=[one for one in handovers if one.incoming_id == posting.id],
        names=user_names(step.by for step in steps),
        holding=frozenset(
            each.number
            for each in standing(
                Taken(row.number, row.verb, row.state, row.on, row.until) for row in steps
            )
        ),
    )


def stays_of(posting_ids: Iterable[UUID]) -> dict[UUID, list[Span]]:
    """The stays of these postings, the earliest first."""
    found: dict[UUID, list[Span]] = {}
    rows = Stay.objects.filter(posting_id__in=set(posting_ids)).order_by("first_day")
    for posting, first, last in rows.values_list("posting_id", "first_day", "last_day"):
        found.setdefault(posting, []).append(Span(first, last))
    return found
