"""What of learning presses upon the viewer: one question to the database tells most of it.

Of each kind how many there are, since when, and the one where there is but one. Only for who
can do something about it: the side that acts, whoever coordinates, and whom it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, Count, Exists, Min, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.directory import access as directory
from jiedui.directory.queries import home_posts
from jiedui.mentoring.access.reach import READ, WRITE, own_person
from jiedui.mentoring.domain.months import after, month_of
from jiedui.mentoring.domain.states import DRAFT, GIVER, PROPOSED, RECEIVER, RETURNED
from jiedui.mentoring.domain.staying import COLLAPSED
from jiedui.mentoring.domain.staying_rules import leave_days, use_months
from jiedui.mentoring.models import (
    Apprenticeship,
    Case,
    CaseTally,
    Certificate,
    ManagementProcedure,
    PlanChange,
    Refresher,
    SafetyReview,
    Skill,
    Technique,
)
from jiedui.mentoring.queries.apprenticeships import mentor_leaving, unmentored
from jiedui.mentoring.queries.attachments import due_rows, posted_meanwhile, waiting_for_host
from jiedui.mentoring.queries.cases import awaiting
from jiedui.mentoring.queries.departments import audit_overdue
from jiedui.mentoring.queries.reviews import to_begin, unanswered
from jiedui.mentoring.queries.staying.skills import able
from jiedui.mentoring.queries.staying.todo import expiring
from jiedui.mentoring.queries.staying.volumes import judged_departures
from jiedui.mentoring.queries.techniques import asleep, platform_late, to_review
from jiedui.programmes.access import visible_postings
from jiedui.programmes.domain.states import ENDED

(
    CASES, CASES_RETURNED, TO_SIGN, MENTOR_LEAVES, UNMENTORED, REFRESHERS, EXPIRING, SAFETY,
    FOLLOW_UPS, ASKED, TO_APPROVE, DORMANT, TO_ANSWER, TO_BEGIN, COLLAPSE, LEAVES, POSTED,
    TO_REVIEW, PLATFORM, AUDITS, CHANGES, SENT_BACK,
) = (
    "cases_await", "cases_returned", "apprenticeship_to_sign", "mentor_leaves", "unmentored",
    "refresher_owed", "certificate_expires", "safety_review", "follow_up", "attachment_asked",
    "technique_to_approve", "technique_dormant", "review_to_answer", "review_to_begin",
    "department_collapsed", "only_one_leaves", "posted_while_attached",
    "novelty_to_review", "platform_late", "audit_overdue",
    "plan_change_to_sign", "apprenticeship_sent_back",
)  # fmt: skip
HOST, SEND, EDIT = "programmes.host", "programmes.send", "programmes.edit"
# Departures that are looked at for who sees everything: the newest that can be judged.
EVERYWHERE = 150


@dataclass(frozen=True)
class Alert:
    """How many of a kind there are, since when, and which one where there is but one."""

    kind: str
    count: int
    since: date | None
    id: UUID | None = None
    # Where it is, if all of it is at one hospital.
    receiver_id: UUID | None = None
    # What it is about, if it is one.
    subject: str = ""
    code: str = ""


class Scope:
    """The viewer's own bodies by side."""

    def __init__(self, viewer: Viewer) -> None:
        self.viewer = viewer
        self.me = own_person(viewer)

    def _held(self, permission: str) -> directory.Reach:
        return directory.reach(self.viewer, permission)

    @property
    def everything(self) -> bool:
        """Whether the viewer acts everywhere."""
        return any(self._held(each).everything for each in (HOST, SEND, EDIT))

    def ids(self, permission: str) -> frozenset[UUID]:
        """Own bodies of a side; who coordinates acts for either."""
        return self._held(permission).organisation_ids | self._held(EDIT).organisation_ids

    def of(self, permission: str, path: str) -> Q:
        """Rows of which the body at the path is the viewer's own."""
        if self._held(permission).everything or self._held(EDIT).everything:
            return Q()
        return Q(**{f"{path}__in": self.ids(permission)})

    @property
    def acts(self) -> bool:
        """Whether the viewer acts for any side."""
        return self.everything or bool(self.ids(HOST) or self.ids(SEND))


def _told(kind: str, rows: QuerySet[Any], day: str, receiver: str = "receiver_id") -> QuerySet[Any]:
    """One row: how many, since when, one of them, and at which hospital."""
    text: Any = CharField()
    found: QuerySet[Any] = (
        rows.order_by()
        .annotate(told=Value(kind, output_field=text))
        .values("told")
        .annotate(
            n=Count("pk", distinct=True),
            since=Min(day),
            one=Min(Cast("pk", text)),
            at=Min(Cast(receiver, text)),
            places=Count(receiver, distinct=True),
        )
        .values_list("told", "n", "since", "one", "at", "places")
    )
    return found


def _waiting(scope: Scope, day: date) -> Iterator[QuerySet[Any]]:
    viewer, me = scope.viewer, scope.me
    yield _told(CASES, awaiting(viewer).select_related(None), "happened_on")
    if me is not None:
        mine = Case.objects.filter(Q(learner=me.id) | Q(leader=me.id), state=RETURNED)
        yield _told(CASES_RETURNED, mine, "happened_on")
        own = Refresher.objects.filter(certificate__person=me.id, done_on__isnull=True)
    else:
        own = Refresher.objects.none()
    if scope.acts:
        host = scope.of(HOST, "receiver_id")
        giver = scope.of(SEND, "giver_id")
        signs = host & Q(signed_receiver_on__isnull=True) | giver & Q(signed_giver_on__isnull=True)
        yield _told(TO_SIGN, Apprenticeship.objects.filter(signs, state=PROPOSED), "starts_on")
        back = Apprenticeship.objects.filter(host | giver, state=DRAFT).exclude(reason="")
        yield _told(SENT_BACK, back, "starts_on")
        changed = scope.of(HOST, "apprenticeship__receiver_id") & Q(side=GIVER)
        changed |= scope.of(SEND, "apprenticeship__giver_id") & Q(side=RECEIVER)
        changes = PlanChange.objects.filter(changed, answered_on__isnull=True)
        yield _told(CHANGES, changes, "proposed_on", "apprenticeship__receiver_id")
        sides = Apprenticeship.objects.filter(host | giver).values("id")
        yield _told(MENTOR_LEAVES, mentor_leaving(viewer, day).filter(id__in=sides), "ends_on")
        yield _told(UNMENTORED, unmentored(viewer, day).filter(id__in=sides), "starts_on")
        certificates = Certificate.objects.filter(host)
        yield _told(EXPIRING, expiring(certificates, day), "valid_to")
        own = Refresher.objects.filter(
            Q(certificate__in=certificates.values("id")) | Q(id__in=own.values("id")),
            done_on__isnull=True,
        )
        yield _told(SAFETY, SafetyReview.objects.filter(host, closed_on__isnull=True), "opened_on")
        techniques = Technique.objects.filter(host)
        yield _told(TO_APPROVE, techniques.filter(state=PROPOSED), "proposed_on")
        yield _told(DORMANT, asleep(techniques, day), "last_case_on")
        yield _told(PLATFORM, platform_late(techniques, day), "needs__due_on")
        yield _told(TO_REVIEW, to_review(viewer), "approved_on")
        procedures = ManagementProcedure.objects.filter(scope.of(HOST, "organisation_id"))
        overdue = audit_overdue(procedures, day)
        yield _told(AUDITS, overdue, "next_audit_on", "organisation_id")
        yield _told(ASKED, waiting_for_host(viewer).select_related(None), "planned_from")
        yield _told(POSTED, posted_meanwhile(viewer).filter(host), "starts_on")
        yield _told(TO_ANSWER, unanswered(viewer, day), "opens_on")
    if scope.acts or me is not None:
        yield _told(REFRESHERS, own, "due_on", "certificate__receiver_id")
        yield _told(FOLLOW_UPS, due_rows(viewer), "due_on", "attachment__receiver_id")


def _counted(scope: Scope, day: date) -> list[Alert]:
    parts = list(_waiting(scope, day))
    found = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return [
        Alert(
            kind, count, since, UUID(one) if count == 1 else None, UUID(at) if places == 1 else None
        )
        for kind, count, since, one, at, places in found
        if count
    ]  # fmt: skip


def _begins(scope: Scope, day: date) -> list[Alert]:
    due = to_begin(scope.viewer, day)
    if not due:
        return []
    one = due[0] if len(due) == 1 else None
    return [
        Alert(
            TO_BEGIN, len(due), min(each.since for each in due), one.pairing_id if one else None,
            one.receiver_id if one else None,
        )
    ]  # fmt: skip


def collapsed(scope: Scope, day: date) -> list[Alert]:
    """Departments that collapsed after their newest departure."""
    own = scope.of(HOST, "receiver_id") | scope.of(SEND, "giver_id")
    departures = visible_postings(scope.viewer).filter(own, state__in=ENDED)
    most = EVERYWHERE if scope.everything else None
    # The department's whole volume, whoever led: a fall of one supporter's share is none.
    tallies = CaseTally.objects.all()
    rows = judged_departures(departures, tallies, day, newest=True, most=most)
    return [
        Alert(COLLAPSE, 1, row.departed, row.posting_id, row.receiver_id)
        for row in rows
        if row.found.verdict == COLLAPSED
    ]


def only_one_leaves(scope: Scope, day: date) -> list[Alert]:
    """Procedures in use that only one in post can do alone, where this one soon leaves."""
    soon = day + leave_days()
    stays = home_posts().filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=soon),
        person_id=OuterRef("person_id"), organisation_id=OuterRef("organisation_id"),
    )  # fmt: skip
    can = Skill.objects.filter(
        able(day), person_id=OuterRef("person_id"), receiver_id=OuterRef("organisation_id")
    )
    going = (
        home_posts()
        .filter(scope.of(HOST, "organisation_id"), valid_to__gte=day, valid_to__lte=soon)
        .filter(Exists(can), ~Exists(stays))
    )
    leaving: list[Any] = list(
        going.order_by("valid_to", "id").values_list("person_id", "organisation_id", "valid_to")
    )
    if not leaving:
        return []
    return list(_left_alone(leaving, day, soon))


def _left_alone(
    leaving: Iterable[tuple[UUID, UUID, date]], day: date, soon: date
) -> Iterator[Alert]:
    rows = list(leaving)
    stays = home_posts().filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=soon),
        Q(valid_to__isnull=True) | Q(valid_to__gt=soon),
        person_id=OuterRef("person_id"), organisation_id=OuterRef("receiver_id"),
    )  # fmt: skip
    since = after(month_of(day), -use_months())
    skills = (
        Skill.objects.filter(able(day), receiver_id__in={row[1] for row in rows})
        .filter(last_case_on__gte=since)
        .annotate(stays=Exists(stays))
        .order_by("receiver_id", "code", "id")
        .values_list("id", "receiver_id", "code", "person_id", "person__name", "stays")
    )
    by_code: dict[tuple[UUID, str], list[tuple[UUID, UUID, str, bool]]] = {}
    for id, receiver, code, person, name, there in skills:
        by_code.setdefault((receiver, code), []).append((id, person, name, there))
    leaves = {(person, receiver): last for person, receiver, last in rows}
    for (receiver, code), holders in by_code.items():
        going = [each for each in holders if (each[1], receiver) in leaves]
        if len(going) == 1 and not any(there for *_rest, there in holders):
            id, person, name, _there = going[0]
            yield Alert(LEAVES, 1, leaves[person, receiver], id, receiver, name, code)


def alerts(viewer: Viewer, day: date | None = None) -> list[Alert]:
    """All that presses upon the viewer; nothing for who can only read."""
    if not (viewer.may(READ) and viewer.may(WRITE)):
        return []
    scope, day = Scope(viewer), day or today()
    found = _counted(scope, day)
    if scope.acts:
        found += _begins(scope, day) + collapsed(scope, day) + only_one_leaves(scope, day)
    return found
