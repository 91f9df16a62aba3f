"""Pages of agreements: the list, and one with its parties, targets, reviews and papers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from jiedui.core.clock import today
from jiedui.core.errors import InvalidInput, NotVisible
from jiedui.core.packs import vocabulary
from jiedui.directory import access as directory
from jiedui.programmes import access
from jiedui.programmes.domain import agreements as domain
from jiedui.programmes.domain.states import GIVER, RECEIVER
from jiedui.programmes.domain.targets import ACHIEVABLE, EVALUABLE, SUSTAINABLE, Failing
from jiedui.programmes.forms.agreements import (
    BodiesForm,
)
from jiedui.programmes.models import Agreement, AgreementTarget, Programme
from jiedui.programmes.queries import agreements as queries
from jiedui.programmes.views.posts import crumbs_of, terms_of
from jiedui.programmes.views.structure import Request, pairing_url
from jiedui.programmes.views.ties import days
from jiedui.web.pages import Crumb, render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import day as day_text
from jiedui.web.templatetags.jiedui import named, term

STANDINGS = {
    domain.COMING: gettext_lazy("Not yet in force"),
    domain.IN_FORCE: gettext_lazy("In force"),
    domain.ENDING: gettext_lazy("Ends soon"),
    domain.EXPIRED: gettext_lazy("Expired"),
    domain.ENDED: gettext_lazy("Ended early"),
}
TONES = {
    domain.COMING: "plain", domain.IN_FORCE: "ok", domain.ENDING: "wait",
    domain.EXPIRED: "plain", domain.ENDED: "wrong",
}  # fmt: skip
ASPECTS = {
    ACHIEVABLE: gettext_lazy("Achievable"),
    SUSTAINABLE: gettext_lazy("Sustainable"),
    EVALUABLE: gettext_lazy("Evaluable"),
}


def agreement_url(agreement: Agreement) -> str:
    """The page of an agreement."""
    return reverse("programmes:agreement", args=[agreement.id])


def _renewed(agreement: Agreement) -> bool:
    return hasattr(agreement, "renewed_by")


def _standing(agreement: Agreement) -> str:
    return queries.standing_of(agreement, today(), renewed=_renewed(agreement))


def _sides(agreement: Agreement, side: str) -> str:
    """The parties on a side, by name."""
    return _(", ").join(
        named(p.organisation) for p in agreement.parties.all() if _side(p.role) == side
    )


def _side(role: str) -> str:
    return vocabulary().table("party_roles")[role].extra.get("side", "")


def _others(agreement: Agreement) -> str:
    return _(", ").join(
        f"{named(p.organisation)}（{term(p.role, 'party_roles')}）"
        for p in agreement.parties.all()
        if not _side(p.role)
    )


def _of_standing(rows: Any, value: str) -> Any:
    """Narrow a list by how agreements stand today."""
    now = today()
    past, ahead = Q(valid_to__lt=now), Q(valid_from__gt=now)
    if value == domain.COMING:
        return rows.filter(ahead)
    if value == domain.EXPIRED:
        return rows.filter(past, ended_reason="")
    if value == domain.ENDED:
        return rows.filter(past).exclude(ended_reason="")
    held = rows.exclude(past).exclude(ahead)
    ending = [
        row.id for row in held.filter(valid_to__isnull=False).select_related("renewed_by")
        if queries.standing_of(row, now, renewed=_renewed(row)) == domain.ENDING
    ]  # fmt: skip
    return held.filter(id__in=ending) if value == domain.ENDING else held.exclude(id__in=ending)


@dataclass(frozen=True)
class ListPage:
    """The agreements of a programme."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    table: Table
    new_url: str
    example: bool


@require_GET
def agreement_list(request: Request, id: UUID) -> HttpResponseBase:
    """What was agreed, between whom, until when?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    programme = access.get_programme(viewer, id)
    may = viewer.may("programmes.edit")
    new_url = reverse("programmes:agreement-new", args=[programme.id]) if may else ""
    table = Table(
        request,
        access.visible_agreements(viewer)
        .filter(programme=programme)
        .select_related("renewed_by")
        .prefetch_related("parties__organisation"),
        [
            Column("title", _("Agreement"), sort="title", url=agreement_url),
            Column("number", pgettext("document", "Number"), sort="number"),
            Column("kind", _("Kind"), kind="term", table="agreement_kinds", sort="kind"),
            Column("givers", _("Giver"), value=lambda row: _sides(row, GIVER)),
            Column("receivers", _("Receiver"), value=lambda row: _sides(row, RECEIVER)),
            Column("others", _("Other parties"), value=_others, shown=False),
            Column("signed_on", _("Signed on"), kind="day", sort="signed_on", shown=False),
            Column("days", _("Term"), value=days, sort="valid_to"),
            Column("standing", _("State"), kind="badge",
                   value=lambda row: STANDINGS[_standing(row)],
                   tone=lambda row: TONES[_standing(row)]),
        ],
        filters=[
            Filter("q", _("Title or number"), paths=("title", "number")),
            Filter("party", _("Party"), apply=_with_party),
            Filter("kind", _("Kind"), kind="choice", choices=terms_of("agreement_kinds")),
            Filter("standing", _("State"), kind="choice", choices=list(STANDINGS.items()),
                   apply=_of_standing),
            Filter("reviews", _("Reviews"), kind="choice",
                   choices=[("overdue", _("Overdue"))], apply=_with_late_review),
        ],
        default_sort="title",
        title=_("Agreements"),
        empty=Empty(
            _("No agreement yet"),
            _("An agreement says who does what for how long, and what is to be reached by it."),
            new_url, _("New agreement"),
        ),
    )  # fmt: skip
    page = ListPage(
        _("Agreements"), crumbs_of(programme, Crumb(_("Agreements"))), programme, table,
        new_url, programme.example,
    )  # fmt: skip
    return render(request, "programmes/agreements.html", page)


def _with_party(rows: Any, text: str) -> Any:
    wanted = access.parties_called(text)
    return rows.filter(id__in=wanted)


def _with_late_review(rows: Any, _value: str) -> Any:
    late = queries.reviews_overdue(Agreement.objects.all(), today())
    return rows.filter(id__in=late.values("agreement_id"))


@dataclass(frozen=True)
class TargetLine:
    """A target, with what keeps it from being judged."""

    target: AgreementTarget
    measure: str
    owner: str
    aspects: Sequence[tuple[str, Sequence[str]]]
    whole: bool
    edit_url: str


@dataclass(frozen=True)
class ReviewLine:
    """A review: due, held or late."""

    due_on: Any
    held_on: Any
    findings: str
    late: bool
    hold_url: str


@dataclass(frozen=True)
class AgreementPage:
    """One agreement, as its page shows it."""

    title: str
    crumbs: Sequence[Crumb]
    programme: Programme
    example: bool
    agreement: Agreement
    standing: Any
    tone: str
    lead: str
    days: str
    parties: Sequence[tuple[str, str, str, Any]]
    pairings: Sequence[tuple[str, str]]
    files: Sequence[tuple[str, str, int]]
    targets: Sequence[TargetLine]
    reviews: Sequence[ReviewLine]
    renews: tuple[str, str] | None
    renewed_by: tuple[str, str] | None
    may: bool
    may_end: bool


def _aspects(found: Sequence[Failing]) -> list[tuple[str, list[str]]]:
    return [
        (str(label), [_(each.reason) for each in found if each.aspect == code])
        for code, label in ASPECTS.items()
        if any(each.aspect == code for each in found)
    ]


def _target_lines(agreement: Agreement, may: bool) -> list[TargetLine]:
    lines = []
    for target in agreement.targets.select_related("owner").order_by("due_on", "id"):
        found = queries.failings_of(agreement, target)
        lines.append(
            TargetLine(
                target,
                term(target.measure, "measures"),
                named(target.owner),
                _aspects(found),
                not found,
                reverse("programmes:target-edit", args=[target.id]) if may else "",
            )
        )
    return lines


def _review_lines(agreement: Agreement, may: bool) -> list[ReviewLine]:
    now = today()
    return [
        ReviewLine(
            row.due_on,
            row.held_on,
            row.findings,
            row.held_on is None and row.due_on < now,
            reverse("programmes:review-hold", args=[row.id]) if may and row.held_on is None else "",
        )
        for row in agreement.reviews.order_by("due_on", "id")
    ]


def _lead(agreement: Agreement, standing: str) -> str:
    if standing == domain.ENDING and agreement.valid_to:
        left = (agreement.valid_to - today()).days
        return _("It ends in %(n)s days, and nothing renews it yet.") % {"n": left}
    if agreement.ended_reason:
        return _("Ended early on %(day)s: %(reason)s") % {
            "day": day_text(agreement.valid_to),
            "reason": agreement.ended_reason,
        }
    return ""


def _file_url(agreement: Agreement, sha256: str) -> str:
    return reverse("programmes:agreement-file", args=[agreement.id, sha256])


@require_GET
def agreement_page(request: Request, id: UUID) -> HttpResponseBase:
    """What was agreed, can it be judged by, and when does it end?"""
    viewer = request.viewer
    viewer.must("programmes.read")
    agreement = access.get_agreement(viewer, id)
    programme = agreement.programme
    may = access.may_edit_agreement(viewer, agreement)
    standing = _standing(agreement)
    held = directory.reach(viewer)
    seen = set(access.visible_pairings(viewer).filter(agreements=agreement)
               .values_list("id", flat=True))  # fmt: skip
    newer = getattr(agreement, "renewed_by", None)
    page = AgreementPage(
        title=agreement.title,
        crumbs=way_to(agreement),
        programme=programme,
        example=programme.example,
        agreement=agreement,
        standing=STANDINGS[standing],
        tone=TONES[standing],
        lead=_lead(agreement, standing),
        days=days(agreement),
        parties=[
            (
                term(p.role, "party_roles"),
                named(p.organisation),
                reverse("directory:organisation", args=[p.organisation_id])
                if held.covers(p.organisation_id)
                else "",
                p.signed_on,
            )
            for p in agreement.parties.all()
        ],
        pairings=[
            (
                f"{named(row.giver)} → {named(row.receiver)} · {term(row.kind, 'pairing_kinds')}",
                pairing_url(row) if row.id in seen else "",
            )
            for row in agreement.pairings.select_related("giver", "receiver").order_by("id")
        ],
        files=[
            (file.name, _file_url(agreement, file.sha256), -(-file.size // 1024))
            for file in agreement.files.order_by("added_at")
        ],
        targets=_target_lines(agreement, may),
        reviews=_review_lines(agreement, may),
        renews=(agreement.renews.title, agreement_url(agreement.renews))
        if agreement.renews
        else None,
        renewed_by=(newer.title, agreement_url(newer)) if newer else None,
        may=may,
        may_end=may and standing in (domain.COMING, domain.IN_FORCE, domain.ENDING)
        and not agreement.ended_reason,
    )  # fmt: skip
    return render(request, "programmes/agreement.html", page)


def way_to(agreement: Agreement, *more: str) -> tuple[Crumb, ...]:
    """The way back to an agreement, then what is given."""
    list_url = reverse("programmes:agreements", args=[agreement.programme_id])
    own = Crumb(agreement.title, agreement_url(agreement) if more else "")
    return crumbs_of(
        agreement.programme, Crumb(_("Agreements"), list_url), own, *(Crumb(each) for each in more)
    )


def held_agreement(request: Request, id: UUID) -> Agreement:
    """An agreement that is the viewer's to change; for others the page does not exist."""
    agreement = access.get_agreement(request.viewer, id)
    if not access.may_edit_agreement(request.viewer, agreement):
        raise NotVisible("not-visible", "This page does not exist or is not open to you.")
    return agreement


def at_first_role(act: Callable[[dict[str, Any]], str], field: str) -> Callable[..., str]:
    """Tell a fault of all bodies together at the first field of them."""

    def acting(data: dict[str, Any]) -> str:
        try:
            return act(data)
        except InvalidInput as refused:
            if refused.field == field:
                refused.field = BodiesForm.first_role()
            raise

    return acting
