"""The reviews of a pairing, as a part of its page, and what of reviews waits for the reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.directory.queries import names
from jiedui.mentoring.access import reviews as access
from jiedui.mentoring.access.reach import READ
from jiedui.mentoring.queries import reviews as queries
from jiedui.mentoring.views.base import Request, outside, url
from jiedui.mentoring.views.review_words import stage_of
from jiedui.programmes.access import get_pairing
from jiedui.web.pages import Crumb, render
from jiedui.web.parts import WorkItem
from jiedui.web.templatetags.jiedui import named, period, term

SHOWN = 12


@dataclass(frozen=True)
class PanelPage:
    """The rounds of a pairing."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    rows: Sequence[tuple[str, str, str, str, str]]
    new_url: str


@require_GET
def review_panel(request: Request, id: UUID) -> HttpResponseBase:
    """Which reviews were there between these two?"""
    viewer = request.viewer
    viewer.must(READ)
    pairing, day = get_pairing(viewer, id), today()
    rows = access.visible_reviews(viewer).filter(
        programme_id=pairing.programme_id, giver_id=pairing.giver_id,
        receiver_id=pairing.receiver_id,
    )  # fmt: skip
    may = access.may_open(viewer, pairing.giver_id, pairing.receiver_id)
    page = PanelPage(
        title=_("Two-sided reviews"),
        crumbs=(
            Crumb(
                f"{named(pairing.giver)} → {named(pairing.receiver)}",
                outside("programmes:pairing", pairing.id),
            ),
            Crumb(_("Two-sided reviews")),
        ),
        example=pairing.programme.example,
        rows=[
            (
                term(row.phase, "review_phases"), url("review", row.id), *stage_of(row, day),
                period(row.opens_on, row.closes_on),
            )
            for row in rows.prefetch_related("sheets").order_by("-opens_on", "-id")[:SHOWN]
        ],
        new_url=url("review-new", pairing.id) if may else "",
    )  # fmt: skip
    part = request.headers.get("HX-Request") == "true"
    return render(request, f"mentoring/{'_' if part else ''}reviews_panel.html", page)


def waiting(viewer: Viewer) -> list[WorkItem]:
    """What of reviews waits for the reader, the oldest first."""
    found = queries.due(viewer)
    bodies = {body for each in found for body in (each.giver_id, each.receiver_id)}
    called = names(bodies, get_language() or "zh-hans")
    items = []
    for each in found:
        two = f"{called.get(each.giver_id, '')} → {called.get(each.receiver_id, '')}"
        begin = each.kind == "begin"
        address = (
            f"{url('review-new', each.pairing_id)}?phase={each.phase}"
            if begin
            else url("review-answer", each.round_id)
        )
        items.append(
            WorkItem(
                title=term(each.phase, "review_phases"), url=address, since=each.since,
                detail=two, kind=each.kind,
                action=_("Begin a review") if begin else _("Answer for the own side"),
            )
        )  # fmt: skip
    return items
