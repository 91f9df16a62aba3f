"""Pages of apprenticeships: the list, and the panel of a pairing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET

from jiedui.accounts.permissions import Viewer
from jiedui.core.clock import today
from jiedui.directory.queries import organisations_called
from jiedui.mentoring.access import apprenticeships as access
from jiedui.mentoring.access.reach import PEOPLE, READ, WRITE, may_manage
from jiedui.mentoring.domain.apprenticeships import TAUGHT
from jiedui.mentoring.domain.states import ACTIVE
from jiedui.mentoring.models import Apprenticeship
from jiedui.mentoring.queries import apprenticeships as queries
from jiedui.mentoring.views import learning_words as words
from jiedui.mentoring.views.base import Request, url
from jiedui.programmes.access import get_pairing
from jiedui.web.pages import Crumb, render
from jiedui.web.tables import Column, Empty, Filter, Table
from jiedui.web.templatetags.jiedui import named, period


def list_way(*labels: str) -> tuple[Crumb, ...]:
    """The way back to the list, and to what follows it."""
    return (Crumb(_("Apprenticeships"), url("apprenticeships")), *(Crumb(each) for each in labels))


def title_of(held: Apprenticeship) -> str:
    """An apprenticeship by who teaches whom."""
    if held.team:
        return held.team
    teaching = _(", ").join(queries.names_of(held.mentors.all())) or _("nobody")
    learning = _(", ").join(queries.names_of(held.apprentices.all()))
    return f"{teaching} → {learning}"


def way_to(held: Apprenticeship, *labels: str) -> tuple[Crumb, ...]:
    """The way back to an apprenticeship."""
    return (
        *list_way()[:1],
        Crumb(title_of(held), url("apprenticeship", held.id)),
        *(Crumb(each) for each in labels),
    )


@dataclass(frozen=True)
class ListPage:
    """Apprenticeships in sight."""

    title: str
    lead: str
    table: Table
    new_url: str
    waiting: Sequence[tuple[str, str]]
    crumbs: Sequence[Crumb] = ()


def _of(side: str) -> Any:
    return lambda rows, text: rows.filter(**{f"{side}_id__in": organisations_called(text)})


def _named(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    taught = rows.filter(mentors__person__name__icontains=text).order_by().values("id")
    learned = rows.filter(apprentices__person__name__icontains=text).order_by().values("id")
    return rows.filter(id__in=taught) | rows.filter(id__in=learned)


def _lacking(viewer: Viewer) -> Any:
    def narrow(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
        if code == "changes":
            return rows.filter(id__in=queries.plan_changing())
        found = queries.unmentored(viewer) if code == "lacking" else queries.mentor_leaving(viewer)
        return rows.filter(id__in=found.values("id"))

    return narrow


def _mentored(row: Any) -> str:
    return queries.mentoring_of(row, today()) if row.state == ACTIVE else TAUGHT


@require_GET
def apprenticeship_list(request: Request) -> HttpResponseBase:
    """Who teaches whom, until when, and where does somebody lack a mentor?"""
    viewer = request.viewer
    viewer.must(READ)
    new_url = url("apprenticeship-new") if queries.may_begin(viewer) else ""
    table = Table(
        request,
        queries.apprenticeships_of(viewer),
        [
            Column("who", _("Mentor and apprentice"), value=title_of,
                   url=lambda row: url("apprenticeship", row.id)),
            Column("form", pgettext("apprenticeship", "Form"), kind="term",
                   table="apprenticeship_forms", sort="form"),
            Column("giver", _("Supporter"), value=lambda row: named(row.giver), shown=False),
            Column("receiver", _("Recipient"), value=lambda row: named(row.receiver)),
            Column("department", _("Department"),
                   value=lambda row: row.department.name if row.department else ""),
            Column("specialty", _("Specialty"), kind="term", table="specialties",
                   sort="specialty", shown=False),
            Column("starts_on", _("First day"), kind="day", sort="starts_on"),
            Column("ends_on", _("Last day"), kind="day", sort="ends_on"),
            Column("state", _("State"), kind="badge", sort="state",
                   value=lambda row: words.STATES[row.state],
                   tone=lambda row: words.TONES[row.state]),
            Column("mentored", _("To see to"), kind="badge",
                   value=lambda row: words.MENTORED[_mentored(row)],
                   tone=lambda row: words.MENTORED_TONES[_mentored(row)]),
        ],
        filters=[
            Filter("q", _("Mentor or apprentice"), apply=_named),
            Filter("state", _("State"), "choice", choices=list(words.STATES.items())),
            Filter("mentor", _("To see to"), "choice", apply=_lacking(viewer), choices=[
                ("lacking", _("Nobody teaches any longer")),
                ("leaving", _("The mentor leaves before the end")),
                ("changes", _("A change of the plan waits for a signature")),
            ]),
            Filter("form", pgettext("apprenticeship", "Form"), "choice",
                   choices=words.table_of("apprenticeship_forms")),
            Filter("specialty", _("Specialty"), "choice", choices=words.table_of("specialties")),
            Filter("receiver", _("Recipient"), apply=_of("receiver")),
            Filter("giver", _("Supporter"), apply=_of("giver")),
            Filter("starts_on", _("First day"), "dates"),
        ],
        default_sort="-starts_on",
        title=_("Apprenticeships"),
        empty=Empty(
            _("No apprenticeship yet"),
            _("A mentor and who learns, a plan of procedures with numbers and dates: proposed by"
              " one side and signed by both."),
            new_url, _("Propose an apprenticeship"),
        ),
    )  # fmt: skip
    page = ListPage(
        _("Apprenticeships"),
        _("Who teaches whom, what is to be learned by when, and how far it has come."),
        table, new_url, _waiting(viewer),
    )  # fmt: skip
    return render(request, "mentoring/apprenticeships.html", page)


def _waiting(viewer: Viewer) -> list[tuple[str, str]]:
    """What is to be seen to, in words, each with where it is done."""
    if not viewer.may(PEOPLE):
        return []
    back = url("apprenticeships")
    found = []
    lacking = queries.unmentored(viewer).count()
    if lacking:
        text = ngettext(
            "In %(n)s running apprenticeship nobody teaches any longer.",
            "In %(n)s running apprenticeships nobody teaches any longer.", lacking,
        )  # fmt: skip
        found.append((text % {"n": lacking}, f"{back}?mentor=lacking"))
    leaving = queries.mentor_leaving(viewer).count()
    if leaving:
        text = ngettext(
            "In %(n)s the mentor leaves soon, before the end.",
            "In %(n)s the mentors leave soon, before the end.", leaving,
        )  # fmt: skip
        found.append((text % {"n": leaving}, f"{back}?mentor=leaving"))
    return found


@dataclass(frozen=True)
class PanelPage:
    """The apprenticeships of a pairing: for the pairing's page, and as a page of its own."""

    title: str
    crumbs: Sequence[Crumb]
    example: bool
    rows: Sequence[tuple[str, str, Any, str, str]]
    new_url: str
    named: bool


@require_GET
def pairing_panel(request: Request, id: UUID) -> HttpResponseBase:
    """Who teaches whom between these two?"""
    viewer = request.viewer
    viewer.must(READ)
    pairing = get_pairing(viewer, id)
    rows = queries.of_pairing(viewer, pairing.giver_id, pairing.receiver_id)
    manages = viewer.may(WRITE) and may_manage(viewer, pairing.giver_id, pairing.receiver_id)
    back = reverse("programmes:pairing", args=[pairing.id])
    page = PanelPage(
        _("Apprenticeships of %(giver)s and %(receiver)s") % {
            "giver": named(pairing.giver), "receiver": named(pairing.receiver),
        },
        (Crumb(_("Pairing"), back), Crumb(_("Apprenticeships"))),
        pairing.programme.example,
        [
            (title_of(row), url("apprenticeship", row.id), words.STATES[row.state],
             words.TONES[row.state], period(row.starts_on, row.ends_on))
            for row in rows
        ],
        f"{url('apprenticeship-new')}?pairing={pairing.id}" if manages else "",
        access.sees_people(viewer, pairing.giver_id, pairing.receiver_id),
    )  # fmt: skip
    template = "_pairing_panel" if request.headers.get("HX-Request") else "pairing_panel"
    return render(request, f"mentoring/{template}.html", page)
