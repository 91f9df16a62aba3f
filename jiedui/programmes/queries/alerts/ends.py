"""What runs out or is overdue: licences, agreements and their reviews, handovers, actions, tasks.

With them what is left open: evaluations, and issues of the welfare list.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from jiedui.programmes.domain.states import DECIDED, ENDED, PRESENT
from jiedui.programmes.models import (
    Agreement,
    Credential,
    Handover,
    Pairing,
    Posting,
    Task,
    WorkPlan,
)
from jiedui.programmes.queries.agreements import reviews_overdue
from jiedui.programmes.queries.alerts.scope import (
    ACTION_LATE,
    AGREEMENT_ENDS,
    AHEAD,
    EDIT,
    HANDOVER_LATE,
    HANDOVER_MISSING,
    HOST,
    LICENCE_ENDS,
    OTHER_TITLE,
    POSTED,
    REVIEW_LATE,
    SEND,
    SHOWN,
    SPOKE_CUT_OFF,
    TASK_LATE,
    TO_EVALUATE,
    WELFARE_OPEN,
    Alert,
    Scope,
    first,
    rest,
)
from jiedui.programmes.queries.credentials import under_other_title
from jiedui.programmes.queries.handovers import missing
from jiedui.programmes.queries.plans import actions_overdue
from jiedui.programmes.queries.postings import issues_open
from jiedui.programmes.queries.ties import spokes_cut_off


def of_licences(scope: Scope, day: date) -> list[Alert]:
    """Licences of people who are posted that end soon and were not renewed."""
    mine = scope.posted()
    if mine is None:
        return []
    posted = mine.filter(state__in=(*DECIDED, *PRESENT))
    renewed = Credential.objects.filter(
        person_id=OuterRef("person_id"), kind=OuterRef("kind")
    ).filter(Q(valid_to__isnull=True) | Q(valid_to__gt=OuterRef("valid_to")))
    sent = posted.filter(person_id=OuterRef("person_id")).order_by("-starts_on", "id")
    rows, count = first(
        Credential.objects.filter(~Exists(renewed), valid_to__lte=day + AHEAD)
        .filter(person_id__in=posted.values("person_id"))
        .annotate(
            posting=Subquery(sent.values("id")[:1]),
            posting_programme=Subquery(sent.values("programme_id")[:1]),
        )
        .select_related("person"),
        "valid_to", "id",
    )  # fmt: skip
    alerts = [
        Alert(
            LICENCE_ENDS, row.valid_to, row.posting_programme, row.posting,
            subject=row.person.name, specialty=row.kind,
        )
        for row in rows
    ]  # fmt: skip
    return rest(LICENCE_ENDS, alerts, count)


def ending(agreements: QuerySet[Agreement], day: date) -> list[Agreement]:
    """Agreements in force of which the end is to be warned of, and nothing renews them."""
    rows = agreements.filter(
        valid_to__gte=day, valid_to__lte=day + timedelta(days=32767), ended_reason="",
        renewed_by__isnull=True,
    ).order_by("valid_to", "id")  # fmt: skip
    # The days of warning are the agreement's own; long ones are rare, so the span is cut first.
    longest = rows.order_by("-warn_days").values_list("warn_days", flat=True).first() or 0
    rows = rows.filter(valid_to__lte=day + timedelta(days=longest))
    due = [
        id
        for id, last, warn in rows.values_list("id", "valid_to", "warn_days")
        if last is not None and last - timedelta(days=warn) <= day
    ]
    return list(Agreement.objects.filter(id__in=due[: SHOWN * 25]).order_by("valid_to", "id"))


def _agreements(scope: Scope) -> QuerySet[Agreement] | None:
    """Agreements with a party among the viewer's bodies; None where there can be none."""
    own = scope.own(
        ("parties__organisation_id", EDIT), ("parties__organisation_id", SEND),
        ("parties__organisation_id", HOST),
    )  # fmt: skip
    if own is None:
        return None
    mine = Agreement.objects.filter(own)
    return Agreement.objects.filter(id__in=mine.values("id")) if own else mine


def of_agreements(scope: Scope, day: date) -> list[Alert]:
    """Agreements that are to be renewed by now."""
    mine = _agreements(scope)
    if mine is None:
        return []
    rows = ending(mine, day)
    alerts = [
        Alert(AGREEMENT_ENDS, row.valid_to, row.programme_id, row.id, subject=row.title)
        for row in rows[:SHOWN]
    ]
    return rest(AGREEMENT_ENDS, alerts, len(rows))


def of_reviews(scope: Scope, day: date) -> list[Alert]:
    """Reviews of agreements that were due and not held."""
    mine = _agreements(scope)
    if mine is None:
        return []
    rows, count = first(reviews_overdue(mine, day).select_related("agreement"), "due_on", "id")
    alerts = [
        Alert(
            REVIEW_LATE, row.due_on, row.agreement.programme_id, row.agreement_id,
            subject=row.agreement.title,
        )
        for row in rows
    ]  # fmt: skip
    return rest(REVIEW_LATE, alerts, count)


def of_actions(scope: Scope, day: date) -> list[Alert]:
    """Actions of work plans that are overdue: told to who does them, else to whose plan it is."""
    doers = scope.own(("owner_id", EDIT), ("owner_id", SEND), ("owner_id", HOST))
    if doers is None:
        return []
    mine = doers
    if doers:
        plans = WorkPlan.objects.filter(doers).values("id")
        mine |= Q(owner__isnull=True, plan_id__in=plans)
    late = actions_overdue(day).filter(mine).select_related("plan")
    rows, count = first(late, "due_on", "id")
    alerts = [
        Alert(
            ACTION_LATE, row.due_on, row.plan.programme_id, row.plan_id,
            row.owner_id or row.plan.owner_id, row.title,
        )
        for row in rows
    ]  # fmt: skip
    return rest(ACTION_LATE, alerts, count)


def of_welfare(scope: Scope, day: date) -> list[Alert]:
    """Issues of the welfare list that are open while the expert is there or about to come."""
    mine = scope.posted()
    if mine is None:
        return []
    there = mine.filter(state__in=(*DECIDED, *PRESENT))
    issues = issues_open().filter(posting_id__in=there.values("id"))
    rows, count = first(issues.select_related("posting__person"), "raised_on", "id")
    alerts = [
        Alert(
            WELFARE_OPEN, row.raised_on, row.posting.programme_id, row.posting_id,
            row.posting.receiver_id, row.posting.person.name, row.item,
        )
        for row in rows
    ]  # fmt: skip
    return rest(WELFARE_OPEN, alerts, count)


def of_handovers(scope: Scope, day: date) -> list[Alert]:
    """Handovers that were due and that not both have signed."""
    mine = scope.posted()
    if mine is None:
        return []
    late = Handover.objects.filter(due_on__lt=day, incoming_signed_at__isnull=True)
    if mine.query.where:
        late = late.filter(outgoing_id__in=mine.values("id"))
    rows, count = first(late.select_related("outgoing", "outgoing__person"), "due_on", "id")
    alerts = [
        Alert(
            HANDOVER_LATE, row.due_on, row.outgoing.programme_id, row.id,
            row.outgoing.receiver_id, row.outgoing.person.name,
        )
        for row in rows
    ]  # fmt: skip
    return rest(HANDOVER_LATE, alerts, count)


def of_handovers_missing(scope: Scope, day: date) -> list[Alert]:
    """Who leaves, or left, with somebody to follow and no handover begun."""
    mine = scope.posted()
    if mine is None:
        return []
    rows, count = first(missing(mine, day).select_related("person"), "ends_on", "id")
    alerts = [
        Alert(
            HANDOVER_MISSING, row.ends_on, row.programme_id, row.id, row.receiver_id,
            row.person.name,
        )
        for row in rows
    ]  # fmt: skip
    return rest(HANDOVER_MISSING, alerts, count)


def of_spokes(scope: Scope, day: date) -> list[Alert]:
    """Spokes whose giver is helped no longer, told to whoever may end them or help anew."""
    own = scope.own(
        ("giver_id", EDIT), ("giver_id", HOST), ("receiver_id", EDIT), ("receiver_id", HOST)
    )
    if own is None:
        return []
    rows = spokes_cut_off(Pairing.objects.filter(own), day)
    alerts = [
        Alert(
            SPOKE_CUT_OFF, None, row.programme_id, row.id, row.giver_id,
            f"→ {row.receiver.name}",
        )
        for row in rows[:SHOWN]
    ]  # fmt: skip
    return rest(SPOKE_CUT_OFF, alerts, len(rows))


def of_other_titles(scope: Scope, day: date) -> list[Alert]:
    """Postings of this year under a title that the person, as is now known, did not then hold."""
    mine = scope.own(*POSTED)
    if mine is None:
        return []
    this_year = Q(state__in=PRESENT) | Q(ends_on__gte=date(day.year, 1, 1))
    wrong = under_other_title(Posting.objects.filter(mine, this_year)).select_related("person")
    rows, count = first(wrong, "starts_on", "id")
    alerts = [
        Alert(
            OTHER_TITLE, row.starts_on, row.programme_id, row.id, row.receiver_id, row.person.name
        )
        for row in rows
    ]
    return rest(OTHER_TITLE, alerts, count)


def of_evaluations(scope: Scope, day: date) -> list[Alert]:
    """The viewer's own postings that are over and of which nothing was said yet."""
    if not scope.postings:
        return []
    rows = Posting.objects.filter(id__in=scope.postings, state__in=ENDED, evaluation__isnull=True)
    return [
        Alert(TO_EVALUATE, row.ends_on, row.programme_id, row.id, row.receiver_id)
        for row in rows.order_by("-ends_on", "id")[:SHOWN]
    ]


def of_tasks(scope: Scope, day: date) -> list[Alert]:
    """Tasks of the viewer's bodies that are overdue."""
    own = scope.own(("owner_id", EDIT), ("owner_id", SEND), ("owner_id", HOST))
    if own is None:
        return []
    rows, count = first(
        Task.objects.filter(own, due_on__lt=day, done_on__isnull=True), "due_on", "id"
    )
    alerts = [
        Alert(TASK_LATE, row.due_on, row.programme_id, row.id, row.owner_id, row.title)
        for row in rows
    ]
    return rest(TASK_LATE, alerts, count)
