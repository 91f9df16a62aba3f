"""Pages of candidates: whom the supporters can send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiedui.core.clock import today
from jiedui.core.packs import vocabulary
from jiedui.core.periods import read_day
from jiedui.directory.queries import organisations_called
from jiedui.planning import access, actions, queries
from jiedui.planning.forms.candidates import CandidateFacts, CandidateForm, ReasonForm
from jiedui.planning.views.base import Request, not_visible, outside, url
from jiedui.programmes.access import visible_programmes
from jiedui.web.pages import Crumb, render
from jiedui.web.submitting import submitted
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, period, term


@dataclass(frozen=True)
class ListPage:
    """The candidates in sight."""

    title: str
    lead: str
    table: Table
    new_url: str
    import_url: str
    crumbs: Sequence[Crumb] = ()


def _terms(table: str) -> list[tuple[str, str]]:
    return [(code, term(code, table)) for code in vocabulary().tables.get(table, {})]


def _sent_by(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    return rows.filter(giver_id__in=organisations_called(text))


def _free_on(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    day = read_day(text)
    return rows.filter(available_from__lte=day, available_to__gte=day)


def _able(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(**{code: True})


def _standing(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    return rows.filter(withdrawn_at__isnull=code == "open")


def _abilities(row: Any) -> str:
    told = [
        (row.can_lead, pgettext("candidate", "leads")),
        (row.altitude_ok, pgettext("candidate", "high altitude")),
        (row.flexible_ok, pgettext("candidate", "at intervals")),
    ]
    return _(", ").join(word for holds, word in told if holds)


def _state(row: Any) -> tuple[str, str]:
    if row.withdrawn_at:
        return pgettext("candidate", "Withdrawn"), "plain"
    if row.available_to < today():
        return pgettext("candidate", "Time is over"), "plain"
    return pgettext("candidate", "Can be planned"), "ok"


def _programmes(request: Request) -> list[tuple[str, str]]:
    rows = visible_programmes(request.viewer).order_by("name", "id")
    return [(str(row.id), named(row)) for row in rows]


@require_GET
def candidate_list(request: Request) -> HttpResponseBase:
    """Who could be sent, when and how long?"""
    viewer = request.viewer
    viewer.must("planning.read")
    proposes = viewer.may("programmes.send") or viewer.may("planning.edit")
    new_url = url("candidate-new") if proposes else ""
    table = Table(
        request,
        queries.candidates_of(viewer, withdrawn=True),
        [
            Column("person", _("Expert"), value="person__name", sort="person__name",
                   url=lambda row: url("candidate", row.id)
                   if proposes and not row.withdrawn_at else ""),
            Column("giver", _("Who would send"), value=lambda row: named(row.giver),
                   sort="giver__name"),
            Column("specialty", _("Specialty"), kind="term", table="specialties",
                   sort="specialty"),
            Column("category", _("Category of expert"), kind="term", table="expert_categories",
                   shown=False),
            Column("abilities", _("Can also"), value=_abilities),
            Column("available_from", _("Can go from"), kind="day", sort="available_from"),
            Column("available_to", _("Must be back by"), kind="day", sort="available_to"),
            Column("max_months", _("Longest tour"), kind="number", sort="max_months",
                   unit=_("months")),
            Column("max_tours", _("Tours at most"), kind="number"),
            Column("programme", _("Programme"), value=lambda row: named(row.programme),
                   shown=False),
            Column("state", _("State"), kind="badge", value=lambda row: _state(row)[0],
                   tone=lambda row: _state(row)[1]),
            Column("note", _("Note"), shown=False),
        ],
        filters=[
            Filter("q", _("Expert"), paths=("person__name",)),
            Filter("giver", _("Who would send"), apply=_sent_by),
            Filter("programme", _("Programme"), "choice", ["programme_id"],
                   lambda: _programmes(request)),
            Filter("specialty", _("Specialty"), "choice",
                   choices=lambda: _terms("specialties")),
            Filter("can", _("Can also"), "choice", apply=_able, choices=[
                ("can_lead", _("Can lead a team")),
                ("altitude_ok", _("Fit for places at high altitude")),
                ("flexible_ok", _("Will come at intervals")),
            ]),
            Filter("on", _("Free on the day"), "day", apply=_free_on),
            Filter("state", _("State"), "choice", apply=_standing, default="open", choices=[
                ("open", pgettext("candidate", "Can be planned")),
                ("withdrawn", pgettext("candidate", "Withdrawn")),
            ]),
        ],
        default_sort="person",
        title=_("Candidates"),
        empty=Empty(
            _("No candidate yet"),
            _("Supporters say here whom they can send, from when to when and for how long. Enter"
              " them one by one or hand in the list in Excel."),
            new_url, _("Propose a candidate"),
        ),
    )  # fmt: skip
    imports = proposes and viewer.may("ledger.import")
    page = ListPage(
        _("Candidates"),
        _("Whom the supporters can send. Nothing is promised by it: a plan chooses among them."),
        table, new_url, outside("exchange:upload", "candidates") if imports else "",
    )  # fmt: skip
    return render(request, "planning/candidates.html", page)


def _way(label: str) -> tuple[Crumb, ...]:
    return (Crumb(_("Candidates"), url("candidates")), Crumb(label))


@require_http_methods(["GET", "POST"])
def candidate_new(request: Request) -> HttpResponseBase:
    """Propose somebody."""
    viewer = request.viewer
    viewer.must("planning.read")
    if not viewer.may("planning.edit"):
        viewer.must("programmes.send")
    form = CandidateForm(
        viewer, request.POST or None,
        initial={"programme": request.GET.get("programme", ""), "available_from": today()},
    )  # fmt: skip

    def act(data: dict[str, Any]) -> str:
        newcomer, title = data.pop("newcomer"), data.pop("title")
        if newcomer:
            data.pop("person")
            actions.add_newcomer(by=viewer.user, name=newcomer, title=title, **data)
        else:
            actions.add_candidate(by=viewer.user, **data)
        return url("candidates")

    return submitted(
        request, form, act,
        title=_("Propose a candidate"), submit=_("Propose"), done=_("The candidate was added."),
        intro=_("Say who could be sent and when. It is not yet a nomination."),
        cancel_url=url("candidates"), crumbs=_way(_("Propose a candidate")),
    )  # fmt: skip


@dataclass(frozen=True)
class CandidatePage:
    """A candidate: what is said of them, to be changed or withdrawn."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    lead: str
    form: CandidateFacts
    submit: str
    withdraw_url: str
    cancel_url: str
    intro: str = ""
    tone: str = ""


@require_http_methods(["GET", "POST"])
def candidate_edit(request: Request, id: UUID) -> HttpResponseBase:
    """Change what is said of a candidate."""
    viewer = request.viewer
    candidate = access.get_candidate(viewer, id)
    if not access.may_propose(viewer, candidate.giver_id) or candidate.withdrawn_at:
        raise not_visible()
    names = list(CandidateFacts.base_fields)
    form = CandidateFacts(
        request.POST or None, initial={name: getattr(candidate, name) for name in names}
    )

    def act(data: dict[str, Any]) -> str:
        actions.edit_candidate(by=viewer.user, candidate=candidate, **data)
        return url("candidates")

    lead = f"{named(candidate.giver)} · {named(candidate.programme)} · " + period(
        candidate.available_from, candidate.available_to
    )
    if request.method == "POST":
        return submitted(
            request, form, act,
            title=candidate.person.name, submit=_("Save"), done=_("It was saved."), intro=lead,
            cancel_url=url("candidates"), crumbs=_way(candidate.person.name),
            example=candidate.programme.example,
        )  # fmt: skip
    page = CandidatePage(
        candidate.person.name, _way(candidate.person.name), candidate.programme.example, lead,
        form, _("Save"), url("candidate-withdraw", candidate.id), url("candidates"),
    )  # fmt: skip
    return render(request, "planning/candidate.html", page)


@require_http_methods(["GET", "POST"])
def candidate_withdraw(request: Request, id: UUID) -> HttpResponseBase:
    """Say that somebody cannot be sent after all."""
    viewer = request.viewer
    candidate = access.get_candidate(viewer, id)
    if not access.may_propose(viewer, candidate.giver_id) or candidate.withdrawn_at:
        raise not_visible()

    def act(data: dict[str, Any]) -> str:
        actions.withdraw_candidate(by=viewer.user, candidate=candidate, reason=data["reason"])
        return url("candidates")

    title = _("Withdraw %(person)s") % {"person": candidate.person.name}
    return submitted(
        request, ReasonForm(request.POST or None), act,
        title=title, submit=_("Withdraw"), done=_("The candidate was withdrawn."),
        intro=_("Plans that are computed from now on leave this person out."),
        cancel_url=url("candidates"), crumbs=_way(title), tone="wrong",
        example=candidate.programme.example,
    )  # fmt: skip
